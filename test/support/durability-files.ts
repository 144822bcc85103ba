// A file system with faults: real files, and calls that fail, end early or wait as a test says.

import type { PathLike } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import * as fs from "node:fs/promises";
import { basename } from "node:path";
import type { JournalFiles } from "../../src/journal/journal-files.ts";

export type FileOperation =
  | "mkdir"
  | "open"
  | "readdir"
  | "readFile"
  | "rename"
  | "stat"
  | "statfs"
  | "unlink"
  | "writev"
  | "writeFile"
  | "datasync"
  | "sync"
  | "truncate"
  | "read"
  | "close";

/** One call that the journal makes. */
export interface FileCall {
  readonly operation: FileOperation;
  /** The last part of the path. */
  readonly name: string;
  /** Which call it is, from 0. */
  readonly number: number;
}

/** What goes wrong: the call fails, or a write ends after so many bytes and fails then. */
export interface Fault {
  readonly error: NodeJS.ErrnoException;
  readonly writtenBytes?: number;
}

/** Decides about each call; it may wait before it does. */
export type FaultPlan = (call: FileCall) => Fault | undefined | Promise<Fault | undefined>;

export function diskError(code: "ENOSPC" | "EIO" | "EMFILE"): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made by the test`), { code });
}

/** The file system of this machine under a plan of faults. */
export function faultyFiles(plan: FaultPlan): JournalFiles {
  let number = 0;
  const check = async (operation: FileOperation, path: PathLike): Promise<Fault | undefined> =>
    plan({ operation, name: basename(String(path)), number: number++ });
  const guarded =
    <A extends [PathLike, ...unknown[]], R>(operation: FileOperation, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const fault = await check(operation, args[0]);
      if (fault !== undefined) throw fault.error;
      return call(...args);
    };
  const open = async (path: PathLike, ...rest: unknown[]): Promise<FileHandle> => {
    const fault = await check("open", path);
    if (fault !== undefined) throw fault.error;
    const handle = await fs.open(path, ...(rest as [string, number]));
    return faultyHandle(handle, (operation) => check(operation, path));
  };
  return {
    open: open as JournalFiles["open"],
    mkdir: guarded("mkdir", fs.mkdir as never) as JournalFiles["mkdir"],
    readdir: guarded("readdir", fs.readdir as never) as JournalFiles["readdir"],
    readFile: guarded("readFile", fs.readFile as never) as JournalFiles["readFile"],
    rename: guarded("rename", fs.rename as never) as JournalFiles["rename"],
    stat: guarded("stat", fs.stat as never) as JournalFiles["stat"],
    statfs: guarded("statfs", fs.statfs as never) as JournalFiles["statfs"],
    unlink: guarded("unlink", fs.unlink as never) as JournalFiles["unlink"],
  };
}

type Method = (...args: unknown[]) => Promise<unknown>;

function faultyHandle(handle: FileHandle, check: (operation: FileOperation) => Promise<Fault | undefined>): FileHandle {
  const wrap = (operation: FileOperation): Method => {
    const method = (handle[operation as keyof FileHandle] as Method).bind(handle);
    return async (...args) => {
      const fault = await check(operation);
      if (fault === undefined) return method(...args);
      if (operation === "writev" && fault.writtenBytes !== undefined) {
        const whole = Buffer.concat(args[0] as Uint8Array[]);
        await handle.write(whole, 0, Math.min(whole.length, fault.writtenBytes), args[1] as number);
      }
      if (operation === "close") await handle.close();
      throw fault.error;
    };
  };
  const operations: FileOperation[] = ["writev", "writeFile", "datasync", "sync", "truncate", "read", "close"];
  return Object.fromEntries(operations.map((name) => [name, wrap(name)])) as unknown as FileHandle;
}
