// The rows of spans in many blocks as one table of numbers: which rows are of one span and which of them counts, in what
// order spans stand, which is whose parent. A span is never an object, an id never a text.

import { fromHex } from "../base/hex.ts";
import { orderOf } from "../base/sorted-order.ts";
import { NONE, type TextTable } from "../model/run-columns.ts";
import { SPAN_TRAITS } from "../model/vocabulary.ts";
import type { Block, NestedColumn } from "./native/block-reader.ts";

/** Some rows of a block with the columns of `spans`. */
export interface BlockRows {
  readonly block: Block;
  readonly rows: Uint32Array;
}

export function allRowsOf(blocks: readonly Block[]): BlockRows[] {
  return blocks.filter((block) => block.rows > 0).map((block) => ({ block, rows: countedUp(block.rows) }));
}

function countedUp(count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
}

/** The rows of each trace, by its id in lower-case hexadecimal. */
export function rowsByTrace(blocks: readonly Block[]): Map<string, BlockRows[]> {
  const byTrace = new Map<string, BlockRows[]>();
  for (const { block, rows } of allRowsOf(blocks)) {
    for (const [traceId, own] of dividedByTrace(block, rows)) {
      const parts = byTrace.get(traceId);
      if (parts === undefined) byTrace.set(traceId, [{ block, rows: own }]);
      else parts.push({ block, rows: own });
    }
  }
  return byTrace;
}

function dividedByTrace(block: Block, rows: Uint32Array): [traceId: string, rows: Uint32Array][] {
  const ids: string[] = [];
  const numbers = block.ids("trace_id").numbered(rows, numberIn(ids));
  if (ids.length === 1) return [[ids[0] as string, rows]];
  const counts = new Uint32Array(ids.length);
  for (const number of numbers) counts[number] = (counts[number] as number) + 1;
  const divided = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const number = numbers[i] as number;
    const place = counts[number] as number;
    (divided[number] as Uint32Array)[place] = rows[i] as number;
    counts[number] = place + 1;
  }
  return ids.map((id, number) => [id, divided[number] as Uint32Array]);
}

/** Numbers texts from 0 on and keeps them in `texts`. */
function numberIn(texts: string[]): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, texts.length);
    return texts.push(text) - 1;
  };
}

/** Rows stand in the order of the parts; an id is two words in the order of its bytes. */
export class SpanRows {
  readonly count: number;
  /** No span starts earlier; nanoseconds since 1970. */
  readonly baseNs: bigint;
  /** After the base. */
  readonly start: Float64Array;
  readonly ids: Uint32Array;
  /** By row an index into `traces`. */
  readonly trace: Uint32Array;
  readonly traces: readonly string[];
  readonly offset: Float64Array;
  /** Whether any span has several rows. */
  readonly hasRepeats: boolean;
  #placed: { readonly order: Uint32Array; readonly parentOf: Int32Array } | undefined;
  readonly #parts: readonly BlockRows[];
  /** Blocks that have all their rows here, as they stand: their columns are copied at once. */
  readonly #whole: ReadonlySet<Block>;
  readonly #parents: Uint32Array;
  readonly #traits: Uint16Array;
  /** Rows by identity, open addressing: row + 1, 0 where there is none. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(parts: readonly BlockRows[]) {
    this.#parts = joinedByBlock(parts);
    this.#whole = new Set(this.#parts.filter(isWhole).map(({ block }) => block));
    this.count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
    this.ids = this.#words("span_id");
    this.#parents = this.#words("parent_id");
    const traces: string[] = [];
    const numberOf = numberIn(traces);
    this.trace = this.#numbered((block, rows) => block.ids("trace_id").numbered(rows, numberOf));
    this.traces = traces;
    this.offset = this.#numbers("offset", new Float64Array(this.count));
    this.#traits = this.#numbers("traits", new Uint16Array(this.count));
    this.baseNs = earliest(this.#parts);
    this.start = this.#starts();
    const size = 2 ** Math.ceil(Math.log2(2 * this.count + 1));
    this.#slots = new Int32Array(size);
    this.#mask = size - 1;
    this.hasRepeats = this.#findSpans();
  }

  /**
   * The rows that count, one of each span: the ended one, else the one that came first. By (start, span id), but a parent
   * before its children even when clocks say otherwise.
   */
  get order(): Uint32Array {
    return this.#places().order;
  }

