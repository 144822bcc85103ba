// Sums over a window from roll-ups: whole hours and days from their tables, what the window's ends cut from the settled
// rows themselves.

import type { Buckets } from "../../base/histogram.ts";
import { LIMITS } from "../../model/limits.ts";
import { PERIODS, type Period, type RollUp } from "../../model/roll-ups.ts";
import type { StoreClient } from "../client.ts";
import { aggregates, BUCKET_COUNT, bucketsOfPiece, periodsPiece, rowsPiece, type Wanted } from "../roll-up-sql.ts";
import { Conditions, instantLiteral } from "../sql.ts";

export interface SumsQuestion {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  /** Steps of so many seconds since 1970; absent: the window as one. */
  readonly stepS?: number | undefined;
  /** Which columns of the roll-up's `by` make groups. */
  readonly groupBy: readonly string[];
  /** Values of the roll-up's `by` that count, as alternatives; of an array any of its elements. */
  readonly filter?: Readonly<Record<string, readonly string[] | undefined>>;
  /** Settled runs that are left out: they are counted elsewhere. */
  readonly exceptRunIds?: readonly string[];
}

export type GroupValue = string | readonly string[];

/** The sums of a group in a step. */
export interface GroupSums {
  /** Seconds since 1970 ÷ stepS, or 0. */
  readonly step: number;
  /** Values of the columns that make groups, in their order. */
  readonly group: readonly GroupValue[];
  readonly sums: Readonly<Record<string, number>>;
  /** Empty unless histograms were asked for. */
  readonly buckets: Buckets;
}

export interface SumsWanted {
  /** Names of sums, parts and highest values of the roll-up. */
  readonly sums: readonly string[];
  readonly withBuckets?: boolean;
}

const NO_BUCKETS: Buckets = { indexes: [], counts: [] };

/** Sums by group and step, in ascending order of step. Groups all of whose sums are 0 (taken back) are left out. */
export async function rollUpSums(
  store: StoreClient,
  project: string,
  rollUp: RollUp,
  question: SumsQuestion,
  { sums, withBuckets = false }: SumsWanted,
): Promise<GroupSums[]> {
  const [rows, buckets] = await Promise.all([
    sumsByGroup(store, project, rollUp, question, sums),
    withBuckets ? bucketsByGroup(store, project, rollUp, question) : new Map<string, Buckets>(),
  ]);
  return rows.map((row) => ({ ...row, buckets: buckets.get(groupKey(row)) ?? NO_BUCKETS }));
}

async function sumsByGroup(
  store: StoreClient,
  project: string,
  rollUp: RollUp,
  question: SumsQuestion,
  sums: readonly string[],
): Promise<Omit<GroupSums, "buckets">[]> {
  const wanted = new Set(sums);
  const { sql, params, group } = questionSql(project, rollUp, question, wanted, (piece) => piece);
  const having = sums.map((name) => `${name} != 0`).join(" OR ");
  const rows = await store.rows(
    `SELECT ${[...group.select, ...aggregates(rollUp, wanted)].join(", ")} FROM (${sql}) GROUP BY ${group.by} ` +
      `HAVING ${having} ORDER BY step`,
    { params },
  );
  return rows.map((row) => ({
    step: row["step"] as number,
    group: question.groupBy.map((column) => row[column] as GroupValue),
    sums: Object.fromEntries(sums.map((name) => [name, Number(row[name])])),
  }));
}

async function bucketsByGroup(
  store: StoreClient,
  project: string,
  rollUp: RollUp,
  question: SumsQuestion,
): Promise<Map<string, Buckets>> {
  const { sql, params, group } = questionSql(project, rollUp, question, "buckets", (piece) =>
    bucketsOfPiece(rollUp, piece),
  );
  // As arrays: a row for each bucket would be a hundred thousand objects.
  const rows = await store.rows(
    `SELECT ${group.by}, groupArray(bucket) AS indexes, groupArray(toUInt32(total)) AS counts FROM (` +
      `SELECT ${[...group.select, "bucket", `${BUCKET_COUNT} AS total`].join(", ")} FROM (${sql}) ` +
      `GROUP BY ${group.by}, bucket HAVING total > 0) GROUP BY ${group.by}`,
    { params },
  );
  return new Map(
    rows.map((row) => [
      groupKey({ step: row["step"] as number, group: question.groupBy.map((column) => row[column] as GroupValue) }),
      ascending(row["indexes"] as number[], row["counts"] as number[]),
    ]),
  );
}

const COUNT_SPAN = 2 ** 32;
const INDEX_SPAN = 2 ** 15;

/** The engine answers in any order. Index and count are sorted as one number: with a comparison it takes ten times as long. */
function ascending(indexes: readonly number[], counts: readonly number[]): Buckets {
  const packed = Float64Array.from(indexes, (index, i) => (index + INDEX_SPAN) * COUNT_SPAN + (counts[i] as number));
  packed.sort();
  return {
    indexes: Array.from(packed, (one) => Math.floor(one / COUNT_SPAN) - INDEX_SPAN),
    counts: Array.from(packed, (one) => one % COUNT_SPAN),
  };
}

