import {
  type Attributes,
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { contentAttributes } from "./content.ts";
import { NAMES, SCOPE } from "./names.ts";
import { errorText, quietly } from "./quietly.ts";
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

/** A plan made of what the user gave; where that cannot be read, a span that has its kind alone. */
export function planOf(kind: string, make: () => SpanPlan): SpanPlan {
  const bare = { name: kind, kind: SpanKind.INTERNAL, attributes: { [NAMES.kind]: kind } };
  return quietly(make, bare);
}

/**
 * Runs a callback as a span of one of Talea's kinds: what it throws is noted on the span and thrown on. `make` may throw,
 * see `planOf`.
 */
export function inSpan<T>(talea: string, make: () => SpanPlan, work: (handle: Work) => T): T {
  const plan = planOf(talea, make);
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
    () => context.with(trace.setSpan(at, span), () => work(handle)),
    (value) => {
      if (!hasOutput) output(value);
      span.end();
    },
    (error) => failSpan(span, error),
  );
}

/** Ends a span as failed. */
export function failSpan(span: Span, error: unknown, endTime?: Date): void {
  const message = errorText(error, (known) => known.message);
  quietly(() => span.recordException(error instanceof Error ? error : message), undefined);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.end(endTime);
}
