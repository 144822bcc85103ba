// The shapes of the API: what requests are checked against, what answers hold, and what OpenAPI says. JSON in
// camelCase; times RFC 3339 with nanoseconds; durations in milliseconds; rates and shares 0…1. What is unknown is
// absent, never null. Fields may be added, none renamed: clients rely on them.

import { type Static, type TSchema, Type } from "typebox";
import { SCOPES, type Scope } from "./key-shapes.ts";
import { LIMITS } from "./limits.ts";
import { Losses, ShownSetting } from "./server-shapes.ts";
import {
  AGENT_STATES,
  EVENT_LEVELS,
  MESSAGE_KINDS,
  METRIC_KINDS,
  RUN_STATUSES,
  SPAN_KINDS,
  SPAN_STATUSES,
} from "./vocabulary.ts";

const words = <const W extends readonly string[]>(values: W, description?: string) =>
  Type.Unsafe<W[number]>({ type: "string", enum: [...values], ...(description === undefined ? {} : { description }) });

const instant = (description: string) => Type.String({ format: "date-time", description });
const ms = (description: string) => Type.Number({ description: `${description}, in milliseconds` });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const share = (description: string) => Type.Number({ minimum: 0, description: `${description}, 0…1` });

/** The list of `items` under its plural name, with the cursor of the next page. */
export function page<N extends string, T extends TSchema>(plural: N, items: T) {
  return Type.Object({
    ...({ [plural]: Type.Array(items) } as Record<N, ReturnType<typeof Type.Array<T>>>),
    nextCursor: Type.Optional(
      Type.String({ description: "Hand back as `cursor` for the next page; absent on the last" }),
    ),
  });
}

export const Tokens = Type.Object(
  {
    input: count("Input tokens, cached ones included"),
    output: count("Output tokens, reasoning included"),
    cacheRead: count("Of the input: read from a cache"),
    cacheWrite: count("Of the input: written to a cache"),
    reasoning: count("Of the output: spent on reasoning"),
  },
  { $id: "Tokens" },
);
export type Tokens = Static<typeof Tokens>;

export const Cost = Type.Object(
  {
    usd: Type.Optional(Type.Number({ description: "US dollars; absent when nothing could be priced" })),
    unpricedCalls: count("Model calls with usage but no known price: not in `usd`"),
  },
  { $id: "Cost" },
);
export type Cost = Static<typeof Cost>;

export const Figures = Type.Object(
  {
    utilization: Type.Optional(share("Σ busy ÷ Σ present over the run's agents")),
    communicationShareOfTime: Type.Optional(share("Transfers on the critical path ÷ wall time")),
    communicationShareOfTokens: Type.Optional(share("Tokens read and written of other agents' messages ÷ all tokens")),
    criticalPathMs: Type.Optional(ms("Length of the critical path")),
    concurrency: Type.Optional(Type.Number({ description: "Σ busy of agents ÷ wall time" })),
  },
  { $id: "Figures" },
);

export const Run = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    status: words(RUN_STATUSES),
    startedAt: instant("Start of the first root"),
    endedAt: Type.Optional(instant("End of the last root; absent while open")),
    durationMs: ms("First root start → last root end; while open → now"),
    service: Type.String(),
    session: Type.Optional(Type.String()),
    user: Type.Optional(Type.String()),
    tags: Type.Array(Type.String()),
    agents: Type.Array(Type.String()),
    models: Type.Array(Type.String()),
    spanCount: count("Spans, each identity once"),
    eventCount: count("RunEvents as sent, derived ones not counted"),
    errorCount: count("Spans that ended in error; control flow is none"),
    tokens: Tokens,
    cost: Cost,
    llmCalls: count("Model calls"),
    toolCalls: count("Tool calls"),
    messageCount: count("Messages between agents"),
    agentic: Type.Boolean({ description: "Whether any span is of kind run, agent, task, llm or tool" }),
    traces: Type.Array(Type.String(), { description: "The traces that make up the run" }),
    figures: Type.Optional(Figures),
  },
  { $id: "Run" },
);
export type Run = Static<typeof Run>;

