// A real server with the built page, as a process of its own: what a reader's browser talks to.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Status } from "../../src/model/shapes.ts";
import { buildPage } from "../../tools/build.ts";

export interface BrowserTalea {
  readonly url: string;
  /** Sends a capture from test/fixtures. */
  load(capture: string): Promise<void>;
  /** Sends a body of OTLP/JSON traces. */
  send(body: string): Promise<void>;
  /** Sends JSON to any path. */
  post(path: string, body: unknown): Promise<Response>;
  get<T>(path: string): Promise<T>;
  /** Resolves when nothing waits to be settled: from then on what is shown of runs rests. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const READY = /Talea is ready on (http:\S+)/;
const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 10_000;
const SETTLED_WITHIN_MS = 30_000;

/** Builds the page if it changed, starts a server on a free port and waits until it takes data. */
export async function startBrowserTalea(environment: Readonly<Record<string, string>> = {}): Promise<BrowserTalea> {
  await buildPage({ outDir: "dist/web", minify: true });
  const folder = mkdtempSync(join(tmpdir(), "talea-browser-"));
  const args = ["src/cli/main.ts", "serve", "--data", join(folder, "data")];
  const child = spawn(process.execPath, [...args, "--port", "0", "--grpc-port", "0", "--quiet", "1s"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  const url = await readyUrl(child);
  const key = environment["TALEA_KEY"];
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const headers = { "content-type": "application/json", ...authorization };
  const get = async <T>(path: string): Promise<T> => {
    const answer = await fetch(url + path, { headers: authorization });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const send = async (body: string): Promise<void> => {
    const answer = await fetch(`${url}/v1/traces`, { method: "POST", headers, body });
    if (answer.status !== 200) throw new Error(`/v1/traces: ${answer.status} ${await answer.text()}`);
  };
  return {
    url,
    send,
    load: (capture) => send(readFileSync(join(ROOT, "test/fixtures", capture), "utf8")),
    post: (path, body) => fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) }),
    get,
    settled: async () => {
      for (const deadline = performance.now() + SETTLED_WITHIN_MS; performance.now() < deadline; await delay(100)) {
        if ((await get<Status>("/api/v1/status")).unsettled === 0) return;
      }
      throw new Error("Not settled in time");
    },
    stop: async () => {
      await stopProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => reject(new Error(`The server did not get ready: ${why}\n${output}`));
    const timer = setTimeout(() => fail(`${READY_WITHIN_MS} ms passed`), READY_WITHIN_MS);
    const take = (text: Buffer) => {
      output += text;
      const match = READY.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match[1] as string);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => fail(`it ended with ${code}`));
  });
}

function stopProcess(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
