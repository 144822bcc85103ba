// Life-cycle events of spans over all runs (rule 10): where they stand in a list. They are not stored; what they say is
// derived from the spans' records, which are read by their offsets.

import { HINTS } from "../../model/draft.ts";
import { SPAN_TRAITS, type SpanKind } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import type { Block } from "../native/block-reader.ts";
import { Conditions, containsPattern, instantLiteral, traceIdList } from "../sql.ts";
import type { EventFilter, EventStretch, EventWindow } from "./events.ts";

/** What of a span tells the type of an event that it yields. */
export interface SpanShape {
  readonly kind: SpanKind;
  readonly isRoot: boolean;
  readonly failed: boolean;
  readonly handsOver: boolean;
  readonly type: string;
}

/** The shapes of spans whose events are wanted, at their start and at their end. */
export interface WantedShapes {
  readonly start: readonly SpanShape[];
  readonly end: readonly SpanShape[];
}

/** Where an event of a span stands, and the record that it is derived from. */
export interface SpanEventPlace {
  readonly timeNs: bigint;
  readonly offset: number;
  readonly index: number;
}

type Phase = keyof WantedShapes;

/** Places among the events of a record, which has one at its start and one at its end. */
const INDEXES: Readonly<Record<Phase, number>> = { start: 1, end: 2 };
/** Ends of longer spans are looked for by their length, those of others near the window. */
const LONG_NS = 300_000_000_000n;
export const NO_SPAN = "toFixedString('', 8)";
export const IS_PENDING = `(bitAnd(traits, ${SPAN_TRAITS.pending}) != 0)`;
/** What of a shape a span's record tells how. */
export const SHAPE_FLAGS = {
  isRoot: `(parent_id = ${NO_SPAN} OR bitAnd(traits, ${SPAN_TRAITS.root}) != 0)`,
  failed: "status = 'error'",
  handsOver: `hints['${HINTS.messageKind}'] = 'handoff'`,
} as const;
const END = "addNanoseconds(started_at, duration_ns)";
/** As derived events name it: a message is sent by who it is from. */
const AGENT = `if(kind = 'message' AND hints['${HINTS.from}'] != '', hints['${HINTS.from}'], agent)`;

/** Events of spans that pass a filter, newest first, each once. */
export async function spanEventPlaces(
  store: StoreClient,
  project: string,
  filter: EventFilter,
  shapes: WantedShapes,
  { behind, limit, ...window }: EventStretch,
): Promise<SpanEventPlace[]> {
  const where = new Conditions(undefined);
  const parts = phaseQueries(where, project, filter, shapes, window).map(
    ({ index, at, sql }) =>
      `SELECT ${at} AS time, min(offset) AS first, ${index} AS place FROM spans WHERE ${sql} ` +
      "GROUP BY time, trace_id, span_id",
  );
  if (parts.length === 0) return [];
  const position = behind && `(${instantLiteral(behind.timeNs)}, ${Math.floor(behind.offset)}, ${behind.index})`;
  const rows = await store.rows(
    `SELECT toUnixTimestamp64Nano(time) AS ns, first, place FROM (${parts.join(" UNION ALL ")}) ` +
      `${position === undefined ? "" : `WHERE (time, first, place) < ${position} `}` +
      `ORDER BY time DESC, first DESC, place DESC LIMIT ${Math.floor(limit)}`,
    { params: where.params },
  );
  return rows.map((row) => ({
    timeNs: BigInt(row["ns"] as bigint),
    offset: Number(row["first"]),
    index: Number(row["place"]),
  }));
}

/** The records of some offsets, in some columns. */
export async function spansAtOffsets(
  store: StoreClient,
  project: string,
  columns: readonly string[],
  offsets: readonly number[],
): Promise<Block[]> {
  if (offsets.length === 0) return [];
  const where = new Conditions(project);
  where.add(`offset IN (${offsets.map((offset) => Math.floor(offset)).join(", ")})`);
  return store.blocks(`SELECT ${columns.join(", ")} FROM spans WHERE ${where.sql}`, { params: where.params });
}

interface PhaseQuery {
  readonly phase: Phase;
  readonly index: number;
  /** The instant of the event. */
  readonly at: string;
  readonly sql: string;
}

