// Spans without callbacks, for code whose beginning and end lie apart.

import { type Attributes, type Context, context, ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import { contentAttributes } from "./content.ts";
import { failSpan, planOf, type SpanPlan, startSpan } from "./in-span.ts";
import { NAMES } from "./names.ts";
import { quietly } from "./quietly.ts";
import { withAgent } from "./run-context.ts";
import { known, named, type RunOptions, runPlan } from "./work.ts";

export interface AddSpanOptions {
  /** `agent`, `task`, `step`, `llm`, `tool`, `retrieval`, `message`, `guardrail`; `step` without it. */
  readonly kind?: string | undefined;
  /** Whose work it is; inherited by the spans below. */
  readonly agent?: string | undefined;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly startTime?: Date | undefined;
  /** For a span that is over already: it is ended at once. */
  readonly endTime?: Date | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A span that is ended by hand. */
export interface OpenSpan {
  readonly span: Span;
  readonly traceId: string;
  /** What is started in it lies below the span: `context.with(open.context, …)`. */
  readonly context: Context;
  addSpan(name: string, options?: AddSpanOptions): OpenSpan;
  /** Ends it; with an error, as failed. */
  end(result?: { readonly output?: unknown; readonly error?: unknown; readonly endTime?: Date | undefined }): void;
}

/** Starts a run in a trace of its own. */
export function startTrace(options: string | RunOptions): OpenSpan {
  const plan = planOf("run", () => runPlan(named<RunOptions>(options), ROOT_CONTEXT));
  const at = plan.context ?? ROOT_CONTEXT;
  return opened(startSpan(plan, at), at);
}

/** Starts a span below one that was started by hand, or below the active one. */
export function addSpan(name: string, options: AddSpanOptions & { readonly parent?: OpenSpan } = {}): OpenSpan {
  const parent = quietly(() => options.parent?.context, undefined);
  return spanBelow(parent ?? context.active(), name, options);
}

function spanBelow(parent: Context, name: string, options: AddSpanOptions): OpenSpan {
  const plan = planOf("step", () => spanPlan(parent, name, options));
  const { startTime, endTime } = quietly<AddSpanOptions>(() => ({ ...options }), {});
  const at = plan.context ?? parent;
  const open = opened(startSpan(plan, at, startTime), at);
  if (endTime !== undefined) open.end({ endTime });
  return open;
}

function spanPlan(parent: Context, name: string, options: AddSpanOptions): SpanPlan {
  const { kind = "step", agent, input, output, attributes } = options;
  return {
    ...{ name, kind: SpanKind.INTERNAL, input },
    attributes: known({ [NAMES.kind]: kind, ...attributes, ...contentAttributes(NAMES.output, output) }),
    context: agent === undefined ? parent : withAgent(parent, { name: agent, instance: undefined }),
  };
}

function opened(span: Span, at: Context): OpenSpan {
  const inside = trace.setSpan(at, span);
  return {
    span,
    traceId: span.spanContext().traceId,
    context: inside,
    addSpan: (name, options = {}) => spanBelow(inside, name, options),
    end: (result = {}) =>
      quietly(() => {
        const { output, error, endTime } = result;
        span.setAttributes(contentAttributes(NAMES.output, output));
        if (error !== undefined) failSpan(span, error, endTime);
        else span.end(endTime);
      }, undefined),
  };
}
