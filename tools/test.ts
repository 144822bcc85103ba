// Runs all tests:   node tools/test.ts
//
// First most of them, some files at a time; then, one by one, those that measure time and need the machine for themselves.
// All of it runs even when something fails.

import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { matchesGlob } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MEASURING = ["src/engine/**", "test/{live,load}/**", "test/browser/{large-run,live,live-budget}.test.ts"];
/** One more would be a sixth faster, and what waits for a page or a server would wait too long now and then. */
const AT_ONCE = availableParallelism();
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
const { true: alone = [], false: others = [] } = Object.groupBy(files, (file) => `${isMeasuring(file)}` as const);
const passed = [run(AT_ONCE, others), run(1, alone)];
process.exit(passed.every(Boolean) ? 0 : 1);