export const DurationBucket = Type.Object(
  {
    fromMs: ms("The bucket takes runs that lasted this long"),
    toMs: Type.Optional(ms("And leaves those that lasted this long; absent: there is no end")),
    count: count("Runs"),
    failed: count("Of them: failed"),
  },
  { $id: "DurationBucket" },
);
export type DurationBucket = Static<typeof DurationBucket>;

export const Percentiles = Type.Object(
  { p50: Type.Number(), p90: Type.Number(), p99: Type.Number(), max: Type.Optional(Type.Number()) },
  { $id: "Percentiles" },
);

export const Agent = Type.Object(
  {
    name: Type.String(),
    state: words(AGENT_STATES),
    services: Type.Array(Type.String()),
    runs: count("Runs that it was present in"),
    tasks: count("Ended tasks"),
    errorRate: share("Failed ÷ ended tasks"),
    utilization: share("Σ busy ÷ Σ present"),
    load: Type.Optional(
      Type.Number({ description: "Σ busy ÷ window: the mean number of runs in which it is busy at once" }),
    ),
    busyMs: ms("In model calls, tools and own work"),
    llmMs: ms("Of busy: in model calls"),
    toolMs: ms("Of busy: in tools"),
    workingMs: ms("Of busy: in own work"),
    waitingMs: ms("Waiting for other agents or people"),
    humanMs: ms("Of waiting: for people"),
    idleMs: ms("Between its spans"),
    presentMs: ms("busy + waiting + idle"),
    completionMs: Type.Optional(Percentiles),
    tokens: Tokens,
    cost: Cost,
    llmCalls: count("Model calls"),
    toolCalls: count("Tool calls"),
    messagesSent: count("Messages to other agents"),
    messagesReceived: count("Messages from other agents"),
    throughputPerMin: Type.Number({ description: "Ended tasks a minute of the window" }),
    lastSeenAt: Type.Optional(instant("End of its newest span")),
  },
  { $id: "Agent" },
);
export type Agent = Static<typeof Agent>;

export const MessagePart = Type.Object(
  {
    type: Type.String({ description: "text, reasoning, tool_call, tool_result, json, blob, document or value" }),
    text: Type.Optional(Type.String()),
    data: Type.Optional(Type.Unknown({ description: "The value, where the text is JSON" })),
    id: Type.Optional(Type.String({ description: "Id of a tool call" })),
    name: Type.Optional(Type.String({ description: "Name of the tool or speaker" })),
    meta: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: "MessagePart" },
);
export type MessagePart = Static<typeof MessagePart>;

export const ContentMessage = Type.Object(
  { role: Type.String(), parts: Type.Array(MessagePart) },
  { $id: "ContentMessage" },
);
export type ContentMessage = Static<typeof ContentMessage>;

export const SpanEvent = Type.Object({
  name: Type.String(),
  at: instant("When"),
  attributes: Type.Record(Type.String(), Type.Unknown()),
});

export const SpanLinkShape = Type.Object({
  traceId: Type.String(),
  spanId: Type.String(),
  outside: Type.Boolean({ description: "The linked span is not part of the run" }),
  attributes: Type.Record(Type.String(), Type.Unknown()),
});

export const Span = Type.Object(
  {
    id: Type.String(),
    parentId: Type.Optional(Type.String()),
    traceId: Type.String(),
    runId: Type.String(),
    kind: words(SPAN_KINDS),
    name: Type.String(),
    agent: Type.Optional(Type.String({ description: "The agent that the span belongs to" })),
    startedAt: instant("Start"),
    endedAt: Type.Optional(instant("End; absent while open")),
    durationMs: Type.Optional(ms("End − start; absent while open")),
    ownMs: ms("Duration minus the union of its children's"),
    status: words(SPAN_STATUSES),
    statusMessage: Type.Optional(Type.String()),
    errorType: Type.Optional(Type.String()),
    service: Type.String(),
    model: Type.Optional(Type.String()),
    provider: Type.Optional(Type.String()),
    tool: Type.Optional(Type.String()),
    tokens: Type.Optional(Tokens),
    cost: Type.Optional(
      Type.Object({
        usd: Type.Optional(Type.Number()),
        unpricedCalls: Type.Integer(),
        source: Type.Optional(Type.String({ description: "`reported`, or the price table and its version" })),
      }),
    ),
    counted: Type.Boolean({ description: "Whether its tokens and cost count: not when they repeat another span's" }),
    input: Type.Optional(Type.Array(ContentMessage)),
    output: Type.Optional(Type.Array(ContentMessage)),
    attributes: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    resource: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    scope: Type.Optional(Type.String()),
    scopeVersion: Type.Optional(Type.String()),
    events: Type.Optional(Type.Array(SpanEvent)),
    links: Type.Optional(Type.Array(SpanLinkShape)),
    scores: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
    facts: Type.Optional(Type.Record(Type.String(), Type.String())),
    hints: Type.Optional(Type.Record(Type.String(), Type.String())),
    hidden: Type.Optional(Type.Boolean()),
    dialect: Type.String(),
  },
  { $id: "Span" },
);
export type Span = Static<typeof Span>;

