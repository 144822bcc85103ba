// Runs all tests:   node tools/test.ts
//
// First most of them, two files at a time; then, one by one, those that measure time and need the machine for themselves.
// All of it runs even when something fails.

import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { matchesGlob } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MEASURING = ["src/engine/**", "test/{live,load}/**", "test/browser/{large-run,live,live-budget}.test.ts"];
/** Every process of a test strips the same types: what the first one made is kept for the others. */
const env = { ...process.env, NODE_COMPILE_CACHE: "node_modules/.cache/compiled" };

function run(concurrency: number, files: readonly string[]): boolean {
  const args = ["--test", `--test-concurrency=${concurrency}`, ...files];
  return spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: "inherit" }).status === 0;
}

// Tests that need the page find it built: two of them at once would build it twice.
await buildPage({ outDir: "dist/web", minify: true });
const files = globSync("{src,sdk,tools,test}/**/*.test.ts", { cwd: ROOT, exclude: ["**/node_modules"] });
const isMeasuring = (file: string) => MEASURING.some((pattern) => matchesGlob(file, pattern));
const passed = [
  run(
    2,
    files.filter((file) => !isMeasuring(file)),
  ),
  run(1, files.filter(isMeasuring)),
];
process.exit(passed.every(Boolean) ? 0 : 1);
