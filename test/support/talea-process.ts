// A real Talea, as people start it: its own process, on free ports and a fresh data directory. For tests that stop,
// kill or restart it, or must not share a process with it.
//
//   await using talea = await TaleaProcess.start();
//   await fetch(`${talea.url}/api/v1/status`);
//   await talea.kill();
//   await talea.restart();                  // on the same data

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface TaleaProcessOptions {
  /** Flags of `talea serve` besides those for data and ports. */
  readonly args?: readonly string[];
  /** Flags of Node, for example `--max-old-space-size=256`. */
  readonly nodeArgs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its data lie; a folder of its own otherwise. */
  readonly dataDirectory?: string;
}

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const READY = /^Talea is ready on (\S+) \(OTLP\/gRPC (\S+), data /m;
const START_MS = 30_000;
const STOP_MS = 15_000;

/** Processes that a failed test leaves behind end with the test's own. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class TaleaProcess implements AsyncDisposable {
  readonly #options: TaleaProcessOptions;
  readonly #directory = mkdtempSync(join(tmpdir(), "talea-test-"));
  #child: ChildProcess | undefined;
  #errors = "";
  /** Where the page, the API and OTLP/HTTP are, without a slash at the end. */
  url = "";
  /** Host and port of OTLP/gRPC. */
  grpcAddress = "";

  private constructor(options: TaleaProcessOptions) {
    this.#options = options;
  }

  /** Starts one and waits until it takes data. */
  static async start(options: TaleaProcessOptions = {}): Promise<TaleaProcess> {
    const talea = new TaleaProcess(options);
    try {
      await talea.restart();
      return talea;
    } catch (error) {
      await talea[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The process id of the server; its engine is a child of it. */
  get pid(): number {
    return this.#running().pid as number;
  }

  get dataDirectory(): string {
    return this.#options.dataDirectory ?? join(this.#directory, "data");
  }

  /** What it wrote to its log so far, over all its lives. */
  get log(): string {
    return this.#errors;
  }

  /** Starts again on the same data after `stop` or `kill`; the ports are others. `args` stand for the earlier ones. */
  async restart(args: readonly string[] = this.#options.args ?? []): Promise<void> {
    assert.equal(this.#child, undefined, "it is running already");
    const { nodeArgs = [], environment = {} } = this.#options;
    const flags = ["--data", this.dataDirectory, "--port", "0", "--grpc-port", "0", ...args];
    const child = spawn(process.execPath, [...nodeArgs, MAIN, "serve", ...flags], {
      cwd: this.#directory,
      env: { ...process.env, TALEA_QUIET: "2s", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    const [, url = "", grpcAddress = ""] = await this.#ready(child);
    this.url = url;
    this.grpcAddress = grpcAddress;
  }

  #ready(child: ChildProcess): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      let output = "";
      const timer = setTimeout(() => fail("it was not ready in time"), START_MS);
      const fail = (reason: string) => {
        clearTimeout(timer);
        child.kill("SIGKILL");
        this.#child = undefined;
        reject(new Error(`Talea did not start: ${reason}\n${output}${this.#errors}`));
      };
      const onExit = (code: number | null, signal: string | null) => fail(`it ended with ${code ?? signal}`);
      child.once("exit", onExit);
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const match = READY.exec(output);
        if (match === null) return;
        clearTimeout(timer);
        child.off("exit", onExit);
        resolve(match);
      });
    });
  }

  /** Stops it as an operator would, and asserts that it ended cleanly and in time. */
  async stop(): Promise<void> {
    const { code, signal } = await this.#end("SIGTERM");
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, `Talea did not stop cleanly:\n${this.#errors}`);
  }

  /** Kills the server, not its engine, at once. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const child = this.#running();
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`Talea did not end in ${STOP_MS} ms after ${signal}\n${this.#errors}`));
      }, STOP_MS);
      child.once("exit", (code, by) => {
        clearTimeout(timer);
        resolve({ code, signal: by });
      });
    });
    this.#child = undefined;
    child.kill(signal);
    return await ended;
  }

  #running(): ChildProcess {
    assert.ok(this.#child !== undefined, "it is not running");
    return this.#child;
  }

  /** Kills it when it still runs, and removes its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      await this.kill();
    }
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
