// House rules that no other tool checks: which folder may import which, what lies where, and what is not to be found.
// Prints every finding at once, each with the file, the rule and how to mend it. Run by `npm test` through
// tidy.test.ts, or by hand: node tools/tidy.ts

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly mend: string;
}

/** A file of the repository, as the rules see it. */
interface Source {
  readonly file: string;
  readonly text: string;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Which folders of src/ a folder may import, besides itself. Tests may import anything. One way only:
 * base ← model ← {dialects, analysis, journal, store} ← {ingest, live, jobs} ← api ← server ← cli.
 */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ["base"],
  engine: ["base"],
  dialects: ["base", "model"],
  analysis: ["base", "model"],
  journal: ["base", "model"],
  store: ["base", "model"],
  ingest: ["base", "model", "dialects", "journal", "store"],
  live: ["base", "model", "analysis", "journal", "store"],
  jobs: ["base", "model", "analysis", "journal", "store"],
  api: ["base", "model", "analysis", "journal", "store", "ingest", "live", "jobs"],
  server: ["base", "model", "analysis", "journal", "store", "engine", "ingest", "live", "jobs", "api"],
  cli: ["base", "model", "analysis", "journal", "store", "engine", "server"],
  web: ["base", "model", "analysis"],
};

/** Folders that run in the browser too, or are pure by promise: nothing of Node. */
const PURE = new Set(["base", "model", "dialects", "analysis", "web"]);
/** Only these write files below the data directory. */
const WRITERS = new Set(["journal", "engine", "cli"]);
/** Exceptions, each with its reason. This list may only shrink. */
const ALLOWED: readonly string[] = [];

const FORBIDDEN_NAMES = /(?:^|[-/])(?:utils?|helpers?|common|manager|misc|new|v2)(?=[-./])/;
const FILE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.(?:ts|tsx|css|mjs)$/;
const LINES_MAX = 800;
const DEPTH_MAX = 3;

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^"'`;]*?\sfrom\s)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

const RULES: readonly ((source: Source) => Finding[])[] = [
  layers,
  purity,
  fileNames,
  sizes,
  environment,
  writers,
  foreignNames,
  machinePaths,
  leftovers,
];

/** Every finding in the repository's files. */
export function tidy(): Finding[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" });
  const files = listed.split("\n").filter((file) => /\.(?:ts|tsx|mjs|css|md|json|sh)$/.test(file));
  const present = files.filter((file) => !file.startsWith("test/fixtures/") && file !== "package-lock.json");
  const findings = present.flatMap((file) => check({ file, text: read(file) }));
  return findings.filter(({ file, rule }) => !ALLOWED.includes(`${file}: ${rule}`));
}

/** The findings of one file. */
export function check(source: Source): Finding[] {
  return RULES.flatMap((rule) => rule(source));
}