export const Message = Type.Object(
  {
    runId: Type.String(),
    from: Type.String(),
    to: Type.String(),
    kind: words(MESSAGE_KINDS),
    at: instant("When it was sent"),
    transitMs: Type.Optional(ms("From sending to the receiver's first own work")),
    bytes: Type.Optional(count("Size of its content in UTF-8; absent when content was not captured")),
    tokens: Type.Optional(count("Tokens of its content")),
    tokensEstimated: Type.Optional(Type.Boolean()),
    cost: Type.Optional(Cost),
    spanId: Type.Optional(Type.String({ description: "The span that is the message" })),
    fromSpanId: Type.Optional(Type.String()),
    toSpanId: Type.Optional(Type.String()),
    preview: Type.Optional(Type.String()),
    evidence: Type.String({ description: "The inference rule that it rests on" }),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { $id: "Message" },
);
export type Message = Static<typeof Message>;

export const Edge = Type.Object(
  {
    from: Type.String(),
    to: Type.String(),
    count: count("Messages"),
    kinds: Type.Record(Type.String(), Type.Integer()),
    bytes: Type.Optional(Type.Integer()),
    tokens: Type.Optional(Type.Integer()),
    tokensEstimated: Type.Optional(Type.Boolean()),
    cost: Type.Optional(Cost),
    transitMs: Type.Optional(Type.Object({ p50: Type.Number(), p95: Type.Number() })),
  },
  { $id: "Edge" },
);
export type Edge = Static<typeof Edge>;

export const Finding = Type.Object(
  {
    id: Type.String({ description: "Which kind of finding" }),
    message: Type.String({ description: "One sentence that a person can act on" }),
    spanIds: Type.Array(Type.String()),
  },
  { $id: "Finding" },
);
export type Finding = Static<typeof Finding>;

export const RunEvent = Type.Object(
  {
    offset: Type.String({ description: "Opaque cursor: compare for equality, hand back as `after`" }),
    id: Type.String(),
    runId: Type.Optional(Type.String()),
    type: Type.String(),
    time: instant("When it happened"),
    agentId: Type.Optional(Type.String({ description: "The agent's name" })),
    agentInstance: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
    spanId: Type.Optional(Type.String()),
    traceId: Type.Optional(Type.String()),
    parentSpanId: Type.Optional(Type.String()),
    level: Type.Optional(words(EVENT_LEVELS)),
    service: Type.Optional(Type.String()),
    message: Type.Optional(Type.String()),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    derived: Type.Boolean({ description: "Computed from a span rather than sent" }),
  },
  { $id: "RunEvent" },
);
export type RunEvent = Static<typeof RunEvent>;

const wireText = (maxLength: number, description: string) => Type.Optional(Type.String({ maxLength, description }));
const wireTime = Type.Optional(
  Type.Union([Type.String(), Type.Number()], {
    description: "RFC 3339, or a number: below 1e11 seconds, 1e14 ms, 1e17 µs, else ns; absent: when it was received",
  }),
);

/** A RunEvent as clients send it. The spelling of the original lesson is accepted too. */
export const RunEventInput = Type.Object(
  {
    id: wireText(LIMITS.eventIdBytes, "Makes a retry idempotent"),
    runId: wireText(LIMITS.runIdBytes, "The run; absent with a traceId: that trace's run"),
    run_id: wireText(LIMITS.runIdBytes, "The original lesson's runId"),
    type: wireText(LIMITS.eventTypeBytes, "A type of the vocabulary or any dotted name"),
    event_type: wireText(LIMITS.eventTypeBytes, "The original lesson's type"),
    time: wireTime,
    timestamp: wireTime,
    agentId: wireText(LIMITS.nameBytes, "The agent's name"),
    agent_id: wireText(LIMITS.nameBytes, "The original lesson's agentId"),
    agentInstance: wireText(LIMITS.nameBytes, "Tells two agents of one name apart"),
    to: wireText(LIMITS.nameBytes, "The receiving agent"),
    spanId: wireText(16, "16 hexadecimal digits"),
    traceId: wireText(32, "32 hexadecimal digits"),
    parentSpanId: wireText(16, "16 hexadecimal digits"),
    level: Type.Optional(words(EVENT_LEVELS)),
    message: wireText(LIMITS.eventMessageBytes, "One sentence for people"),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    event_data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: "RunEventInput" },
);
export type RunEventInput = Static<typeof RunEventInput>;

export const PointInput = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: LIMITS.nameBytes }),
    value: Type.Number(),
    time: wireTime,
    timestamp: wireTime,
    agentId: wireText(LIMITS.nameBytes, "The agent's name: a label"),
    runId: wireText(LIMITS.runIdBytes, "The run: never a label"),
    traceId: wireText(32, "32 hexadecimal digits"),
    spanId: wireText(16, "16 hexadecimal digits"),
    attributes: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: "Labels",
      }),
    ),
    unit: wireText(63, "UCUM unit"),
  },
  { $id: "PointInput" },
);
export type PointInput = Static<typeof PointInput>;

