export type { Dropped, DropReason } from "./drops.ts";
export {
  type HandoffOptions,
  type HumanOptions,
  handoff,
  human,
  type MessageKind,
  type MessageOptions,
  message,
  state,
  type WaitingOptions,
  waiting,
} from "./exchanges.ts";
export type { Work } from "./in-span.ts";
export { type InitOptions, init } from "./init.ts";
export { type AddSpanOptions, addSpan, type OpenSpan, startTrace } from "./manual-spans.ts";
export {
  getMetricsSummary,
  type MetricFigures,
  type MetricOptions,
  type MetricsSummary,
  recordMetric,
  type SummaryOptions,
} from "./metrics.ts";
export { extract, type IncomingHeaders, inject } from "./propagation.ts";
export { type EventData, type EventOptions, logEvent } from "./run-events.ts";
export type { TaleaOptions } from "./settings.ts";
export { dropped, flush, shutdown } from "./shared-client.ts";
export { TaleaSpanProcessor, type TaleaSpanProcessorOptions } from "./span-processor.ts";
export {
  type AgentOptions,
  agent,
  type LlmCall,
  type LlmOptions,
  llm,
  type RunOptions,
  run,
  task,
  tool,
  type Usage,
  type WorkOptions,
} from "./work.ts";
