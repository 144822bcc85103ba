// Columns of spans as the page reads them, from a few words: for tests of its pure models.

import { fromHex } from "../../src/base/hex.ts";
import { SPAN_KINDS, SPAN_STATUSES, SPAN_TRAITS, type SpanKind, type SpanStatus } from "../../src/model/vocabulary.ts";
import type { SpanColumns } from "../../src/web/plots/skeleton.ts";

export interface MadeSpan {
  readonly name: string;
  /** Name of the parent; it stands before. */
  readonly under?: string;
  readonly start: number;
  /** Absent: open. */
  readonly end?: number;
  readonly agent?: string;
  readonly kind?: SpanKind;
  readonly status?: SpanStatus;
  readonly hidden?: boolean;
}

/** Rows in the order given; ids count up from 1. */
export function madeColumns(spans: readonly MadeSpan[]): SpanColumns {
  const strings: string[] = [];
  const indexOf = (text: string): number => {
    if (!strings.includes(text)) strings.push(text);
    return strings.indexOf(text);
  };
  const rowOf = (name: string) => spans.findIndex((span) => span.name === name);
  const id = new Uint8Array(8 * spans.length);
  for (const [row] of spans.entries()) id.set(fromHex((row + 1).toString(16).padStart(16, "0")) as Uint8Array, 8 * row);
  const duration = ({ start, end }: MadeSpan) => (end === undefined ? -1 : end - start);
  return {
    ...{ runId: "run", t0: "2026-11-22T12:00:00.000000000Z", count: spans.length, resolved: true },
    ...{ strings, kinds: SPAN_KINDS, statuses: SPAN_STATUSES, id },
    parent: Int32Array.from(spans, ({ under }) => (under === undefined ? -1 : rowOf(under))),
    start: Float64Array.from(spans, ({ start }) => start),
    duration: Float64Array.from(spans, duration),
    own: Float64Array.from(spans, duration),
    kind: Uint8Array.from(spans, ({ kind }) => SPAN_KINDS.indexOf(kind ?? "other")),
    name: Uint32Array.from(spans, ({ name }) => indexOf(name)),
    agent: Int32Array.from(spans, ({ agent }) => (agent === undefined ? -1 : indexOf(agent))),
    status: Uint8Array.from(spans, ({ status }) => SPAN_STATUSES.indexOf(status ?? "ok")),
    tokensIn: new Uint32Array(spans.length),
    tokensOut: new Uint32Array(spans.length),
    cost: new Float64Array(spans.length),
    traits: Uint16Array.from(spans, ({ hidden }) => (hidden ? SPAN_TRAITS.hidden : 0)),
  };
}

/** A tree of `count` spans: each hangs on one of the few before it, in the way that agents' runs branch. */
export function manyColumns(count: number): SpanColumns {
  const id = new Uint8Array(8 * count);
  const view = new DataView(id.buffer);
  const parent = new Int32Array(count);
  const start = new Float64Array(count);
  const duration = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    view.setUint32(8 * row + 4, row + 1);
    parent[row] = row === 0 ? -1 : Math.max(0, row - 1 - ((row * 7919) % 23));
    start[row] = row;
    duration[row] = 1 + ((row * 104_729) % 40);
  }
  return {
    ...{ runId: "run", t0: "2026-11-22T12:00:00.000000000Z", count, resolved: true },
    ...{ strings: ["span", "a", "b", "c"], kinds: SPAN_KINDS, statuses: SPAN_STATUSES, id, parent, start, duration },
    own: duration,
    kind: Uint8Array.from({ length: count }, (_, row) => 5 + (row % 3)),
    name: new Uint32Array(count),
    agent: Int32Array.from({ length: count }, (_, row) => 1 + (row % 3)),
    status: Uint8Array.from({ length: count }, (_, row) => (row % 97 === 0 ? 2 : 1)),
    tokensIn: new Uint32Array(count),
    tokensOut: new Uint32Array(count),
    cost: new Float64Array(count),
    traits: new Uint16Array(count),
  };
}
