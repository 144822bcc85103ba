import { hash, randomFillSync } from "node:crypto";
import { FingerprintSet } from "../base/fingerprint-set.ts";
import { LIMITS } from "../model/limits.ts";

/** The ids of events that were taken in lately: an event that comes again is told by its id. */
export class EventIds {
  readonly #seen = new FingerprintSet(LIMITS.repeatedEventIds);

  /** Remembers an id; false when it was there already. */
  add(project: string, id: string): boolean {
    const digest = hash("sha256", `${project}\0${id}`, "buffer");
    return this.#seen.add(digest.readInt32LE(0), digest.readInt32LE(4));
  }

  /** To be called when a batch was not stored: its events must be accepted when they come again. */
  forget(): void {
    this.#seen.clear();
  }
}

const pool = new Uint8Array(1024);
let poolAt = pool.length;

/** A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then random. */
export function uuidV7(nowMs: number): string {
  if (poolAt + 10 > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Math.floor(nowMs), 0, 6);
  bytes.set(pool.subarray(poolAt, poolAt + 10), 6);
  poolAt += 10;
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
