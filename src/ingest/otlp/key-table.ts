import { dialectMarks } from "../../dialects/registry.ts";
import { registeredKeys, registeredPrefixes } from "../../model/attribute-keys.ts";
import { LIMITS } from "../../model/limits.ts";

const SLOTS = 4 * LIMITS.attributeKeys;
const EMPTY = -1;
const NO_PREFIXES: readonly number[] = [];

/**
 * Attribute names by number, found by their bytes: no string is made for a name that was seen before. The names that
 * dialects registered have their registered numbers; all others come and go with what is sent.
 */
export class KeyTable {
  readonly names: string[] = [];
  /** The dialects that a name speaks for, as bits. */
  readonly marks = new Int32Array(LIMITS.attributeKeys);
  /** The registered prefixes that a name begins with. */
  readonly prefixes: (readonly number[])[] = [];
  readonly #bytes: Uint8Array[] = [];
  readonly #slots = new Int32Array(SLOTS).fill(EMPTY);
  readonly #registered: number;

  constructor() {
    for (const name of registeredKeys()) this.#add(Buffer.from(name));
    this.#registered = this.names.length;
  }

  /** How many names the dialects registered: their numbers are below. */
  get registered(): number {
    return this.#registered;
  }

  /** Whether the next new name would not fit: call `forget` between two spans then. */
  get isFull(): boolean {
    return this.names.length > LIMITS.attributeKeys - LIMITS.attributesPerItem;
  }

  /** The number of the name `source[start, end)`. `guess` is a number that it may well have. */
  numberOf(source: Uint8Array, start: number, end: number, guess: number): number {
    if (guess < this.names.length && equal(this.#bytes[guess] as Uint8Array, source, start, end)) return guess;
    let slot = hash(source, start, end) & (SLOTS - 1);
    for (;;) {
      const number = this.#slots[slot] as number;
      if (number === EMPTY) return this.#add(source.slice(start, end), slot);
      if (equal(this.#bytes[number] as Uint8Array, source, start, end)) return number;
      slot = (slot + 1) & (SLOTS - 1);
    }
  }

  /** Forgets all names that no dialect registered. Their numbers are then given to others. */
  forget(): void {
    const kept = this.#bytes.slice(0, this.#registered);
    this.names.length = this.prefixes.length = this.#bytes.length = 0;
    this.#slots.fill(EMPTY);
    for (const bytes of kept) this.#add(bytes);
  }

  #add(bytes: Uint8Array, freeSlot?: number): number {
    let slot = freeSlot ?? hash(bytes, 0, bytes.length) & (SLOTS - 1);
    if (freeSlot === undefined) while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & (SLOTS - 1);
    const number = this.names.length;
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
    this.names.push(name);
    this.#bytes.push(bytes);
    this.marks[number] = dialectMarks(name);
    const prefixes = registeredPrefixes().flatMap((prefix, i) => (name.startsWith(prefix) ? [i] : []));
    this.prefixes.push(prefixes.length === 0 ? NO_PREFIXES : prefixes);
    this.#slots[slot] = number;
    return number;
  }
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
  return value ^ (value >>> 15);
}

function equal(known: Uint8Array, source: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== source[start + i]) return false;
  return true;
}
