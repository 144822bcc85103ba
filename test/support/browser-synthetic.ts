// A team of agents made up from a seed, as OTLP/JSON: runs of any size for the browser tests and the pictures of the
// docs. A coordinator plans, hands topics to researchers in parallel, who search and read; an editor and a critic write.
// Times are virtual; some tools fail, as tools do.

import { createHash } from "node:crypto";

export interface SyntheticRun {
  readonly name: string;
  readonly seed: number;
  /** Exactly so many spans. */
  readonly spanCount: number;
  readonly endsAtMs: number;
  readonly session?: string;
  /** The run as a whole fails at its end. */
  readonly fails?: boolean;
  readonly service?: string;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  readonly attributes: readonly object[];
  readonly status?: object;
  readonly events?: readonly object[];
}

type Value = string | number | boolean;

/** One trace as the spans of OTLP/JSON, parents before children. */
export function syntheticSpans(run: SyntheticRun): OtlpSpan[] {
  const team = new Team(run);
  team.play();
  return team.spans();
}

/** Bodies for `POST /v1/traces`, at most so many spans each. */
export function syntheticBodies(run: SyntheticRun, spansPerBody = 5000): string[] {
  const spans = syntheticSpans(run);
  const bodies: string[] = [];
  for (let i = 0; i < spans.length; i += spansPerBody) bodies.push(otlpBody(spans.slice(i, i + spansPerBody), run));
  return bodies;
}

function otlpBody(spans: readonly OtlpSpan[], { session, service = "newsroom" }: SyntheticRun): string {
  const resource = attributes({
    "service.name": service,
    "service.version": "1.4.0",
    ...(session ? { "session.id": session } : {}),
  });
  const scopeSpans = [{ scope: { name: "newsroom.agents", version: "1.4.0" }, spans }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: resource }, scopeSpans }] });
}

export function attributes(values: Readonly<Record<string, Value>>): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: wireValue(value) }));
}

function wireValue(value: Value): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

const TOPICS = [
  "battery storage",
  "grid prices",
  "heat pumps",
  "offshore wind",
  "demand response",
  "hydrogen",
  "rail",
  "cement",
];
const MODELS = { coordinator: "gpt-5", researcher: "gpt-5-mini", editor: "claude-sonnet-4-5", critic: "gpt-5-mini" };
const TOOLS = ["web_search", "read_page", "query_archive"];

interface Open {
  readonly index: number;
  readonly startMs: number;
}

interface Made {
  span: OtlpSpan;
  readonly startMs: number;
  endMs: number;
}

class Team {
  readonly #run: SyntheticRun;
  readonly #random: () => number;
  readonly #traceId: string;
  readonly #made: Made[] = [];

  constructor(run: SyntheticRun) {
    this.#run = run;
    this.#random = randomFrom(run.seed);
    this.#traceId = createHash("sha256").update(`${run.name} ${run.seed}`).digest("hex").slice(0, 32);
  }