/** One question each for starts, for the ends of short spans and for those of long ones: each reads few granules. */
export function phaseQueries(
  params: Conditions,
  project: string,
  filter: EventFilter,
  shapes: WantedShapes,
  { sinceNs, untilNs }: EventWindow,
): PhaseQuery[] {
  const [since, until] = [instantLiteral(sinceNs), instantLiteral(untilNs)];
  const near = instantLiteral(sinceNs < LONG_NS ? 0n : sinceNs - LONG_NS);
  const started = `started_at >= ${since} AND started_at < ${until}`;
  const ended = `started_at < ${until} AND ${END} >= ${since} AND ${END} < ${until} AND NOT ${IS_PENDING}`;
  const ends = [
    `started_at >= ${near} AND duration_ns < ${LONG_NS} AND ${ended}`,
    `duration_ns >= ${LONG_NS} AND ${ended}`,
  ];
  const query = (phase: Phase, window: string): PhaseQuery => ({
    ...{ phase, index: INDEXES[phase], at: phase === "start" ? "started_at" : END },
    sql: [window, ...spanConditions(params, project, filter, shapes[phase], phase)]
      .map((one) => `(${one})`)
      .join(" AND "),
  });
  return [
    ...(shapes.start.length === 0 ? [] : [query("start", started)]),
    ...(shapes.end.length === 0 ? [] : ends.map((window) => query("end", window))),
  ];
}

function spanConditions(
  params: Conditions,
  project: string,
  filter: EventFilter,
  shapes: readonly SpanShape[],
  phase: Phase,
): string[] {
  const ofProject = `project = ${params.value(project, "String")}`;
  const conditions = [
    ofProject,
    `trace_id NOT IN (SELECT trace_id FROM deletions WHERE ${ofProject})`,
    shapeCondition(shapes),
  ];
  if (filter.through !== undefined) conditions.push(`offset <= ${Math.floor(filter.through)}`);
  if (filter.scope !== undefined) {
    const { traceIds } = filter.scope;
    conditions.push(traceIds.length === 0 ? "0" : `trace_id IN ${traceIdList(traceIds)}`);
  }
  if (filter.agent !== undefined && filter.agent.length > 0) {
    conditions.push(`${AGENT} IN ${params.value([...filter.agent], "Array(String)")}`);
  }
  if (filter.text !== undefined) conditions.push(textCondition(params, filter.text, shapes, phase));
  return conditions;
}

function textCondition(params: Conditions, text: string, shapes: readonly SpanShape[], phase: Phase): string {
  const pattern = params.value(containsPattern(text), "String");
  const said = phase === "start" ? [] : ["status_message", "error_type"];
  const found = ["name", "tool", "model", AGENT].map((column) => `${column} ILIKE ${pattern}`);
  const failed = said.map((column) => `${SHAPE_FLAGS.failed} AND ${column} ILIKE ${pattern}`);
  const named = shapes.filter(({ type }) => type.includes(text.toLowerCase()));
  const either = [...found, ...failed, ...(named.length === 0 ? [] : [shapeCondition(named)])];
  return either.map((one) => `(${one})`).join(" OR ");
}

/** Whether a span has one of the shapes; asks for nothing that makes no difference. */
function shapeCondition(shapes: readonly SpanShape[]): string {
  const byKind = [...Map.groupBy(shapes, ({ kind }) => kind)];
  const plain: string[] = [];
  const others: string[] = [];
  for (const [kind, alike] of byKind) {
    const flags = (Object.keys(SHAPE_FLAGS) as (keyof typeof SHAPE_FLAGS)[]).filter(
      (flag) => !alike.every((one) => alike.some((other) => isFlipped(one, other, flag))),
    );
    if (flags.length === 0) plain.push(`'${kind}'`);
    else {
      const combined = alike.map((shape) =>
        flags.map((flag) => (shape[flag] ? SHAPE_FLAGS[flag] : `NOT (${SHAPE_FLAGS[flag]})`)).join(" AND "),
      );
      others.push(`kind = '${kind}' AND (${[...new Set(combined)].join(" OR ")})`);
    }
  }
  return [...(plain.length === 0 ? [] : [`kind IN (${plain.join(", ")})`]), ...others].join(" OR ");
}

function isFlipped(one: SpanShape, other: SpanShape, flag: keyof typeof SHAPE_FLAGS): boolean {
  const flags = Object.keys(SHAPE_FLAGS) as (keyof typeof SHAPE_FLAGS)[];
  return one.kind === other.kind && flags.every((name) => (one[name] === other[name]) === (name !== flag));
}
