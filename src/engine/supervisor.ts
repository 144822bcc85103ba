// Keeps one child running: starts it, asks it now and then whether it still answers, and starts the next one when it
// died. The first restart follows at once, further ones after 0.1, 0.2, 0.4 … 2 s, until one has lasted for a while.

import { type ChildProcess, fork } from "node:child_process";
import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ChildMessage, ChildOptions, ParentMessage } from "./child-options.ts";
import { EngineError, unsupported } from "./engine-error.ts";
import { residentBytes } from "./processes.ts";

export type EngineState = "starting" | "ready" | "restarting" | "closed";
export type EngineLog = (level: "debug" | "info" | "warn" | "error", message: string, details?: object) => void;

const BACK_OFF_MS_MIN = 100;
const BACK_OFF_MS_MAX = 1000;
/** A child that lasted so long starts the back-off anew. */
const LASTING_MS = 30_000;
const PING_EVERY_MS_MAX = 1000;
/** How long loading a large database may take. */
const START_MS_MAX = 120_000;
const OUTPUT_CHARACTERS_MAX = 2000;

export interface EngineStatus {
  readonly state: EngineState;
  readonly restarts: number;
  readonly pid: number | undefined;
  readonly residentBytes: number | undefined;
}

export class Supervisor {
  readonly #options: ChildOptions;
  readonly #log: EngineLog;
  readonly #onReady: () => void;
  #state: EngineState = "starting";
  #child: ChildProcess | undefined;
  #restarts = 0;
  #backOffMs = 0;
  #running: Promise<void> = Promise.resolve();
  readonly #closed = new AbortController();

  constructor(options: ChildOptions, log: EngineLog, onReady: () => void) {
    this.#options = options;
    this.#log = log;
    this.#onReady = onReady;
  }

  /** Resolves when the first child is ready. Throws an EngineError when it fails; later failures are tried again. */
  async start(): Promise<void> {
    const child = await this.#startChild();
    this.#running = this.#keepRunning(child);
  }

  status(): EngineStatus {
    const pid = this.#child?.pid;
    return {
      state: this.#state,
      restarts: this.#restarts,
      pid,
      residentBytes: pid === undefined ? undefined : residentBytes(pid),
    };
  }

