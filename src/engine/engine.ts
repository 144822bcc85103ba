import { resolve } from "node:path";
import type { ChildOptions } from "./child-options.ts";
import { acquireDataDirectory } from "./data-directory.ts";
import { EngineError, unsupported } from "./engine-error.ts";
import { createSocketPath, removeSocketDirectory } from "./socket-directory.ts";
import { type EngineLog, type EngineStatus, Supervisor } from "./supervisor.ts";

export { EngineError, type EngineErrorCode } from "./engine-error.ts";
export type { EngineLog, EngineState, EngineStatus } from "./supervisor.ts";

const MiB = 1024 * 1024;
/** The engine takes the path of a spooled file for a pattern. */
const PATTERN_REFUSAL = "The path of the data directory may contain none of * ? { }";

/** What can be left out has a default. */
export interface EngineOptions {
  /** Talea's data directory; the engine's files lie in `engine/` below it. Created with mode 0700. */
  readonly dataDirectory: string;
  /** Who owns the directory, for the message to a second one: the address that Talea listens on. */
  readonly owner: string;
  readonly log: EngineLog;
  /** What the engine's process may take: 300 MB for the library and Node, the rest for queries, inserts, merges and caches. */
  readonly memoryBytes?: number;
  /** Queries that read side by side. */
  readonly readers?: number;
  /** Queries with `readonly`, of people that are not trusted: they run beside the readers and never in their place. */
  readonly guests?: number;
  /** What one query may allocate. */
  readonly queryMemoryBytes?: number;
  /** How long a query that reads may run if it does not say. */
  readonly queryTimeMs?: number;
  /** How long any query may run; what writes has it without asking. */
  readonly queryTimeMsMax?: number;
  /** Queries that wait for a session, readers and writers each; more are answered 503. */
  readonly queriesWaitingMax?: number;
  /** How long after its time a guest's query may go on until the engine's process is replaced to end it. */
  readonly stuckAfterMs?: number;
  /** The longest body of an INSERT, inflated. */
  readonly insertBytesMax?: number;
  /** How long `close` waits for queries under way before it kills them. */
  readonly closeTimeMs?: number;
  /** After how long without an answer the engine's process is replaced. */
  readonly hangTimeMs?: number;
}

/** A running engine. It speaks ClickHouse's HTTP interface on `socketPath`. */
export interface Engine {
  /** The same for the engine's whole life, across restarts of its process. */
  readonly socketPath: string;
  status(): EngineStatus;
  /** Corrects `owner`, once the address that Talea listens on is known. */
  noteOwner(owner: string): void;
  /** Calls `listener` each time that the engine is back after its process died. Returns what ends that. */
  onReady(listener: () => void): () => void;
  /** Waits for queries under way, ends the process and gives the data directory free. */
  close(): Promise<void>;
}

/**
 * Starts the embedded engine. Throws an EngineError when it cannot run here, when another Talea owns the directory, or
 * when it does not start. Once started it stays: a process that dies or hangs is replaced.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  if (process.platform === "win32") throw unsupported("chDB has no build for Windows.");
  const dataDirectory = resolve(options.dataDirectory);
  if (/[*?{}]/.test(dataDirectory)) throw new EngineError("failed", `${PATTERN_REFUSAL}: ${dataDirectory}`);
  const directory = await acquireDataDirectory(dataDirectory, options.owner);
  const socketPath = createSocketPath();
  const listeners = new Set<() => void>();
  const tellReady = (): void => {
    for (const listener of listeners) listener();
  };
  const supervisor = new Supervisor(
    childOptions(options, directory.engineDirectory, socketPath),
    options.log,
    tellReady,
  );
  const letGo = (): void => {
    removeSocketDirectory(socketPath);
    directory.release();
  };
  try {
    directory.noteSocket(socketPath);
    await supervisor.start();
  } catch (thrown) {
    await supervisor.close();
    letGo();
    throw thrown;
  }
  let closing: Promise<void> | undefined;
  return {
    socketPath,
    status: () => supervisor.status(),
    noteOwner: directory.noteOwner,
    onReady: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closing ??= supervisor.close().then(letGo);
      return closing;
    },
  };
}

function childOptions(options: EngineOptions, directory: string, socketPath: string): ChildOptions {
  const memoryBytes = options.memoryBytes ?? 900 * MiB;
  const queryTimeMs = options.queryTimeMs ?? 30_000;
  return {
    directory,
    socketPath,
    readers: options.readers ?? 4,
    guests: options.guests ?? 2,
    memoryBytes,
    queryMemoryBytes: options.queryMemoryBytes ?? Math.floor(memoryBytes * 0.45),
    queryTimeMs,
    queryTimeMsMax: options.queryTimeMsMax ?? Math.max(queryTimeMs, 600_000),
    queriesWaitingMax: options.queriesWaitingMax ?? 256,
    stuckAfterMs: options.stuckAfterMs ?? 30_000,
    insertBytesMax: options.insertBytesMax ?? 128 * MiB,
    closeTimeMs: options.closeTimeMs ?? 5000,
    hangTimeMs: options.hangTimeMs ?? 10_000,
  };
}
