// The tables that readers of SQL see. They are made from the stored ones: ids as hexadecimal text, durations in
// milliseconds, money in US dollars, NULL for what is unknown, and without the columns that only Talea itself needs.
// The views in the store, the schema that the API answers and docs/sql.md come from here.

import {
  AGENT_MINUTES,
  CONTENTS,
  type Column,
  EVENTS,
  MESSAGES,
  POINTS,
  RUN_AGENTS,
  RUN_CALLS,
  RUN_EDGES,
  RUN_ERRORS,
  RUNS,
  SPANS,
  type Table,
} from "./columns.ts";
import { SPAN_TRAITS } from "./vocabulary.ts";

export interface SqlColumn {
  readonly name: string;
  /** ClickHouse's type. */
  readonly type: string;
  readonly doc: string;
  /** The value, as SQL over a row `r` of the stored table. */
  readonly sql: string;
}

/** Which rows of a stored table count. */
export type SqlRows = "ended spans" | "events" | "points" | "contents" | "settled";

export interface SqlTable {
  readonly name: string;
  readonly doc: string;
  /** The stored table. */
  readonly source: string;
  readonly rows: SqlRows;
  readonly columns: readonly SqlColumn[];
}

/** What only Talea itself needs. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(
  "project offset n sign through_offset content_slots otel_status attr_types hints flags priced".split(" "),
);

const RENAMED: Readonly<Record<string, string>> = {
  attrs: "attributes",
  event_attrs: "event_attributes",
  link_attrs: "link_attributes",
};

/** A stored table with its columns as readers want them; those of `more` are made otherwise, or made up. */
function sqlTable({ name, columns }: Table, rows: SqlRows, doc: string, more: readonly SqlColumn[] = []): SqlTable {
  const shown = Object.entries(columns).filter(
    ([column]) => !OWN_COLUMNS.has(column) && !more.some((one) => one.name === column),
  );
  return {
    ...{ name, doc, rows },
    source: name,
    columns: [...shown.map(([stored, column]) => sqlColumn(stored, column, columns)), ...more],
  };
}

function sqlColumn(stored: string, { type, doc }: Column, columns: Table["columns"]): SqlColumn {
  const name = RENAMED[stored] ?? stored;
  const value = `r.${stored}`;
  if (name === "cost_nano") return costColumn(columns);
  if (name === "cost_parts") {
    return { name, type: "Array(Float64)", doc: inUsd(doc), sql: `arrayMap(x -> x / 1e9, ${value})` };
  }
  if (name.endsWith("_ns")) {
    return { name: name.replace(/_ns$/, "_ms"), type: "Float64", doc: inMs(doc), sql: `${value} / 1e6` };
  }
  switch (type) {
    case "FixedString(8)":
    case "FixedString(16)":
      return { name, type: "String", doc: doc.replace("zeros", "empty"), sql: hexOrEmpty(value, type) };
    case "Array(FixedString(8))":
    case "Array(FixedString(16))":
      return { name, type: "Array(String)", doc, sql: `arrayMap(x -> lower(hex(x)), ${value})` };
    case "Float64":
      return {
        ...{ name, type: "Nullable(Float64)" },
        doc: doc.replace("NaN", "NULL"),
        sql: `if(isNaN(${value}), NULL, ${value})`,
      };
    default:
      return { name, type, doc, sql: value };
  }
}

function hexOrEmpty(value: string, type: string): string {
  return `if(${value} = CAST('', '${type}'), '', lower(hex(${value})))`;
}

function inMs(doc: string): string {
  const [first = ""] = doc.split("; ");
  return `${first.replace(" in nanoseconds", "")}, in milliseconds`;
}

function inUsd(doc: string): string {
  return doc.replace("nano-USD", "US dollars");
}

/** A cost is unknown when nothing had a price. */
function costColumn(columns: Table["columns"]): SqlColumn {
  const isUnknown =
    "priced" in columns ? "r.priced = 0" : "cost_source" in columns ? "r.cost_source = ''" : "isNaN(r.cost_nano)";
  return {
    name: "cost_usd",
    type: "Nullable(Float64)",
    doc: "Cost in US dollars; NULL: unknown",
    sql: `if(${isUnknown}, NULL, r.cost_nano / 1e9)`,
  };
}

const TRAIT_NAMES = Object.keys(SPAN_TRAITS);

export const SQL_TABLES: readonly SqlTable[] = [
  sqlTable(SPANS, "ended spans", "Spans that have ended, as they were sent: each once", [
    {
      name: "traits",
      type: "Array(String)",
      doc: `What else is true of it: ${TRAIT_NAMES.filter((name) => name !== "pending").join(", ")}`,
      sql:
        `arrayFilter((name, bit) -> bitAnd(r.traits, bit) != 0, ` +
        `[${TRAIT_NAMES.map((name) => `'${name}'`).join(", ")}], [${Object.values(SPAN_TRAITS).join(", ")}])`,
    },
    {
      name: "ended_at",
      type: "DateTime64(9, 'UTC')",
      doc: "End of the span",
      sql: "addNanoseconds(r.started_at, r.duration_ns)",
    },
  ]),
  sqlTable(EVENTS, "events", "RunEvents and log records as they were sent: each once"),
  sqlTable(RUNS, "settled", "Runs that have ended and are settled"),
  {
    name: "run_traces",
    doc: "The traces of settled runs: joins spans, events and contents with runs",
    source: RUNS.name,
    rows: "settled",
    columns: [
      { name: "run_id", type: "String", doc: "The run", sql: "r.run_id" },
      { name: "trace_id", type: "String", doc: "One of its traces", sql: "lower(hex(arrayJoin(r.traces)))" },
      { name: "started_at", type: "DateTime64(9, 'UTC')", doc: "Start of the run", sql: "r.started_at" },
    ],
  },
  sqlTable(RUN_AGENTS, "settled", "What each agent did in a settled run"),
  sqlTable(MESSAGES, "settled", "Messages between the agents of settled runs"),
  sqlTable(
    RUN_EDGES,
    "settled",
    "What the agents of a settled run spent on talking to each other, by sender and receiver",
  ),
  sqlTable(RUN_ERRORS, "settled", "Errors of a settled run, by kind of error, by who failed, and at what"),
  sqlTable(AGENT_MINUTES, "settled", "What each agent of a settled run did in each minute: adds up over any window"),
  sqlTable(RUN_CALLS, "settled", "Model calls and tool calls of settled runs, by model or tool and agent"),
  sqlTable(POINTS, "points", "Measured values: OTLP metrics and recordMetric", [
    { name: "series", type: "String", doc: "Hash of name, kind, unit and labels", sql: "lower(hex(r.series))" },
  ]),
  sqlTable(CONTENTS, "contents", "Long texts of spans and events, once a trace: joined by hash with content_hashes"),
];
