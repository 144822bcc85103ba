import type { AttributeKey, AttributePrefix } from "../../model/attribute-keys.ts";
import { registeredPrefixes } from "../../model/attribute-keys.ts";
import type { AttributeReader, AttributeValue, GroupEntry } from "../../model/foreign-span.ts";
import { LIMITS } from "../../model/limits.ts";
import { type KeyNames, type KeySource, type KeyTable, keySource, NO_KEY } from "./key-table.ts";
import type { TextCache } from "./text-cache.ts";
import { WIRE, WireReader } from "./wire.ts";

/** The field numbers of AnyValue's oneof, and 0 for an empty one. */
const ANY = { empty: 0, text: 1, boolean: 2, integer: 3, double: 4, array: 5, list: 6, bytes: 7 } as const;

const CAPACITY_MIN = 16;
/** Up to this many attributes a key is found by looking at each. */
const SCANNED_MAX = 16;
const ABSENT = -1;

const NO_ENTRIES: readonly GroupEntry[] = [];
const NO_BYTES = Buffer.alloc(0);
const NO_SOURCE = keySource(NO_BYTES);

/**
 * The attributes of one item over the received bytes. `read` takes in the KeyValues; values are decoded when they are
 * asked for. One object can serve item after item.
 */
export class OtlpAttributes implements AttributeReader {
  readonly #keys: KeyTable;
  readonly #texts: TextCache;
  readonly #wire = new WireReader();
  /** The names that the numbers in `key` belong to. */
  #names: KeyNames;
  #bytes: Buffer = NO_BYTES;
  #source: KeySource = NO_SOURCE;
  /** How many attributes there are. */
  count = 0;
  /** How many were left out: beyond the limit, without a name, or with too long a one. */
  dropped = 0;
  /** The dialects that the names speak for, as bits. */
  marks = 0;
  /** The registered prefixes that any name begins with. */
  readonly #prefixes = new Set<number>();
  key = new Int32Array(CAPACITY_MIN);
  /** AnyValue's oneof. */
  #any = new Uint8Array(CAPACITY_MIN);
  /** The range of a text, bytes or nested value; the position of any other. */
  start = new Int32Array(CAPACITY_MIN);
  end = new Int32Array(CAPACITY_MIN);
  taken = new Uint8Array(CAPACITY_MIN);
  /** The slots by key, when there are too many to look at each. */
  #slots: Map<number, number> | undefined;

  constructor(keys: KeyTable, texts: TextCache) {
    this.#keys = keys;
    this.#names = keys.withRoom();
    this.#texts = texts;
  }

