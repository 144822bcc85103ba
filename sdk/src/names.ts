/** The attribute names that the SDK writes: Talea's own, and those of OpenTelemetry's conventions for generative AI. */
export const NAMES = {
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
  costUsd: "talea.cost_usd",
  truncatedBytes: "talea.truncated_bytes",
  eventId: "talea.event.id",
  eventTo: "talea.event.to",
  parentSpanId: "talea.parent_span.id",
  spanKind: "talea.span.kind",
  operation: "gen_ai.operation.name",
  agentName: "gen_ai.agent.name",
  toolName: "gen_ai.tool.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  responseModel: "gen_ai.response.model",
  responseId: "gen_ai.response.id",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cacheReadTokens: "gen_ai.usage.cache_read.input_tokens",
  cacheWriteTokens: "gen_ai.usage.cache_creation.input_tokens",
  reasoningTokens: "gen_ai.usage.reasoning.output_tokens",
  serviceName: "service.name",
} as const;

/** The event name of a log record that announces a span which is not over yet. */
export const SPAN_STARTED = "span.started";

/** The scope of what the SDK itself emits. */
export const SCOPE = { name: "@talea/sdk", version: "0.1.0" } as const;
