import { FingerprintSet } from "../base/fingerprint-set.ts";
import type { SeenIds } from "./event-records.ts";

/** The ids of the events that went by lately, in bounded memory: about 16 bytes each. */
export class RecentIds implements SeenIds {
  readonly #seen: FingerprintSet;

  constructor(capacity: number) {
    this.#seen = new FingerprintSet(capacity);
  }

  add(id: string): boolean {
    // Two hashes with multipliers of their own (those of MurmurHash3's finalizer), so that the halves are independent.
    let low = 0x9e3779b9;
    let high = 0x7f4a7c15;
    for (let i = 0; i < id.length; i++) {
      const unit = id.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x85ebca6b);
      high = Math.imul(high ^ unit, 0xc2b2ae35);
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    return this.#seen.add(low, high);
  }
}
