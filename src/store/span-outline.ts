// The spans of a run as far as they are known without all that belongs to them: what a first picture of a large run is
// made of. Everything is numbers from the store's bytes on: a span is never an object, an id never a text.

import { orderOf } from "../base/sorted-order.ts";
import { NONE, TextTable } from "../model/run-columns.ts";
import { SPAN_TRAITS } from "../model/vocabulary.ts";
import { type Block, readBlocks } from "./native/block-reader.ts";

/** The columns of `spans` that an outline is made of. */
export const OUTLINE_COLUMNS = [
  "offset",
  "started_at",
  "duration_ns",
  "trace_id",
  "span_id",
  "parent_id",
  "name",
  "kind",
  "status",
  "traits",
  "agent",
  "tokens_input",
  "tokens_output",
  "cost_nano",
] as const;

/** One row per span identity, sorted by start, but parents before their children. Times are nanoseconds after t0. */
export interface SpanOutline {
  readonly count: number;
  readonly t0Ns: bigint;
  readonly texts: TextTable;
  /** 8 bytes a span. */
  readonly ids: Uint8Array;
  /** The parent's row, or NONE. */
  readonly parent: Int32Array;
  readonly start: Float64Array;
  /** `Infinity` for a span that is still open. */
  readonly end: Float64Array;
  /** Indexes into `texts`; 0 is the empty text. */
  readonly name: Uint32Array;
  readonly agent: Uint32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly traits: Uint16Array;
  readonly tokensInput: Float64Array;
  readonly tokensOutput: Float64Array;
  readonly costNano: Float64Array;
}

/** Reads Native blocks with at least OUTLINE_COLUMNS, in any order and with repeats. */
export function spanOutline(chunks: readonly Uint8Array[]): SpanOutline {
  const rows = new OutlineRows(chunks.flatMap(readBlocks).filter((block) => block.rows > 0));
  const order = orderOf(rows.start);
  sortTies(order, rows);
  const spans = rows.distinct(order);
  const parentOf = rows.parents();
  return gather(rows, parentsFirst(spans, parentOf, rows.count), parentOf);
}

