// Runs of a given size, as OTLP/JSON: a coordinator whose agents call models and tools, some steps deep.

import { randomBytes } from "node:crypto";

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly object[];
  readonly status: { readonly code: number };
}

const BODY_SPANS = 2_000;
const CHILDREN = 9;

const hex = (bytes: number) => randomBytes(bytes).toString("hex");
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const integer = (key: string, value: number) => ({ key, value: { intValue: value } });

/** A run of `count` spans as several export requests; its id is the trace id of the first span. */
export function agentRun(count: number, name: string): { readonly id: string; readonly bodies: readonly object[] } {
  const traceId = hex(16);
  const ids = Array.from({ length: count }, () => hex(8));
  const startMs = Date.now() - 120_000;
  const spans = ids.map((spanId, i): JsonSpan => {
    const parent = i === 0 ? undefined : Math.floor((i - 1) / CHILDREN);
    const depth = Math.floor(Math.log(i * (CHILDREN - 1) + 1) / Math.log(CHILDREN));
    const start = startMs + (i === 0 ? 0 : ((i * 37) % 60_000) * 0.5 ** depth);
    const duration = 60_000 * 0.5 ** depth;
    const operation = i === 0 ? "invoke_workflow" : i < 10 ? "invoke_agent" : i % 3 === 0 ? "execute_tool" : "chat";
    return {
      traceId,
      spanId,
      ...(parent === undefined ? {} : { parentSpanId: ids[parent] as string }),
      name: i === 0 ? name : operation === "invoke_agent" ? `invoke_agent agent-${i}` : `${operation} ${i % 50}`,
      kind: 1,
      startTimeUnixNano: `${Math.floor(start)}000000`,
      endTimeUnixNano: `${Math.floor(start + duration)}000000`,
      attributes: attributesOf(operation, i),
      status: { code: i % 997 === 996 ? 2 : 1 },
    };
  });
  const bodies = [];
  for (let at = 0; at < count; at += BODY_SPANS) bodies.push(bodyOf(spans.slice(at, at + BODY_SPANS)));
  return { id: traceId, bodies };
}

function attributesOf(operation: string, i: number): object[] {
  const attributes: object[] = [text("gen_ai.operation.name", operation), text("app.request.id", hex(8))];
  if (operation === "invoke_agent") attributes.push(text("gen_ai.agent.name", `agent-${i}`));
  if (operation === "execute_tool") attributes.push(text("gen_ai.tool.name", `tool-${i % 7}`));
  if (operation === "chat") {
    attributes.push(text("gen_ai.request.model", "gpt-4o"), text("gen_ai.provider.name", "openai"));
    attributes.push(
      integer("gen_ai.usage.input_tokens", 100 + (i % 900)),
      integer("gen_ai.usage.output_tokens", 10 + (i % 90)),
    );
  }
  return attributes;
}

function bodyOf(spans: readonly JsonSpan[]): object {
  return {
    resourceSpans: [
      { resource: { attributes: [text("service.name", "bench")] }, scopeSpans: [{ scope: { name: "bench" }, spans }] },
    ],
  };
}

/** Sends a run and returns its id. */
export async function postJson(url: string, { id, bodies }: ReturnType<typeof agentRun>): Promise<string> {
  for (const body of bodies) {
    const response = await fetch(`${url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  }
  return id;
}
