// One Talea per data directory, and no engine left over from an earlier one.
//
//   <data>/lock              locked by the living owner (a lock of the operating system, held through SQLite)
//   <data>/owner.json        who that is, for the message to whoever comes second
//   <data>/engine/child.json the engine's process, with its start
//
// The lock ends with its process, however that ends, so there are no stale ones and of two that start at the same
// moment exactly one gets it. An engine's process ends with its parent too, but it may be late; whoever holds the lock
// therefore kills a process that child.json names, unless its pid meanwhile belongs to another process.

import { chmodSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { ENGINE_FILES } from "./child-options.ts";
import { EngineError } from "./engine-error.ts";
import { processStart } from "./processes.ts";
import { SOCKET_DIRECTORY_PREFIX } from "./socket-directory.ts";

const SQLITE_BUSY = 5;
/** An owner that was just killed may take a moment to end. */
const LOCK_WAIT_MS = 250;
const POLL_MS = 10;
const KILLED_WAIT_MS = 10_000;

interface Owner {
  readonly pid: number;
  readonly owner: string;
  readonly socketPath?: string;
}

export interface DataDirectory {
  /** The engine's own directory in it. */
  readonly engineDirectory: string;
  /** Notes the socket, so that the next owner removes it if this one cannot. */
  noteSocket(socketPath: string): void;
  /** Notes what whoever comes second is told, once the address is known. */
  noteOwner(owner: string): void;
  release(): void;
}

/**
 * Makes the directory this process's own. Throws an EngineError when a living Talea owns it, or when it cannot be
 * written.
 */
export async function acquireDataDirectory(directory: string, owner: string): Promise<DataDirectory> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (thrown) {
    throw unusable(directory, thrown);
  }
  const engineDirectory = join(directory, "engine");
  const ownerFile = join(directory, "owner.json");
  const lock = openLock(join(directory, "lock"), () => inUse(directory, readJson<Owner>(ownerFile)));
  let self: Owner = { pid: process.pid, owner };
  const note = (more: Partial<Owner>): void => {
    self = { ...self, ...more };
    writeFileSync(ownerFile, JSON.stringify(self), { mode: 0o600 });
  };
  removeSocket(readJson<Owner>(ownerFile)?.socketPath);
  note({});
  try {
    await endLeftover(join(engineDirectory, ENGINE_FILES.child));
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
  return {
    engineDirectory,
    noteSocket: (socketPath) => note({ socketPath }),
    noteOwner: (address) => note({ owner: address }),
    release: () => {
      rmSync(ownerFile, { force: true });
      lock.close();
    },
  };
}

function openLock(path: string, refusal: () => EngineError): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock?.close();
    if (thrown instanceof Error && "errcode" in thrown && thrown.errcode === SQLITE_BUSY) throw refusal();
    throw unusable(dirname(path), thrown);
  }
}

function unusable(directory: string, thrown: unknown): EngineError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new EngineError(
    "failed",
    `The data directory ${directory} cannot be written: ${reason}. It must belong to the user that runs Talea; --data ` +
      "names another.",
  );
}

function inUse(directory: string, owner: Owner | undefined): EngineError {
  const who = owner === undefined ? "another Talea" : `another Talea (pid ${owner.pid}, ${owner.owner})`;
  return new EngineError(
    "in_use",
    `The data directory ${directory} is in use by ${who}. Stop that one, or start this one with another --data.`,
  );
}

/** Kills the engine's process of an earlier owner and waits until it is gone. */
async function endLeftover(childFile: string): Promise<void> {
  const child = readJson<{ pid: number; start?: string }>(childFile);
  const isLeftover = (): boolean => child?.start !== undefined && processStart(child.pid) === child.start;
  if (child === undefined || !isLeftover()) return;
  process.kill(child.pid, "SIGKILL");
  const deadline = performance.now() + KILLED_WAIT_MS;
  while (isLeftover()) {
    if (performance.now() > deadline) {
      throw new EngineError("failed", `The engine's process ${child.pid} of an earlier start does not end.`);
    }
    await delay(POLL_MS);
  }
}

function removeSocket(socketPath: string | undefined): void {
  if (socketPath === undefined || !basename(dirname(socketPath)).startsWith(SOCKET_DIRECTORY_PREFIX)) return;
  rmSync(socketPath, { force: true });
  try {
    rmdirSync(dirname(socketPath));
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
  }
}

/** `undefined` when there is no such file, or it is half written. */
function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw thrown;
  }
}