  async close(): Promise<void> {
    const wasReady = this.#state === "ready";
    this.#state = "closed";
    this.#closed.abort();
    const child = this.#child;
    if (child !== undefined) {
      const message: ParentMessage = { type: "close" };
      if (wasReady && child.connected)
        child.send(message, () => undefined); // one that just died needs no word
      else child.kill("SIGKILL");
      const timer = setTimeout(() => child.kill("SIGKILL"), this.#options.closeTimeMs * 2 + 1000);
      await exitOf(child);
      clearTimeout(timer);
    }
    await this.#running;
  }

  async #keepRunning(first: ChildProcess): Promise<void> {
    let child = first;
    while (this.#state !== "closed") {
      const readyAt = performance.now();
      const watching = new AbortController();
      const watch = this.#watch(child, watching.signal);
      const end = await exitOf(child);
      watching.abort();
      await watch;
      if (this.#isClosed()) return;
      this.#state = "restarting";
      this.#log("error", "The engine's process ended; starting another", { end });
      if (performance.now() - readyAt > LASTING_MS) this.#backOffMs = 0;
      const next = await this.#restart();
      if (next === undefined) return;
      child = next;
    }
  }

  /** Until a child is ready; `undefined` when the engine was closed meanwhile. */
  async #restart(): Promise<ChildProcess | undefined> {
    for (;;) {
      if (this.#backOffMs > 0) await delay(this.#backOffMs, undefined, { signal: this.#closed.signal }).catch(onAbort);
      this.#backOffMs = Math.min(Math.max(this.#backOffMs * 2, BACK_OFF_MS_MIN), BACK_OFF_MS_MAX);
      if (this.#isClosed()) return undefined;
      this.#restarts++;
      try {
        return await this.#startChild();
      } catch (thrown) {
        if (this.#isClosed()) return undefined;
        this.#log("error", "The engine did not start", { error: String(thrown) });
      }
    }
  }

  async #startChild(): Promise<ChildProcess> {
    const child = fork(childProgram(), [JSON.stringify(this.#options)], {
      env: environment(this.#options),
      execArgv: ["--max-semi-space-size=2"], // queries leave little garbage: 25 MB less resident
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log("warn", "The engine says", { text: text.slice(0, OUTPUT_CHARACTERS_MAX) });
      });
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
    try {
      await readiness(child);
    } finally {
      clearTimeout(timer);
    }
    if (!this.#isClosed()) {
      this.#state = "ready";
      this.#onReady();
    }
    return child;
  }

  /** Kills the child when it has not answered for a while. */
  async #watch(child: ChildProcess, signal: AbortSignal): Promise<void> {
    const { socketPath, hangTimeMs } = this.#options;
    const everyMs = Math.min(PING_EVERY_MS_MAX, hangTimeMs / 4);
    let failingSince: number | undefined;
    while (!signal.aborted) {
      await delay(everyMs, undefined, { signal, ref: false }).catch(onAbort);
      if (signal.aborted) return;
      const askedAt = performance.now();
      if (await answersPing(socketPath, hangTimeMs / 2)) failingSince = undefined;
      else failingSince ??= askedAt;
      if (failingSince === undefined || performance.now() - failingSince < hangTimeMs || signal.aborted) continue;
      this.#log("error", "The engine does not answer; killing its process", { pid: child.pid });
      child.kill("SIGKILL");
      return;
    }
  }

  /** A getter of its own, as the state changes across awaits. */
  #isClosed(): boolean {
    return this.#state === "closed";
  }
}

/** The child's own environment: nothing of ours may change how the engine works. */
function environment(options: ChildOptions): Record<string, string> {
  return {
    HOME: options.directory,
    TZ: "UTC",
    // Each query holds a thread of Node's pool, and files and compression need some too.
    UV_THREADPOOL_SIZE: String(options.readers + 8),
    // What is freed goes back to the system soon. By default glibc (Node's allocator) keeps 110 MB for good, and
    // jemalloc (the engine's) holds 130 MB more while inserting, 400 MB more when queries run into their limits.
    MALLOC_ARENA_MAX: "2",
    MALLOC_MMAP_THRESHOLD_: String(256 * 1024),
    MALLOC_TRIM_THRESHOLD_: String(1024 * 1024),
    JE_MALLOC_CONF: "dirty_decay_ms:200,muzzy_decay_ms:0,oversize_threshold:2097152",
  };
}

/** Resolves on the child's word that it is ready. */
function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: ChildMessage) => {
      if (message.type === "ready") resolve();
      else reject(message.unsupported ? unsupported(message.message) : new EngineError("failed", message.message));
    });
    child.on("error", (error) =>
      reject(new EngineError("failed", `The engine's process cannot be started: ${error.message}`)),
    );
    child.on("exit", (code, signal) =>
      reject(new EngineError("failed", `The engine's process ended before it was ready (${signal ?? `code ${code}`})`)),
    );
  });
}

/** How the child ended, once it has. */
function exitOf(child: ChildProcess): Promise<string> {
  const end = (): string => child.signalCode ?? `code ${child.exitCode}`;
  if (child.pid === undefined) return Promise.resolve("never started");
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(end());
  return new Promise((resolve) => child.on("exit", () => resolve(end())));
}

function answersPing(socketPath: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: "/ping", timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

function onAbort(thrown: unknown): void {
  if (!(thrown instanceof Error && thrown.name === "AbortError")) throw thrown;
}

/** Beside this file, in the language that this file is in. */
function childProgram(): string {
  const name = import.meta.url.endsWith(".ts") ? "./child.ts" : "./child.js";
  return fileURLToPath(new URL(name, import.meta.url));
}
