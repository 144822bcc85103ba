// Spans by hand, in OpenTelemetry's conventions for generative AI: for programs without a framework that makes them.

import { type Attributes, context, logs, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { TaleaSpanProcessor } from "@talea/sdk";

/** Starts OpenTelemetry: sends to OTEL_EXPORTER_OTLP_ENDPOINT, spans also while they last. */
export function startTelemetry(serviceName: string): NodeSDK {
  const live = new TaleaSpanProcessor({ exportSpans: true });
  const sdk = new NodeSDK({ serviceName, spanProcessors: [live] });
  sdk.start();
  return sdk;
}

/** Runs something as a span. What it throws is noted in the span and thrown on. */
export function inSpan<T>(name: string, kind: SpanKind, attributes: Attributes, run: () => Promise<T>): Promise<T> {
  return trace.getTracer("three-processes").startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await run();
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** What an agent does with a task. */
export function asAgent<T>(name: string, task: string, run: () => Promise<T>): Promise<T> {
  const attributes = {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": name,
    "gen_ai.input.messages": messages("user", task),
  };
  return inSpan(`invoke_agent ${name}`, SpanKind.INTERNAL, attributes, async () => {
    const result = await run();
    noteOutput(String(result));
    return result;
  });
}

/** A tool call; asking another agent is one too. */
export function asTool<T>(name: string, args: object, run: () => Promise<T>): Promise<T> {
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.call.arguments": JSON.stringify(args),
  };
  return inSpan(`execute_tool ${name}`, SpanKind.INTERNAL, attributes, async () => {
    const result = await run();
    trace.getActiveSpan()?.setAttribute("gen_ai.tool.call.result", JSON.stringify(result));
    return result;
  });
}

export function noteOutput(text: string): void {
  trace.getActiveSpan()?.setAttribute("gen_ai.output.messages", messages("assistant", text));
}

/** Messages as the conventions have them in an attribute. */
export function messages(role: string, content: string): string {
  return JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
}

/** A RunEvent: an OTLP log record with an event name, inside the span that is active. */
export function tell(eventName: string, body: string, attributes: Attributes = {}): void {
  logs.getLogger("three-processes").emit({ eventName, body, attributes });
}

/** Headers that carry the trace to another process. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** Goes on with the trace that a request's headers carry. */
export function inTraceOf<T>(headers: object, run: () => Promise<T>): Promise<T> {
  return context.with(propagation.extract(context.active(), headers), run);
}
