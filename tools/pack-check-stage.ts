// Makes the package as it is published, in a folder of its own: compiled JavaScript, the built page, the samples, and a
// package.json without what only the checkout needs: its scripts, tools, workspaces and Node from npm. Publishing from
// the checkout itself would carry those along.
//
//   node tools/pack-check-stage.ts --out DIR   the folder alone (the Dockerfile's way)
//   node tools/pack-check-stage.ts             packs it and prints the tarball's name

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** Fields of the checkout's package.json that the published one has too. */
const KEPT = [
  "name",
  "version",
  "description",
  "keywords",
  "license",
  "homepage",
  "repository",
  "bugs",
  "type",
] as const;
const COPIED = ["README.md", "LICENSE", "CHANGELOG.md", "samples"];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines: object;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Fills an empty folder with the package. Throws when something does not compile. */
export function stagePackage(folder: string): Manifest {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  mkdirSync(folder, { recursive: true });
  run("node", ["tools/build.ts"]);
  run("tsc", ["-p", "tsconfig.pack.json", "--outDir", join(folder, "dist")]);
  cpSync(join(ROOT, "dist", "web"), join(folder, "dist", "web"), { recursive: true });
  for (const name of COPIED.filter((name) => existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  const source = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest & Record<string, unknown>;
  const manifest = {
    ...Object.fromEntries(KEPT.filter((field) => field in source).map((field) => [field, source[field]])),
    ...{ bin: { talea: "dist/cli/main.js" }, exports: { "./package.json": "./package.json" } },
    ...{ files: ["dist", "samples"], engines: source.engines, dependencies: source.dependencies },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return source;
}

/** Packs a staged folder into a tarball; returns its path. */
export function packFolder(folder: string, into: string): string {
  const { stdout } = run("npm", ["pack", "--loglevel=error", "--pack-destination", resolve(into)], folder);
  return join(resolve(into), stdout.trim().split("\n").at(-1) ?? "");
}

function run(command: string, args: readonly string[], cwd = ROOT): { readonly stdout: string } {
  const ended = spawnSync(command, args, { cwd, encoding: "utf8", shell: process.platform === "win32" });
  if (ended.status === 0) return ended;
  throw new Error(`${command} ${args.join(" ")} ended with ${ended.status}:\n${ended.stdout}${ended.stderr}`);
}

if (import.meta.main) {
  const { out } = parseArgs({ options: { out: { type: "string" } } }).values;
  if (out === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "talea-package-"));
    stagePackage(folder);
    console.log(packFolder(folder, process.cwd()));
    rmSync(folder, { recursive: true });
  } else stagePackage(resolve(out));
}
