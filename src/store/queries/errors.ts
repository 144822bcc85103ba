import type { StoreClient } from "../client.ts";
import { type ErrorChoice, type ErrorFilter, errorConditions, standingErrors } from "./error-rows.ts";

export const ERROR_SORTS = ["count", "runs", "lastSeen", "firstSeen"] as const;

export interface ErrorSort {
  readonly field: (typeof ERROR_SORTS)[number];
  readonly descending: boolean;
}

/** Where the next page begins: behind this value and fingerprint. */
export interface ErrorCursor {
  readonly value: string;
  readonly id: string;
}

/** A kind of error in a window. An error counts once, where it began. */
export interface ErrorSums {
  readonly fingerprint: string;
  readonly count: number;
  readonly swallowed: number;
  readonly runs: number;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

/** Equal steps of time from the window's begin; what comes later than the last belongs to the last. */
export interface ErrorSteps {
  readonly sinceNs: bigint;
  readonly stepNs: bigint;
  readonly count: number;
}

const SORT_KEYS: Readonly<Record<ErrorSort["field"], string>> = {
  count: "error_count",
  runs: "run_count",
  lastSeen: "toUnixTimestamp64Nano(last_seen)",
  firstSeen: "toUnixTimestamp64Nano(first_seen)",
};

/** Kinds of errors, a page of them. */
export async function errorSums(
  store: StoreClient,
  project: string,
  filter: ErrorFilter,
  choice: ErrorChoice,
  { sort, limit, cursor }: { readonly sort: ErrorSort; readonly limit: number; readonly cursor?: ErrorCursor },
): Promise<ErrorSums[]> {
  const where = errorConditions(project, filter, choice);
  const key = SORT_KEYS[sort.field];
  const direction = sort.descending ? "DESC" : "ASC";
  const behind =
    cursor === undefined
      ? ""
      : ` HAVING (toInt64(${key}), fingerprint) ${sort.descending ? "<" : ">"} ` +
        `(${where.value(cursor.value, "Int64")}, ${where.value(cursor.id, "String")})`;
  const rows = await store.rows(
    `SELECT fingerprint, sum(origins) AS error_count, sum(swallowed) AS swallowed_count, ` +
      `uniqExact(run_id) AS run_count, min(first_at) AS first_seen, max(last_at) AS last_seen ` +
      `FROM ${standingErrors(where)} GROUP BY fingerprint${behind} ` +
      `ORDER BY ${key} ${direction}, fingerprint ${direction} LIMIT ${Math.floor(limit)}`,
    { params: where.params },
  );
  return rows.map((row) => ({
    fingerprint: row["fingerprint"] as string,
    count: Number(row["error_count"]),
    swallowed: Number(row["swallowed_count"]),
    runs: Number(row["run_count"]),
    firstNs: BigInt(row["first_seen"] as bigint),
    lastNs: BigInt(row["last_seen"] as bigint),
  }));
}

/** How many errors of each kind ended in each step: one array a fingerprint. */
export async function errorTrends(
  store: StoreClient,
  project: string,
  filter: ErrorFilter,
  choice: ErrorChoice,
  steps: ErrorSteps,
): Promise<ReadonlyMap<string, number[]>> {
  const where = errorConditions(project, filter, choice);
  const after = `toUnixTimestamp64Nano(last_at) - toInt64(${steps.sinceNs})`;
  const rows = await store.rows(
    `SELECT fingerprint, toUInt32(least(${steps.count - 1}, greatest(0, intDiv(${after}, toInt64(${steps.stepNs}))))) AS step, ` +
      `sum(origins) AS error_count FROM ${standingErrors(where)} GROUP BY fingerprint, step`,
    { params: where.params },
  );
  const trends = new Map<string, number[]>();
  for (const row of rows) {
    const fingerprint = row["fingerprint"] as string;
    const trend = trends.get(fingerprint) ?? Array<number>(steps.count).fill(0);
    trend[row["step"] as number] = Number(row["error_count"]);
    trends.set(fingerprint, trend);
  }
  return trends;
}

/** Who meets each kind of error. */
export interface ErrorWhereabouts {
  readonly agents: readonly string[];
  readonly services: readonly string[];
  readonly kinds: readonly string[];
}

const WHEREABOUTS_MAX = 100;

export async function errorWhereabouts(
  store: StoreClient,
  project: string,
  filter: ErrorFilter,
  choice: ErrorChoice,
): Promise<ReadonlyMap<string, ErrorWhereabouts>> {
  const where = errorConditions(project, filter, choice);
  const distinct = (column: string) =>
    `arraySort(groupUniqArrayIf(${WHEREABOUTS_MAX})(toString(${column}), ${column} != ''))`;
  const rows = await store.rows(
    `SELECT fingerprint, ${distinct("agent")} AS agents, ${distinct("service")} AS services, ` +
      `arraySort(groupUniqArray(toString(kind))) AS kinds FROM ${standingErrors(where)} GROUP BY fingerprint`,
    { params: where.params },
  );
  return new Map(
    rows.map((row) => [
      row["fingerprint"] as string,
      {
        agents: row["agents"] as string[],
        services: row["services"] as string[],
        kinds: row["kinds"] as string[],
      },
    ]),
  );
}

/** When each kind of error was met first, in whatever window. */
export async function errorsFirstSeen(
  store: StoreClient,
  project: string,
  choice: ErrorChoice,
): Promise<ReadonlyMap<string, bigint>> {
  const where = errorConditions(project, undefined, choice);
  const rows = await store.rows(
    `SELECT fingerprint, min(first_at) AS first_seen FROM ${standingErrors(where)} GROUP BY fingerprint`,
    { params: where.params },
  );
  return new Map(rows.map((row) => [row["fingerprint"] as string, BigInt(row["first_seen"] as bigint)]));
}