  /** Forgets the attributes of the item before. */
  begin(bytes: Buffer): void {
    if (bytes !== this.#bytes) this.#source = keySource(bytes);
    this.#bytes = bytes;
    this.#names = this.#keys.withRoom();
    this.count = this.dropped = this.marks = 0;
    this.#slots = undefined;
    if (this.#prefixes.size > 0) this.#prefixes.clear();
  }

  /** Takes in the KeyValue `bytes[start, end)`, whose structure was checked. A later one of the same name wins. */
  read(start: number, end: number): void {
    const wire = this.#wire;
    wire.reset(this.#bytes, start, end);
    let keyStart = 0;
    let keyEnd = 0;
    let any: number = ANY.empty;
    let valueStart = 0;
    let valueEnd = 0;
    while (wire.tag()) {
      if (wire.field === 1) {
        wire.range();
        keyStart = wire.start;
        keyEnd = wire.stop;
      } else if (wire.field === 2) {
        wire.range();
        const behind = wire.at;
        wire.at = wire.start;
        wire.end = wire.stop;
        while (wire.tag()) {
          const before = wire.at;
          wire.skip();
          if (wire.field > ANY.bytes) continue;
          any = wire.field;
          valueStart = wire.wire === WIRE.bytes ? wire.start : before;
          valueEnd = wire.at;
        }
        wire.at = behind;
        wire.end = end;
      } else wire.skip();
    }
    this.#add(keyStart, keyEnd, any, valueStart, valueEnd);
  }

  #add(keyStart: number, keyEnd: number, any: number, valueStart: number, valueEnd: number): void {
    if (keyEnd - keyStart > LIMITS.attributeKeyBytes || keyEnd === keyStart) {
      this.dropped++;
      return;
    }
    const isFull = this.count === LIMITS.attributesPerItem;
    const key = isFull
      ? this.#names.find(this.#source, keyStart, keyEnd)
      : // The item before mostly had the same names in the same order.
        this.#names.numberOf(this.#source, keyStart, keyEnd, this.key[this.count] ?? 0);
    let slot = key === NO_KEY ? ABSENT : this.find(key);
    if (slot === ABSENT) {
      if (isFull) {
        this.dropped++;
        return;
      }
      slot = this.count++;
      if (slot === this.key.length) this.#grow();
      this.key[slot] = key;
      this.remember(key, slot);
      this.marks |= this.#names.marks[key] as number;
      for (const prefix of this.#names.prefixes[key] as readonly number[]) this.#prefixes.add(prefix);
    }
    this.#any[slot] = any;
    this.start[slot] = valueStart;
    this.end[slot] = valueEnd;
    this.taken[slot] = 0;
  }

  #grow(): void {
    const capacity = this.key.length * 2;
    const grown = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.key = grown(this.key, new Int32Array(capacity));
    this.#any = grown(this.#any, new Uint8Array(capacity));
    this.start = grown(this.start, new Int32Array(capacity));
    this.end = grown(this.end, new Int32Array(capacity));
    this.taken = grown(this.taken, new Uint8Array(capacity));
  }

  /** The slot of a key, or −1. */
  protected find(key: number): number {
    if (this.#slots !== undefined) return this.#slots.get(key) ?? ABSENT;
    for (let slot = 0; slot < this.count; slot++) if (this.key[slot] === key) return slot;
    return ABSENT;
  }

  /** To be called for each new slot, so that `find` finds it. */
  protected remember(key: number, slot: number): void {
    if (this.#slots !== undefined) this.#slots.set(key, slot);
    else if (slot === SCANNED_MAX) this.#slots = new Map(Array.from(this.key.subarray(0, slot + 1), (k, i) => [k, i]));
  }

  nameAt(slot: number): string {
    return this.#names.names[this.key[slot] as number] as string;
  }

  /** The value's type: a number of AnyValue's oneof, 0 for none. */
  typeAt(slot: number): number {
    return this.#any[slot] as number;
  }

  isTextAt(slot: number): boolean {
    return this.#any[slot] === ANY.text;
  }

  valueAt(slot: number): AttributeValue | undefined {
    return this.#value(this.#any[slot] as number, this.start[slot] as number, this.end[slot] as number);
  }

  /** The value as it stands in the store: texts as they are, all others as JSON. */
  storedAt(slot: number): string {
    return storedText(this.valueAt(slot));
  }

  has(key: AttributeKey): boolean {
    return this.find(key) !== ABSENT;
  }

  text(key: AttributeKey): string {
    const slot = this.find(key);
    if (slot === ABSENT) return "";
    if (this.#any[slot] === ANY.text) {
      return this.#texts.text(this.#bytes, this.start[slot] as number, this.end[slot] as number);
    }
    const value = this.valueAt(slot);
    return typeof value === "number" || typeof value === "boolean" || typeof value === "string" ? String(value) : "";
  }

  number(key: AttributeKey): number | undefined {
    const value = this.value(key);
    if (typeof value === "number") return value;
    if (typeof value !== "string" || value.trim() === "") return undefined;
    const number = Number(value);
    return Number.isNaN(number) ? undefined : number;
  }

  flag(key: AttributeKey): boolean | undefined {
    const value = this.value(key);
    if (typeof value === "boolean") return value;
    if (value === "true") return true;
    return value === "false" ? false : undefined;
  }

  value(key: AttributeKey): AttributeValue | undefined {
    const slot = this.find(key);
    return slot === ABSENT ? undefined : this.valueAt(slot);
  }

  hasGroup(prefix: AttributePrefix): boolean {
    return this.#prefixes.has(prefix);
  }

  group(prefix: AttributePrefix): readonly GroupEntry[] {
    return this.#entries(prefix, false);
  }

  take(key: AttributeKey): AttributeValue | undefined {
    const slot = this.find(key);
    if (slot === ABSENT) return undefined;
    this.taken[slot] = 1;
    return this.valueAt(slot);
  }

  takeGroup(prefix: AttributePrefix): readonly GroupEntry[] {
    return this.#entries(prefix, true);
  }

  #entries(prefix: AttributePrefix, take: boolean): readonly GroupEntry[] {
    if (!this.hasGroup(prefix)) return NO_ENTRIES;
    const length = (registeredPrefixes()[prefix] as string).length;
    const entries: GroupEntry[] = [];
    for (let slot = 0; slot < this.count; slot++) {
      if (!(this.#names.prefixes[this.key[slot] as number] as readonly number[]).includes(prefix)) continue;
      if (take) this.taken[slot] = 1;
      entries.push([this.nameAt(slot).slice(length), this.valueAt(slot) ?? ""]);
    }
    return entries;
  }

  #value(any: number, start: number, end: number): AttributeValue | undefined {
    const bytes = this.#bytes;
    switch (any) {
      case ANY.text:
        return this.#texts.text(bytes, start, end);
      case ANY.double:
        return bytes.readDoubleLE(start);
      case ANY.bytes:
        return bytes.subarray(start, end);
      case ANY.empty:
        return undefined;
      case ANY.array:
        return readArray(bytes, start, end);
      case ANY.list:
        return readList(bytes, start, end);
      default: {
        this.#wire.reset(bytes, start, end);
        const number = this.#wire.varint64();
        if (any === ANY.boolean) return number !== 0;
        return typeof number === "bigint" ? number.toString() : number;
      }
    }
  }
}

/**
 * Attributes that are looked up often: finds a key in one step. Takes 400 kB, so it is for the few objects that serve
 * item after item.
 */
export class IndexedAttributes extends OtlpAttributes {
  /** The slot of each key: valid where `#seen` holds this item's number. */
  readonly #slot = new Uint16Array(LIMITS.attributeKeys);
  readonly #seen = new Uint32Array(LIMITS.attributeKeys);
  #item = 1;

  override begin(bytes: Buffer): void {
    super.begin(bytes);
    if (++this.#item > 0xffff_ffff) {
      this.#item = 1;
      this.#seen.fill(0);
    }
  }
  protected override find(key: number): number {
    return this.#seen[key] === this.#item ? (this.#slot[key] as number) : ABSENT;
  }
  protected override remember(key: number, slot: number): void {
    this.#seen[key] = this.#item;
    this.#slot[key] = slot;
  }
}

/** The AnyValue `bytes[start, end)`, whose structure was checked; bytes come as base64. */
export function readAnyValue(bytes: Buffer, start: number, end: number): AttributeValue | undefined {
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  let value: AttributeValue | undefined;
  while (wire.tag()) {
    if (wire.wire !== WIRE.bytes) {
      if (wire.field === ANY.double) value = jsonNumber(bytes.readDoubleLE(wire.fixed(8)));
      else if (wire.field === ANY.boolean) value = wire.varint64() !== 0;
      else if (wire.field === ANY.integer) {
        const number = wire.varint64();
        value = typeof number === "bigint" ? number.toString() : number;
      } else wire.skip();
      continue;
    }
    wire.range();
    if (wire.field === ANY.text) value = bytes.toString("utf8", wire.start, wire.stop);
    else if (wire.field === ANY.array) value = readArray(bytes, wire.start, wire.stop);
    else if (wire.field === ANY.list) value = readList(bytes, wire.start, wire.stop);
    else if (wire.field === ANY.bytes) value = bytes.toString("base64", wire.start, wire.stop);
  }
  return value;
}

/** JSON has no NaN and no infinities: inside a structure they are spelled as texts, as protobuf's JSON does. */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function readArray(bytes: Buffer, start: number, end: number): AttributeValue[] {
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  const items: AttributeValue[] = [];
  while (wire.tag()) {
    wire.skip();
    if (wire.field === 1) items.push(readAnyValue(bytes, wire.start, wire.stop) ?? "");
  }
  return items;
}

function readList(bytes: Buffer, start: number, end: number): Record<string, AttributeValue> {
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  const list: Record<string, AttributeValue> = {};
  while (wire.tag()) {
    wire.skip();
    if (wire.field !== 1) continue;
    const [key, value] = readKeyValue(bytes, wire.start, wire.stop);
    // defineProperty, because `__proto__` is a name like any other here.
    Object.defineProperty(list, key, { value: value ?? "", enumerable: true, configurable: true, writable: true });
  }
  return list;
}

/** The KeyValue `bytes[start, end)`, whose structure was checked. */
export function readKeyValue(bytes: Buffer, start: number, end: number): [string, AttributeValue | undefined] {
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  let key = "";
  let value: AttributeValue | undefined;
  while (wire.tag()) {
    wire.skip();
    if (wire.field === 1) key = bytes.toString("utf8", wire.start, wire.stop);
    else if (wire.field === 2) value = readAnyValue(bytes, wire.start, wire.stop);
  }
  return [key, value];
}

/** A value as JSON can hold it: bytes in base64. What is nested in it is so already. */
export function jsonValue(value: AttributeValue): AttributeValue {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "number" ? jsonNumber(value) : value;
}

/** A value as it stands in the store: texts as they are, bytes in base64, all others as JSON. */
export function storedText(value: AttributeValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return JSON.stringify(value);
}
