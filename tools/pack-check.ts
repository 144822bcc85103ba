// Checks the package as a stranger would use it: packs it, installs it into an empty folder with an empty cache, starts
// it with npx, imports a sample, reads the run, opens the page, stops it. Prints sizes and times; exit code 1 when
// something is not as it should be. `npm run pack:check`

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Run, Status } from "../src/model/shapes.ts";
import { packFolder, stagePackage } from "./pack-check-stage.ts";

const READY_WITHIN_MS = 30_000;
const SETTLED_WITHIN_MS = 15_000;
const STOPS_WITHIN_MS = 10_000;
const MB = 1e6;

const work = mkdtempSync(join(tmpdir(), "talea-pack-check-"));
const home = join(work, "home");
const figures: [string, string][] = [];
try {
  await check();
  for (const [what, figure] of figures) console.log(`${what.padEnd(34)} ${figure}`);
  console.log("The package works.");
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function check(): Promise<void> {
  const staged = join(work, "staged");
  const manifest = timed("compile and stage", () => stagePackage(staged));
  const tarball = timed("npm pack", () => packFolder(staged, work));
  note("tarball", `${(statSync(tarball).size / MB).toFixed(1)} MB`);
  note("unpacked", `${(sizeOf(staged) / MB).toFixed(1)} MB`);
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  timed("npm install, empty cache", () =>
    run("npm", ["install", "--loglevel=error", "--no-audit", "--no-fund", "--cache", join(work, "cache"), tarball]),
  );
  const modules = join(home, "node_modules");
  note("installed", `${(sizeOf(modules) / MB).toFixed(0)} MB, ${packageCount(modules)} packages`);
  assert(!existsSync(join(modules, "node")), "the package must not bring Node along");
  assert.equal(run("npx", ["talea", "--version"]).trim(), manifest.version);
  refusesToListenWithoutKey();
  await serves();
}

/** Off loopback there must be a key, and the message must say what to do: what a container meets first. */
function refusesToListenWithoutKey(): void {
  const args = ["talea", "serve", "--host", "0.0.0.0", "--port", "0", "--grpc-port", "0", "--data", join(work, "none")];
  const { status, stderr } = spawnSync("npx", args, { cwd: home, encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /TALEA_KEY/);
}

async function serves(): Promise<void> {
  const startedMs = performance.now();
  const args = ["talea", "serve", "--port", "0", "--grpc-port", "0", "--quiet", "1s", "--data", join(work, "data")];
  const server = spawn("npx", args, { cwd: home, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const url = await readyUrl(server);
  note("npx talea serve, ready after", seconds(performance.now() - startedMs));
  const status = await getJson<Status>(`${url}/api/v1/status`);
  await opensPage(url);
  const sample = join(home, "node_modules", "talea", "samples", "incident-room.otlp.ndjson.gz");
  note("npx talea import", run("npx", ["talea", "import", sample, "--url", url]).split("\n")[0]?.trim() ?? "");
  const [settled] = await untilSettled(url);
  assert(settled !== undefined, "the list must show the imported run");
  assert(settled.agents.includes("commander") && settled.tokens.input > 0);
  note("a run", `${settled.name}: ${settled.agents.length} agents, ${settled.spanCount} spans, ${settled.status}`);
  assert.match(run("npx", ["talea", "doctor", "--url", url]), /All is well/);
  const stoppedMs = performance.now();
  process.kill(status.pid, "SIGTERM");
  await Promise.race([ended, delay(STOPS_WITHIN_MS).then(() => assert.fail("the server did not stop"))]);
  note("stopped after", seconds(performance.now() - stoppedMs));
}

/** The page and its script come from the package. */
async function opensPage(url: string): Promise<void> {
  const html = await (await fetch(url)).text();
  const script = /<script[^>]+src="([^"]+)"/.exec(html)?.[1];
  assert(script !== undefined, "the page must name its script");
  const answer = await fetch(new URL(script, url));
  assert.equal(answer.status, 200);
  note("the page's script", `${((await answer.arrayBuffer()).byteLength / 1000).toFixed(0)} kB`);
}

/** Settling runs in the worker thread: its rows in the list say that the worker was found. */
async function untilSettled(url: string): Promise<Run[]> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const { runs } = await getJson<{ runs: Run[] }>(`${url}/api/v1/runs?since=-3650d`);
    if (runs[0]?.figures !== undefined) return runs;
    assert(performance.now() < deadline, "the imported run was not settled");
    await delay(200);
  }
}

async function readyUrl(server: ChildProcess): Promise<string> {
  let text = "";
  server.stdout?.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!text.includes("\n")) {
    assert(performance.now() < deadline && server.exitCode === null, `the server did not start: ${text}`);
    await delay(20);
  }
  const url = /ready on (http:\S+)/.exec(text)?.[1];
  assert(url !== undefined, text);
  return url;
}

async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, url);
  return (await answer.json()) as T;
}

function run(command: string, args: readonly string[]): string {
  const ended = spawnSync(command, args, { cwd: home, encoding: "utf8", shell: process.platform === "win32" });
  assert.equal(ended.status, 0, `${command} ${args.join(" ")}\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

function timed<T>(what: string, work: () => T): T {
  const startedMs = performance.now();
  const result = work();
  note(what, seconds(performance.now() - startedMs));
  return result;
}

function note(what: string, figure: string): void {
  figures.push([what, figure]);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function packageCount(modules: string): number {
  const entries = readdirSync(modules, { recursive: true, encoding: "utf8" });
  return entries.filter((path) => /(?:^|node_modules\/)(?:@[^/]+\/)?[^/@]+\/package\.json$/.test(path)).length;
}
