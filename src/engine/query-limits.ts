import { clickHouseError } from "./clickhouse-error.ts";
import type { Statement } from "./statement.ts";

export interface QueryLimits {
  /** What a query may use unless it asks for less, and the most that it may ask for. */
  readonly memoryBytes: number;
  /** How long a query that reads may run unless it asks for more or less. */
  readonly timeMs: number;
  /** The longest that a query may ask for; what writes has it from the start. */
  readonly timeMsMax: number;
  readonly threads: number;
}

/**
 * Settings of every query. `implicit_select` and the read method are ClickHouse's own defaults, which chDB changes;
 * `async_insert` would bypass deduplication.
 */
const BASE: ReadonlyMap<string, string> = new Map([
  ["session_timezone", "UTC"],
  ["implicit_select", "0"],
  ["allow_introspection_functions", "0"],
  ["storage_file_read_method", "pread"],
  ["async_insert", "0"],
  ["deduplicate_blocks_in_dependent_materialized_views", "1"],
]);

/** The settings to run a statement under: the base, what the request asks for, and the limits. */
export function boundedSettings(
  asked: ReadonlyMap<string, string>,
  statement: Statement,
  limits: QueryLimits,
): Map<string, string> {
  const timeMs = statement.kind === "read" ? limits.timeMs : limits.timeMsMax;
  const settings = new Map([...BASE, ["max_threads", String(limits.threads)], ...asked]);
  settings.set("max_execution_time", within(asked, "max_execution_time", timeMs / 1000, limits.timeMsMax / 1000));
  settings.set("max_memory_usage", within(asked, "max_memory_usage", limits.memoryBytes, limits.memoryBytes));
  for (const { name, value } of statement.assignments) {
    if (name === "max_execution_time") check(name, value, limits.timeMsMax / 1000);
    if (name === "max_memory_usage") check(name, value, limits.memoryBytes);
  }
  return settings;
}

function within(asked: ReadonlyMap<string, string>, name: string, standard: number, max: number): string {
  const value = asked.get(name);
  if (value === undefined) return String(standard);
  if (Number(value) === 0) return String(max);
  check(name, value, max);
  return value;
}

/** In a statement 0 stands for no limit. What is no number the engine refuses. */
function check(name: string, value: string, max: number): void {
  const asked = Number(value) === 0 ? Number.POSITIVE_INFINITY : Number(value);
  if (Number.isNaN(asked) || asked <= max) return;
  throw clickHouseError("SETTING_CONSTRAINT_VIOLATION", `Setting ${name} shouldn't be greater than ${max}`);
}
