// The column table: each column that is stored is declared here once. The schema, the encoder of blocks, the SQL that
// reads them and the reference in docs/ are made from it.

import {
  CALL_KINDS,
  EVENT_LEVELS,
  MESSAGE_KINDS,
  OTEL_SPAN_KINDS,
  POINT_KINDS,
  RUN_STATUSES,
  SPAN_KINDS,
  SPAN_STATUSES,
  TEMPORALITIES,
} from "./vocabulary.ts";

export type ScalarType =
  | "UInt8"
  | "UInt16"
  | "UInt32"
  | "UInt64"
  | "Int8"
  | "Int16"
  | "Int32"
  | "Float32"
  | "Float64"
  | "String"
  | "LowCardinality(String)"
  | "FixedString(8)"
  | "FixedString(16)"
  | "DateTime('UTC')"
  | "DateTime64(9, 'UTC')"
  | `Enum8(${string})`;

export type ColumnType = ScalarType | `Array(${ScalarType})` | "Map(LowCardinality(String), String)";

export interface Column<T extends ColumnType = ColumnType> {
  readonly type: T;
  /** ClickHouse's compression codec. */
  readonly codec?: string;
  /** What the value means; ends up in the schema and in the docs. */
  readonly doc: string;
  /** The schema version that brought it; absent: 1. */
  readonly since?: number;
}

export interface Table<C extends Readonly<Record<string, Column>> = Readonly<Record<string, Column>>> {
  readonly name: string;
  readonly doc: string;
  readonly columns: C;
  /** Sort key, as SQL. The primary key is the same without its last `sortOnly` parts. */
  readonly orderBy: readonly string[];
  readonly sortOnly: number;
  /** The day column that the table is partitioned and expired by. */
  readonly partitionBy: string;
  readonly indexes: readonly string[];
  readonly projections: readonly string[];
}

function column<T extends ColumnType>(type: T, doc: string, codec?: string): Column<T> {
  return codec === undefined ? { type, doc } : { type, doc, codec };
}

function enumType<const W extends readonly string[]>(words: W): `Enum8(${string})` {
  return `Enum8(${words.map((word, index) => `'${word}' = ${index}`).join(", ")})`;
}

const lowCardinality = (doc: string) => column("LowCardinality(String)", doc);
const text = (doc: string) => column("String", doc, "ZSTD(1)");
const traceId = (doc = "OpenTelemetry trace id; zeros: none") => column("FixedString(16)", doc, "ZSTD(1)");
const spanId = (doc: string) => column("FixedString(8)", doc, "ZSTD(1)");
const instant = (doc: string) => column("DateTime64(9, 'UTC')", doc, "Delta(8), ZSTD(1)");
const count32 = (doc: string) => column("UInt32", doc, "T64, ZSTD(1)");
const count64 = (doc: string) => column("UInt64", doc, "T64, ZSTD(1)");

/** What every journaled row begins with. */
const RECORD = {
  project: lowCardinality("Tenant"),
  received: column("DateTime('UTC')", "When this server took the record in", "Delta(4), ZSTD(1)"),
  offset: column("UInt64", "The record's place in the order of receipt", "Delta(8), ZSTD(1)"),
} as const;

const CONTENT_REFERENCES = {
  content_slots: column("Array(LowCardinality(String))", "Where each long text belongs, see contents.ts", "ZSTD(1)"),
  content_hashes: column("Array(FixedString(16))", "The long texts, in order: keys of `contents`", "ZSTD(1)"),
} as const;

function table<const C extends Readonly<Record<string, Column>>>(
  name: string,
  doc: string,
  columns: C,
  rest: Partial<Omit<Table<C>, "name" | "doc" | "columns">> & Pick<Table<C>, "orderBy">,
): Table<C> {
  return { name, doc, columns, sortOnly: 0, partitionBy: "toDate(received)", indexes: [], projections: [], ...rest };
}

export const MINMAX_ENDED = "INDEX by_end ended_at TYPE minmax GRANULARITY 1";
const MINMAX_OFFSET = "INDEX by_offset offset TYPE minmax GRANULARITY 1";

