// What the settled tables add up to, by SQL: Σ sign · x by the names of analysed-sums.ts.

import { CALL_KINDS, MESSAGE_KINDS, RUN_STATUSES } from "../../src/model/vocabulary.ts";
import type { StoreClient } from "../../src/store/client.ts";
import type { Row } from "../../src/store/native/block-reader.ts";
import { STATES, Sums } from "./analysed-sums.ts";

const TOKENS = ["tokens_input", "tokens_output", "tokens_cache_read", "tokens_cache_write", "tokens_reasoning"];
const MONEY = ["cost_nano", "unpriced_calls"];
const TIMES = STATES.map((state) => `${state}_ns`);

/** A table's sums: what its rows are grouped by, which columns add up, and which hold a histogram. */
interface Question {
  readonly table: string;
  readonly by: readonly string[];
  readonly columns: readonly string[];
  /** The sum of the sign itself goes by this name. */
  readonly count?: string;
  readonly buckets?: readonly [indexes: string, counts: string];
}

const QUESTIONS: readonly Question[] = [
  {
    ...{ table: "runs", by: ["status"], count: "runs" },
    columns: [
      ...["duration_ns", "span_count", "error_count", ...TOKENS, ...MONEY, "priced", "llm_calls", "tool_calls"],
      ...["message_count", "agentic", "utilization", "concurrency", "communication_time", "communication_tokens"],
      "critical_path_ms",
    ],
  },
  {
    ...{ table: "run_agents", by: ["agent"], count: "runs" },
    columns: [
      ...["span_count", "tasks", "task_errors", ...TOKENS, ...MONEY, "priced", "llm_calls", "llm_errors"],
      ...["tool_calls", "tool_errors", "messages_sent", "messages_received", ...TIMES],
    ],
    buckets: ["completion_indexes", "completion_counts"],
  },
  { table: "agent_minutes", by: ["agent", "minute"], columns: TIMES },
  {
    ...{ table: "messages", by: ["from_agent", "to_agent", "kind"], count: "count" },
    columns: ["transit_ms", "bytes", "tokens", "cost_nano"],
  },
  {
    ...{ table: "run_edges", by: ["from_agent", "to_agent"] },
    columns: [
      ...["messages", "delegates", "replies", "handoffs", "sends", "broadcasts", "bytes", "tokens", "cost_nano"],
    ],
    buckets: ["transit_indexes", "transit_counts"],
  },
  {
    ...{ table: "run_calls", by: ["kind", "name", "agent"] },
    columns: ["calls", "errors", ...TOKENS, ...MONEY, "priced"],
    buckets: ["duration_indexes", "duration_counts"],
  },
];

export async function storedSums(store: StoreClient): Promise<Sums> {
  const sums = new Sums();
  for (const question of QUESTIONS) {
    await addColumns(sums, store, question);
    await addBuckets(sums, store, question);
  }
  return sums;
}

async function addColumns(sums: Sums, store: StoreClient, { table, by, columns, count }: Question): Promise<void> {
  const totals = columns.map((column) => `sumIf(sign * toFloat64(${column}), isFinite(${column})) AS total_${column}`);
  const counted = count === undefined ? [] : [`sum(sign) AS total_${count}`];
  const rows = await store.rows(
    `SELECT ${[...by, ...totals, ...counted].join(", ")} FROM ${table} GROUP BY ${by.join(", ")}`,
  );
  const names = count === undefined ? columns : [...columns, count];
  for (const row of rows) {
    sums.add(
      `${table} ${groupOf(table, by, row)}`,
      Object.fromEntries(names.map((name) => [name, Number(row[`total_${name}`])])),
    );
  }
}

async function addBuckets(sums: Sums, store: StoreClient, { table, by, buckets }: Question): Promise<void> {
  if (buckets === undefined) return;
  const [indexes, counts] = buckets;
  const rows = await store.rows(
    `SELECT ${by.join(", ")}, bucket, sum(sign * amount) AS total FROM ${table} ` +
      `ARRAY JOIN ${indexes} AS bucket, ${counts} AS amount GROUP BY ${by.join(", ")}, bucket`,
  );
  for (const row of rows) {
    sums.add(`${table} ${groupOf(table, by, row)} bucket`, { [String(row["bucket"])]: Number(row["total"]) });
  }
}

const S_PER_MIN = 60;

/** The group's name; numbers that stand for words become words. */
function groupOf(table: string, by: readonly string[], row: Row): string {
  const wordOf = (column: string) => {
    const value = row[column];
    if (column === "status") return RUN_STATUSES[value as number];
    if (column === "minute") return Number(value) / S_PER_MIN;
    if (column === "kind") return (table === "messages" ? MESSAGE_KINDS : CALL_KINDS)[value as number];
    return value;
  };
  return by.map(wordOf).join(" ");
}
