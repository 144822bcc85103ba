import { dialectMarks } from "../../dialects/registry.ts";
import { registeredKeys, registeredPrefixes } from "../../model/attribute-keys.ts";
import { LIMITS } from "../../model/limits.ts";

const SLOTS = 4 * LIMITS.attributeKeys;
const EMPTY = -1;
const ARENA_BYTES_MIN = 64 * 1024;
const NO_PREFIXES: readonly number[] = [];

/** Says that a name has no number. */
export const NO_KEY = -1;

/** Bytes that names are looked up in. */
export interface KeySource {
  readonly bytes: Uint8Array;
  /** Over the same bytes. */
  readonly view: DataView;
}

export function keySource(bytes: Uint8Array): KeySource {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/**
 * Attribute names by number, found by their bytes: no string is made for a name that was seen before. The names that
 * dialects registered have their registered numbers, all others the ones that follow. Numbers never change hands: when
 * there are too many names a new list begins, and whoever still has numbers of the old one keeps the old one.
 */
export class KeyNames {
  readonly names: string[] = [];
  /** The dialects that a name speaks for, as bits. */
  readonly marks = new Int32Array(LIMITS.attributeKeys);
  /** The registered prefixes that a name begins with. */
  readonly prefixes: (readonly number[])[] = [];
  /** The names' bytes, copied one behind another: name n begins at `#starts[n]` and ends where the next begins. */
  #arena = keySource(new Uint8Array(ARENA_BYTES_MIN));
  readonly #starts = new Int32Array(LIMITS.attributeKeys + 1);
  readonly #slots = new Int32Array(SLOTS).fill(EMPTY);

  constructor() {
    for (const name of registeredKeys()) {
      const source = keySource(Buffer.from(name));
      const end = source.bytes.length;
      this.#add(source, 0, end, this.#slotOf(source, 0, end));
    }
  }

  /** Whether the names of one more item, however many, have their place. */
  get hasRoom(): boolean {
    return this.names.length <= LIMITS.attributeKeys - LIMITS.attributesPerItem;
  }

  /** The number of the name at [start, end), which may be a new one. `guess` is a number that it may well have. */
  numberOf(source: KeySource, start: number, end: number, guess: number): number {
    if (this.#is(guess, source.view, start, end)) return guess;
    const slot = this.#slotOf(source, start, end);
    const number = this.#slots[slot] as number;
    return number === EMPTY ? this.#add(source, start, end, slot) : number;
  }

  /** The number of the name at [start, end), or NO_KEY. */
  find(source: KeySource, start: number, end: number): number {
    const number = this.#slots[this.#slotOf(source, start, end)] as number;
    return number === EMPTY ? NO_KEY : number;
  }

  /** The slot that holds the name, or the free one where it belongs. */
  #slotOf({ bytes, view }: KeySource, start: number, end: number): number {
    let slot = hash(bytes, start, end) & (SLOTS - 1);
    for (;;) {
      const number = this.#slots[slot] as number;
      if (number === EMPTY || this.#is(number, view, start, end)) return slot;
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  /** Whether a number is that of the name at [start, end): compares four bytes at a time. */
  #is(number: number, view: DataView, start: number, end: number): boolean {
    let known = this.#starts[number] as number;
    if ((this.#starts[number + 1] as number) - known !== end - start) return false;
    const arena = this.#arena.view;
    let at = start;
    for (; at + 4 <= end; at += 4, known += 4) if (view.getInt32(at) !== arena.getInt32(known)) return false;
    for (; at < end; at++, known++) if (view.getUint8(at) !== arena.getUint8(known)) return false;
    return true;
  }

  #add({ bytes }: KeySource, start: number, end: number, slot: number): number {
    const number = this.names.length;
    const from = this.#starts[number] as number;
    const to = from + end - start;
    if (to > this.#arena.bytes.length) this.#grow(to);
    this.#arena.bytes.set(bytes.subarray(start, end), from);
    this.#starts[number + 1] = to;
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
    this.names.push(name);
    this.marks[number] = dialectMarks(name);
    const prefixes = registeredPrefixes().flatMap((prefix, i) => (name.startsWith(prefix) ? [i] : []));
    this.prefixes.push(prefixes.length === 0 ? NO_PREFIXES : prefixes);
    this.#slots[slot] = number;
    return number;
  }

  #grow(sizeBytes: number): void {
    const grown = new Uint8Array(Math.max(sizeBytes, 2 * this.#arena.bytes.length));
    grown.set(this.#arena.bytes);
    this.#arena = keySource(grown);
  }
}

/** The list of names in use, shared by all intakes. */
export class KeyTable {
  #names = new KeyNames();

  /** A list that has room for the names of one more item: to be asked for before each. */
  withRoom(): KeyNames {
    if (!this.#names.hasRoom) this.#names = new KeyNames();
    return this.#names;
  }
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
  return value ^ (value >>> 15);
}