/** The answer to `POST /api/v1/events` and `/metrics`. */
export const Accepted = Type.Object(
  {
    accepted: count("Stored, repeats included"),
    rejected: count("Not stored"),
    duplicates: count("Of the accepted: repeats of something already stored"),
    errors: Type.Array(Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String() })),
    offset: Type.Optional(Type.String({ description: "Offset of the last stored record: for `waitFor`" })),
  },
  { $id: "Accepted" },
);
export type Accepted = Static<typeof Accepted>;

export const Metric = Type.Object(
  {
    name: Type.String(),
    kind: words(METRIC_KINDS),
    unit: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    points: count("Points of the window, widened to whole minutes"),
    series: count("Different sets of labels"),
    labels: Type.Array(Type.String(), { description: "Keys of labels: what it can be grouped by" }),
    lastSeenAt: instant("Time of the newest point"),
  },
  { $id: "Metric" },
);
export type Metric = Static<typeof Metric>;

const labelValues = (description: string) => Type.Record(Type.String(), Type.String(), { description });

export const MetricSummary = Type.Object(
  {
    name: Type.String(),
    kind: words(METRIC_KINDS),
    unit: Type.Optional(Type.String()),
    attributes: labelValues("The labels that it is grouped by"),
    group: labelValues("The same as `attributes`"),
    count: Type.Optional(Type.Number({ description: "Points; of histograms and summaries: values that they counted" })),
    sum: Type.Optional(Type.Number()),
    avg: Type.Optional(Type.Number()),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    last: Type.Optional(
      Type.Number({ description: "Newest value; of counters and updowns: of each series, added up" }),
    ),
    p50: Type.Optional(Type.Number()),
    p90: Type.Optional(Type.Number()),
    p99: Type.Optional(Type.Number()),
    increase: Type.Optional(
      Type.Number({ description: "What a counter grew by; what changes of an updown add up to" }),
    ),
    rate: Type.Optional(Type.Number({ description: "Increase, or values counted, per second of the window" })),
    quantiles: Type.Optional(
      Type.Record(Type.String(), Type.Number(), {
        description: "Of a summary: the newest quantiles that its sender stated",
      }),
    ),
    exact: Type.Boolean({ description: "false: percentiles from buckets, a sketch of 1 %, or the sender" }),
  },
  { $id: "MetricSummary" },
);
export type MetricSummary = Static<typeof MetricSummary>;

export const ValueBucket = Type.Object(
  {
    low: Type.Optional(Type.Number({ description: "Its values are larger; absent: it has no lower end" })),
    high: Type.Optional(Type.Number({ description: "Its values are no larger; absent: it has no upper end" })),
    count: Type.Number(),
  },
  { $id: "ValueBucket" },
);
export type ValueBucket = Static<typeof ValueBucket>;

