// The closed sets of words. Order matters where a number is stored: a word's index is its value in the store, so new
// words go to the end.

/** What a span is. `other` is plumbing and whatever no dialect knows. */
export const SPAN_KINDS = [
  "other",
  "run",
  "agent",
  "task",
  "step",
  "llm",
  "tool",
  "retrieval",
  "message",
  "guardrail",
] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** A span's outcome; control flow that a framework reports as an exception is not an `error`. */
export const SPAN_STATUSES = ["unset", "ok", "error", "open"] as const;
export type SpanStatus = (typeof SPAN_STATUSES)[number];

/** OpenTelemetry's SpanKind by its number in OTLP. */
export const OTEL_SPAN_KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

export const RUN_STATUSES = ["running", "completed", "failed", "cancelled", "stalled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Whether a run may go on. */
export function isOpenRun({ status }: { readonly status: RunStatus }): boolean {
  return status === "running" || status === "stalled";
}

/** What an agent does at an instant; `done` is after its last span. */
export const AGENT_STATES = ["human", "llm", "tool", "working", "waiting", "idle", "done"] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export const MESSAGE_KINDS = ["delegate", "reply", "handoff", "send", "broadcast", "input", "output"] as const;
/** How one agent addresses another; `input` and `output` are between the user and an agent and are not counted. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Levels of RunEvents and log records, from OpenTelemetry's severity ranges. */
export const EVENT_LEVELS = ["unset", "trace", "debug", "info", "warn", "error", "fatal"] as const;
export type EventLevel = (typeof EVENT_LEVELS)[number];

/** RunEvent types that Talea itself understands; any other dotted name is stored and shown as it is. */
export const EVENT_TYPES = [
  "run.started",
  "run.completed",
  "run.failed",
  "run.cancelled",
  "agent.started",
  "agent.completed",
  "agent.failed",
  "agent.waiting",
  "agent.resumed",
  "task.created",
  "task.assigned",
  "task.started",
  "task.completed",
  "task.failed",
  "task.retried",
  "message.sent",
  "message.received",
  "handoff",
  "llm.started",
  "llm.completed",
  "llm.failed",
  "tool.started",
  "tool.completed",
  "tool.failed",
  "state.changed",
  "human.requested",
  "human.answered",
  "score",
  "log",
] as const;

/** What an agent calls. */
export const CALL_KINDS = ["llm", "tool"] as const;
export type CallKind = (typeof CALL_KINDS)[number];

export const POINT_KINDS = ["gauge", "counter", "updown", "histogram", "exponential", "summary"] as const;
export type PointKind = (typeof POINT_KINDS)[number];

/** The kind of a metric, as clients see it: explicit and exponential histograms are one. */
export const METRIC_KINDS = ["gauge", "counter", "updown", "histogram", "summary"] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/** OpenTelemetry's AggregationTemporality by its number in OTLP. */
export const TEMPORALITIES = ["unspecified", "delta", "cumulative"] as const;

/**
 * Facts about a span that are true or not, one bit each in the column `traits`.
 */
export const SPAN_TRAITS = {
  /** An llm span that computes embeddings. */
  embedding: 1,
  /** Plumbing that views leave out; its children hang on the next kept ancestor. */
  hidden: 2,
  /** Its token counts repeat those of its children and are never added. */
  usageRepeated: 4,
  /** Waits for a person while it lasts. */
  waitsForHuman: 8,
  /** Ended by an exception that a framework uses for control flow (a handoff, an interrupt). */
  controlFlow: 16,
  /** Announced before it ended; the ended span of the same id takes its place. */
  pending: 32,
  /** The root of an application, as its instrumentation says, even when it has a parent. */
  root: 64,
  /** Only defines an agent; nothing ran. */
  definition: 128,
  /** An agent made up by a dialect's convention rather than named outright. */
  agentInferred: 256,
  /** Had calls with usage but no price for the model. */
  unpriced: 512,
} as const;
export type SpanTrait = keyof typeof SPAN_TRAITS;

/** Why a trace belongs to a run, strongest first; the number is stored in `run_traces.rule`. */
export const RUN_RULES = { explicit: 1, dialect: 2, link: 3, grouped: 4, trace: 5 } as const;
