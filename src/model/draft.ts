// What a dialect makes of one foreign span: the canonical facts, before they become columns.

import { SPAN_TRAITS, type SpanKind, type SpanStatus, type SpanTrait } from "./vocabulary.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What one part of a message is. */
export type PartType = "text" | "reasoning" | "tool_call" | "tool_result" | "json" | "blob" | "document" | "value";

/**
 * One part of a message, the unit of storage of long texts. A message of several parts is several rows of which all
 * but the first have `continues`.
 */
export interface ContentPart {
  /** `system`, `user`, `assistant`, `tool`, or empty where a text has no speaker. */
  readonly role: string;
  readonly type: PartType;
  /** The text; for `tool_call` the arguments and for `json` the value, as JSON text. */
  readonly body: string;
  /** What else the source said: a call's `id` and `name`, a `mime_type`, a speaker's `name`. */
  readonly meta?: { readonly [key: string]: Json };
  /** Belongs to the same message as the part before it. */
  readonly continues?: boolean;
}

/** Token counts in the canonical sense: input includes cached tokens, output includes reasoning. */
export interface TokenUsage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
}

/**
 * What a dialect found that only analysis reads, by name; kept in the column `hints`.
 */
export const HINTS = {
  /** Sender of the message that the span is, as the source names it. */
  from: "from",
  /** Receiver of the message that the span is. */
  to: "to",
  /** `delegate`, `reply`, `handoff`, `send` or `broadcast`. */
  messageKind: "message.kind",
  /** Which inference rule the message rests on: M1, M2, … */
  evidence: "evidence",
  /** Who invoked this agent. */
  caller: "caller",
  /** The logical predecessor of a graph node: a span or node id, for graph views only. */
  graphParent: "graph.parent",
  /** The id of this graph node. */
  graphNode: "graph.node",
  /**
   * The nested graphs that the span ran in, outermost first, as LangGraph's checkpoint namespace has them:
   * `supervisor:<id>|agent:<id>`. Analysis tells agents from nodes by it (rules A3 to A5).
   */
  graphPath: "graph.path",
  /** The key of an agent's activation: equal on all spans of one invocation. */
  invocation: "invocation",
  /** The type of a tool: function, mcp, agent, handoff. */
  toolType: "tool.type",
  /** The name that a tool call hands control to, as far as its name or arguments tell. */
  target: "target",
  /** The task that a person or agent assigned. */
  task: "task",
  /** What the run is called. */
  runName: "run.name",
  /** Fold this span into its parent when the tree is shown. */
  foldIntoParent: "fold",
  /** The destination of an asynchronous message. */
  destination: "destination",
  /** Why a model stopped: stop, length, tool_call, content_filter, error, other. */
  finishReason: "finish",
  /** Milliseconds until the first token. */
  firstTokenMs: "ttft",
  /** Which attempt of a retried call it is, from 1. */
  attempt: "attempt",
  /** Description or role of an agent. */
  description: "description",
  /** Deployment environment. */
  environment: "environment",
  /** Release of the application. */
  release: "release",
  /** Evaluations among the span's events: a JSON list of {name, value?, label?, explanation?, source}. */
  scores: "scores",
  /** Tool calls in a model's answer: a JSON list of {id?, name, target?}; `target` as in the hint of that name. */
  calls: "calls",
  /** The sender's id of the message that the span is: equal where it is sent and where it is received. */
  messageId: "message.id",
  /** Where a model call's messages stand when they are not on its own span: `parent`. */
  inputAt: "input.at",
} as const;
export type Hint = keyof typeof HINTS;

/**
 * What a record may say about a span that came on its own (rule: span's own value, then the newest fact). The fields
 * `input` and `output` are message parts; the others are texts, numbers spelled in decimal.
 */
export const FACT_FIELDS = [
  "input",
  "output",
  "agent",
  "agentInstance",
  "model",
  "provider",
  "costUsd",
  "tokensInput",
  "tokensOutput",
  "tokensCacheRead",
  "tokensCacheWrite",
  "tokensReasoning",
  "responseId",
  "finish",
  "session",
  "user",
  "error",
  "score",
] as const;
export type FactField = (typeof FACT_FIELDS)[number];

