// Events over all runs: RunEvents as they were sent. Those that spans yield are found by span-events.ts.

import { LIMITS } from "../../model/limits.ts";
import type { StoreClient } from "../client.ts";
import type { Block } from "../native/block-reader.ts";
import { Conditions, containsPattern, instantLiteral, traceIdList } from "../sql.ts";
import { RUN_EVENT_COLUMNS } from "./run-rows.ts";

/** Traces and names of the runs that events are of. */
export interface EventScope {
  readonly traceIds: readonly string[];
  readonly runIds: readonly string[];
}

/** Which events, over all runs. Types may end in `*`. */
export interface EventFilter {
  readonly types: readonly string[];
  readonly agent?: readonly string[];
  /** Undefined: of any run and of none. */
  readonly scope?: EventScope;
  readonly level?: readonly string[];
  readonly service?: readonly string[];
  readonly text?: string;
  /** Only records up to this offset. */
  readonly through?: number;
}

/** From an instant on, up to another one. */
export interface EventWindow {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
}

/** Where an event stands in a list, newest first; `index` tells the events of one span record apart. */
export interface EventPlace {
  readonly timeNs: bigint;
  readonly offset: number;
  readonly index: number;
}

/** A part of a list: behind a place, at most so many. */
export interface EventStretch extends EventWindow {
  readonly behind: EventPlace | undefined;
  readonly limit: number;
}

/** Sent events that pass a filter, newest first, each id once. */
export async function sentEvents(
  store: StoreClient,
  project: string,
  filter: EventFilter,
  { behind, limit, ...window }: EventStretch,
): Promise<Block[]> {
  const where = sentConditions(project, filter, window);
  if (behind !== undefined) {
    where.add(`(time, offset) < (${instantLiteral(behind.timeNs)}, ${Math.floor(behind.offset)})`);
  }
  return store.blocks(
    `SELECT project, ${RUN_EVENT_COLUMNS.join(", ")} FROM events WHERE ${where.sql} ` +
      `ORDER BY time DESC, offset DESC LIMIT 1 BY id LIMIT ${Math.floor(limit)}`,
    { params: where.params },
  );
}

/** The conditions that sent events have to meet. */
export function sentConditions(project: string, filter: EventFilter, { sinceNs, untilNs }: EventWindow): Conditions {
  const where = new Conditions(project);
  where.add(`time >= ${instantLiteral(sinceNs)} AND time < ${instantLiteral(untilNs)}`);
  const deleted = `FROM deletions WHERE project = ${where.value(project, "String")}`;
  where.add(`run_id = '' OR run_id NOT IN (SELECT run_id ${deleted})`);
  where.add(`trace_id = toFixedString('', 16) OR trace_id NOT IN (SELECT trace_id ${deleted})`);
  if (filter.through !== undefined) where.add(`offset <= ${Math.floor(filter.through)}`);
  if (filter.types.length > 0) where.add(filter.types.map((type) => typeCondition(where, type)).join(" OR "));
  where.oneOf("agent", filter.agent);
  where.oneOf("level", filter.level);
  where.oneOf("service", filter.service);
  if (filter.scope !== undefined) where.add(scopeCondition(where, filter.scope));
  if (filter.text !== undefined) {
    const pattern = where.value(containsPattern(filter.text), "String");
    where.add(["type", "agent", "message", "data"].map((column) => `${column} ILIKE ${pattern}`).join(" OR "));
  }
  return where;
}

/** Ids among some that sent events of about a window have: what is derived with such an id was sent by itself. */
export async function sentIdsAmong(
  store: StoreClient,
  project: string,
  ids: readonly string[],
  { sinceNs, untilNs }: EventWindow,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const aroundNs = BigInt(LIMITS.clockAheadMs) * 1_000_000n;
  const where = new Conditions(project);
  where.add(`time >= ${instantLiteral(sinceNs < aroundNs ? 0n : sinceNs - aroundNs)}`);
  where.add(`time < ${instantLiteral(untilNs)}`);
  where.add(`id IN ${where.value([...ids], "Array(String)")}`);
  const rows = await store.rows(`SELECT DISTINCT id FROM events WHERE ${where.sql}`, { params: where.params });
  return new Set(rows.map((row) => row["id"] as string));
}

/** An event that names its run belongs to it, any other to the run of its trace. */
function scopeCondition(where: Conditions, { traceIds, runIds }: EventScope): string {
  const named = `run_id IN ${where.value([...runIds], "Array(String)")}`;
  return traceIds.length === 0 ? named : `${named} OR (run_id = '' AND trace_id IN ${traceIdList(traceIds)})`;
}

function typeCondition(where: Conditions, type: string): string {
  if (!type.endsWith("*")) return `type = ${where.value(type, "String")}`;
  return `startsWith(type, ${where.value(type.slice(0, -1), "String")})`;
}
