// Runs all tests:   node tools/test.ts
//
// First those that only compute and wait, two files at a time; then, one by one, those that need the machine for
// themselves, because they measure time or drive a browser. All of it runs even when something fails.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ALONE = ["browser", "durability", "live", "load", "sdk"];
/** Every process of a test strips the same types: what the first one made is kept for the others. */
const env = { ...process.env, NODE_COMPILE_CACHE: "node_modules/.cache/compiled" };

function run(concurrency: number, patterns: readonly string[]): boolean {
  const args = ["--test", `--test-concurrency=${concurrency}`, ...patterns];
  return spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: "inherit" }).status === 0;
}

// Tests that need the page find it built: two of them at once would build it twice.
await buildPage({ outDir: "dist/web", minify: true });
const together = [
  "src/!(engine)/**/*.test.ts",
  "sdk/**/*.test.ts",
  "tools/**/*.test.ts",
  `test/!(${ALONE.join("|")})/**/*.test.ts`,
];
const alone = ["src/engine/**/*.test.ts", `test/{${ALONE.join(",")}}/**/*.test.ts`];
const passed = [run(2, together), run(1, alone)];
process.exit(passed.every(Boolean) ? 0 : 1);
