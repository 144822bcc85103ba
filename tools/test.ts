// Runs all tests:   node tools/test.ts
//
// First those that wait for servers most of their time, more files at once than there are processors; then the others; and
// at the end, one by one, those that measure time and need the machine for themselves. All of it runs even when something
// fails, and each part ends with the files that took longest.

import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { matchesGlob } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MEASURING = [
  "src/engine/**",
  "test/{live,load}/**",
  "test/sdk/failures.test.ts",
  "test/browser/{large-run,live,live-budget}.test.ts",
];
const WAITING = ["test/{api,cli,contract,ingest,jobs,sdk}/**"];
/** With more, what waits for a page or for a server that was killed would wait too long now and then. */
const AT_ONCE = availableParallelism();
/** Of a test, and of a file: the longest takes a third of it. */
const TIMEOUT_MS = 300_000;
/** Every process of a test strips the same types: what the first one made is kept for the others. */
const env = { ...process.env, NODE_COMPILE_CACHE: "node_modules/.cache/compiled" };

function run(concurrency: number, files: readonly string[]): boolean {
  const reporters = ["spec", "./tools/slowest-files.ts"].flatMap((reporter) => [
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stdout",
  ]);
  const limits = [`--test-concurrency=${concurrency}`, `--test-timeout=${TIMEOUT_MS}`];
  const args = ["--test", ...limits, ...reporters, ...files];
  return spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: "inherit" }).status === 0;
}

// Tests that need the page find it built: two of them at once would build it twice.
await buildPage({ outDir: "dist/web", minify: true });
const files = globSync("{src,sdk,tools,test}/**/*.test.ts", { cwd: ROOT, exclude: ["**/node_modules"] });
const isOf = (patterns: readonly string[], file: string) => patterns.some((pattern) => matchesGlob(file, pattern));
const kindOf = (file: string) => (isOf(MEASURING, file) ? "measuring" : isOf(WAITING, file) ? "waiting" : "other");
const { waiting = [], other = [], measuring = [] } = Object.groupBy(files, kindOf);
const passed = [run(2 * AT_ONCE, waiting), run(AT_ONCE, other), run(1, measuring)];
process.exit(passed.every(Boolean) ? 0 : 1);
