// OpenTelemetry for programs that have none. Its SDK is looked for only here, so that whoever has set it up already, in
// whichever version, needs nothing of it from us.

import { createRequire } from "node:module";
import { type ContextManager, context, propagation, type TracerProvider, trace } from "@opentelemetry/api";
import { captureContent } from "./content.ts";
import { w3cPropagator } from "./propagation.ts";
import { log, quietly } from "./quietly.ts";
import type { TaleaOptions } from "./settings.ts";
import { resourceOfProcess, useClient } from "./shared-client.ts";
import { TaleaSpanProcessor } from "./span-processor.ts";
import type { SpanProcessorShape } from "./span-shape.ts";

export interface InitOptions extends TaleaOptions {
  /** What this process is called. */
  readonly service: string;
  /** More about this process, for all that it sends. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** False keeps what agents are told and say off the spans that the SDK makes; true by default. */
  readonly captureContent?: boolean | undefined;
}

type ProviderClass = new (options: {
  readonly spanProcessors: readonly SpanProcessorShape[];
  readonly resource?: unknown;
}) => TracerProvider;

/** Packages that have a provider, the newest line first. */
const PROVIDERS = [
  ["@opentelemetry/sdk-trace", "TracerProvider"],
  ["@opentelemetry/sdk-trace-base", "BasicTracerProvider"],
] as const;
const CONTEXTS = "@opentelemetry/context-async-hooks";

/**
 * Sets OpenTelemetry up to send spans to Talea while they last and when they end; call it before anything else. With an
 * OpenTelemetry of your own use `TaleaSpanProcessor` instead. Never throws: what is missing is said on the console.
 * Returns whether spans are recorded.
 */
export function init(options: InitOptions): boolean {
  return quietly(() => setUp(options), false);
}

function setUp({ service, attributes, endpoint, key, captureContent: captures = true }: InitOptions): boolean {
  captureContent(captures);
  useClient({ endpoint, key }).nameProcess(resourceOfProcess(service, attributes));
  const Provider = PROVIDERS.map(([name, exported]) => found<ProviderClass>(name, exported)).find(Boolean);
  const Contexts = found<new () => ContextManager>(CONTEXTS, "AsyncLocalStorageContextManager");
  if (Provider === undefined || Contexts === undefined) {
    console.warn(`Talea: init needs OpenTelemetry's SDK: npm install ${PROVIDERS[0][0]} ${CONTEXTS}`);
    return false;
  }
  const processor = new TaleaSpanProcessor({ endpoint, key, exportSpans: true });
  if (!trace.setGlobalTracerProvider(new Provider({ spanProcessors: [processor] }))) {
    log.warn("OpenTelemetry is set up already: add a TaleaSpanProcessor to it");
    return false;
  }
  context.setGlobalContextManager(new Contexts().enable());
  propagation.setGlobalPropagator(w3cPropagator);
  return true;
}

const load = createRequire(import.meta.url);

function found<T>(name: string, exported: string): T | undefined {
  try {
    return (load(name) as Record<string, T>)[exported];
  } catch (error) {
    // Not installed, or made for another Node.
    log.debug(`${name}: ${error}`);
    return undefined;
  }
}