/** All rows of all blocks, one after another. Ids are two words each. */
class OutlineRows {
  readonly count: number;
  readonly blocks: readonly Block[];
  readonly baseNs: bigint;
  readonly ids: Uint32Array;
  readonly start: Float64Array;
  readonly #parents: Uint32Array;
  readonly #trace: Uint32Array;
  readonly #offset: Float64Array;
  readonly #traits: Uint16Array;
  /** Rows by identity, open addressing: row + 1, 0 where there is none. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(blocks: readonly Block[]) {
    this.blocks = blocks;
    this.count = blocks.reduce((sum, { rows }) => sum + rows, 0);
    this.ids = this.#words("span_id");
    this.#parents = this.#words("parent_id");
    this.#trace = this.#traces();
    this.#offset = this.numbers("offset", new Float64Array(this.count));
    this.#traits = this.numbers("traits", new Uint16Array(this.count));
    this.baseNs = earliest(blocks);
    this.start = this.#starts();
    const size = 2 ** Math.ceil(Math.log2(2 * this.count + 1));
    this.#slots = new Int32Array(size);
    this.#mask = size - 1;
  }

  /** Of each span the row that counts, in the given order: the ended one, then the one that came first. */
  distinct(order: Uint32Array): Uint32Array {
    let repeats = 0;
    for (let row = 0; row < this.count; row++) {
      const slot = this.#slot(this.#trace[row] as number, this.ids[2 * row] as number, this.ids[2 * row + 1] as number);
      const known = (this.#slots[slot] as number) - 1;
      if (known >= 0) repeats++;
      if (known < 0 || this.#isStronger(row, known)) this.#slots[slot] = row + 1;
    }
    return repeats === 0 ? order : order.filter((row) => this.#find(row, this.ids) === row);
  }

  /** By row the row of its parent, or NONE. Rows that stand together often have the same. */
  parents(): Int32Array {
    const parents = this.#parents;
    const found = new Int32Array(this.count).fill(NONE);
    for (let row = 0; row < this.count; row++) {
      const [high, low] = [parents[2 * row] as number, parents[2 * row + 1] as number];
      if (high === 0 && low === 0) continue;
      const isSame =
        parents[2 * row - 2] === high && parents[2 * row - 1] === low && this.#trace[row] === this.#trace[row - 1];
      found[row] = isSame ? (found[row - 1] as number) : this.#find(row, parents);
    }
    return found;
  }

  isPending(row: number): boolean {
    return ((this.#traits[row] as number) & SPAN_TRAITS.pending) !== 0;
  }

  numbers<A extends Uint8Array | Uint16Array | Float64Array>(name: string, target: A): A {
    let at = 0;
    for (const block of this.blocks) {
      target.set(block.numbers(name), at);
      at += block.rows;
    }
    return target;
  }

  texts(name: string, table: TextTable): Uint32Array {
    const indexes = new Uint32Array(this.count);
    let at = 0;
    for (const block of this.blocks) {
      indexes.set(
        block.texts(name).numbered((text) => table.indexOf(text)),
        at,
      );
      at += block.rows;
    }
    return indexes;
  }

  #isStronger(row: number, than: number): boolean {
    if (this.isPending(row) !== this.isPending(than)) return this.isPending(than);
    return (this.#offset[row] as number) < (this.#offset[than] as number);
  }

  /** The row of the span that a row names: its own, or its parent. */
  #find(row: number, words: Uint32Array): number {
    const slot = this.#slot(this.#trace[row] as number, words[2 * row] as number, words[2 * row + 1] as number);
    return (this.#slots[slot] as number) - 1;
  }

  /** Where a span is, or would be. */
  #slot(trace: number, high: number, low: number): number {
    const mixed = Math.imul(high ^ Math.imul(low ^ trace, 0x9e3779b1), 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    for (;;) {
      const known = (this.#slots[slot] as number) - 1;
      if (known < 0) return slot;
      const isSame = this.ids[2 * known] === high && this.ids[2 * known + 1] === low && this.#trace[known] === trace;
      if (isSame) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #words(name: string): Uint32Array {
    const bytes = new Uint8Array(8 * this.count);
    let at = 0;
    for (const block of this.blocks) {
      const { data } = block.ids(name);
      bytes.set(data, at);
      at += data.length;
    }
    return new Uint32Array(bytes.buffer);
  }

  #traces(): Uint32Array {
    const numbers = new Map<string, number>();
    const numberOf = (id: string) => {
      const number = numbers.get(id) ?? numbers.size;
      numbers.set(id, number);
      return number;
    };
    const trace = new Uint32Array(this.count);
    let at = 0;
    for (const block of this.blocks) {
      trace.set(block.ids("trace_id").numbered(numberOf), at);
      at += block.rows;
    }
    return trace;
  }

  /** After the base; exact, because halves are subtracted before they are put together. */
  #starts(): Float64Array {
    const start = new Float64Array(this.count);
    const [baseHigh, baseLow] = halves(this.baseNs);
    let at = 0;
    for (const block of this.blocks) {
      const words = wordsOf(block);
      for (let row = 0; row < block.rows; row++) {
        start[at++] = ((words[2 * row + 1] as number) - baseHigh) * 2 ** 32 + ((words[2 * row] as number) - baseLow);
      }
    }
    return start;
  }
}

/** Instants of a block as pairs of words, the low one first. They lie after 1970. */
function wordsOf(block: Block): Uint32Array {
  const { buffer, byteOffset, length } = block.bigints("started_at");
  return new Uint32Array(buffer, byteOffset, 2 * length);
}

function halves(ns: bigint): readonly [high: number, low: number] {
  return [Number(ns >> 32n), Number(ns & 0xffff_ffffn)];
}

function earliest(blocks: readonly Block[]): bigint {
  let [high, low] = [Number.POSITIVE_INFINITY, 0];
  for (const block of blocks) {
    const words = wordsOf(block);
    for (let i = 0; i < words.length; i += 2) {
      const isLater = (words[i + 1] as number) > high || (words[i + 1] === high && (words[i] as number) >= low);
      if (!isLater) [high, low] = [words[i + 1] as number, words[i] as number];
    }
  }
  return blocks.length === 0 ? 0n : (BigInt(high) << 32n) + BigInt(low);
}

/** Spans that start together stand in the order of their ids. */
function sortTies(order: Uint32Array, { start, ids }: OutlineRows): void {
  const bytes = new DataView(ids.buffer);
  const compare = (a: number, b: number) => {
    const [high, other] = [bytes.getUint32(8 * a), bytes.getUint32(8 * b)];
    return high === other ? bytes.getUint32(8 * a + 4) - bytes.getUint32(8 * b + 4) : high - other;
  };
  for (let from = 0; from < order.length; ) {
    const at = start[order[from] as number];
    let to = from + 1;
    while (to < order.length && start[order[to] as number] === at) to++;
    if (to - from > 1) order.subarray(from, to).sort(compare);
    from = to;
  }
}

/** Moves parents before their children and leaves everything else where it is. A ring of parents is opened. */
function parentsFirst(spans: Uint32Array, parentOf: Int32Array, count: number): Uint32Array {
  const sorted = new Uint32Array(spans.length);
  const isPlaced = new Uint8Array(count);
  const chain: number[] = [];
  let placed = 0;
  for (const span of spans) {
    for (let next = span; next !== NONE && isPlaced[next] === 0; next = parentOf[next] as number) {
      isPlaced[next] = 1;
      chain.push(next);
    }
    while (chain.length > 0) sorted[placed++] = chain.pop() as number;
  }
  return sorted;
}

/** The columns in the order of the run. */
function gather(rows: OutlineRows, order: Uint32Array, parentOf: Int32Array): SpanOutline {
  const count = order.length;
  const texts = new TextTable();
  const rowOf = new Int32Array(rows.count);
  for (let row = 0; row < count; row++) rowOf[order[row] as number] = row;
  const ids = new Uint32Array(2 * count);
  const parent = new Int32Array(count);
  const end = picked(rows.numbers("duration_ns", new Float64Array(rows.count)), order, new Float64Array(count));
  const start = picked(rows.start, order, new Float64Array(count));
  // Rows that do not count may have begun earlier.
  const first = start.reduce((least, at) => Math.min(least, at), start[0] ?? 0);
  if (first > 0) for (let row = 0; row < count; row++) start[row] = (start[row] as number) - first;
  for (let row = 0; row < count; row++) {
    const source = order[row] as number;
    const above = parentOf[source] as number;
    ids[2 * row] = rows.ids[2 * source] as number;
    ids[2 * row + 1] = rows.ids[2 * source + 1] as number;
    parent[row] = above === NONE || (rowOf[above] as number) >= row ? NONE : (rowOf[above] as number);
    end[row] = rows.isPending(source) ? Number.POSITIVE_INFINITY : (start[row] as number) + (end[row] as number);
  }
  const small = (name: string) => picked(rows.numbers(name, new Uint8Array(rows.count)), order, new Uint8Array(count));
  const large = (name: string) =>
    picked(rows.numbers(name, new Float64Array(rows.count)), order, new Float64Array(count));
  return {
    ...{ count, t0Ns: rows.baseNs + BigInt(first), texts, ids: new Uint8Array(ids.buffer), parent, start, end },
    name: picked(rows.texts("name", texts), order, new Uint32Array(count)),
    agent: picked(rows.texts("agent", texts), order, new Uint32Array(count)),
    ...{ kind: small("kind"), status: small("status") },
    traits: picked(rows.numbers("traits", new Uint16Array(rows.count)), order, new Uint16Array(count)),
    ...{ tokensInput: large("tokens_input"), tokensOutput: large("tokens_output"), costNano: large("cost_nano") },
  };
}

function picked<A extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  from: A,
  order: Uint32Array,
  into: A,
): A {
  for (let i = 0; i < order.length; i++) into[i] = from[order[i] as number] as number;
  return into;
}
