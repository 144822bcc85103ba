// Which traces have records that no settling rests on yet: their first and last offset, when they were last heard of
// and when they started. Held in typed arrays, about 70 bytes a trace, because at the ingest target 5,000 traces come
// every second.

import { toHex } from "../base/hex.ts";
import { TRACE_ID_BYTES } from "../model/ids.ts";

export interface TraceEntry {
  readonly traceId: string;
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** When the newest record came, milliseconds since 1970 by the server's clock. */
  readonly lastSeenMs: number;
  /** Start of the earliest span, milliseconds since 1970 by the sender's clock. */
  readonly startedMs: number;
  /** How many records were noted. */
  readonly records: number;
}

const CAPACITY_MIN = 1024;
const FREE = -1;

/** Open addressing over 16-byte ids; entries lie in columns and are found by a table of their numbers. */
export class TraceIndex {
  #ids = new Uint8Array(CAPACITY_MIN * TRACE_ID_BYTES);
  #firstOffset = new Float64Array(CAPACITY_MIN);
  #lastOffset = new Float64Array(CAPACITY_MIN);
  #lastSeenMs = new Float64Array(CAPACITY_MIN);
  #startedMs = new Float64Array(CAPACITY_MIN);
  /** Not to be looked at before this time, unless something comes. */
  #postponedMs = new Float64Array(CAPACITY_MIN);
  #records = new Float64Array(CAPACITY_MIN);
  #slots = new Int32Array(2 * CAPACITY_MIN).fill(FREE);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** Notes a record of the trace whose id is the 16 bytes at `ids[at]`. `startedMs` is Infinity for a record that is no span. */
  note(ids: Uint8Array, at: number, offset: number, seenMs: number, startedMs: number): void {
    let slot = this.#slotOf(ids, at);
    let entry = this.#slots[slot] as number;
    if (entry === FREE) {
      if (this.#count === this.#firstOffset.length) {
        this.#grow();
        slot = this.#slotOf(ids, at);
      }
      entry = this.#count++;
      this.#slots[slot] = entry;
      this.#ids.set(ids.subarray(at, at + TRACE_ID_BYTES), entry * TRACE_ID_BYTES);
      this.#firstOffset[entry] = offset;
      this.#lastOffset[entry] = offset;
      this.#startedMs[entry] = startedMs;
      this.#records[entry] = 0;
    } else {
      if (offset < (this.#firstOffset[entry] as number)) this.#firstOffset[entry] = offset;
      if (offset > (this.#lastOffset[entry] as number)) this.#lastOffset[entry] = offset;
      if (startedMs < (this.#startedMs[entry] as number)) this.#startedMs[entry] = startedMs;
    }
    this.#lastSeenMs[entry] = seenMs;
    this.#postponedMs[entry] = 0;
    this.#records[entry] = (this.#records[entry] as number) + 1;
  }

  /** Puts a whole entry back, as after a restart. */
  restore({ traceId, firstOffset, lastOffset, lastSeenMs, startedMs, records }: TraceEntry): void {
    const id = idBytes(traceId);
    const before = this.get(traceId)?.records ?? 0;
    this.note(id, 0, firstOffset, lastSeenMs, startedMs);
    this.note(id, 0, lastOffset, lastSeenMs, startedMs);
    this.#records[this.#slots[this.#slotOf(id, 0)] as number] = before + records;
  }

  get(traceId: string): TraceEntry | undefined {
    const entry = this.#slots[this.#slotOf(idBytes(traceId), 0)] as number;
    return entry === FREE ? undefined : this.#entry(entry);
  }

  /** Forgets a trace whose records up to `throughOffset` are settled; newer ones keep it. */
  settle(traceId: string, throughOffset: number): void {
    const slot = this.#slotOf(idBytes(traceId), 0);
    const entry = this.#slots[slot] as number;
    if (entry === FREE || (this.#lastOffset[entry] as number) > throughOffset) return;
    this.#removeSlot(slot);
    const last = --this.#count;
    if (entry === last) return;
    // The last entry takes the free place.
    const lastSlot = this.#slotOf(this.#ids, last * TRACE_ID_BYTES);
    this.#slots[lastSlot] = entry;
    this.#ids.copyWithin(entry * TRACE_ID_BYTES, last * TRACE_ID_BYTES, (last + 1) * TRACE_ID_BYTES);
    for (const column of this.#columns) column[entry] = column[last] as number;
  }

  get #columns(): Float64Array[] {
    return [this.#firstOffset, this.#lastOffset, this.#lastSeenMs, this.#startedMs, this.#postponedMs, this.#records];
  }

  /** Leaves a trace out of `due` until a time, or until something of it comes. */
  postpone(traceId: string, untilMs: number): void {
    const entry = this.#slots[this.#slotOf(idBytes(traceId), 0)] as number;
    if (entry !== FREE) this.#postponedMs[entry] = untilMs;
  }

  /**
   * Traces that were silent since `quietMs`, have no record beyond an offset and are not postponed; in no order. At most
   * `limit` of them, and no more than `recordsMax` records together, unless the first has more.
   */
  due(quietMs: number, throughOffset: number, nowMs: number, limit: number, recordsMax: number): TraceEntry[] {
    const found: TraceEntry[] = [];
    let records = 0;
    for (let entry = 0; entry < this.#count && found.length < limit; entry++) {
      if ((this.#lastSeenMs[entry] as number) > quietMs) continue;
      if ((this.#lastOffset[entry] as number) > throughOffset || (this.#postponedMs[entry] as number) > nowMs) continue;
      const more = this.#records[entry] as number;
      if (found.length > 0 && records + more > recordsMax) continue;
      records += more;
      found.push(this.#entry(entry));
    }
    return found;
  }

  /** The traces that started last, newest first, among those that started up to a time. */
  newest(limit: number, untilMs = Number.POSITIVE_INFINITY): TraceEntry[] {
    const started = this.#startedMs;
    const entries: number[] = [];
    for (let entry = 0; entry < this.#count; entry++) if ((started[entry] as number) <= untilMs) entries.push(entry);
    // Of very many, those that cannot be among the newest are left out by a sample's threshold before sorting.
    const threshold = entries.length > 20 * limit ? this.#startedAbove(10 * limit) : Number.NEGATIVE_INFINITY;
    const late = entries.filter((entry) => (started[entry] as number) >= threshold);
    const chosen = late.length >= limit ? late : entries;
    chosen.sort((a, b) => (started[b] as number) - (started[a] as number));
    return chosen.slice(0, limit).map((entry) => this.#entry(entry));
  }

  /** The traces with records behind an offset, those that were heard of last first; at most `limit`. */
  changedSince(offset: number, limit: number): TraceEntry[] {
    const lastOffset = this.#lastOffset;
    const entries: number[] = [];
    for (let entry = 0; entry < this.#count; entry++) if ((lastOffset[entry] as number) > offset) entries.push(entry);
    entries.sort((a, b) => (lastOffset[b] as number) - (lastOffset[a] as number));
    return entries.slice(0, limit).map((entry) => this.#entry(entry));
  }

  /** A start that about `count` traces are not before. */
  #startedAbove(count: number): number {
    const step = Math.max(1, Math.floor(this.#count / 1000));
    const sample: number[] = [];
    for (let entry = 0; entry < this.#count; entry += step) sample.push(this.#startedMs[entry] as number);
    sample.sort((a, b) => b - a);
    return sample[Math.min(sample.length - 1, Math.ceil((count / this.#count) * sample.length))] as number;
  }

  /** The smallest first offset, or undefined when there are no traces. */
  get oldestOffset(): number | undefined {
    let oldest: number | undefined;
    for (let entry = 0; entry < this.#count; entry++) {
      const offset = this.#firstOffset[entry] as number;
      if (oldest === undefined || offset < oldest) oldest = offset;
    }
    return oldest;
  }

  #entry(entry: number): TraceEntry {
    return {
      traceId: toHex(this.#ids, entry * TRACE_ID_BYTES, (entry + 1) * TRACE_ID_BYTES),
      firstOffset: this.#firstOffset[entry] as number,
      lastOffset: this.#lastOffset[entry] as number,
      lastSeenMs: this.#lastSeenMs[entry] as number,
      startedMs: this.#startedMs[entry] as number,
      records: this.#records[entry] as number,
    };
  }

  /** The slot that holds the id, or the free one where it belongs. */
  #slotOf(ids: Uint8Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashId(ids, at) & mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === FREE || this.#hasId(entry, ids, at)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #hasId(entry: number, ids: Uint8Array, at: number): boolean {
    const start = entry * TRACE_ID_BYTES;
    for (let i = 0; i < TRACE_ID_BYTES; i++) if (this.#ids[start + i] !== ids[at + i]) return false;
    return true;
  }

  /** Linear probing: entries behind the hole that would not be found any more move up into it. */
  #removeSlot(hole: number): void {
    const mask = this.#slots.length - 1;
    let free = hole;
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== FREE; slot = (slot + 1) & mask) {
      const home = hashId(this.#ids, (this.#slots[slot] as number) * TRACE_ID_BYTES) & mask;
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      this.#slots[free] = this.#slots[slot] as number;
      free = slot;
    }
    this.#slots[free] = FREE;
  }

  #grow(): void {
    const capacity = this.#firstOffset.length * 2;
    const ids = new Uint8Array(capacity * TRACE_ID_BYTES);
    ids.set(this.#ids);
    this.#ids = ids;
    this.#firstOffset = widen(this.#firstOffset, capacity);
    this.#lastOffset = widen(this.#lastOffset, capacity);
    this.#lastSeenMs = widen(this.#lastSeenMs, capacity);
    this.#startedMs = widen(this.#startedMs, capacity);
    this.#postponedMs = widen(this.#postponedMs, capacity);
    this.#records = widen(this.#records, capacity);
    this.#slots = new Int32Array(2 * capacity).fill(FREE);
    for (let entry = 0; entry < this.#count; entry++) {
      this.#slots[this.#slotOf(this.#ids, entry * TRACE_ID_BYTES)] = entry;
    }
  }
}

function widen(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const wide = new Float64Array(capacity);
  wide.set(column);
  return wide;
}

/** Ids are random in their last half as a rule; the first half is mixed in for those that are not. */
function hashId(ids: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < TRACE_ID_BYTES; i++) hash = Math.imul(hash ^ (ids[at + i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

function idBytes(traceId: string): Uint8Array {
  return Buffer.from(traceId, "hex");
}
