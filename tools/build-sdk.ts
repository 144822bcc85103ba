// Builds sdk/ as it is published: dist/ for `import`, dist/cjs/ for `require`, each with its types.
// node tools/build-sdk.ts

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "sdk/dist");
/** `import.meta.url` in a file that is required. */
const MODULE_URL = 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;';

/** Throws, with what the compiler says, when it does not compile. */
export function buildSdk(): void {
  const tsc = spawnSync("tsc", ["-b", "sdk"], { cwd: ROOT, encoding: "utf8", shell: process.platform === "win32" });
  if (tsc.status !== 0) throw new Error(`sdk does not compile:\n${tsc.stdout}${tsc.stderr}${tsc.error ?? ""}`);
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ["sdk/dist/index.js"],
    outfile: "sdk/dist/cjs/index.js",
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: MODULE_URL },
    logLevel: "warning",
  });
  writeFileSync(join(DIST, "cjs/package.json"), '{ "type": "commonjs" }\n');
  for (const name of readdirSync(DIST).filter((file) => file.endsWith(".d.ts"))) {
    writeFileSync(join(DIST, "cjs", name), readFileSync(join(DIST, name), "utf8"));
  }
}

if (import.meta.main) buildSdk();
