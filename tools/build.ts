// Builds the page: src/web/main.tsx and what it imports, with fonts and styles, and the scripts that it runs in workers,
// into dist/web. Every file but index.html carries the hash of its content in its name, so that browsers may keep it for
// ever; each lies there plain, as .gz and as .br. The folder is made beside its place and renamed, so that a server never
// serves half a build.

import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gunzip, gzip } from "node:zlib";
import type { BuildOptions as EsbuildOptions, Metafile, Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ENTRY = "src/web/main.tsx";
const ICON = "src/web/favicon.svg";
/** Scripts that run in workers, each complete in one file; the page knows their addresses as WORKER_SCRIPTS. */
const WORKERS = {
  graphLayout: "src/web/plots/graph-layout-worker.ts",
  timelineModel: "src/web/plots/timeline-model-worker.ts",
} as const;
const STAMP = ".inputs.json";
/** What the first view may load in JavaScript, gzipped. */
const FIRST_LOAD_BYTES_MAX = 100_000;
/** woff2 is compressed already. */
const COMPRESSED = new Set([".js", ".css", ".html", ".svg", ".map"]);
/** The faces that nearly every text needs: fetched together with the script. */
const PRELOADED_FONTS = ["inter-latin-wght-normal", "jetbrains-mono-latin-wght-normal"];

export interface BuildOptions {
  readonly outDir: string;
  readonly minify: boolean;
}

export interface BuiltPage {
  /** False when nothing had changed since the last build. */
  readonly changed: boolean;
  readonly firstLoadBytes: number;
  readonly outDir: string;
}

interface Stamp {
  readonly hash: string;
  readonly inputs: readonly string[];
  readonly firstLoadBytes: number;
}

/** Builds, unless no input changed. Throws when the source does not compile or the first load is over its budget. */
export async function buildPage({ outDir, minify }: BuildOptions): Promise<BuiltPage> {
  const target = resolve(ROOT, outDir);
  const last = readStamp(join(target, STAMP));
  if (last !== undefined && last.hash === hashOf(last.inputs, minify)) {
    return { changed: false, firstLoadBytes: last.firstLoadBytes, outDir: target };
  }
  mkdirSync(dirname(target), { recursive: true });
  const staging = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  chmodSync(staging, 0o755);
  try {
    const firstLoadBytes = await buildInto(staging, minify);
    replaceFolder(staging, target);
    return { changed: true, firstLoadBytes, outDir: target };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function buildInto(folder: string, minify: boolean): Promise<number> {
  // Loaded here: a build that is up to date must not wait for it.
  const { build } = await import("esbuild");
  const shared = {
    absWorkingDir: ROOT,
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2023",
    minify,
    entryNames: "[name]-[hash]",
    metafile: true,
    write: false,
    logLevel: "warning",
  } as const satisfies EsbuildOptions;
  const workers = await build({ ...shared, entryPoints: Object.values(WORKERS) });
  const options = {
    ...shared,
    entryPoints: [
      { in: ENTRY, out: "main" },
      { in: ICON, out: "favicon" },
    ],
    splitting: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "copy" },
    plugins: [CAPTURES],
    define: workerAddresses(workers.metafile),
  } satisfies EsbuildOptions;
  const inPieces = await build(options);
  const page = await build({ ...options, plugins: [CAPTURES, firstLoadInOne(inPieces.metafile)] });
  const files = entryFiles(page.metafile);
  // Lazy pages have their styles in the entry's as well.
  const isLoaded = ({ path }: { readonly path: string }) =>
    !path.endsWith(".css") || files.styles.includes(basename(path));
  const made = [...workers.outputFiles, ...page.outputFiles].filter(isLoaded);
  const contents = new Map<string, Uint8Array>(made.map(({ path, contents }) => [basename(path), contents]));
  contents.set("index.html", new TextEncoder().encode(indexHtml(files, [...contents.keys()])));
  const sizes = await Promise.all([...contents].map(([name, bytes]) => writeCompressed(folder, name, bytes)));
  const sizeOf = new Map([...contents.keys()].map((name, i) => [name, sizes[i] as number]));
  const firstLoadBytes = files.scripts.reduce((sum, name) => sum + (sizeOf.get(name) ?? 0), 0);
  if (minify && firstLoadBytes > FIRST_LOAD_BYTES_MAX) {
    throw new Error(
      `The page's first load is ${firstLoadBytes} B of JavaScript (gzip); at most ${FIRST_LOAD_BYTES_MAX}.`,
    );
  }
  const inputs = [workers, page].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeStamp(folder, inputs, { minify, firstLoadBytes });
  return firstLoadBytes;
}

/** Compressed captures become texts. */
const CAPTURES: Plugin = {
  name: "captures",
  setup({ onLoad }) {
    onLoad({ filter: /\.ndjson\.gz$/ }, async ({ path }) => ({
      contents: `export const lines = ${JSON.stringify((await gunzipped(readFileSync(path))).toString("utf8"))};`,
      loader: "js",
    }));
  },
};

/** What stands in the page for `WORKER_SCRIPTS.<name>`: texts one by one, an object would be a module of its own. */
function workerAddresses({ outputs }: Metafile): Record<string, string> {
  const made = new Map(Object.entries(outputs).map(([path, { entryPoint }]) => [entryPoint, basename(path)]));
  return Object.fromEntries(
    Object.entries(WORKERS).map(([name, entry]) => {
      const file = made.get(entry);
      if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
      return [`WORKER_SCRIPTS.${name}`, JSON.stringify(`/${file}`)];
    }),
  );
}

/**
 * Has the first load made as one chunk. esbuild makes a chunk of the modules that the same entries reach, and each lazy
 * page is an entry: by itself the first load falls into dozens, whose requests take longer than their code. With this
 * every lazy page imports all modules of the first load, which are there by then, so that the same entries reach them.
 */
function firstLoadInOne(pieces: Metafile): Plugin {
  const outputs = Object.values(pieces.outputs);
  const pages = new Set(outputs.flatMap(({ entryPoint }) => (entryPoint?.endsWith(".tsx") ? [entryPoint] : [])));
  pages.delete(ENTRY);
  const first = staticClosure(pieces).flatMap((path) => Object.keys(pieces.outputs[path]?.inputs ?? {}));
  const imports = first
    .filter((path) => path !== ENTRY && /\.tsx?$/.test(path))
    .map((path) => `import ${JSON.stringify(join(ROOT, path))};`);
  return {
    name: "first-load-in-one",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.tsx$/ }, ({ path }) => {
        if (!pages.has(relative(ROOT, path))) return undefined;
        return { contents: `${readFileSync(path, "utf8")}\n${imports.join("\n")}`, loader: "tsx" };
      });
    },
  };
}