export const SPANS = table(
  "spans",
  "One row per received span, written once",
  {
    ...RECORD,
    started_at: instant("Start of the span"),
    duration_ns: column("UInt64", "End − start in nanoseconds; 0 for a pending span", "T64, ZSTD(1)"),
    trace_id: traceId(),
    span_id: spanId("OpenTelemetry span id"),
    parent_id: spanId("Parent span id; zeros: a root"),
    service: lowCardinality("Resource attribute service.name"),
    name: text("Span name as sent"),
    kind: column(enumType(SPAN_KINDS), "What the span is, in Talea's vocabulary"),
    otel_kind: column(enumType(OTEL_SPAN_KINDS), "OpenTelemetry's span kind"),
    status: column(enumType(SPAN_STATUSES), "Outcome; control flow is no error"),
    otel_status: column("UInt8", "OpenTelemetry's status code as sent"),
    status_message: text("What the status or the exception says"),
    error_type: lowCardinality("Class of the error"),
    traits: column("UInt16", "Bits of SPAN_TRAITS", "T64, ZSTD(1)"),
    dialect: lowCardinality("Which dialect the span was read as"),
    scope: lowCardinality("Instrumentation scope"),
    scope_version: lowCardinality("Its version"),
    resource: lowCardinality("Resource attributes, as JSON"),
    agent: lowCardinality("Agent that the span itself names; inherited names are added by analysis"),
    agent_instance: text("Tells two agents of one name apart inside a run"),
    model: lowCardinality("Model that answered, else the one asked for"),
    provider: lowCardinality("Who serves the model"),
    tool: lowCardinality("Tool name"),
    tool_call_id: text("Id that joins the call in a model's answer to its execution"),
    response_id: text("The provider's id of the answer: one per model call"),
    tokens_input: count32("Input tokens, cached ones included"),
    tokens_output: count32("Output tokens, reasoning included"),
    tokens_cache_read: count32("Input tokens read from a cache"),
    tokens_cache_write: count32("Input tokens written to a cache"),
    tokens_reasoning: count32("Output tokens spent on reasoning"),
    cost_nano: count64("Cost in nano-USD; 0 with an empty cost_source: unknown"),
    cost_parts: column(
      "Array(UInt64)",
      "Its parts in nano-USD: input, cache read, cache write, output, reasoning",
      "ZSTD(1)",
    ),
    cost_source: lowCardinality("`reported`, or the price table and its version"),
    session: text("Conversation or thread"),
    user: text("Who asked"),
    tags: column("Array(LowCardinality(String))", "Tags of the run as this span has them", "ZSTD(1)"),
    hints: column("Map(LowCardinality(String), String)", "What a dialect found for analysis, see draft.ts", "ZSTD(1)"),
    attrs: column("Map(LowCardinality(String), String)", "Attributes; values other than text as JSON", "ZSTD(1)"),
    attr_types: lowCardinality("One letter per attribute: s text, i integer, d double, b boolean, y bytes, j JSON"),
    event_times: column("Array(DateTime64(9, 'UTC'))", "Span events: when", "ZSTD(1)"),
    event_names: column("Array(LowCardinality(String))", "Span events: name", "ZSTD(1)"),
    event_attrs: column("Array(String)", "Span events: attributes, as JSON", "ZSTD(1)"),
    link_traces: column("Array(FixedString(16))", "Links: trace id", "ZSTD(1)"),
    link_spans: column("Array(FixedString(8))", "Links: span id", "ZSTD(1)"),
    link_attrs: column("Array(String)", "Links: attributes, as JSON", "ZSTD(1)"),
    ...CONTENT_REFERENCES,
    input_preview: text("The first characters of the last part of the input"),
    output_preview: text("The first characters of the last part of the output"),
    weight: column("Float32", "How many spans it stands for when head-sampled (tracestate ot=th)", "ZSTD(1)"),
    trace_state: text("W3C tracestate"),
    flags: column("UInt32", "OTLP flags", "T64, ZSTD(1)"),
  },
  {
    // Spans of a trace lie together: docs/adr/0007 says what that saves.
    orderBy: ["project", "toStartOfFiveMinutes(started_at)", "service", "trace_id", "started_at"],
    sortOnly: 1,
    indexes: [
      MINMAX_OFFSET,
      "INDEX by_start started_at TYPE minmax GRANULARITY 1",
      "INDEX by_duration duration_ns TYPE minmax GRANULARITY 1",
      "INDEX by_session session TYPE bloom_filter(0.01) GRANULARITY 4",
      "INDEX by_attribute mapValues(attrs) TYPE bloom_filter(0.01) GRANULARITY 4",
    ],
    projections: ["PROJECTION by_trace (SELECT _part_offset ORDER BY trace_id)"],
  },
);

