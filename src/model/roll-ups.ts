// Sums of settled rows by the hour (and by the day where there are many groups): what figures over weeks are read from.
// They are kept by materialized views over the signed tables, so a settling that takes rows back takes them back here
// too: every sum is Σ sign · x. The ends of a window that cut an hour are read from the signed tables themselves.
//
//   since                                                     until
//     ├─ rows ─┼──── hours ────┼──── days ────┼──── hours ────┼─ rows ─┤
//
// Unlike what views over raw rows would hold, nothing in the signed tables is there twice: they are resolved facts.

import { COMPLETION_SCALE } from "../base/histogram.ts";
import { AGENT_MINUTES, RUN_AGENTS, RUN_CALLS, RUN_EDGES, RUNS, type Table } from "./columns.ts";

export const PERIODS = { hours: 3_600, days: 86_400 } as const;
/** `hours`, `days`: of which length in seconds a row of the roll-up is. */
export type Period = keyof typeof PERIODS;

export interface RollUp {
  /** Its tables are `<name>_hours`, `<name>_days`. */
  readonly name: string;
  readonly doc: string;
  readonly source: Table;
  /** The column that says when a row counts. */
  readonly at: string;
  /** Which rows count, as SQL; absent: all. */
  readonly only?: string;
  readonly periods: readonly Period[];
  /** Columns of the source by which sums are kept apart, with their types. */
  readonly by: Readonly<Record<string, "LowCardinality(String)" | "Array(LowCardinality(String))">>;
  /** What is added up: its name, and what a row contributes, as SQL of whole numbers. */
  readonly sums: Readonly<Record<string, string>>;
  /** The same for what is no whole number. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Of these the highest value is kept. Taking a row back does not lower it. */
  readonly highest?: Readonly<Record<string, string>>;
  /** A histogram, of the scale that its source has: arrays of bucket indexes and of counts, as SQL. */
  readonly buckets?: { readonly indexes: string; readonly counts: string };
}

const same = <const N extends string>(...names: N[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as unknown as Readonly<Record<N, string>>;

/** Sums of NaN for "not known" need a count of what is known beside them. */
const known = (column: string, times = "1") => `if(isFinite(${column}), ${times}, 0)`;
const ifKnown = (column: string, value = column) => `if(isFinite(${column}), ${value}, 0)`;

/** The bucket of a duration in ms: `bucketIndex` of base/histogram.ts in SQL. */
const bucketOf = (ms: string) =>
  `toInt16(if(${ms} > 0, greatest(-32768, ceil(log2(greatest(${ms}, 1e-9)) * ${2 ** COMPLETION_SCALE}) - 1), -32768))`;

const TOKENS_AND_COST = [
  "tokens_input",
  "tokens_output",
  "tokens_cache_read",
  "tokens_cache_write",
  "tokens_reasoning",
  "cost_nano",
  "unpriced_calls",
  "priced",
] as const;

export const RUN_SUMS = {
  name: "run",
  doc: "Ended runs by their end",
  source: RUNS,
  at: "ended_at",
  only: "agentic = 1",
  periods: ["hours"],
  by: { name: "LowCardinality(String)", service: "LowCardinality(String)" },
  sums: {
    runs: "1",
    failed_runs: "status = 'failed'",
    ...same("duration_ns", "error_count", "span_count", "message_count"),
    ...same("tasks", "task_errors", "llm_calls", "llm_errors", "tool_calls", "tool_errors", ...TOKENS_AND_COST),
    known_time_ns: known("communication_time", "duration_ns"),
    known_tokens: known("communication_tokens", "tokens_input + tokens_output"),
  },
  parts: {
    transfer_ns: ifKnown("communication_time", "communication_time * duration_ns"),
    message_tokens: ifKnown("communication_tokens", "communication_tokens * (tokens_input + tokens_output)"),
  },
  highest: { longest_ms: "duration_ns / 1e6" },
  buckets: { indexes: `[${bucketOf("duration_ns / 1e6")}]`, counts: "[1]" },
} as const satisfies RollUp;

export const AGENT_SUMS = {
  name: "agent",
  doc: "Agents in ended runs, by the end of their last span",
  source: RUN_AGENTS,
  at: "ended_at",
  periods: ["hours", "days"],
  by: { agent: "LowCardinality(String)", services: "Array(LowCardinality(String))" },
  sums: {
    runs: "1",
    ...same("tasks", "task_errors", "llm_calls", "llm_errors", "tool_calls", "tool_errors", ...TOKENS_AND_COST),
    ...same("messages_sent", "messages_received"),
  },
  highest: { longest_ms: "completion_max_ms", last_seen_ms: "toUnixTimestamp64Milli(ended_at)" },
  buckets: { indexes: "completion_indexes", counts: "completion_counts" },
} as const satisfies RollUp;

export const STATE_SUMS = {
  name: "state",
  doc: "What agents did, by the minute of the clock",
  source: AGENT_MINUTES,
  at: "minute",
  periods: ["hours", "days"],
  by: { agent: "LowCardinality(String)", run_name: "LowCardinality(String)", service: "LowCardinality(String)" },
  sums: same("llm_ns", "tool_ns", "working_ns", "waiting_ns", "human_ns", "idle_ns", "present_ns"),
} as const satisfies RollUp;

export const CALL_SUMS = {
  name: "call",
  doc: "Model calls and tool calls of ended runs, by the end of the last of them in the run",
  source: RUN_CALLS,
  at: "ended_at",
  periods: ["hours"],
  by: {
    kind: "LowCardinality(String)",
    name: "LowCardinality(String)",
    agent: "LowCardinality(String)",
    run_name: "LowCardinality(String)",
    service: "LowCardinality(String)",
  },
  sums: same("calls", "errors", ...TOKENS_AND_COST),
  buckets: { indexes: "duration_indexes", counts: "duration_counts" },
} as const satisfies RollUp;

export const EDGE_SUMS = {
  name: "edge",
  doc: "Messages between agents of ended runs, by the end of the run",
  source: RUN_EDGES,
  at: "ended_at",
  periods: ["hours", "days"],
  by: { from_agent: "LowCardinality(String)", to_agent: "LowCardinality(String)" },
  sums: {
    ...same("messages", "delegates", "replies", "handoffs", "sends", "broadcasts"),
    known_bytes: known("bytes"),
    known_tokens: known("tokens"),
    known_cost: known("cost_nano"),
  },
  parts: { bytes: ifKnown("bytes"), tokens: ifKnown("tokens"), cost_nano: ifKnown("cost_nano") },
  buckets: { indexes: "transit_indexes", counts: "transit_counts" },
} as const satisfies RollUp;

export const ROLL_UP_FAMILIES: readonly RollUp[] = [RUN_SUMS, AGENT_SUMS, STATE_SUMS, CALL_SUMS, EDGE_SUMS];

/** The names of all their tables. */
export function rollUpTables(): string[] {
  return ROLL_UP_FAMILIES.flatMap(({ name, periods }) => periods.map((period) => `${name}_${period}`));
}