  isPending(row: number): boolean {
    return ((this.#traits[row] as number) & SPAN_TRAITS.pending) !== 0;
  }

  /** Whether the span names a parent, be it there or not. */
  hasParentId(row: number): boolean {
    return this.#parents[2 * row] !== 0 || this.#parents[2 * row + 1] !== 0;
  }

  has(traceId: string, spanId: string): boolean {
    const trace = this.traces.indexOf(traceId);
    const bytes = fromHex(spanId);
    if (trace < 0 || bytes?.length !== 8) return false;
    const [high = 0, low = 0] = new Uint32Array(bytes.buffer);
    return this.#slots[this.#slot(trace, high, low)] !== 0;
  }

  /** The offsets of rows that do not count. One that was read twice, from the store and from the journal, is no repeat. */
  repeats(): number[] {
    const offsets: number[] = [];
    for (let row = 0; row < this.count; row++) {
      if (this.offset[this.#counting(row)] !== this.offset[row]) offsets.push(this.offset[row] as number);
    }
    return offsets;
  }

  /** By place in the order: the offset of an announcement that came before. */
  announced(): ReadonlyMap<number, number> {
    const firstOf = new Map<number, number>();
    for (let row = 0; row < this.count; row++) {
      if (!this.isPending(row)) continue;
      const counting = this.#counting(row);
      const offset = this.offset[row] as number;
      firstOf.set(counting, Math.min(offset, firstOf.get(counting) ?? offset));
    }
    const announced = new Map<number, number>();
    if (firstOf.size === 0) return announced;
    for (const [place, row] of this.order.entries()) {
      const before = firstOf.get(row);
      if (before !== undefined && before < (this.offset[row] as number)) announced.set(place, before);
    }
    return announced;
  }

  /** A column of the rows that count, in their order. */
  numbers<A extends Numbers>(name: string, Type: new (length: number) => A): A {
    return this.picked(this.#numbers(name, new Type(this.count)), Type);
  }

  /** The same of a column of texts, as indexes into a table. */
  texts(name: string, table: TextTable): Uint32Array {
    const numbers = this.#numbered((block, rows) => block.texts(name).numbered(rows, (text) => table.indexOf(text)));
    return this.picked(numbers, Uint32Array);
  }

  /** Calls back for the rows that count and have any elements in a column of arrays, in their order. */
  elements(name: string, found: (place: number, column: NestedColumn, row: number, block: Block) => void): void {
    const columns = this.#parts.map(({ block }) => block.nested(name));
    const [partOf, rowOf] = this.#partsByRow();
    for (let place = 0; place < this.order.length; place++) {
      const source = this.order[place] as number;
      const part = partOf[source] as number;
      const row = rowOf[source] as number;
      const column = columns[part] as NestedColumn;
      if (column.end(row) > column.start(row)) found(place, column, row, (this.#parts[part] as BlockRows).block);
    }
  }

  /** Numbers by row as numbers of the rows that count, in their order. */
  picked<A extends Numbers>(from: A, Type: new (length: number) => A): A {
    const target = new Type(this.order.length);
    const pick = from instanceof Float64Array ? pickDoubles : from instanceof Uint32Array ? pickWords : pickSmall;
    pick(this.order, from as never, target as never);
    return target;
  }

  /** The parents of the rows that count, as places in the order, or NONE. In a ring of parents one comes after its child. */
  parents(): Int32Array {
    const { order, parentOf } = this.#places();
    const placeOf = new Int32Array(this.count);
    for (let place = 0; place < order.length; place++) placeOf[order[place] as number] = place;
    const parents = new Int32Array(order.length);
    for (let place = 0; place < order.length; place++) {
      const above = parentOf[order[place] as number] as number;
      parents[place] = above === NONE ? NONE : (placeOf[above] as number);
    }
    return parents;
  }

  /** The ids of the rows that count, in their order, 8 bytes each. */
  orderedIds(): Uint8Array {
    const { order, ids } = this;
    const ordered = new Uint32Array(2 * order.length);
    for (let place = 0; place < order.length; place++) {
      ordered[2 * place] = ids[2 * (order[place] as number)] as number;
      ordered[2 * place + 1] = ids[2 * (order[place] as number) + 1] as number;
    }
    return new Uint8Array(ordered.buffer);
  }

  /** When the rows that count start and end, nanoseconds after the first of them: it may be later than the base. */
  times(): { readonly t0Ns: bigint; readonly start: Float64Array; readonly end: Float64Array } {
    const { order } = this;
    const start = this.picked(this.start, Float64Array);
    const end = this.numbers("duration_ns", Float64Array);
    const first = start.reduce((least, at) => Math.min(least, at), start[0] ?? 0);
    for (let place = 0; place < order.length; place++) {
      const at = (start[place] as number) - first;
      start[place] = at;
      end[place] = this.isPending(order[place] as number) ? Number.POSITIVE_INFINITY : at + (end[place] as number);
    }
    return { t0Ns: this.baseNs + BigInt(first), start, end };
  }

  /** Made when it is asked for: of some rows only their identities are. */
  #places(): { readonly order: Uint32Array; readonly parentOf: Int32Array } {
    if (this.#placed !== undefined) return this.#placed;
    const parentOf = this.#findParents();
    const byStart = this.#sortTies(orderOf(this.start));
    const counting = this.hasRepeats ? byStart.filter((row) => this.#counting(row) === row) : byStart;
    this.#placed = { order: parentsFirst(counting, parentOf), parentOf };
    return this.#placed;
  }

  /** Enters all rows by their identity; whether any span has several. */
  #findSpans(): boolean {
    let hasRepeats = false;
    for (let row = 0; row < this.count; row++) {
      const slot = this.#slot(this.trace[row] as number, this.ids[2 * row] as number, this.ids[2 * row + 1] as number);
      const known = (this.#slots[slot] as number) - 1;
      if (known >= 0) hasRepeats = true;
      if (known < 0 || this.#isStronger(row, known)) this.#slots[slot] = row + 1;
    }
    return hasRepeats;
  }

  /** By row the row of its parent that counts, or NONE. Rows that stand together often have the same parent. */
  #findParents(): Int32Array {
    const parents = this.#parents;
    const found = new Int32Array(this.count).fill(NONE);
    for (let row = 0; row < this.count; row++) {
      const [high, low] = [parents[2 * row] as number, parents[2 * row + 1] as number];
      if (high === 0 && low === 0) continue;
      const isSame =
        parents[2 * row - 2] === high && parents[2 * row - 1] === low && this.trace[row] === this.trace[row - 1];
      found[row] = isSame ? (found[row - 1] as number) : this.#find(row, parents);
    }
    return found;
  }

  /** Of two rows of one span: whether the first counts, and not the second. */
  #isStronger(row: number, than: number): boolean {
    if (this.isPending(row) !== this.isPending(than)) return this.isPending(than);
    return (this.offset[row] as number) < (this.offset[than] as number);
  }

  /** The row that counts of a row's span. */
  #counting(row: number): number {
    return this.#find(row, this.ids);
  }

  /** The row of the span that a row names: its own, or its parent. */
  #find(row: number, words: Uint32Array): number {
    const slot = this.#slot(this.trace[row] as number, words[2 * row] as number, words[2 * row + 1] as number);
    return (this.#slots[slot] as number) - 1;
  }

  /** Where a span is, or would be. */
  #slot(trace: number, high: number, low: number): number {
    const mixed = Math.imul(high ^ Math.imul(low ^ trace, 0x9e3779b1), 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    for (;;) {
      const known = (this.#slots[slot] as number) - 1;
      if (known < 0) return slot;
      const isSame = this.ids[2 * known] === high && this.ids[2 * known + 1] === low && this.trace[known] === trace;
      if (isSame) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Spans that start together stand in the order of their ids, then of their traces'. */
  #sortTies(order: Uint32Array): Uint32Array {
    const { start, trace, traces } = this;
    const bytes = new DataView(this.ids.buffer);
    const compare = (a: number, b: number) =>
      bytes.getUint32(8 * a) - bytes.getUint32(8 * b) ||
      bytes.getUint32(8 * a + 4) - bytes.getUint32(8 * b + 4) ||
      ((traces[trace[a] as number] as string) < (traces[trace[b] as number] as string) ? -1 : 1);
    for (let from = 0; from < order.length; ) {
      const at = start[order[from] as number];
      let to = from + 1;
      while (to < order.length && start[order[to] as number] === at) to++;
      if (to - from > 1) order.subarray(from, to).sort(compare);
      from = to;
    }
    return order;
  }

  #numbers<A extends Numbers>(name: string, target: A): A {
    let at = 0;
    for (const { block, rows } of this.#parts) {
      const values = block.numbers(name);
      if (this.#whole.has(block)) target.set(values, at);
      else for (let i = 0; i < rows.length; i++) target[at + i] = values[rows[i] as number] as number;
      at += rows.length;
    }
    return target;
  }

  #numbered(numbersOf: (block: Block, rows: Uint32Array) => Uint32Array): Uint32Array {
    const numbers = new Uint32Array(this.count);
    let at = 0;
    for (const { block, rows } of this.#parts) {
      numbers.set(numbersOf(block, rows), at);
      at += rows.length;
    }
    return numbers;
  }

  #words(name: string): Uint32Array {
    const words = new Uint32Array(2 * this.count);
    let at = 0;
    for (const { block, rows } of this.#parts) {
      const { data } = block.ids(name);
      if (this.#whole.has(block)) new Uint8Array(words.buffer).set(data, 4 * at);
      else {
        const own = new Uint32Array(data.slice().buffer);
        for (let i = 0; i < rows.length; i++) {
          words[at + 2 * i] = own[2 * (rows[i] as number)] as number;
          words[at + 2 * i + 1] = own[2 * (rows[i] as number) + 1] as number;
        }
      }
      at += 2 * rows.length;
    }
    return words;
  }

  /** Exact, because halves are subtracted before they are put together. */
  #starts(): Float64Array {
    const start = new Float64Array(this.count);
    const [baseHigh, baseLow] = [Number(this.baseNs >> 32n), Number(this.baseNs & 0xffff_ffffn)];
    let at = 0;
    for (const { block, rows } of this.#parts) {
      const { high, low } = startHalves(block);
      for (let i = 0; i < rows.length; i++) {
        const place = 2 * (rows[i] as number);
        start[at++] = ((high[place] as number) - baseHigh) * 2 ** 32 + ((low[place] as number) - baseLow);
      }
    }
    return start;
  }

  /** By row its part, and where it is in the part's block. */
  #partsByRow(): readonly [partOf: Uint32Array, rowOf: Uint32Array] {
    const partOf = new Uint32Array(this.count);
    const rowOf = new Uint32Array(this.count);
    let at = 0;
    for (const [part, { rows }] of this.#parts.entries()) {
      partOf.fill(part, at, at + rows.length);
      rowOf.set(rows, at);
      at += rows.length;
    }
    return [partOf, rowOf];
  }
}

/** The same three times: a loop over arrays of many kinds is several times slower than one over arrays of one kind. */
function pickDoubles(order: Uint32Array, from: Float64Array, target: Float64Array): void {
  for (let place = 0; place < order.length; place++) target[place] = from[order[place] as number] as number;
}
function pickWords(order: Uint32Array, from: Uint32Array, target: Uint32Array): void {
  for (let place = 0; place < order.length; place++) target[place] = from[order[place] as number] as number;
}
function pickSmall(order: Uint32Array, from: Exclude<Numbers, Float64Array>, target: typeof from): void {
  for (let place = 0; place < order.length; place++) target[place] = from[order[place] as number] as number;
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

function isWhole({ block, rows }: BlockRows): boolean {
  if (rows.length !== block.rows) return false;
  for (let i = 0; i < rows.length; i++) if (rows[i] !== i) return false;
  return true;
}

/** Each block once: a run of many traces takes many parts of it. */
function joinedByBlock(parts: readonly BlockRows[]): readonly BlockRows[] {
  const byBlock = Map.groupBy(parts, ({ block }) => block);
  if (byBlock.size === parts.length) return parts;
  return Array.from(byBlock, ([block, own]) => {
    const rows = new Uint32Array(own.reduce((sum, one) => sum + one.rows.length, 0));
    let at = 0;
    for (const one of own) {
      rows.set(one.rows, at);
      at += one.rows.length;
    }
    return { block, rows };
  });
}

/** The halves of instants, each at twice its row. */
function startHalves(block: Block): { readonly high: Int32Array; readonly low: Uint32Array } {
  const { buffer, byteOffset, length } = block.bigints("started_at");
  return {
    high: new Int32Array(buffer, byteOffset + 4, 2 * length - 1),
    low: new Uint32Array(buffer, byteOffset, 2 * length),
  };
}

function earliest(parts: readonly BlockRows[]): bigint {
  let [firstHigh, firstLow] = [Number.POSITIVE_INFINITY, 0];
  for (const { block, rows } of parts) {
    const { high, low } = startHalves(block);
    for (let i = 0; i < rows.length; i++) {
      const place = 2 * (rows[i] as number);
      const isLater =
        (high[place] as number) > firstHigh || (high[place] === firstHigh && (low[place] as number) >= firstLow);
      if (!isLater) [firstHigh, firstLow] = [high[place] as number, low[place] as number];
    }
  }
  return firstHigh === Number.POSITIVE_INFINITY ? 0n : (BigInt(firstHigh) << 32n) + BigInt(firstLow);
}

/** Moves parents before their children and leaves everything else where it is. A ring is opened where it is met first. */
function parentsFirst(rows: Uint32Array, parentOf: Int32Array): Uint32Array {
  const sorted = new Uint32Array(rows.length);
  const isPlaced = new Uint8Array(parentOf.length);
  const chain: number[] = [];
  let placed = 0;
  for (const row of rows) {
    for (let next = row; next !== NONE && isPlaced[next] === 0; next = parentOf[next] as number) {
      isPlaced[next] = 1;
      chain.push(next);
    }
    while (chain.length > 0) sorted[placed++] = chain.pop() as number;
  }
  return sorted;
}