function groupKey({ step, group }: Pick<GroupSums, "step" | "group">): string {
  return JSON.stringify([step, ...group]);
}

function questionSql(
  project: string,
  rollUp: RollUp,
  question: SumsQuestion,
  wanted: Wanted,
  open: (piece: string) => string,
): { sql: string; params: Conditions["params"]; group: { select: string[]; by: string } } {
  const { stepS, groupBy, filter = {}, exceptRunIds = [] } = question;
  const where = new Conditions(project);
  for (const [column, values] of Object.entries(filter)) {
    if (values === undefined || values.length === 0) continue;
    const wanted = where.value(values, "Array(String)");
    where.add(rollUp.by[column]?.startsWith("Array") ? `hasAny(${column}, ${wanted})` : `${column} IN ${wanted}`);
  }
  const pieces = piecesOf(rollUp, question).map((piece) => {
    if (piece.period === undefined) return rowsPiece(rollUp, wanted, `${where.sql} AND ${rowsWithin(rollUp, piece)}`);
    const { fromNs, toNs } = piece;
    const bounds =
      `period >= toDateTime(${secondsOf(fromNs)}, 'UTC') AND period < toDateTime(${secondsOf(toNs)}, 'UTC') ` +
      `AND day >= toDate(${receivedFrom(fromNs)})`;
    return periodsPiece(rollUp, wanted, piece.period, `${where.sql} AND ${bounds}`);
  });
  if (exceptRunIds.length > 0) {
    const ids = where.value(exceptRunIds, "Array(String)");
    const window = { fromNs: question.sinceNs, toNs: question.untilNs };
    pieces.push(
      rowsPiece(rollUp, wanted, `${where.sql} AND run_id IN ${ids} AND ${rowsWithin(rollUp, window)}`, "-sign"),
    );
  }
  const step = stepS === undefined ? "toUInt32(0) AS step" : `toUInt32(intDiv(at_s, ${Math.floor(stepS)})) AS step`;
  return {
    sql: pieces.map((piece) => open(piece)).join(" UNION ALL "),
    params: where.params,
    group: { select: [step, ...groupBy], by: ["step", ...groupBy].join(", ") },
  };
}

/** A part of a window: whole periods, or rows of the source. */
interface Piece {
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly period: Period | undefined;
}

const NS_PER_S = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

/** Cuts a window into the longest whole periods and what is left of it at its ends. In the order of time. */
export function piecesOf(
  { periods }: Pick<RollUp, "periods">,
  { sinceNs, untilNs, stepS }: Pick<SumsQuestion, "sinceNs" | "untilNs" | "stepS">,
): Piece[] {
  const suits = periods.filter((period) => stepS === undefined || stepS % PERIODS[period] === 0);
  const longestFirst = suits.toSorted((a, b) => PERIODS[b] - PERIODS[a]);
  let middle: Piece[] = [];
  let [from, to] = [untilNs, untilNs];
  for (const period of longestFirst) {
    const length = BigInt(PERIODS[period]) * NS_PER_S;
    const start = ((sinceNs + length - 1n) / length) * length;
    const end = (untilNs / length) * length;
    if (end <= start) continue;
    if (middle.length === 0) {
      middle = [{ fromNs: start, toNs: end, period }];
    } else {
      if (start < from) middle.unshift({ fromNs: start, toNs: from, period });
      if (end > to) middle.push({ fromNs: to, toNs: end, period });
    }
    [from, to] = [start, end];
  }
  if (middle.length === 0) return [{ fromNs: sinceNs, toNs: untilNs, period: undefined }];
  return [
    ...(sinceNs < from ? [{ fromNs: sinceNs, toNs: from, period: undefined }] : []),
    ...middle,
    ...(to < untilNs ? [{ fromNs: to, toNs: untilNs, period: undefined }] : []),
  ];
}

function rowsWithin(
  { at }: Pick<RollUp, "at">,
  { fromNs, toNs }: { readonly fromNs: bigint; readonly toNs: bigint },
): string {
  return `${at} >= ${instantLiteral(fromNs)} AND ${at} < ${instantLiteral(toNs)} AND received >= ${receivedFrom(fromNs)}`;
}

/**
 * When what happened at an instant or later was received at the earliest. Days of receipt before that are not opened:
 * of a month each costs as much as the rest of a question about an hour.
 */
function receivedFrom(ns: bigint): string {
  const earliest = ns - BigInt(LIMITS.clockAheadMs + LIMITS.openSilenceMs) * NS_PER_MS;
  return `toDateTime(${earliest > 0n ? secondsOf(earliest) : 0n}, 'UTC')`;
}

function secondsOf(ns: bigint): bigint {
  return ns / NS_PER_S;
}