export const CONTENTS = table(
  "contents",
  "Long texts: one row per message part or attribute value first seen in a trace",
  {
    ...RECORD,
    trace_id: traceId(),
    hash: column("FixedString(16)", "SHA-256 of role, type, meta and body, first half", "ZSTD(1)"),
    role: lowCardinality("system, user, assistant, tool, or empty"),
    type: lowCardinality("text, reasoning, tool_call, tool_result, json, blob, or value for an attribute"),
    meta: text("What else the part said, as JSON: a call's id and name, a mime type"),
    body: column("String", "The text itself", "ZSTD(3)"),
  },
  {
    orderBy: ["project", "trace_id", "hash"],
    indexes: ["INDEX by_word lower(body) TYPE text(tokenizer = 'splitByNonAlpha') GRANULARITY 64"],
  },
);

export const EVENTS = table(
  "events",
  "RunEvents as sent: by the API, or as OTLP log records",
  {
    ...RECORD,
    run_id: text("Run that the sender named; empty: the run of its trace"),
    trace_id: traceId(),
    span_id: spanId("Span it belongs to; zeros: none"),
    parent_id: spanId("Parent of that span, when a start event says so"),
    id: text("Identity: a second event of the same id is a repeat"),
    type: lowCardinality("Dotted name"),
    time: instant("When it happened, by the sender's clock"),
    agent: lowCardinality("Agent that it is about"),
    agent_instance: text("Tells two agents of one name apart"),
    to_agent: lowCardinality("Receiver, of a message or handoff"),
    level: column(enumType(EVENT_LEVELS), "Severity"),
    service: lowCardinality("Resource attribute service.name"),
    scope: lowCardinality("Instrumentation scope of a log record"),
    resource: lowCardinality("Resource attributes, as JSON"),
    message: text("One sentence for people"),
    data: column("String", "Anything else, as a JSON object", "ZSTD(1)"),
    ...CONTENT_REFERENCES,
  },
  {
    orderBy: ["project", "toStartOfFiveMinutes(received)", "run_id", "offset"],
    indexes: [
      MINMAX_OFFSET,
      "INDEX by_time time TYPE minmax GRANULARITY 1",
      "INDEX by_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1",
      "INDEX by_id id TYPE bloom_filter(0.001) GRANULARITY 1",
    ],
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

/** Whose value a point is. */
const SERIES = {
  name: lowCardinality("Metric name"),
  kind: column(enumType(POINT_KINDS), "How values combine"),
  temporality: column(enumType(TEMPORALITIES), "Whether a sum is since the start or since the last point"),
  unit: lowCardinality("UCUM unit"),
  description: lowCardinality("What the sender says it measures"),
  series: column("UInt64", "Hash of name, kind, unit and labels", "ZSTD(1)"),
  labels: lowCardinality("Attributes, service and agent, as JSON with sorted keys"),
  service: lowCardinality("Resource attribute service.name"),
  agent: lowCardinality("Agent that it is about"),
} as const;

export const POINTS = table(
  "points",
  "Measured values: OTLP metrics and recordMetric",
  {
    ...RECORD,
    ...SERIES,
    run_id: text("Run that it belongs to: never a label"),
    trace_id: traceId(),
    span_id: spanId("Span it belongs to; zeros: none"),
    time: instant("When it was measured"),
    start_time: instant("Since when a cumulative value counts; 1970: unknown"),
    value: column("Float64", "Gauge, counter or updown: the value", "Gorilla, ZSTD(1)"),
    count: count64("Histogram or summary: how many values"),
    sum: column("Float64", "Histogram or summary: their sum", "ZSTD(1)"),
    min: column("Float64", "Smallest value, NaN when unknown", "ZSTD(1)"),
    max: column("Float64", "Largest value, NaN when unknown", "ZSTD(1)"),
    bounds: column("Array(Float64)", "Histogram: upper bounds; summary: the quantiles", "ZSTD(1)"),
    buckets: column("Array(UInt64)", "Histogram: count per bucket; exponential: of positive values", "ZSTD(1)"),
    quantile_values: column("Array(Float64)", "Summary: the value at each quantile", "ZSTD(1)"),
    scale: column("Int8", "Exponential: base = 2^(2^-scale)"),
    zero_count: count64("Exponential: values around zero"),
    positive_offset: column("Int32", "Exponential: index of the first positive bucket"),
    negative_offset: column("Int32", "Exponential: index of the first negative bucket"),
    negative_buckets: column("Array(UInt64)", "Exponential: count per bucket of negative values", "ZSTD(1)"),
  },
  {
    orderBy: ["project", "name", "toStartOfHour(time)", "series", "time"],
    indexes: [MINMAX_OFFSET, "INDEX by_time time TYPE minmax GRANULARITY 1"],
  },
);

export const SPAN_FACTS = table(
  "span_facts",
  "What other records say about a span: content, usage, cost, score",
  {
    ...RECORD,
    trace_id: traceId(),
    span_id: spanId("The span it is about"),
    field: lowCardinality("Which fact: a name of draft.ts"),
    value: text("The fact, as text or JSON"),
    source: lowCardinality("Which record said so"),
    ...CONTENT_REFERENCES,
  },
  { orderBy: ["project", "trace_id", "span_id"], indexes: [MINMAX_OFFSET] },
);

export const RUN_TRACES = table(
  "run_traces",
  "Which run a trace belongs to, when it is not the run of its own id",
  {
    ...RECORD,
    trace_id: traceId(),
    run_id: text("The run; with rule 3 the trace id that the root links to"),
    rule: column("UInt8", "RUN_RULES, strongest first"),
  },
  {
    orderBy: ["project", "trace_id"],
    indexes: [MINMAX_OFFSET],
    projections: [
      "PROJECTION by_run (SELECT project, trace_id, run_id, rule, offset, received ORDER BY project, run_id)",
    ],
  },
);

/** The tables that the journal carries, in the order in which a segment is loaded. */
export const JOURNALED_TABLES = [CONTENTS, SPANS, SPAN_FACTS, RUN_TRACES, EVENTS, POINTS] as const;
export type JournaledTable = (typeof JOURNALED_TABLES)[number];
export type JournaledTableName = "contents" | "spans" | "span_facts" | "run_traces" | "events" | "points";

/** The columns that a table had in a version of the schema, in order: what a frame of that version holds. */
export function columnNames(table: Table, schemaVersion: number): string[] {
  const columns = Object.entries(table.columns);
  return columns.filter(([, { since }]) => (since ?? 1) <= schemaVersion).map(([name]) => name);
}

/** The version of the journaled tables' columns; each frame of the journal names the one it was written with. */
export const SCHEMA_VERSION = 1;

/**
 * What the rows of a settled run begin with. Settling is differential: the n-th takes the rows of the one before back
 * with sign −1 and writes its own with +1, so that figures over many runs are Σ sign · x.
 */
const SETTLED_ROW = {
  project: lowCardinality("Tenant"),
  received: column("DateTime('UTC')", "When the run's newest record was taken in", "Delta(4), ZSTD(1)"),
  run_id: text("The run"),
  n: column("UInt32", "Which settling of the run wrote the row, from 1"),
  sign: column("Int8", "1: holds; −1: takes back the equal row of the settling before"),
} as const;

const TOKEN_SUMS = {
  tokens_input: count64("Input tokens, cached ones included"),
  tokens_output: count64("Output tokens, reasoning included"),
  tokens_cache_read: count64("Of the input: read from a cache"),
  tokens_cache_write: count64("Of the input: written to a cache"),
  tokens_reasoning: count64("Of the output: spent on reasoning"),
  cost_nano: count64("Cost in nano-USD"),
  unpriced_calls: count32("Model calls with usage but without a price"),
} as const;

const figure = (doc: string) => column("Float64", `${doc}; NaN: not computed`, "ZSTD(1)");

export const RUNS = table(
  "runs",
  "The facts of ended runs",
  {
    ...SETTLED_ROW,
    through_offset: column("UInt64", "The newest record that the facts rest on", "ZSTD(1)"),
    started_at: instant("Start of the first root"),
    duration_ns: count64("First root start → last root end"),
    status: column(enumType(RUN_STATUSES), "How it ended"),
    reason: lowCardinality("Why, when no one said it outright"),
    name: text("What the run is called"),
    service: lowCardinality("Service of its first root"),
    session: text("Conversation or thread"),
    user: text("Who asked"),
    tags: column("Array(LowCardinality(String))", "Tags of all its spans", "ZSTD(1)"),
    agents: column("Array(LowCardinality(String))", "Its agents", "ZSTD(1)"),
    models: column("Array(LowCardinality(String))", "Models that answered", "ZSTD(1)"),
    traces: column("Array(FixedString(16))", "Its traces", "ZSTD(1)"),
    span_count: count32("Spans, each identity once"),
    event_count: count32("RunEvents as sent"),
    error_count: count32("Spans that ended in error"),
    ...TOKEN_SUMS,
    priced: column("UInt8", "Whether any call had a price: else there is no cost"),
    llm_calls: count32("Model calls"),
    tool_calls: count32("Tool calls"),
    message_count: count32("Messages between agents"),
    agentic: column("UInt8", "Whether any span is of kind run, agent, task, llm or tool"),
    weight: column("Float32", "How many runs it stands for when sampled"),
    utilization: figure("Σ busy ÷ Σ present over its agents"),
    communication_time: figure("Transfers on the critical path ÷ wall time"),
    communication_tokens: figure("Tokens of other agents' messages ÷ all tokens"),
    critical_path_ms: figure("Length of the critical path"),
    concurrency: figure("Σ busy of its agents ÷ wall time"),
    ended_at: { ...instant("End of the last root"), since: 4 },
    tasks: { ...count32("Ended tasks of its agents"), since: 4 },
    task_errors: { ...count32("Of them: failed"), since: 4 },
    llm_errors: { ...count32("Failed model calls"), since: 4 },
    tool_errors: { ...count32("Failed tool calls"), since: 4 },
  },
  {
    orderBy: ["project", "started_at", "run_id"],
    indexes: ["INDEX by_session session TYPE bloom_filter(0.01) GRANULARITY 1", MINMAX_ENDED],
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

export const RUN_AGENTS = table(
  "run_agents",
  "What each agent did in an ended run",
  {
    ...SETTLED_ROW,
    started_at: instant("Start of the agent's first span in the run"),
    ended_at: instant("End of its last span"),
    agent: lowCardinality("The agent"),
    services: column("Array(LowCardinality(String))", "Where it ran", "ZSTD(1)"),
    span_count: count32("Its spans"),
    tasks: count32("Ended tasks"),
    task_errors: count32("Of them: failed"),
    ...TOKEN_SUMS,
    priced: column("UInt8", "Whether any of its calls had a price"),
    llm_calls: count32("Model calls"),
    llm_errors: count32("Of them: failed"),
    tool_calls: count32("Tool calls"),
    tool_errors: count32("Of them: failed"),
    messages_sent: count32("Messages to other agents"),
    messages_received: count32("Messages from other agents"),
    llm_ns: count64("Time in model calls"),
    tool_ns: count64("Time in tools"),
    working_ns: count64("Time in own work"),
    waiting_ns: count64("Time waiting, for people included"),
    human_ns: count64("Of waiting: for people"),
    idle_ns: count64("Time between its spans"),
    present_ns: count64("From its first to its last span"),
    completion_indexes: column(
      "Array(Int16)",
      "Completion times of its tasks: histogram buckets (scale 5, ms)",
      "ZSTD(1)",
    ),
    completion_counts: column("Array(UInt32)", "How many tasks fall into each", "ZSTD(1)"),
    completion_max_ms: column("Float64", "The longest completion time", "ZSTD(1)"),
  },
  {
    orderBy: ["project", "toStartOfHour(started_at)", "agent", "started_at"],
    sortOnly: 1,
    indexes: [MINMAX_ENDED],
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

export const MESSAGES = table(
  "messages",
  "Messages between the agents of ended runs",
  {
    ...SETTLED_ROW,
    at: instant("When it was sent"),
    from_agent: lowCardinality("Sender, or user"),
    to_agent: lowCardinality("Receiver, or user"),
    kind: column(enumType(MESSAGE_KINDS), "How the one addresses the other"),
    transit_ms: figure("From sending to the receiver's first own work"),
    bytes: figure("Size of its content"),
    tokens: figure("Tokens of its content, estimated"),
    cost_nano: figure("What reading and writing it cost, estimated"),
    span_id: spanId("The span that is the message; zeros: none"),
    from_span: spanId("A span of the sender"),
    to_span: spanId("A span of the receiver"),
    preview: text("Its first characters"),
    evidence: lowCardinality("The inference rule that it rests on"),
    confidence: column("Float32", "How sure that rule is, 0…1", "ZSTD(1)"),
  },
  {
    orderBy: ["project", "toStartOfHour(at)", "from_agent", "to_agent", "at"],
    sortOnly: 1,
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

export const RUN_EDGES = table(
  "run_edges",
  "What the agents of an ended run spent on talking to each other, by sender and receiver",
  {
    ...SETTLED_ROW,
    ended_at: instant("End of the run's last root"),
    from_agent: lowCardinality("Sender"),
    to_agent: lowCardinality("Receiver"),
    messages: count32("Messages"),
    delegates: count32("Of them: calls that wait for a reply"),
    replies: count32("Of them: replies"),
    handoffs: count32("Of them: that give control away"),
    sends: count32("Of them: sent without waiting"),
    broadcasts: count32("Of them: to all"),
    bytes: figure("Size of their contents"),
    tokens: figure("Tokens that the two read and wrote of them, estimated"),
    cost_nano: figure("What that cost, estimated"),
    transit_indexes: column("Array(Int16)", "Their ways: histogram buckets (scale 3, ms)", "ZSTD(1)"),
    transit_counts: column("Array(UInt32)", "How many messages fall into each", "ZSTD(1)"),
  },
  {
    orderBy: ["project", "toStartOfHour(ended_at)", "from_agent", "to_agent", "ended_at"],
    sortOnly: 1,
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

export const AGENT_MINUTES = table(
  "agent_minutes",
  "What each agent of an ended run did in each minute of the clock: adds up over any window",
  {
    ...SETTLED_ROW,
    minute: column("DateTime('UTC')", "Start of the minute", "Delta(4), ZSTD(1)"),
    agent: lowCardinality("The agent"),
    run_name: text("What the run is called"),
    service: lowCardinality("Service of the run's first root"),
    llm_ns: count64("Time in model calls"),
    tool_ns: count64("Time in tools"),
    working_ns: count64("Time in own work"),
    waiting_ns: count64("Time waiting, for people included"),
    human_ns: count64("Of waiting: for people"),
    idle_ns: count64("Time between its spans"),
    present_ns: count64("busy + waiting + idle"),
  },
  {
    orderBy: ["project", "toStartOfHour(minute)", "agent", "minute"],
    sortOnly: 1,
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

export const RUN_CALLS = table(
  "run_calls",
  "Model calls and tool calls of an ended run, by model or tool and agent",
  {
    ...SETTLED_ROW,
    ended_at: instant("End of the last of them"),
    kind: column(enumType(CALL_KINDS), "What is called"),
    name: text("Model or tool"),
    agent: lowCardinality("The agent that calls"),
    run_name: text("What the run is called"),
    service: lowCardinality("Service of the run's first root"),
    weight: column("Float32", "How many runs the run stands for when sampled", "ZSTD(1)"),
    calls: count32("Ended calls, each attempt once"),
    errors: count32("Of them: failed"),
    ...TOKEN_SUMS,
    priced: column("UInt8", "Whether any of them had a price"),
    duration_indexes: column("Array(Int16)", "Their durations: histogram buckets (scale 5, ms)", "ZSTD(1)"),
    duration_counts: column("Array(UInt32)", "How many calls fall into each", "ZSTD(1)"),
  },
  {
    orderBy: ["project", "toStartOfHour(ended_at)", "kind", "name", "ended_at"],
    sortOnly: 1,
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

export const RUN_ERRORS = table(
  "run_errors",
  "Errors of an ended run, by kind of error, by who failed, and at what",
  {
    ...SETTLED_ROW,
    last_at: instant("End of the last span that failed so"),
    first_at: instant("End of the first one"),
    fingerprint: text("Sixteen digits that tell the kind of error; `other`: what was too much for one run"),
    type: text("Class of the error, cut"),
    message: text("What the first of them says, cut"),
    agent: lowCardinality("The agent that failed; empty: nobody's work"),
    service: lowCardinality("Service of the spans"),
    kind: column(enumType(SPAN_KINDS), "What failed"),
    name: text("The model, the tool, or else the name of the span"),
    run_name: text("What the run is called"),
    spans: count32("Spans that failed so"),
    origins: count32("Of them: where an error began. An error that goes up through five spans is one"),
    swallowed: count32("Of the origins: did not reach the span around, which went on"),
    trace_id: traceId("An example: its trace"),
    span_id: spanId("And its span"),
    example_swallowed: column("UInt8", "Whether that one was swallowed"),
  },
  {
    orderBy: ["project", "toStartOfHour(last_at)", "fingerprint", "last_at"],
    sortOnly: 1,
    indexes: ["INDEX by_fingerprint fingerprint TYPE bloom_filter(0.01) GRANULARITY 1"],
    projections: ["PROJECTION by_run (SELECT _part_offset ORDER BY run_id)"],
  },
);

export const SETTLED = table(
  "settled",
  "Intentions to settle, and settlings that are done",
  {
    project: lowCardinality("Tenant"),
    received: column("DateTime('UTC')", "When it was written", "Delta(4), ZSTD(1)"),
    run_id: text("The run; empty: everything up to through_offset is settled"),
    n: column("UInt32", "Which settling, from 1"),
    through_offset: column("UInt64", "It rests on records up to this one", "ZSTD(1)"),
    batch: text("The runs that were settled together, and whose inserts share their tokens"),
    as_of_ms: column("UInt64", "Now, for what depends on it: milliseconds since 1970", "ZSTD(1)"),
    traces: column("Array(FixedString(16))", "The run's traces", "ZSTD(1)"),
    names: column("Array(String)", "The ids by which events name it", "ZSTD(1)"),
    done: column("UInt8", "0: intended; 1: all its rows are written"),
  },
  { orderBy: ["project", "run_id", "n"], indexes: ["INDEX by_through through_offset TYPE minmax GRANULARITY 1"] },
);

export const DELETIONS = table(
  "deletions",
  "What people deleted: left out of every answer at once, removed from disk by the daily purge",
  {
    project: lowCardinality("Tenant"),
    received: column("DateTime('UTC')", "When it was deleted", "Delta(4), ZSTD(1)"),
    trace_id: traceId("The trace that is deleted"),
    run_id: text("The run that is deleted"),
    through_offset: column("UInt64", "Records up to this one are deleted", "ZSTD(1)"),
  },
  { orderBy: ["project", "trace_id"] },
);

/** What is kept of the points of a series and a period. */
const ROLLED_SERIES = {
  project: lowCardinality("Tenant"),
  received: column("DateTime('UTC')", "When the newest of its points was taken in", "Delta(4), ZSTD(1)"),
  through_offset: column("UInt64", "Its batch ends with the record of this offset", "Delta(8), ZSTD(1)"),
  ...SERIES,
} as const;
const ROLLED_FIGURES = {
  point_count: count64("Points"),
  value_sum: column("Float64", "Sum of their values", "ZSTD(1)"),
  value_min: column("Float64", "Smallest value", "ZSTD(1)"),
  value_max: column("Float64", "Largest value", "ZSTD(1)"),
  last_value: column("Float64", "Value of the newest point", "ZSTD(1)"),
  last_time: instant("Time of the newest point"),
  last_offset: column("UInt64", "Its offset: of two points of one time the later one is newer", "ZSTD(1)"),
  sketch_keys: column("Array(Int16)", "Gauges: values by size, in buckets of 1 %: see points-sketch.ts", "ZSTD(1)"),
  sketch_counts: column("Array(UInt32)", "How many values fall into each", "ZSTD(1)"),
} as const;
const BY_THROUGH = "INDEX by_through through_offset TYPE minmax GRANULARITY 1";

export const POINT_MINUTES = table(
  "point_minutes",
  "Points by series and minute: rows of one minute add up, a minute has one for each batch that brought points of it",
  {
    ...ROLLED_SERIES,
    minute: column("DateTime('UTC')", "Start of the minute", "Delta(4), ZSTD(1)"),
    ...ROLLED_FIGURES,
  },
  { orderBy: ["project", "name", "toStartOfHour(minute)", "series", "minute"], indexes: [BY_THROUGH] },
);

export const POINT_HOURS = table(
  "point_hours",
  "Points by series and hour, made from point_minutes: rows of one hour add up",
  {
    ...ROLLED_SERIES,
    hour: column("DateTime('UTC')", "Start of the hour", "Delta(4), ZSTD(1)"),
    ...ROLLED_FIGURES,
  },
  { orderBy: ["project", "name", "hour", "series"], indexes: [BY_THROUGH] },
);

const ROLL_UP_NOTES = {
  received: column("DateTime('UTC')", "When it was written", "Delta(4), ZSTD(1)"),
  from_offset: column("UInt64", "The batch has the points after this offset …", "ZSTD(1)"),
  through_offset: column("UInt64", "… up to this one", "ZSTD(1)"),
  done: column("UInt8", "0: intended; 1: all its rows are written"),
} as const;

export const ROLL_UPS = table(
  "roll_ups",
  "Batches of points that are to be rolled up by the minute, and those that are",
  ROLL_UP_NOTES,
  { orderBy: ["through_offset"] },
);

export const HOUR_ROLL_UPS = table(
  "hour_roll_ups",
  "Batches of points that are to be rolled up by the hour, and those that are",
  ROLL_UP_NOTES,
  { orderBy: ["through_offset"] },
);

export const EXPIRATIONS = table(
  "expirations",
  "Days that were dropped for their age or for want of space",
  {
    received: column("DateTime('UTC')", "When the day was dropped", "Delta(4), ZSTD(1)"),
    day: column("String", "The day of receipt", "ZSTD(1)"),
    through_offset: column("UInt64", "The newest record of the day", "ZSTD(1)"),
  },
  { orderBy: ["through_offset"] },
);

export const REPEATS = table(
  "repeats",
  "Records that say again what another one says: spans and events of settled runs that do not count",
  {
    project: lowCardinality("Tenant"),
    received: column("DateTime('UTC')", "When the newest record of its run was taken in", "Delta(4), ZSTD(1)"),
    offset: column("UInt64", "The record that does not count", "Delta(8), ZSTD(1)"),
  },
  { orderBy: ["project", "offset"] },
);

/** Kept for ever: it is no telemetry of a day, and retention drops days. */
export const CONFIG = table(
  "config",
  "What people keep, such as boards and saved views; of one id the highest version is true",
  {
    project: lowCardinality("Tenant"),
    kind: lowCardinality("What it is: see config-shapes.ts"),
    id: text("The writer's name for it"),
    version: column("UInt32", "From 1 on, one more with each writing", "ZSTD(1)"),
    deleted: column("UInt8", "1: it was deleted by this version"),
    body: text("JSON"),
    at: instant("When it was written"),
  },
  { orderBy: ["project", "kind", "id", "version"], partitionBy: "tuple()" },
);

/** The tables that settling, roll-ups, retention and people's requests write, past the journal. */
export const DERIVED_TABLES = [
  RUNS,
  RUN_AGENTS,
  MESSAGES,
  RUN_EDGES,
  AGENT_MINUTES,
  RUN_CALLS,
  RUN_ERRORS,
  SETTLED,
  DELETIONS,
  POINT_MINUTES,
  ROLL_UPS,
  POINT_HOURS,
  HOUR_ROLL_UPS,
  EXPIRATIONS,
  REPEATS,
] as const;
/**
 * The tables whose rows carry a sign: a settling takes back what the one before wrote. In the order of writing: a run
 * counts when all of its figures are there.
 */
export const SIGNED_TABLES = [RUN_AGENTS, MESSAGES, RUN_EDGES, AGENT_MINUTES, RUN_CALLS, RUN_ERRORS, RUNS] as const;
/** The tables that settling a run writes. That a record is a repeat stays true, so that it is never taken back. */
export const SETTLED_TABLES = [REPEATS, ...SIGNED_TABLES] as const;
