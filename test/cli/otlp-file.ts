import { randomBytes } from "node:crypto";

const hex = (bytes: number) => randomBytes(bytes).toString("hex");

/** An export request of OTLP/JSON with spans of one agent, all of one trace, a second long each. */
export function traceRequest(count: number, { startMs = Date.now(), textBytes = 0 } = {}): object {
  const traceId = hex(16);
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId,
    spanId: hex(8),
    name: `invoke_agent ${i}`,
    startTimeUnixNano: `${startMs + i}000000`,
    endTimeUnixNano: `${startMs + i + 1000}000000`,
    attributes: [
      { key: "gen_ai.operation.name", value: { stringValue: "invoke_agent" } },
      { key: "gen_ai.agent.name", value: { stringValue: "clerk" } },
      ...(textBytes === 0 ? [] : [{ key: "note", value: { stringValue: "x".repeat(textBytes) } }]),
    ],
  }));
  return requestOf(spans);
}

export function requestOf(spans: readonly object[]): object {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "office" } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "test" }, spans }] }] };
}