/** A fact that a log record states about a span: its own, or the one that `LogDraft.about` tells. */
export interface DraftFact {
  readonly field: FactField;
  readonly value: string;
}

/**
 * A field as it is stored when the record is about another span than its own: `costUsd@response:req_1`. Facts of
 * several spans that were all reported in the context of one stay apart by it.
 */
export function factColumn(field: string, about: string): string {
  return about === "" ? field : `${field}@${about}`;
}

/** The two halves of a stored field. */
export function splitFactColumn(column: string): { readonly field: string; readonly about: string } {
  const at = column.indexOf("@");
  return at < 0 ? { field: column, about: "" } : { field: column.slice(0, at), about: column.slice(at + 1) };
}

const NO_PARTS: readonly ContentPart[] = [];

/**
 * The canonical facts of one span. Ingest reuses one draft for all spans: a dialect fills it, ingest copies it into
 * columns and calls `reset`.
 */
export class SpanDraft {
  kind: SpanKind = "other";
  agent = "";
  agentInstance = "";
  model = "";
  provider = "";
  tool = "";
  toolCallId = "";
  responseId = "";
  /** Whether `usage` was stated at all. */
  hasUsage = false;
  readonly usage: TokenUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
  /** The source's own figure for the whole call, in USD. */
  costUsd: number | undefined = undefined;
  session = "";
  user = "";
  readonly tags: string[] = [];
  /** The run that the sender named outright. */
  runId = "";
  /** A run id that the framework carries (rule R8): weaker than one that the sender named. */
  dialectRunId = "";
  status: SpanStatus = "unset";
  statusMessage = "";
  errorType = "";
  /** Bits of SPAN_TRAITS. */
  traits = 0;
  readonly hints = new Map<string, string>();
  input: readonly ContentPart[] = NO_PARTS;
  output: readonly ContentPart[] = NO_PARTS;

  trait(trait: SpanTrait): void {
    this.traits |= SPAN_TRAITS[trait];
  }

  is(trait: SpanTrait): boolean {
    return (this.traits & SPAN_TRAITS[trait]) !== 0;
  }

  /** What was noted under a hint, or undefined. */
  hinted(hint: Hint): string | undefined {
    return this.hints.get(HINTS[hint]);
  }

  hint(hint: Hint, value: string | undefined): void {
    if (value !== undefined && value !== "") this.hints.set(HINTS[hint], value);
  }

  reset(): void {
    this.kind = "other";
    this.agent = this.agentInstance = this.model = this.provider = "";
    this.tool = this.toolCallId = this.responseId = "";
    this.hasUsage = false;
    const usage = this.usage;
    usage.input = usage.output = usage.cacheRead = usage.cacheWrite = usage.reasoning = 0;
    this.costUsd = undefined;
    this.session = this.user = this.runId = this.dialectRunId = "";
    if (this.tags.length > 0) this.tags.length = 0;
    this.status = "unset";
    this.statusMessage = this.errorType = "";
    this.traits = 0;
    if (this.hints.size > 0) this.hints.clear();
    this.input = this.output = NO_PARTS;
  }
}

/** What a dialect makes of one log record. Ingest has filled in the generic reading; a dialect may correct it. */
export class LogDraft {
  /** The RunEvent's type: the event name, or `log`. */
  type = "log";
  agent = "";
  agentInstance = "";
  toAgent = "";
  /** The run that the record names outright. */
  runId = "";
  message = "";
  /** Facts about the record's span. */
  readonly facts: DraftFact[] = [];
  /** Message parts that belong to the span's input and output. */
  input: readonly ContentPart[] = NO_PARTS;
  output: readonly ContentPart[] = NO_PARTS;
  /** The body is represented by `input` or `output` and is not stored a second time. */
  bodyTaken = false;
  /**
   * Which span the facts and parts are about, when it is another one of the trace than the span in whose context the
   * record was emitted: `response:<response id>` or `call:<tool call id>`. Empty: the record's own span.
   */
  about = "";

  reset(): void {
    this.type = "log";
    this.agent = this.agentInstance = this.toAgent = this.runId = this.message = this.about = "";
    if (this.facts.length > 0) this.facts.length = 0;
    this.input = this.output = NO_PARTS;
    this.bodyTaken = false;
  }
}
