import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EngineError } from "./engine-error.ts";

export const SOCKET_DIRECTORY_PREFIX = "talea-";

/** The address of a Unix socket holds 104 bytes on macOS, 108 on Linux, its closing zero included. */
const PATH_BYTES_MAX = 100;

/** A path for a socket that only this user can reach, in a new directory of mode 0700. */
export function createSocketPath(): string {
  for (const parent of new Set([tmpdir(), "/tmp"])) {
    const path = join(parent, `${SOCKET_DIRECTORY_PREFIX}XXXXXX`, "engine.sock");
    if (Buffer.byteLength(path) > PATH_BYTES_MAX) continue;
    return join(mkdtempSync(join(parent, SOCKET_DIRECTORY_PREFIX)), "engine.sock");
  }
  throw new EngineError("failed", `The directory for temporary files has too long a name for a socket: ${tmpdir()}`);
}

export function removeSocketDirectory(socketPath: string): void {
  rmSync(dirname(socketPath), { recursive: true, force: true });
}
