import type { LogDraft, SpanDraft } from "../model/draft.ts";
import type { ForeignLog, ForeignSpan } from "../model/foreign-span.ts";

/**
 * How a dialect is told by what a span carries. A span is a candidate when any of the marks is on it; `confirm` then
 * has the last word. Marks are matched once per distinct name, so they cost nothing per span.
 */
export interface Detection {
  /** Attribute names. */
  readonly attributes?: readonly string[];
  /** Beginnings of attribute names. */
  readonly prefixes?: readonly string[];
  /** Instrumentation scopes: whole names, or beginnings when they end in `*`. */
  readonly scopes?: readonly string[];
  confirm?(span: ForeignSpan): boolean;
}

/** One way in which agents' telemetry is spelled. Pure; never throws, whatever the span holds. */
export interface Dialect {
  readonly id: string;
  /** One paragraph for the docs: which libraries speak it, and what of them is known. */
  readonly doc: string;
  readonly detect: Detection;
  /** Fills the draft from the span. What it leaves open, the generic reading (`otel-genai`) fills afterwards. */
  map(span: ForeignSpan, draft: SpanDraft): void;
  /** Reads a log record of the same library. */
  mapLog?(log: ForeignLog, draft: LogDraft): void;
}
