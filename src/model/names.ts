/**
 * The attribute names of Talea itself: what the SDK writes and what anybody may set to say a thing outright. Foreign
 * names stand in the dialects only.
 */
export const TALEA = {
  runId: "talea.run.id",
  runName: "talea.run.name",
  kind: "talea.kind",
  agent: "talea.agent",
  agentInstance: "talea.agent.instance",
  task: "talea.task",
  messageKind: "talea.message.kind",
  messageFrom: "talea.message.from",
  messageTo: "talea.message.to",
  messageId: "talea.message.id",
  input: "talea.input",
  output: "talea.output",
  session: "talea.session",
  user: "talea.user",
  tags: "talea.tags",
  /** On a log record: the RunEvent's id, receiver and the parent of its span. */
  eventId: "talea.event.id",
  eventTo: "talea.event.to",
  parentSpanId: "talea.parent_span.id",
  /** On a log record `span.started`: OTLP's number of the span's kind. */
  spanKind: "talea.span.kind",
  waitsForHuman: "talea.waits_for_human",
  costUsd: "talea.cost_usd",
  /** Set by ingest on a span whose attribute value was longer than the limit: how many bytes were cut. */
  truncatedBytes: "talea.truncated_bytes",
} as const;

/** The event name of a log record that announces a span which is not over yet. */
export const SPAN_STARTED = "span.started";
