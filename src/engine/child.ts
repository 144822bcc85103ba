// The engine's process: chDB inside, ClickHouse's HTTP interface outside.
//
// It lives exactly as long as its parent wants it: when the channel to the parent closes it kills itself, at once and
// whatever it does, so that the data directory is free for the next start. `process.exit` would wait for queries under
// way. Nothing is lost by it: what was acknowledged is on disk, and what a kill leaves behind is mended at the start.

import { mkdirSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Session } from "chdb";
import { type ChildMessage, type ChildOptions, ENGINE_FILES, type ParentMessage } from "./child-options.ts";
import { clickHouseError, ERROR_CODES, fromEngine } from "./clickhouse-error.ts";
import { forgetUnfinishedParts } from "./deduplication-logs.ts";
import { EngineSession, PLAIN } from "./engine-session.ts";
import { createHttpServer } from "./http-server.ts";
import { processStart } from "./processes.ts";
import { QueryRunner } from "./query-runner.ts";
import { QUERY_THREADS, serverArguments } from "./server-arguments.ts";
import { SessionPool } from "./session-pool.ts";
import { Spool } from "./spool.ts";

const POLL_MS = 10;
/** A third of the share of a process at 0, where both want more than there is. */
const ENGINE_NICE = 5;

/** Thrown when the engine cannot be loaded on this machine. */
class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

async function main(options: ChildOptions): Promise<void> {
  yieldToParent();
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  process.chdir(options.directory);
  recordSelf();
  // Found in the working directory, it keeps the engine from reading the user's own configuration.
  writeFileSync("config.xml", "<clickhouse></clickhouse>\n");
  const spool = await Spool.open(ENGINE_FILES.spool);
  const open = await engineOpener(options);
  const pool = new SessionPool(open, options);
  const closing = new AbortController();
  const limits = {
    memoryBytes: options.queryMemoryBytes,
    timeMs: options.queryTimeMs,
    timeMsMax: options.queryTimeMsMax,
    threads: QUERY_THREADS,
  };
  const { insertBytesMax } = options;
  const onAborted = (): void => void endIfBroken(pool);
  const runner = new QueryRunner({
    ...{ pool, spool, limits, insertBytesMax, onAborted },
    openSession: open,
    onStuck: killSelf,
    stuckAfterMs: options.stuckAfterMs,
  });
  const version = await engineVersion(open);
  const server = createHttpServer({ runner, spool, version, closing: closing.signal });
  process.on("message", (message: ParentMessage) => {
    if (message.type === "close") void close();
  });
  rmSync(options.socketPath, { force: true }); // left by a child that was killed
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(options.socketPath, resolve));
  tellParent({ type: "ready", version });

  async function close(): Promise<void> {
    pool.refuse(clickHouseError("ABORTED", "The engine is closing", 503));
    let answering = true;
    server.close(() => {
      answering = false;
    });
    const settle = async (timeMs: number): Promise<void> => {
      for (const deadline = performance.now() + timeMs; performance.now() < deadline; await delay(POLL_MS)) {
        server.closeIdleConnections();
        if (pool.busy === 0 && !answering) return;
      }
    };
    await settle(options.closeTimeMs);
    closing.abort();
    await settle(options.closeTimeMs);
    if (pool.busy > 0) killSelf();
    pool.close();
    process.exit(0);
  }
}

/**
 * Where processors are short the parent goes first: what is not taken in now is refused, what is not loaded now waits
 * on disk. Threads inherit it, so it is set before the engine makes its own.
 */
function yieldToParent(): void {
  try {
    setPriority(ENGINE_NICE);
  } catch {
    // Not allowed here: then both have the same share.
  }
}

/** Loads the engine and returns what opens sessions on its database. */
async function engineOpener(options: ChildOptions): Promise<(name: string) => EngineSession> {
  const chdb = await import("chdb").catch((thrown: unknown) => {
    throw new UnsupportedError(thrown instanceof Error ? thrown.message : String(thrown));
  });
  const connectionArgs = serverArguments(options.memoryBytes, options.directory);
  const path = join(options.directory, ENGINE_FILES.database);
  const forgotten = forgetUnfinishedParts(path);
  if (forgotten > 0) writeSync(2, `Records of ${forgotten} inserts that were never finished were taken out\n`);
  const openSession = (): Session => new chdb.Session(path, { connectionArgs });
  return (name) => new EngineSession(name, openSession);
}

async function engineVersion(open: (name: string) => EngineSession): Promise<string> {
  const session = open("version");
  const result = await session.query("SELECT version()", "TabSeparatedRaw", PLAIN);
  session.close();
  return result.text().trim();
}

/** An engine that failed inside answers every query so; only a new process helps. */
async function endIfBroken(pool: SessionPool): Promise<void> {
  try {
    await pool.run("control", new AbortController().signal, (session) => session.query("SELECT 1", "Null", PLAIN));
  } catch (thrown) {
    if (!pool.isClosing && fromEngine(thrown).code === ERROR_CODES.ABORTED) killSelf();
  }
}

/** Leaves word of this process for a later start that finds the directory locked and the parent gone. */
function recordSelf(): void {
  const self = { pid: process.pid, start: processStart(process.pid) };
  writeFileSync(`${ENGINE_FILES.child}.new`, JSON.stringify(self), { mode: 0o600 });
  renameSync(`${ENGINE_FILES.child}.new`, ENGINE_FILES.child);
}

function tellParent(message: ChildMessage): void {
  process.send?.(message);
}

function killSelf(): void {
  process.kill(process.pid, "SIGKILL");
}

function failure(thrown: unknown): ChildMessage {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { type: "failed", unsupported: thrown instanceof UnsupportedError, message };
}

process.on("disconnect", killSelf);
process.on("uncaughtException", (error) => {
  writeSync(2, `${error.stack}\n`);
  killSelf(); // an orderly exit would wait for queries under way
});
// A Ctrl-C or a service manager signals the whole group; the parent decides when to end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

main(JSON.parse(process.argv[2] ?? "{}") as ChildOptions).catch((thrown: unknown) => {
  process.send?.(failure(thrown), killSelf);
});
