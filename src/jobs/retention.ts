// Retention: whole days are dropped, by the day of receipt, when they are older than the records may be kept, and from
// the oldest on while the store takes more disk than it may. The day that is being written is never dropped.

import { statfs } from "node:fs/promises";
import type { Clock } from "../base/time.ts";
import type { StoreClient } from "../store/client.ts";
import { type DayPartition, dayPartitions, dropDay } from "../store/queries/partitions.ts";

export interface RetentionOptions {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly keepMs: number;
  readonly bytesMax: number;
  /** The data directory, whose volume is not filled beyond a share; undefined with a server as the store. */
  readonly directory: string | undefined;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
}

/** A day that was dropped by this process. */
export interface DroppedDay {
  readonly day: string;
  readonly reason: "age" | "disk";
  readonly bytes: number;
}

/** What is stored, and the rule that it goes by. */
export interface RetentionState {
  readonly keepMs: number;
  readonly bytesMax: number;
  /** Less than `bytesMax` while the volume is fuller than it may be. */
  readonly bytesAllowed: number;
  readonly volume?: { readonly bytes: number; readonly freeBytes: number };
  /** Oldest first. */
  readonly days: readonly (DayPartition & { readonly expiresAtMs: number })[];
}

const DROPPED_KEPT = 100;
const FIRST_AFTER_MS = 30_000;
const EVERY_MS = 600_000;
const DAY_MS = 86_400_000;
const VOLUME_SHARE_MAX = 0.8;

export class Retention {
  readonly #options: RetentionOptions;
  readonly #dropped: DroppedDay[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(FIRST_AFTER_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.enforce()
        .catch((error: unknown) => {
          this.#options.log("warn", "Retention waits: the store did not answer", { error: (error as Error).message });
        })
        .finally(() => this.#schedule(EVERY_MS));
    }, ms);
    this.#timer.unref();
  }

  /** Drops what is due now. */
  async enforce(): Promise<void> {
    const { store, log } = this.#options;
    const days = await dayPartitions(store);
    const { bytesAllowed: allowed } = await this.#allowed(days);
    for (const { day, reason } of daysToDrop(days, { ...this.#options, nowMs: this.#options.clock.nowMs(), allowed })) {
      await dropDay(store, day);
      this.#dropped.push({ day: day.day, reason, bytes: day.bytesOnDisk });
      if (this.#dropped.length > DROPPED_KEPT) this.#dropped.shift();
      log("info", "Dropped the records of a day", { day: day.day, reason, bytes: day.bytesOnDisk });
    }
  }

  /** The days that this process dropped, oldest first. */
  get dropped(): readonly DroppedDay[] {
    return this.#dropped;
  }

  /** Throws StoreError. */
  async state(): Promise<RetentionState> {
    const { store, keepMs, bytesMax } = this.#options;
    const days = await dayPartitions(store);
    return {
      ...{ keepMs, bytesMax },
      ...(await this.#allowed(days)),
      days: days.map((day) => ({ ...day, expiresAtMs: endOf(day) + keepMs })),
    };
  }

  async #allowed(days: readonly DayPartition[]): Promise<Pick<RetentionState, "bytesAllowed" | "volume">> {
    const { directory, bytesMax } = this.#options;
    if (directory === undefined) return { bytesAllowed: bytesMax };
    const { blocks, bavail, bsize } = await statfs(directory);
    const stored = sizeOf(days);
    // What the volume holds besides the store counts too: the store gets what is left of the share.
    const others = (blocks - bavail) * bsize - stored;
    const bytesAllowed = Math.floor(Math.min(bytesMax, Math.max(0, blocks * bsize * VOLUME_SHARE_MAX - others)));
    return { bytesAllowed, volume: { bytes: blocks * bsize, freeBytes: bavail * bsize } };
  }
}

interface Rule {
  readonly nowMs: number;
  readonly keepMs: number;
  readonly allowed: number;
}

/** Which days go, oldest first, and why. */
export function daysToDrop(
  days: readonly DayPartition[],
  { nowMs, keepMs, allowed }: Rule,
): { readonly day: DayPartition; readonly reason: "age" | "disk" }[] {
  const dropped: { day: DayPartition; reason: "age" | "disk" }[] = [];
  let bytes = sizeOf(days);
  for (const day of [...days].sort((a, b) => (a.day < b.day ? -1 : 1))) {
    const endsMs = endOf(day);
    if (endsMs > nowMs) break;
    const isOld = endsMs + keepMs <= nowMs;
    if (!isOld && bytes <= allowed) break;
    dropped.push({ day, reason: isOld ? "age" : "disk" });
    bytes -= day.bytesOnDisk;
  }
  return dropped;
}

function endOf({ day }: DayPartition): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS;
}

function sizeOf(days: readonly DayPartition[]): number {
  return days.reduce((sum, { bytesOnDisk }) => sum + bytesOnDisk, 0);
}