  play(): void {
    const whole = this.#open(undefined, 0, this.#run.name, {
      "gen_ai.operation.name": "invoke_workflow",
      "gen_ai.workflow.name": this.#run.name,
      ...(this.#run.session === undefined ? {} : { "gen_ai.conversation.id": this.#run.session }),
    });
    const root = this.#open(whole, 12, "invoke_agent coordinator", {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "coordinator",
      "gen_ai.input.messages": messages("user", `Write a briefing: ${this.#run.name}`),
    });
    let at = this.#chat(root, 30, "coordinator", "Plan the briefing: which topics, which sources, who writes.");
    for (let round = 0; this.#room() > 12; round++) at = this.#research(root, at, round);
    at = this.#write(root, at);
    while (this.#room() > 0) at = this.#chat(root, at, "coordinator", "Check the briefing once more.");
    this.#close(root, at + 20);
    this.#close(whole, at + 34, this.#run.fails ? "The editor's draft was refused three times" : undefined);
  }

  /** Shifted so that the run ends when it should. */
  spans(): OtlpSpan[] {
    const last = this.#made.reduce((max, { endMs }) => Math.max(max, endMs), 0);
    const nano = (ms: number) => String(BigInt(Math.round((this.#run.endsAtMs - last + ms) * 1000)) * 1000n);
    return this.#made.map(({ span, startMs, endMs }) => ({
      ...span,
      startTimeUnixNano: nano(startMs),
      endTimeUnixNano: nano(endMs),
    }));
  }

  /** Topics in parallel; each researcher works through searches and pages. */
  #research(root: Open, from: number, round: number): number {
    const topics = TOPICS.slice(0, Math.min(2 + (round % 3), Math.max(1, Math.floor(this.#room() / 12))));
    let latest = from;
    for (const [i, topic] of topics.entries()) {
      if (this.#room() < 8) break;
      const call = this.#open(root, from + i * 15, "execute_tool ask_researcher", tool("ask_researcher", { topic }));
      const name = `researcher ${"ABCD"[i]}`;
      const agent = this.#open(call, call.startMs + 4, `invoke_agent ${name}`, {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": name,
        "gen_ai.input.messages": messages("user", `Find out what changed in ${topic} this quarter.`),
      });
      let at = this.#chat(agent, agent.startMs + 8, name, `What do we know about ${topic}?`);
      const turns = 1 + Math.floor(this.#random() * 3);
      for (let turn = 0; turn < turns && this.#room() > 4; turn++) {
        at = this.#tools(agent, at, topic);
        at = this.#chat(agent, at, name, `Summarize what the sources say about ${topic}.`);
      }
      this.#close(agent, at + 5);
      this.#close(call, at + 9);
      latest = Math.max(latest, at + 9);
    }
    return this.#room() > 0 ? this.#chat(root, latest, "coordinator", "Which topics need more?") : latest;
  }

  /** Some at once; one in twelve fails. */
  #tools(parent: Open, from: number, topic: string): number {
    const count = Math.min(this.#room(), 1 + Math.floor(this.#random() * 3));
    let latest = from;
    for (let i = 0; i < count; i++) {
      const name = TOOLS[Math.floor(this.#random() * TOOLS.length)] as string;
      const took = 80 + this.#random() ** 3 * 2600;
      const isFailed = this.#random() < 1 / 12;
      const call = this.#open(
        parent,
        from + i * 3,
        `execute_tool ${name}`,
        tool(name, { query: `${topic} 2026`, limit: 5 }),
      );
      this.#close(call, call.startMs + took, isFailed ? "HTTP 429: rate limit reached, retry after 20 s" : undefined);
      latest = Math.max(latest, call.startMs + took);
    }
    return latest + 4;
  }

  #write(root: Open, from: number): number {
    if (this.#room() < 5) return from;
    let at = from;
    for (const [name, task] of [
      ["editor", "Write the briefing, two pages."],
      ["critic", "Check every claim against its source."],
    ] as const) {
      if (this.#room() < 2) break;
      const agent = this.#open(root, at + 6, `invoke_agent ${name}`, {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": name,
        "gen_ai.input.messages": messages("user", task),
      });
      at = this.#chat(agent, agent.startMs + 6, name, task);
      this.#close(agent, at + 5);
    }
    return at + 10;
  }

  #chat(parent: Open, from: number, agent: string, prompt: string): number {
    const model = MODELS[agent.split(" ")[0] as keyof typeof MODELS] ?? "gpt-5-mini";
    const input = Math.round(400 + this.#random() * 3800);
    const output = Math.round(60 + this.#random() ** 2 * 900);
    const call = this.#open(parent, from, `chat ${model}`, {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": model.startsWith("gpt") ? "openai" : "anthropic",
      "gen_ai.request.model": model,
      "gen_ai.response.model": model,
      "gen_ai.usage.input_tokens": input,
      "gen_ai.usage.cache_read.input_tokens": Math.round(input * this.#random() * 0.6),
      "gen_ai.usage.output_tokens": output,
      "gen_ai.input.messages": messages("user", prompt),
      "gen_ai.output.messages": messages("assistant", `${prompt} — in ${output} tokens, with sources.`),
    });
    const end = from + 300 + output * 4.2 + this.#random() * 500;
    this.#close(call, end);
    return end + 6 + this.#random() * 20;
  }

  #room(): number {
    return this.#run.spanCount - this.#made.length;
  }

  #open(parent: Open | undefined, startMs: number, name: string, values: Readonly<Record<string, Value>>): Open {
    const index = this.#made.length;
    const spanId = createHash("sha256").update(`${this.#traceId} ${index}`).digest("hex").slice(0, 16);
    const above = parent === undefined ? {} : { parentSpanId: this.#made[parent.index]?.span.spanId as string };
    const span = { traceId: this.#traceId, spanId, ...above, name, kind: 1, attributes: attributes(values) };
    this.#made.push({ span: { ...span, startTimeUnixNano: "0", endTimeUnixNano: "0" }, startMs, endMs: startMs });
    return { index, startMs };
  }

  #close({ index }: Open, endMs: number, error?: string): void {
    const made = this.#made[index] as Made;
    made.endMs = endMs;
    if (error === undefined) return;
    made.span = {
      ...made.span,
      status: { code: 2, message: error },
      attributes: [...made.span.attributes, ...attributes({ "error.type": "UpstreamError" })],
    };
  }
}

function tool(name: string, argument: object): Record<string, Value> {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.call.arguments": JSON.stringify(argument),
    "gen_ai.tool.call.result": JSON.stringify({
      hits: 5,
      titles: ["Quarterly review", "Market note", "Regulator's letter"],
    }),
  };
}

function messages(role: string, content: string): string {
  return JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
}

/** mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
