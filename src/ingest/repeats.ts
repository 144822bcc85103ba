import { hash } from "node:crypto";
import type { Clock } from "../base/time.ts";
import { LIMITS } from "../model/limits.ts";

interface Known<T> {
  readonly atMs: number;
  readonly result: Promise<T>;
}

/**
 * Bodies that were taken in lately. OTLP senders repeat a body when its acknowledgement was late: the repeat gets the
 * answer of the first and stores nothing. One that is still being stored is waited for.
 */
export class RepeatedBodies<T> {
  readonly #clock: Clock;
  /** By 128 bits of SHA-256, in order of arrival. */
  readonly #known = new Map<string, Known<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The result for a body, and whether it is that of an earlier one. `scope` tells endpoints and projects apart. */
  async once(scope: string, body: Buffer, take: () => Promise<T>): Promise<{ result: T; isRepeat: boolean }> {
    const key = scope + hash("sha256", body, "buffer").toString("latin1", 0, 16);
    const nowMs = this.#clock.nowMs();
    const known = this.#known.get(key);
    if (known !== undefined && nowMs - known.atMs < LIMITS.repeatedBodyAgeMs) {
      return { result: await known.result, isRepeat: true };
    }
    const result = take();
    this.#known.delete(key);
    this.#known.set(key, { atMs: nowMs, result });
    this.#forgetOld(nowMs);
    try {
      return { result: await result, isRepeat: false };
    } catch (error) {
      this.#known.delete(key);
      throw error;
    }
  }

  #forgetOld(nowMs: number): void {
    for (const [key, { atMs }] of this.#known) {
      if (this.#known.size <= LIMITS.repeatedBodies && nowMs - atMs < LIMITS.repeatedBodyAgeMs) return;
      this.#known.delete(key);
    }
  }
}
