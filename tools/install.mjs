// Makes `npm start` and `npm test` work on a fresh clone: runs `npm ci` when the lock file changed since the last
// install, and checks that the next script gets Node 24. Plain JavaScript with built-ins only: it runs on any Node >= 18.
//
// It is the `pre…` hook of every script, because npm opens a new shell for the script after it, which then finds the
// Node that was just installed under node_modules/.bin.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR_MIN = 24;
const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = join(root, "node_modules", ".talea-install");
const stamp = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .update(`${process.platform} ${process.arch}`)
  .digest("hex");

if (!existsSync(stampFile) || readFileSync(stampFile, "utf8") !== stamp) {
  console.error("Installing dependencies (npm ci): about half a minute and 1 GB, only when they changed …");
  // npm replaces node_modules, so it must not itself run on the Node inside it.
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(`node_modules${sep}.bin`))
    .join(delimiter);
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, PATH: path },
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(stampFile, stamp);
}

const version = spawnSync("node", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "none";
if (Number(version.slice(1).split(".")[0]) < NODE_MAJOR_MIN) {
  console.error(
    `Talea needs Node ${NODE_MAJOR_MIN} or newer and found ${version}. The npm package "node" should have brought it: ` +
      "run npm without --ignore-scripts and --omit=optional, or install Node 24 yourself (nodejs.org).",
  );
  process.exit(1);
}