/** How many values fell into which bucket, by step. */
export const stepBuckets = Type.Optional(
  Type.Array(Type.Object({ at: instant("Start of the step"), buckets: Type.Array(ValueBucket) }), {
    description: "The values by size, step by step, oldest first, if asked for; empty buckets are left out",
  }),
);

export const MetricSeries = Type.Object(
  {
    name: Type.String(),
    kind: words(METRIC_KINDS),
    unit: Type.Optional(Type.String()),
    group: labelValues("The labels that it is grouped by"),
    points: Type.Array(Type.Tuple([instant("Start of the step"), Type.Number()]), {
      description: "Start of a step and its value, oldest first; steps without points are absent",
    }),
    exact: Type.Boolean({ description: "false: percentiles from buckets, a sketch of 1 %, or the sender" }),
    buckets: stepBuckets,
  },
  { $id: "MetricSeries" },
);
export type MetricSeries = Static<typeof MetricSeries>;

export const Session = Type.Object(
  {
    id: Type.String(),
    runs: count("Runs of the session"),
    startedAt: instant("Start of its first run"),
    lastAt: instant("Newest sign of life"),
    user: Type.Optional(Type.String()),
    agents: Type.Array(Type.String()),
    tokens: Tokens,
    cost: Cost,
    errorCount: count("Spans that ended in error"),
  },
  { $id: "Session" },
);
export type Session = Static<typeof Session>;

export const Counters = Type.Object(
  { spans: count("Span rows"), events: count("RunEvents as sent"), points: count("Measured values") },
  { $id: "Counters" },
);

export const Status = Type.Object(
  {
    version: Type.String(),
    uptimeMs: ms("Since the start of this process"),
    pid: Type.Integer(),
    ready: Type.Boolean({ description: "Whether questions can be answered" }),
    acknowledged: Counters,
    stored: Counters,
    duplicates: count("Repeats that were dropped since the start"),
    rejected: count("Items that were refused since the start"),
    journal: Type.Object({
      segments: count("Segments that are not loaded"),
      bytes: count("What they take on disk"),
      oldestMs: ms("Age of the oldest of them"),
      quarantined: count("Frames set aside, because they could not be read or the store refused them for good"),
      bytesAllowed: count("What may wait on disk; beyond, senders are told to come back"),
    }),
    engine: Type.Object({
      state: Type.String({ description: "ready, starting, … or external: a server that --store names" }),
      restarts: count("How often the engine was started again"),
      residentBytes: Type.Optional(count("Memory of the engine")),
      diskBytes: Type.Optional(count("Disk that the store takes")),
      memoryBytesMax: Type.Optional(count("What the engine may allocate: --engine-memory")),
    }),
    running: Type.Object({
      runs: count("Open runs that are not stalled"),
      agents: Type.Record(Type.String(), Type.Integer(), { description: "Their agents by state" }),
    }),
    unsettled: count("Traces, and runs that events name, with records that no settled fact rests on"),
    rates: Type.Object({
      spansPerS: Type.Number({ description: "Spans a second over the last ten" }),
      eventsPerS: Type.Number({ description: "RunEvents a second over the last ten" }),
      tokensPerS: Type.Number({ description: "Tokens of model calls, as they came in, a second over the last ten" }),
    }),
    sockets: count("Open WebSockets"),
    limits: Type.Record(Type.String(), Type.Number(), { description: "All limits by name" }),
    eventLoop: Type.Object(
      { p50Ms: ms("The median"), p99Ms: ms("99 of 100"), maxMs: ms("The worst") },
      { description: "How late the event loop was, over the last ten seconds" },
    ),
    process: Type.Object({
      residentBytes: count("Memory of the server's own process"),
      heapUsedBytes: count("Of it: live JavaScript objects"),
    }),
    losses: Losses,
    asksForKeys: Type.Boolean({ description: "false: the server was started without a main key" }),
    scopes: Type.Array(Type.Unsafe<Scope>({ type: "string", enum: [...SCOPES] }), {
      description: "What whoever asks may do",
    }),
    grpcPort: Type.Optional(Type.Integer({ description: "Port of OTLP/gRPC" })),
    settings: Type.Optional(
      Type.Array(ShownSetting, { description: "In force, without secrets; for keys with the scope admin" }),
    ),
  },
  { $id: "Status" },
);
export type Status = Static<typeof Status>;
/** What is the same for whoever asks. */
export type ServerStatus = Omit<Status, "asksForKeys" | "scopes" | "settings">;