interface EntryFiles {
  /** The entry first, then the chunks that it imports at once. */
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

function entryFiles(metafile: Metafile): EntryFiles {
  const scripts = staticClosure(metafile);
  const style = metafile.outputs[scripts[0] as string]?.cssBundle;
  return { scripts: scripts.map((path) => basename(path)), styles: style === undefined ? [] : [basename(style)] };
}

/** The output of the entry, and those that it imports at once. */
function staticClosure({ outputs }: Metafile): string[] {
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === ENTRY);
  if (entry === undefined) throw new Error(`esbuild made nothing of ${ENTRY}`);
  const scripts: string[] = [];
  const visit = (path: string): void => {
    if (scripts.includes(path)) return;
    scripts.push(path);
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === "import-statement") visit(imported);
    }
  };
  visit(entry);
  return scripts;
}

/** No inline script or style: the content security policy forbids both. */
function indexHtml({ scripts, styles }: EntryFiles, names: readonly string[]): string {
  const fonts = names.filter((name) => PRELOADED_FONTS.some((font) => name.startsWith(font)));
  const icon = names.find((name) => name.startsWith("favicon"));
  const head = [
    ...(icon === undefined ? [] : [`<link rel="icon" type="image/svg+xml" href="/${icon}">`]),
    ...fonts.map((name) => `<link rel="preload" as="font" type="font/woff2" href="/${name}" crossorigin>`),
    ...styles.map((name) => `<link rel="stylesheet" href="/${name}">`),
    ...scripts.slice(1).map((name) => `<link rel="modulepreload" href="/${name}">`),
    ...scripts.slice(0, 1).map((name) => `<script type="module" src="/${name}"></script>`),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Talea</title>
${head.join("\n")}
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript. The same answers come from the API under /api/v1.</noscript>
</body>
</html>
`;
}

const gzipped = promisify(gzip);
const gunzipped = promisify(gunzip);
const brotlied = promisify(brotliCompress);

/** Writes the file and its compressed twins; the size gzipped. */
async function writeCompressed(folder: string, name: string, bytes: Uint8Array): Promise<number> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  if (!COMPRESSED.has(extname(name))) return bytes.length;
  const [asGzip, asBrotli] = await Promise.all([
    gzipped(bytes, { level: 9 }),
    brotlied(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  ]);
  writeFileSync(`${path}.gz`, asGzip);
  writeFileSync(`${path}.br`, asBrotli);
  return asGzip.length;
}

function writeStamp(
  folder: string,
  sources: readonly string[],
  built: { readonly minify: boolean; readonly firstLoadBytes: number },
): void {
  const own = sources.filter((path) => !path.includes("node_modules"));
  const inputs = [...new Set([...own, "package-lock.json", relative(ROOT, fileURLToPath(import.meta.url))])].sort();
  const hash = hashOf(inputs, built.minify);
  if (hash === undefined) throw new Error(`An input of the page is no file: ${inputs.join(", ")}`);
  const stamp: Stamp = { hash, inputs, firstLoadBytes: built.firstLoadBytes };
  writeFileSync(join(folder, STAMP), JSON.stringify(stamp));
}

function readStamp(path: string): Stamp | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Stamp) : undefined;
}

/** Undefined when an input is gone. */
function hashOf(inputs: readonly string[], minify: boolean): string | undefined {
  const hash = createHash("sha256").update(String(minify));
  for (const input of inputs) {
    const path = join(ROOT, input);
    if (!existsSync(path)) return undefined;
    hash.update(input).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

/** Puts the new folder in the old one's place. Of two builds at once one stays. */
function replaceFolder(made: string, target: string): void {
  const old = `${made}-old`;
  try {
    if (existsSync(target)) renameSync(target, old);
    renameSync(made, target);
  } catch (error) {
    if (!existsSync(join(target, STAMP))) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const begun = performance.now();
  const { changed, firstLoadBytes, outDir } = await buildPage({ outDir: "dist/web", minify: true });
  const took = Math.round(performance.now() - begun);
  const size = `${(firstLoadBytes / 1000).toFixed(1)} kB of JavaScript at first load (gzip)`;
  if (changed) console.error(`Built the page into ${relative(process.cwd(), outDir)} in ${took} ms: ${size}`);
}
