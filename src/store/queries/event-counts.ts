// How many events there are by step of time, level and type.

import { LIMITS } from "../../model/limits.ts";
import type { SpanKind } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import { Conditions, instantLiteral } from "../sql.ts";
import { type EventFilter, type EventWindow, sentConditions } from "./events.ts";
import { IS_PENDING, NO_SPAN, phaseQueries, SHAPE_FLAGS, type WantedShapes } from "./span-events.ts";

/** A window in steps of a length. */
export interface SteppedWindow extends EventWindow {
  readonly stepMs: number;
}

export interface SentCount {
  /** The step's number since 1970. */
  readonly step: number;
  readonly level: string;
  readonly type: string;
  readonly count: number;
}

/** How many spans of a shape began or ended in a step. */
export interface SpanEventCount {
  readonly step: number;
  readonly phase: keyof WantedShapes;
  readonly kind: SpanKind;
  readonly failed: boolean;
  readonly handsOver: boolean;
  readonly count: number;
}

/** Sent events of a window, without those that say again what others say as far as that is settled. */
export async function sentCounts(
  store: StoreClient,
  project: string,
  filter: EventFilter,
  window: SteppedWindow,
): Promise<SentCount[]> {
  const where = sentConditions(project, filter, window);
  where.add(notRepeated(where, project));
  return countSent(store, where, window.stepMs);
}

/** Of the sent events of a window those that ended spans yield too: an event that is sent and derived is one. */
export async function sentTwinCounts(
  store: StoreClient,
  project: string,
  filter: EventFilter,
  window: SteppedWindow,
): Promise<SentCount[]> {
  const where = sentConditions(project, filter, window);
  where.add(notRepeated(where, project));
  where.add(`span_id != ${NO_SPAN}`);
  where.add("id = concat(lower(hex(trace_id)), ':', lower(hex(span_id)), ':', type)");
  const ofTraces = `trace_id IN (SELECT trace_id FROM events WHERE ${where.sql})`;
  const ended = `project = ${where.value(project, "String")} AND NOT ${IS_PENDING} AND ${ofTraces}`;
  where.add(`(trace_id, span_id) IN (SELECT trace_id, span_id FROM spans WHERE ${ended})`);
  return countSent(store, where, window.stepMs);
}

/** Events that spans yield in a window, by what tells their types. */
export async function spanEventCounts(
  store: StoreClient,
  project: string,
  filter: EventFilter,
  shapes: WantedShapes,
  { stepMs, ...window }: SteppedWindow,
): Promise<SpanEventCount[]> {
  const where = new Conditions(undefined);
  const ofProject = `project = ${where.value(project, "String")}`;
  const began = `started_at >= ${instantLiteral(window.sinceNs)} AND started_at < ${instantLiteral(window.untilNs)}`;
  // Of a span that was announced and has ended both records tell that it began.
  const announced = `SELECT trace_id FROM spans WHERE ${ofProject} AND ${began} AND ${IS_PENDING}`;
  const ended = `SELECT trace_id, span_id FROM spans WHERE ${ofProject} AND NOT ${IS_PENDING} AND trace_id IN (${announced})`;
  const isOnce = `(NOT ${IS_PENDING} OR (trace_id, span_id) NOT IN (${ended}))`;
  const handsOver = `kind = 'message' AND ${SHAPE_FLAGS.handsOver}`;
  const parts = phaseQueries(where, project, filter, shapes, window).map(
    ({ phase, at, sql }) =>
      `SELECT ${stepOf(at, stepMs)} AS step, '${phase}' AS phase, toString(kind) AS kind_name, ${SHAPE_FLAGS.failed} AS has_failed, ` +
      `${handsOver} AS hands_over, count() AS events FROM spans ` +
      `WHERE ${sql} AND ${notRepeated(where, project)}${phase === "start" ? ` AND ${isOnce}` : ""} ` +
      "GROUP BY step, phase, kind_name, has_failed, hands_over",
  );
  if (parts.length === 0) return [];
  const rows = await store.rows(parts.join(" UNION ALL "), { params: where.params });
  return rows.map((row) => ({
    ...{ step: Number(row["step"]), phase: row["phase"] as keyof WantedShapes, kind: row["kind_name"] as SpanKind },
    ...{ failed: Number(row["has_failed"]) !== 0, handsOver: Number(row["hands_over"]) !== 0 },
    count: Number(row["events"]),
  }));
}

async function countSent(store: StoreClient, where: Conditions, stepMs: number): Promise<SentCount[]> {
  const rows = await store.rows(
    `SELECT ${stepOf("time", stepMs)} AS step, toString(level) AS level_name, type, count() AS events FROM events WHERE ${where.sql} ` +
      `GROUP BY step, level_name, type ORDER BY events DESC LIMIT ${LIMITS.seriesPoints}`,
    { params: where.params },
  );
  return rows.map((row) => ({
    ...{ step: Number(row["step"]), level: row["level_name"] as string, type: row["type"] as string },
    count: Number(row["events"]),
  }));
}

function stepOf(instant: string, stepMs: number): string {
  return `intDiv(toUnixTimestamp64Milli(${instant}), ${Math.floor(stepMs)})`;
}

function notRepeated(where: Conditions, project: string): string {
  return `offset NOT IN (SELECT offset FROM repeats WHERE project = ${where.value(project, "String")})`;
}