/** A run's spans as columns: what the timeline draws. Rows by (start, id), parents before their children. */
export const Skeleton = Type.Object(
  {
    runId: Type.String(),
    t0: instant("Start of the earliest span"),
    count: Type.Integer(),
    resolved: Type.Boolean({ description: "false: agents and kinds are as sent; ask again with `?resolved=true`" }),
    strings: Type.Array(Type.String()),
    kinds: Type.Array(Type.String()),
    statuses: Type.Array(Type.String()),
    columns: Type.Object({
      id: Type.Array(Type.String()),
      parent: Type.Array(Type.Integer(), { description: "Row of the parent, −1: none" }),
      start: Type.Array(Type.Number(), { description: "Milliseconds after t0" }),
      duration: Type.Array(Type.Number(), { description: "Milliseconds, −1: open" }),
      own: Type.Array(Type.Number(), { description: "Milliseconds" }),
      kind: Type.Array(Type.Integer(), { description: "Index into kinds" }),
      name: Type.Array(Type.Integer(), { description: "Index into strings" }),
      agent: Type.Array(Type.Integer(), { description: "Index into strings, −1: none" }),
      status: Type.Array(Type.Integer(), { description: "Index into statuses" }),
      tokensIn: Type.Array(Type.Integer()),
      tokensOut: Type.Array(Type.Integer()),
      cost: Type.Array(Type.Number(), { description: "US dollars" }),
      traits: Type.Array(Type.Integer(), { description: "Bits: see SPAN_TRAITS" }),
    }),
  },
  { $id: "Skeleton" },
);
export type Skeleton = Static<typeof Skeleton>;

export const Path = Type.Object(
  {
    totalMs: ms("Wall time of the run"),
    segments: Type.Array(
      Type.Object({
        spanId: Type.Optional(Type.String()),
        agent: Type.Optional(Type.String()),
        kind: Type.String({ description: "llm, tool, working, transfer, orchestration, human or idle" }),
        startMs: ms("After the run's start"),
        durationMs: ms("How long"),
      }),
    ),
    byAgent: Type.Record(Type.String(), Type.Number(), { description: "Milliseconds by agent" }),
    byKind: Type.Record(Type.String(), Type.Number(), { description: "Milliseconds by kind" }),
  },
  { $id: "Path" },
);
export type Path = Static<typeof Path>;

export const WhatIf = Type.Object(
  {
    target: Type.String(),
    factor: Type.Number(),
    measuredMs: ms("As it was"),
    predictedMs: ms("As it would have been"),
    savedMs: ms("The difference"),
    assumption: Type.String(),
    path: Path,
  },
  { $id: "WhatIf" },
);
export type WhatIf = Static<typeof WhatIf>;

/** A run at an instant. */
export const RunState = Type.Object(
  {
    at: instant("The instant"),
    agents: Type.Array(
      Type.Object({
        name: Type.String(),
        state: words(AGENT_STATES),
        since: instant("Since when"),
        openSpans: Type.Array(Type.String()),
        lastChange: Type.Optional(
          Type.Record(Type.String(), Type.Unknown(), { description: "The data of its last state.changed" }),
        ),
      }),
    ),
    openSpans: Type.Array(
      Type.Object({
        id: Type.String(),
        kind: words(SPAN_KINDS),
        name: Type.String(),
        agent: Type.Optional(Type.String()),
        startedAt: instant("Start"),
      }),
    ),
    counters: Type.Object({
      spansStarted: Type.Integer(),
      spansEnded: Type.Integer(),
      errors: Type.Integer(),
      llmCalls: Type.Integer(),
      toolCalls: Type.Integer(),
      messages: Type.Integer(),
      events: Type.Integer(),
      tokens: Tokens,
      cost: Cost,
    }),
  },
  { $id: "RunState" },
);
export type RunState = Static<typeof RunState>;

export const Failure = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ description: "Stable; see the table of errors" }),
      message: Type.String({ description: "What is wrong and what to do" }),
      details: Type.Optional(Type.Unknown()),
    }),
  },
  { $id: "Failure" },
);
export type Failure = Static<typeof Failure>;
