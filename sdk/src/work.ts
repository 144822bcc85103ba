// The functions that people write their agents with. Each takes options and a callback, which may be asynchronous, runs
// it as a span below the active one, and returns what it returns. None of them throws by itself.

import { type Attributes, type Context, context, SpanKind } from "@opentelemetry/api";
import { inSpan, type SpanPlan, type Work } from "./in-span.ts";
import { NAMES } from "./names.ts";
import { quietly } from "./quietly.ts";
import { withAgent, withRunId } from "./run-context.ts";

export interface WorkOptions {
  readonly name: string;
  /** What went in: a text, messages, or anything that JSON can hold. */
  readonly input?: unknown;
  readonly attributes?: Attributes | undefined;
}

export interface RunOptions extends WorkOptions {
  /**
   * An id of your own: what has the same id is one run, whichever process and trace it is in. Up to 256 bytes. Without it
   * the run is the trace.
   */
  readonly id?: string | undefined;
  /** The conversation that the run belongs to. */
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

export interface AgentOptions extends WorkOptions {
  /** Tells two agents of one name in one run apart. */
  readonly instance?: string | undefined;
  /** What it is to do, in a few words. */
  readonly task?: string | undefined;
}

export interface LlmOptions extends Omit<WorkOptions, "name"> {
  readonly model: string;
  /** As OpenTelemetry names it: `openai`, `anthropic`, … */
  readonly provider?: string | undefined;
  /** `chat` unless said otherwise; `embeddings`, `text_completion`, … */
  readonly operation?: string | undefined;
}

export interface Usage {
  /** Cached ones included. */
  readonly inputTokens?: number | undefined;
  /** Reasoning included. */
  readonly outputTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  /** What the provider charges; without it Talea's price table is asked. */
  readonly costUsd?: number | undefined;
}

export interface LlmCall extends Work {
  usage(usage: Usage): void;
  response(response: { readonly id?: string | undefined; readonly model?: string | undefined }): void;
}

/** One execution of an agent system, from the task to its result. */
export function run<T>(options: string | RunOptions, work: (run: Work) => T): T {
  return inSpan("run", () => runPlan(named<RunOptions>(options), context.active()), work);
}

/** The plan of a run's span, which its own id is around. */
export function runPlan({ name, input, id, session, user, tags, attributes }: RunOptions, at: Context): SpanPlan {
  return {
    ...{ name, kind: SpanKind.INTERNAL, input },
    attributes: known({
      [NAMES.kind]: "run",
      ...{ [NAMES.runName]: name, [NAMES.runId]: id, [NAMES.session]: session, [NAMES.user]: user },
      ...{ [NAMES.tags]: tags === undefined ? undefined : [...tags], ...attributes },
    }),
    context: id === undefined ? at : withRunId(at, id),
  };
}

/** An agent at work. What it does inside is its own. */
export function agent<T>(options: string | AgentOptions, work: (agent: Work) => T): T {
  return inSpan("agent", () => agentPlan(named<AgentOptions>(options)), work);
}

function agentPlan({ name, input, instance, task: taskName, attributes }: AgentOptions): SpanPlan {
  return {
    ...{ name: `invoke_agent ${name}`, kind: SpanKind.INTERNAL, input },
    attributes: known({
      ...{ [NAMES.kind]: "agent", [NAMES.operation]: "invoke_agent", [NAMES.agentName]: name, [NAMES.agent]: name },
      ...{ [NAMES.agentInstance]: instance, [NAMES.task]: taskName, ...attributes },
    }),
    context: withAgent(context.active(), { name, instance }),
  };
}

/** A unit of work of the agent around it. */
export function task<T>(options: string | WorkOptions, work: (task: Work) => T): T {
  return inSpan("task", () => taskPlan(named<WorkOptions>(options)), work);
}

function taskPlan({ name, input, attributes }: WorkOptions): SpanPlan {
  return {
    ...{ name, kind: SpanKind.INTERNAL, input },
    attributes: known({ [NAMES.kind]: "task", [NAMES.task]: name, ...attributes }),
  };
}

/** A tool call; the input is what it was called with. */
export function tool<T>(options: string | WorkOptions, work: (tool: Work) => T): T {
  return inSpan("tool", () => toolPlan(named<WorkOptions>(options)), work);
}

function toolPlan({ name, input, attributes }: WorkOptions): SpanPlan {
  return {
    ...{ name: `execute_tool ${name}`, kind: SpanKind.INTERNAL, input },
    attributes: known({
      ...{ [NAMES.kind]: "tool", [NAMES.operation]: "execute_tool", [NAMES.toolName]: name, ...attributes },
    }),
  };
}

/** A call of a model. Say what it used by `call.usage`: no tokens are counted otherwise. */
export function llm<T>(options: string | LlmOptions, work: (call: LlmCall) => T): T {
  const make = () => llmPlan(typeof options === "string" ? { model: options } : options);
  return inSpan("llm", make, (handle) =>
    work({
      ...handle,
      usage: (usage) => quietly(() => handle.set(usageAttributes(usage)), undefined),
      response: (response) => quietly(() => handle.set(responseAttributes(response)), undefined),
    }),
  );
}

function llmPlan({ model, provider, input, operation = "chat", attributes }: LlmOptions): SpanPlan {
  return {
    ...{ name: `${operation} ${model}`, kind: SpanKind.CLIENT, input },
    attributes: known({
      ...{ [NAMES.kind]: "llm", [NAMES.operation]: operation, [NAMES.requestModel]: model },
      ...{ [NAMES.provider]: provider, ...attributes },
    }),
  };
}

function responseAttributes({ id, model }: Parameters<LlmCall["response"]>[0]): Attributes {
  return known({ [NAMES.responseId]: id, [NAMES.responseModel]: model });
}

function usageAttributes(usage: Usage): Attributes {
  return known({
    [NAMES.inputTokens]: usage.inputTokens,
    [NAMES.outputTokens]: usage.outputTokens,
    [NAMES.cacheReadTokens]: usage.cacheReadTokens,
    [NAMES.cacheWriteTokens]: usage.cacheWriteTokens,
    [NAMES.reasoningTokens]: usage.reasoningTokens,
    [NAMES.costUsd]: usage.costUsd,
  });
}

/** Options, of which a text is the name. */
export function named<O extends { readonly name: string }>(options: string | O): O {
  return typeof options === "string" ? ({ name: options } as O) : options;
}

/** The attributes that have a value. */
export function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
