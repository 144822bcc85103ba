// The engine below a running Talea: its process, and a way to ask it past Talea.

import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ChildOptions } from "../../src/engine/child-options.ts";
import { StoreClient } from "../../src/store/client.ts";

const STARTED_WITHIN_MS = 15_000;

export interface FoundEngine {
  readonly pid: number;
  readonly socketPath: string;
}

/** The engine of the server with this process id, or undefined while it has none. Linux only. */
export function engineOf(serverPid: number): FoundEngine | undefined {
  const children = readFileSync(`/proc/${serverPid}/task/${serverPid}/children`, "utf8").trim();
  for (const pid of children === "" ? [] : children.split(" ").map(Number)) {
    const options = readCommandLine(pid).find((argument) => argument.startsWith("{"));
    if (options !== undefined) return { pid, socketPath: (JSON.parse(options) as ChildOptions).socketPath };
  }
  return undefined;
}

/** The engine of the server with this process id, as soon as it has one. */
export async function engineRunning(serverPid: number): Promise<FoundEngine> {
  for (const deadline = performance.now() + STARTED_WITHIN_MS; performance.now() < deadline; await delay(20)) {
    const engine = engineOf(serverPid);
    if (engine !== undefined) return engine;
  }
  throw new Error("The server has no engine");
}

/** The raw rows of the store, repeats included: what Talea's own answers would hide. */
export async function rawRows(
  { socketPath, database }: { readonly socketPath: string; readonly database?: string },
  table: string,
  identity: string,
): Promise<{ readonly rows: number; readonly ids: ReadonlySet<string> }> {
  const store = new StoreClient({ kind: "embedded", socketPath, ...(database === undefined ? {} : { database }) });
  try {
    const rows = await store.rows(`SELECT ${identity} AS id FROM ${table}`, {
      settings: { max_result_rows: "0" },
    });
    return { rows: rows.length, ids: new Set(rows.map(({ id }) => String(id))) };
  } finally {
    await store.close();
  }
}

function readCommandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // ended meanwhile
  }
}
