import {
  type Attributes,
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { contentAttributes } from "./content.ts";
import { NAMES, SCOPE } from "./names.ts";
import { quietly } from "./quietly.ts";
import { agentIn, runIdIn } from "./run-context.ts";
import { settle } from "./settle.ts";

/** What a callback can do with the span around it. */
export interface Work {
  /** OpenTelemetry's span, for all that is not here. */
  readonly span: Span;
  /** Notes what came out; without it, that is what the callback returns. */
  output(value: unknown): void;
  set(attributes: Attributes): void;
}

export interface SpanPlan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly input?: unknown;
  /** What the span's inside runs in; the active one without it. */
  readonly context?: Context;
  /** Whether what the callback returns is the span's output; true unless said otherwise. */
  readonly returnsOutput?: boolean;
}

/** Starts a span of the SDK's own, below the one that is active in a context. */
export function startSpan({ name, kind, attributes, input }: SpanPlan, at: Context, startTime?: Date): Span {
  const plan = {
    kind,
    attributes: { ...contextAttributes(at), ...attributes, ...contentAttributes(NAMES.input, input) },
    ...(startTime === undefined ? {} : { startTime }),
  };
  const none = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  return quietly(() => trace.getTracer(SCOPE.name, SCOPE.version).startSpan(String(name), plan, at), none);
}

function contextAttributes(at: Context): Attributes {
  const runId = runIdIn(at);
  const agent = agentIn(at);
  return {
    ...(runId === undefined ? {} : { [NAMES.runId]: runId }),
    ...(agent === undefined ? {} : { [NAMES.agent]: agent.name }),
    ...(agent?.instance === undefined ? {} : { [NAMES.agentInstance]: agent.instance }),
  };
}

/** Runs a callback as a span: what it throws is noted on the span and thrown on. */
export function inSpan<T>(plan: SpanPlan, work: (span: Span, handle: Work) => T): T {
  const at = plan.context ?? context.active();
  const span = startSpan(plan, at);
  let hasOutput = plan.returnsOutput === false;
  const output = (value: unknown) => {
    hasOutput = true;
    quietly(() => span.setAttributes(contentAttributes(NAMES.output, value)), span);
  };
  const handle: Work = {
    span,
    output,
    set: (attributes) => {
      quietly(() => span.setAttributes(attributes), span);
    },
  };
  return settle(
    () => context.with(trace.setSpan(at, span), () => work(span, handle)),
    (value) => {
      if (!hasOutput) output(value);
      quietly(() => span.end(), undefined);
    },
    (error) => quietly(() => failSpan(span, error), undefined),
  );
}

/** Ends a span as failed. */
export function failSpan(span: Span, error: unknown, endTime?: Date): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
  span.end(endTime);
}
