// A run's spans as the columns that the timeline draws (the Skeleton of model/shapes.ts): milliseconds, one table of
// texts, and for each span only what is seen without selecting it.

import { formatInstant } from "../base/time.ts";
import { NONE, type RunColumns, TextTable } from "../model/run-columns.ts";
import type { Skeleton } from "../model/shapes.ts";
import { SPAN_KINDS, SPAN_STATUSES, SPAN_TRAITS } from "../model/vocabulary.ts";
import { KIND, STATUS } from "./codes.ts";
import type { ResolvedRows } from "./run-analysis.ts";

const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;

/** The skeleton in typed arrays: a large run's is never made of numbers one by one. */
export interface SpanSkeleton extends Omit<Skeleton, "columns"> {
  readonly columns: {
    /** As texts, or 8 bytes each. */
    readonly id: readonly string[] | Uint8Array;
    readonly parent: Int32Array;
    readonly start: Float64Array;
    readonly duration: Float64Array;
    readonly own: Float64Array;
    readonly kind: Uint8Array;
    readonly name: Uint32Array;
    readonly agent: Int32Array;
    readonly status: Uint8Array;
    readonly tokensIn: Float64Array;
    readonly tokensOut: Float64Array;
    readonly cost: Float64Array;
    readonly traits: Uint16Array;
  };
}

/** What a run is resolved to: of each span, and the names of its agents. */
export interface ResolvedSpans {
  readonly rows: Omit<ResolvedRows, "priced" | "unpriced">;
  readonly agents: readonly { readonly name: string }[];
}

/** Spans as they were sent. */
export type SentSpans = Pick<
  RunColumns,
  "count" | "t0Ns" | "texts" | "parent" | "start" | "end" | "name" | "agent" | "kind" | "status" | "traits"
> &
  Pick<RunColumns, "tokensInput" | "tokensOutput" | "costNano">;

/**
 * Without what it is resolved to kinds and figures are as sent, agents are those of the spans around, and `resolved` is
 * false.
 */
export function skeletonOf(
  runId: string,
  spans: SentSpans,
  ids: readonly string[] | Uint8Array,
  resolved: ResolvedSpans | undefined,
): SpanSkeleton {
  const { count, start, end } = spans;
  const rows = resolved?.rows;
  const strings = new TextTable();
  const counted = (values: Float64Array, unit = 1) => scaled(values, unit, rows?.counted);
  return {
    ...{ runId, t0: formatInstant(spans.t0Ns), count, resolved: resolved !== undefined },
    ...{ kinds: [...SPAN_KINDS], statuses: [...SPAN_STATUSES] },
    columns: {
      id: ids,
      parent: acyclicParents(spans.parent),
      start: scaled(start, NS_PER_MS),
      duration: durations(start, end),
      own: scaled(rows?.own ?? ownTimes(spans), NS_PER_MS),
      kind: rows?.kind ?? spans.kind,
      name: translated(spans.name, (index) => strings.indexOf(spans.texts.text(index)), new Uint32Array(count)),
      agent: agentTexts(spans, resolved, strings),
      status: rows?.status ?? sentStatus(spans),
      tokensIn: counted(rows?.tokensInput ?? spans.tokensInput),
      tokensOut: counted(rows?.tokensOutput ?? spans.tokensOutput),
      cost: counted(rows?.costNano ?? spans.costNano, NANO_PER_USD),
      traits: traitsOf(spans.traits, rows?.hidden),
    },
    strings: strings.texts,
  };
}

function scaled(values: Float64Array, unit: number, counted?: Uint8Array): Float64Array {
  const made = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) if (counted?.[row] !== 0) made[row] = (values[row] as number) / unit;
  return made;
}

function durations(start: Float64Array, end: Float64Array): Float64Array {
  const made = new Float64Array(start.length);
  for (let row = 0; row < start.length; row++) {
    const until = end[row] as number;
    made[row] = until === Number.POSITIVE_INFINITY ? -1 : (until - (start[row] as number)) / NS_PER_MS;
  }
  return made;
}

/** Parents stand before their children; where spans name each other in a ring the first of them is a root. */
function acyclicParents(parent: Int32Array): Int32Array {
  return parent.map((above, row) => (above < row ? above : NONE));
}

/** Each index is looked up once. */
function translated<A extends Uint32Array | Int32Array>(
  indexes: ArrayLike<number>,
  lookUp: (index: number) => number,
  into: A,
): A {
  const known: number[] = [];
  for (let row = 0; row < into.length; row++) {
    const index = indexes[row] as number;
    known[index] ??= lookUp(index);
    into[row] = known[index] as number;
  }
  return into;
}

function agentTexts(spans: SentSpans, resolved: ResolvedSpans | undefined, strings: TextTable): Int32Array {
  const made = new Int32Array(spans.count);
  if (resolved !== undefined) {
    const name = (agent: number) => resolved.agents[agent]?.name;
    const text = (found: string | undefined) => (found === undefined ? NONE : strings.indexOf(found));
    const { agent } = resolved.rows;
    // NONE is no index of a list.
    const shifted = agent.map((index) => index + 1);
    return translated(shifted, (index) => text(name(index - 1)), made);
  }
  const text = (index: number) => (index === 0 ? NONE : strings.indexOf(spans.texts.text(index)));
  return translated(agentsAround(spans), text, made);
}

/** Whose span each is by rule A1: of the nearest agent span at or above it, else of the nearest that names one. */
function agentsAround({ count, kind, agent, parent }: SentSpans): Uint32Array {
  const bySpan = new Uint32Array(count);
  const found = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const above = parent[row] as number;
    const isBelow = above !== NONE && above < row;
    const own = agent[row] as number;
    bySpan[row] = kind[row] === KIND.agent && own !== 0 ? own : isBelow ? (bySpan[above] as number) : 0;
    found[row] = bySpan[row] || own || (isBelow ? (found[above] as number) : 0);
  }
  return found;
}

/** The time of each span that none of its children covers; of open ones nobody knows yet. */
function ownTimes({ count, parent, start, end }: SentSpans): Float64Array {
  const own = new Float64Array(count);
  const free = start.slice();
  for (let row = 0; row < count; row++) {
    const above = parent[row] as number;
    if (above === NONE || above >= row) continue;
    const from = Math.min(start[row] as number, end[above] as number);
    own[above] = (own[above] as number) + Math.max(0, from - (free[above] as number));
    free[above] = Math.max(free[above] as number, end[row] as number);
  }
  for (let row = 0; row < count; row++) {
    const isOpen = end[row] === Number.POSITIVE_INFINITY;
    own[row] = isOpen ? 0 : (own[row] as number) + Math.max(0, (end[row] as number) - (free[row] as number));
  }
  return own;
}

function sentStatus({ status, end }: SentSpans): Uint8Array {
  return status.map((code, row) => (end[row] === Number.POSITIVE_INFINITY ? STATUS.open : code));
}

/** As sent, but for what is hidden: that is known only after the whole run was looked at. */
function traitsOf(sent: Uint16Array, hidden: Uint8Array | undefined): Uint16Array {
  if (hidden === undefined) return sent;
  return sent.map((traits, row) => (hidden[row] ? traits | SPAN_TRAITS.hidden : traits & ~SPAN_TRAITS.hidden));
}
