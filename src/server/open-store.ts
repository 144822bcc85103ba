// The store: the embedded engine, started here, or a ClickHouse server that runs elsewhere.

import { resolve } from "node:path";
import { acquireDataDirectory } from "../engine/data-directory.ts";
import { type Engine, startEngine } from "../engine/engine.ts";
import { LIMITS } from "../model/limits.ts";
import { type StoreAddress, StoreClient, StoreError } from "../store/client.ts";
import { migrate } from "../store/migrations.ts";
import type { Log } from "./log.ts";
import { type Settings, SettingsError } from "./settings.ts";

/** Told what has to be closed at the end, in the order in which it was opened. */
interface Closers {
  add(close: () => Promise<void>): void;
}

export interface OpenedStore {
  readonly store: StoreClient;
  /** Absent with a server as the store. */
  readonly engine: Engine | undefined;
  /** Says where this Talea listens, for whoever wants the same data directory. */
  readonly noteOwner: (url: string) => void;
}

/** Opens the store that the settings name and brings its schema up to date. Throws SettingsError or EngineError. */
export async function openStore(settings: Settings, log: Log, closers: Closers): Promise<OpenedStore> {
  if (settings.store !== "embedded") return openServerStore(settings, closers);
  const engine = await startEngine({
    dataDirectory: settings.data,
    owner: ownerOf(settings),
    log,
    memoryBytes: settings.engineMemory,
    readers: LIMITS.readers,
    guests: LIMITS.sqlQueries,
    queryMemoryBytes: LIMITS.queryMemoryBytes,
    queryTimeMs: LIMITS.queryTimeMs,
    queriesWaitingMax: LIMITS.queriesWaiting,
  });
  closers.add(engine.close);
  const store = new StoreClient({ kind: "embedded", socketPath: engine.socketPath });
  closers.add(() => store.close());
  await migrate(store);
  return { store, engine, noteOwner: engine.noteOwner };
}

/** The data directory, here with the journal alone, is this process's own as with the embedded engine. */
async function openServerStore(settings: Settings, closers: Closers): Promise<OpenedStore> {
  const address = serverAddress(settings.store);
  const directory = await acquireDataDirectory(resolve(settings.data), ownerOf(settings));
  closers.add(async () => directory.release());
  const store = new StoreClient(address);
  closers.add(() => store.close());
  try {
    await migrate(store);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new SettingsError(`The ClickHouse server that --store names cannot be used. ${error.message}`);
  }
  return { store, engine: undefined, noteOwner: directory.noteOwner };
}

/** `http://user:key@host:8123/database`; without a database it is `talea`. */
function serverAddress(store: string): StoreAddress {
  const url = URL.parse(store);
  const database = url === null ? undefined : decodedSegment(url.pathname.slice(1));
  if (url === null || !/^https?:$/.test(url.protocol) || database === undefined || /[/\0]/.test(database)) {
    throw new SettingsError(
      "--store must be `embedded` or the address of a ClickHouse server: http://user:key@host:8123/database",
    );
  }
  url.pathname = "/";
  return { kind: "server", url: url.href, ...(database === "" ? {} : { database }) };
}

function decodedSegment(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/\/$/, ""));
  } catch {
    return undefined;
  }
}

/** What whoever comes second is told until this one listens. */
function ownerOf({ host, port }: Settings): string {
  return `http://${host}:${port}`;
}
