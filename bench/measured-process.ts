// A Talea that is measured: a process of its own with an engine below it, on free ports and a new data directory.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Status } from "../src/model/shapes.ts";

const MAIN = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const TICKS_PER_S = 100;

export interface Resources {
  /** Of both processes. */
  readonly residentBytes: number;
  readonly cpuS: number;
}

export class MeasuredTalea {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly readyMs: number;
  readonly directory: string;

  private constructor(child: ChildProcess, url: string, readyMs: number, directory: string) {
    this.#child = child;
    this.url = url;
    this.readyMs = readyMs;
    this.directory = directory;
  }

  static async start(
    directory = mkdtempSync(join(tmpdir(), "talea-bench-")),
    flags: readonly string[] = [],
  ): Promise<MeasuredTalea> {
    const args = [
      MAIN,
      "serve",
      "--data",
      join(directory, "data"),
      "--port",
      "0",
      "--grpc-port",
      "0",
      "--log-level",
      "warn",
    ];
    const startedAt = performance.now();
    const child = spawn(process.execPath, [...args, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    for await (const line of lines) {
      const url = /ready on (http:\S+)/.exec(line)?.[1];
      if (url === undefined) continue;
      lines.close();
      child.stdout?.resume();
      return new MeasuredTalea(child, url, performance.now() - startedAt, directory);
    }
    throw new Error("Talea ended before it was ready");
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  async get<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(this.url + path, { headers });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  status(): Promise<Status> {
    return this.get<Status>("/api/v1/status");
  }

  /** What the server and its engine use now. */
  resources(): Resources {
    const pids = [this.#child.pid as number, ...childrenOf(this.#child.pid as number)];
    let residentBytes = 0;
    let cpuS = 0;
    for (const pid of pids) {
      residentBytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      cpuS += (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
    }
    return { residentBytes, cpuS };
  }

  async stop(keepData = false): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill("SIGTERM");
      await ended;
    }
    if (!keepData) rmSync(this.directory, { recursive: true, force: true });
  }
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return list === "" ? [] : list.split(" ").map(Number);
}
