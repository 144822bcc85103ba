// The spans of a run as far as they are known without all that belongs to them: what a first picture of a large run is
// made of.

import { NONE, TextTable } from "../model/run-columns.ts";
import { readBlocks } from "./native/block-reader.ts";
import { allRowsOf, SpanRows } from "./span-rows.ts";

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
  const rows = new SpanRows(allRowsOf(chunks.flatMap(readBlocks)));
  const texts = new TextTable();
  return {
    ...{ count: rows.order.length, texts, ids: rows.orderedIds() },
    // Of a ring of parents the first is a root.
    parent: rows.parents().map((above, row) => (above < row ? above : NONE)),
    ...rows.times(),
    name: rows.texts("name", texts),
    agent: rows.texts("agent", texts),
    kind: rows.numbers("kind", Uint8Array),
    status: rows.numbers("status", Uint8Array),
    traits: rows.numbers("traits", Uint16Array),
    tokensInput: rows.numbers("tokens_input", Float64Array),
    tokensOutput: rows.numbers("tokens_output", Float64Array),
    costNano: rows.numbers("cost_nano", Float64Array),
  };
}
