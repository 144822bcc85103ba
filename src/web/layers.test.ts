import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL(".", import.meta.url));

/** What a folder of the page may import of the page, besides itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  plots: ["base"],
  widgets: ["base", "plots"],
  state: ["base", "plots", "widgets"],
  pages: ["base", "plots", "widgets", "state"],
};

function sources(): string[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" });
  return files.filter((file) => /\.tsx?$/.test(file) && !/\.(test|d)\.ts$/.test(file));
}

function imports(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s+"(\.[^"]+)"/g)].map((match) => match[1] as string);
}

const layerOf = (file: string) => (file.includes("/") ? file.split("/")[0] : undefined);

test("imports inside the page go one way", () => {
  const wrong: string[] = [];
  for (const file of sources()) {
    const layer = layerOf(file);
    if (layer === undefined) continue;
    for (const specifier of imports(file)) {
      const target = layerOf(relative(ROOT, normalize(join(ROOT, dirname(file), specifier))));
      if (target === undefined || target === ".." || target === layer) continue;
      if (!LAYERS[layer]?.includes(target)) wrong.push(`${file} imports ${specifier}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("of the model only types are taken from the shapes of API and stream, so that no validator is bundled", () => {
  const wrong = sources().filter((file) =>
    /import \{[^}]*\} from "[^"]*model\/(?:shapes|stream)\.ts"/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  assert.deepEqual(wrong, []);
});

test("no file says how HTML is to be parsed: texts of agents stay texts", () => {
  const wrong = sources().filter((file) =>
    /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML|DOMParser|document\.write/.test(
      readFileSync(join(ROOT, file), "utf8"),
    ),
  );
  assert.deepEqual(wrong, []);
});

test("a class is styled in one file: all styles are loaded together, and a second one would change the first", () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".css"));
  const homes = new Map<string, Set<string>>();
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), "utf8");
    for (const [, name] of text.matchAll(/^\.([a-z][a-z0-9-]*)(?= \{|,$)/gm)) {
      homes.set(name as string, (homes.get(name as string) ?? new Set()).add(file));
    }
  }
  const shared = [...homes].filter(([, of]) => of.size > 1).map(([name, of]) => `.${name}: ${[...of].join(", ")}`);
  assert.deepEqual(shared, []);
});
