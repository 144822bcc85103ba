// A program at work beside the page, told by hand: each step is sent when a test says so.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { attributes } from "./browser-synthetic.ts";

export type SpanKind = "agent" | "llm" | "tool";

export interface Work {
  readonly kind: SpanKind;
  readonly name: string;
  readonly agent: string;
  readonly spanId: string;
  readonly parent: Work | undefined;
  readonly startMs: number;
}

const OPERATIONS = { agent: "invoke_agent", llm: "chat", tool: "execute_tool" } as const;

/** A program of several agents, as its instrumentation speaks: events when work starts, a span when it has ended. */
export class LiveProgram {
  readonly traceId = randomBytes(16).toString("hex");
  readonly name: string;
  readonly #server: { readonly url: string };

  constructor(server: { readonly url: string }, name: string) {
    this.#server = server;
    this.name = name;
  }

  get path(): string {
    return `/runs/${this.traceId}`;
  }

  async start(kind: SpanKind, name: string, agent: string, parent?: Work): Promise<Work> {
    const work = { kind, name, agent, parent, spanId: randomBytes(8).toString("hex"), startMs: Date.now() };
    await this.say(`${kind}.started`, {
      spanId: work.spanId,
      parentSpanId: parent?.spanId,
      agentId: agent,
      data: { name },
    });
    return work;
  }

  async say(type: string, more: object): Promise<void> {
    await this.#post("/api/v1/events", { traceId: this.traceId, type, time: new Date().toISOString(), ...more });
  }

  async end({ kind, name, agent, spanId, parent, startMs }: Work, isFailed = false): Promise<void> {
    const span = {
      ...{ traceId: this.traceId, spanId, name },
      ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
      ...{ startTimeUnixNano: `${startMs}000000`, endTimeUnixNano: `${Date.now()}000000` },
      ...(isFailed ? { status: { code: 2, message: "no luck" } } : {}),
      attributes: attributes({
        "gen_ai.operation.name": OPERATIONS[kind],
        "gen_ai.agent.name": agent,
        ...(kind === "tool" ? { "gen_ai.tool.name": name } : {}),
      }),
    };
    const resource = { attributes: attributes({ "service.name": "live" }) };
    await this.#post("/v1/traces", { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
  }

  async #post(path: string, body: object): Promise<void> {
    const answer = await fetch(this.#server.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
  }
}