function read(file: string): string {
  try {
    return readFileSync(join(ROOT, file), "utf8");
  } catch (error) {
    // Listed by git and deleted since.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** The folder of src/ that a file lies in, or undefined. */
function layerOf(file: string): string | undefined {
  return /^src\/([a-z]+)\//.exec(file)?.[1];
}

function isTest(file: string): boolean {
  return (
    file.includes(".test.") || file.startsWith("test/") || file.startsWith("bench/") || file.startsWith("examples/")
  );
}

function imports({ text }: Source): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
}

function layers(source: Source): Finding[] {
  const layer = layerOf(source.file);
  if (layer === undefined || isTest(source.file)) return [];
  const allowed = LAYERS[layer];
  if (allowed === undefined) {
    return [
      {
        file: source.file,
        rule: `src/${layer} is no folder of the design`,
        mend: "add it to LAYERS in tools/tidy.ts and to ARCHITECTURE.md",
      },
    ];
  }
  return imports(source).flatMap((specifier) => {
    if (!specifier.startsWith(".")) return [];
    const target = layerOf(normalize(join(dirname(source.file), specifier)));
    if (target === undefined || target === layer || allowed.includes(target)) return [];
    return [
      {
        file: source.file,
        rule: `${layer} may not import ${target}`,
        mend: `${layer} may import ${allowed.join(", ") || "nothing"}: move the piece, or hand it in from above`,
      },
    ];
  });
}

function purity(source: Source): Finding[] {
  const layer = layerOf(source.file);
  if (layer === undefined || !PURE.has(layer) || isTest(source.file)) return [];
  const node = imports(source).filter((specifier) => specifier.startsWith("node:"));
  const found = node.map((specifier) => `${layer} imports ${specifier}`);
  if (/\bBuffer\b/.test(withoutComments(source.text))) found.push(`${layer} uses Buffer`);
  return found.map((rule) => ({
    file: source.file,
    rule,
    mend: "this folder also runs where there is no Node: use standard JavaScript",
  }));
}

function fileNames({ file }: Source): Finding[] {
  if (!/^(?:src|sdk\/src|tools|bench)\//.test(file) || /\.(?:json|md)$/.test(file)) return [];
  const findings: Finding[] = [];
  const name = file.split("/").at(-1) as string;
  if (!FILE_NAME.test(name))
    findings.push({ file, rule: "file names are kebab-case", mend: "name it after its main export" });
  if (FORBIDDEN_NAMES.test(file))
    findings.push({ file, rule: "the name says nothing", mend: "name what is inside, in words of the vocabulary" });
  const depth = file.split("/").length - 2;
  if (file.startsWith("src/") && depth > DEPTH_MAX) {
    findings.push({ file, rule: `folders are at most ${DEPTH_MAX} deep below src/`, mend: "flatten the folder" });
  }
  return findings;
}

function sizes({ file, text }: Source): Finding[] {
  const lines = text.split("\n").length;
  if (!/\.(?:ts|tsx|mjs)$/.test(file) || lines <= LINES_MAX) return [];
  return [{ file, rule: `${lines} lines, at most ${LINES_MAX}`, mend: "take out what has a name of its own" }];
}

function environment({ file, text }: Source): Finding[] {
  const layer = layerOf(file);
  const mayRead = ["src/server/settings.ts", "src/engine/supervisor.ts"].includes(file) || layer === "cli";
  if (layer === undefined || isTest(file) || mayRead || !withoutComments(text).includes("process.env")) return [];
  return [
    { file, rule: "only server/settings.ts reads process.env", mend: "add a row to SETTINGS and hand the value in" },
  ];
}

function writers(source: Source): Finding[] {
  const layer = layerOf(source.file);
  if (layer === undefined || WRITERS.has(layer) || isTest(source.file)) return [];
  const writes = /\b(?:writeFile|appendFile|createWriteStream|mkdir|unlink|rename|truncate|rm)(?:Sync)?\b/;
  const fs = imports(source).some((specifier) => /^node:fs/.test(specifier));
  if (!fs || !writes.test(withoutComments(source.text))) return [];
  return [{ file: source.file, rule: "only journal and engine write files", mend: "hand the data to one of them" }];
}

/** Attribute names of other people's conventions stand in the dialects only. */
const FOREIGN =
  /["'`](?:gen_ai|llm|langfuse|openinference|traceloop|langsmith|mastra|gcp\.vertex|ai\.telemetry|pydantic_ai|logfire|crewai)\.[a-z_]/;

function foreignNames({ file, text }: Source): Finding[] {
  const layer = layerOf(file);
  if (layer === undefined || layer === "dialects" || isTest(file)) return [];
  // `llm.started` and its kin are RunEvent types of our own.
  const code = withoutComments(text).replaceAll(/["'`]llm\.(?:started|completed|failed)["'`]/g, "");
  if (!FOREIGN.test(code)) return [];
  return [{ file, rule: "only src/dialects knows foreign attribute names", mend: "let a dialect turn it into a fact" }];
}

const MACHINE_PATH = /(?:^|[^A-Za-z0-9_./-])\/(?:work|farm|root|home\/[a-z]+)\//m;
const REGISTRY = /https?:\/\/[a-z0-9.-]*(?:registry|npmjs|pypi|crates|maven)[a-z0-9.-]*\//;

function machinePaths({ file, text }: Source): Finding[] {
  const findings: Finding[] = [];
  if (file === "tools/tidy.ts" || file === "tools/tidy.test.ts") return findings;
  if (MACHINE_PATH.test(text))
    findings.push({ file, rule: "a path of somebody's machine", mend: "make it relative, or leave it out" });
  if (REGISTRY.test(text)) findings.push({ file, rule: "the host name of a package registry", mend: "leave it out" });
  return findings;
}

function leftovers({ file, text }: Source): Finding[] {
  if (!/\.(?:ts|tsx)$/.test(file) || file.startsWith("tools/tidy")) return [];
  const findings: Finding[] = [];
  if (/\b(?:TODO|FIXME|XXX|HACK)\b/.test(text))
    findings.push({ file, rule: "a note to oneself", mend: "do it, or file an issue" });
  if (/\b(?:it|test|describe)\.(?:only|todo)\(/.test(text))
    findings.push({ file, rule: "an exclusive or empty test", mend: "run them all" });
  if (/@ts-(?:ignore|expect-error|nocheck)|biome-ignore(?!.*: \S)/.test(text)) {
    findings.push({ file, rule: "a silenced error", mend: "mend the cause; a biome-ignore says why" });
  }
  return findings;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|[^:"'`])\/\/.*$/gm, "$1");
}

if (import.meta.main) {
  const findings = tidy();
  for (const { file, rule, mend } of findings) console.log(`${file}: ${rule}\n    ${mend}`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
