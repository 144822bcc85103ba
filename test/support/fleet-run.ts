// A run of a whole fleet of agents, made up from a seed, in any size: several traces that share a run id, agents that
// hand work on up to twelve spans deep, calls one after another and side by side, and tools that fan out widely. Spans
// come as exporters send them: when they have ended, in batches in which the traces take turns.

import { createHash } from "node:crypto";
import { encodeJson } from "../../src/ingest/otlp/json.ts";
import { attributes, randomFrom } from "./browser-synthetic.ts";

export interface FleetRun {
  readonly id: string;
  readonly seed: number;
  /** Exactly so many spans. */
  readonly spanCount: number;
  readonly startsAtMs: number;
  readonly durationMs: number;
}

const TRACES = 8;
const DEPTH_MAX = 12;
const SPANS_PER_BODY = 5_000;
/** A tool of a large part of the run does so many things at once at most. */
const FAN_OUT_MAX = 2_000;
/** One model call in so many tells what was said. */
const TALKATIVE = 4;
const MODELS = ["gpt-5", "gpt-5-mini", "claude-sonnet-4-5"];
const TOOLS = ["web_search", "read_page", "query_archive", "run_code"];
const ROLES = ["planner", "researcher", "analyst", "writer", "critic", "librarian"];

interface FleetSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly object[];
  readonly status?: object;
}

/** Bodies of OTLP/protobuf for `POST /v1/traces`, made while they are read. */
export function* fleetBodies(run: FleetRun): Generator<Uint8Array> {
  const share = Math.floor(run.spanCount / TRACES);
  const traces = Array.from({ length: TRACES }, (_, i) =>
    new FleetTrace(run, i).spans(i === 0 ? run.spanCount - (TRACES - 1) * share : share),
  );
  while (traces.length > 0) {
    const trace = traces.shift() as Generator<FleetSpan>;
    const spans: FleetSpan[] = [];
    while (spans.length < SPANS_PER_BODY) {
      const next = trace.next();
      if (next.done === true) break;
      spans.push(next.value);
    }
    if (spans.length > 0) yield bodyOf(run, spans);
    if (spans.length === SPANS_PER_BODY) traces.push(trace);
  }
}

function bodyOf({ id }: FleetRun, spans: readonly FleetSpan[]): Uint8Array {
  const resource = { attributes: attributes({ "service.name": "fleet", "talea.run.id": id }) };
  const scopeSpans = [{ scope: { name: "fleet.agents", version: "1.0.0" }, spans }];
  return encodeJson("ExportTraceServiceRequest", { resourceSpans: [{ resource, scopeSpans }] });
}

/** A stretch of time, in ms after the run's start. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What a part of the run is made of: so many spans below one, which stands so deep. */
interface Part extends Stretch {
  readonly parent: string;
  readonly count: number;
  readonly depth: number;
  readonly agent: string;
}

class FleetTrace {
  readonly #run: FleetRun;
  readonly #number: number;
  readonly #random: () => number;
  readonly #traceId: string;
  #ids = 0;

  constructor(run: FleetRun, number: number) {
    this.#run = run;
    this.#number = number;
    this.#random = randomFrom(run.seed * 1000 + number);
    this.#traceId = createHash("sha256").update(`${run.id} ${run.seed} ${number}`).digest("hex").slice(0, 32);
  }

  *spans(count: number): Generator<FleetSpan> {
    const { durationMs, id } = this.#run;
    const whole = { from: this.#number * 40, to: durationMs - this.#number * 25 };
    const agent = `lead ${this.#number + 1}`;
    const [root, lead] = [this.#id(), this.#id()];
    const inside = shrunk(whole, 5);
    yield* this.#below({ ...inside, parent: lead, count: count - 2, depth: 2, agent });
    yield this.#span(lead, root, `invoke_agent ${agent}`, inside, agentOf(agent));
    yield this.#span(root, undefined, id, whole, {
      "gen_ai.operation.name": "invoke_workflow",
      "gen_ai.workflow.name": id,
    });
  }

  /** Hands on what is much, does itself what is little. */
  *#below(part: Part): Generator<FleetSpan> {
    const { count, depth } = part;
    if (count <= 0) return;
    if (count <= 24 || depth + 3 > DEPTH_MAX) yield* this.#calls(part);
    else if (this.#random() < 0.12) yield* this.#fanOut(part);
    else yield* this.#handOn(part);
  }

  /** Model calls, each followed by one to three tools at once. */
  *#calls({ parent, count, from, to, agent }: Part): Generator<FleetSpan> {
    let left = count;
    let at = from;
    const step = ((to - from) / count) * 1.6;
    while (left > 0) {
      const call = { from: at, to: Math.min(to, at + step * (0.6 + this.#random() * 0.8)) };
      yield this.#chat(parent, call, agent);
      left--;
      at = call.to;
      const tools = Math.min(left, 1 + Math.floor(this.#random() * 3));
      let last = at;
      for (let i = 0; i < tools; i++) {
        const start = Math.min(to, at + i * 0.02);
        const end = Math.min(to, start + step * (0.2 + this.#random() ** 3));
        yield this.#tool(parent, { from: start, to: end });
        last = Math.max(last, end);
      }
      left -= tools;
      at = last;
    }
  }

  /** A tool that does very many things side by side, and what comes after. */
  *#fanOut(part: Part): Generator<FleetSpan> {
    const { parent, count, from, to } = part;
    const wide = Math.min(FAN_OUT_MAX, Math.floor(count / 2));
    const middle = from + (to - from) * 0.5;
    const id = this.#id();
    const lanes = 1 + Math.floor(this.#random() * 24);
    const step = ((middle - from) * lanes) / (wide + lanes);
    for (let i = 0; i < wide; i++) {
      const start = from + Math.floor(i / lanes) * step + this.#random() * step * 0.2;
      yield this.#tool(id, { from: start, to: Math.min(middle, start + step * (0.3 + 0.5 * this.#random())) });
    }
    yield this.#span(id, parent, "execute_tool search_all", { from, to: middle }, toolOf("search_all"));
    yield* this.#below({ ...part, from: middle, count: count - wide - 1 });
  }

  /** To two to eight others, one after another or side by side, between two model calls. */
  *#handOn(part: Part): Generator<FleetSpan> {
    const { parent, count, from, to, depth, agent } = part;
    const others = Math.min(2 + Math.floor(this.#random() * 7), Math.floor((count - 2) / 8));
    const isParallel = this.#random() < 0.6;
    const edge = (to - from) * 0.04;
    yield this.#chat(parent, { from, to: from + edge }, agent);
    const each = Math.floor((count - 2) / others);
    const step = (to - from - 2 * edge) / others;
    for (let i = 0; i < others; i++) {
      const own = i === 0 ? count - 2 - each * (others - 1) : each;
      const start = isParallel ? from + edge * (1 + 0.1 * i) : from + edge + step * i;
      const end = isParallel ? to - edge * (1 + this.#random() * 8) : start + step * 0.97;
      yield* this.#delegate({ parent, from: start, to: end, count: own, depth, agent });
    }
    yield this.#chat(parent, { from: to - edge, to }, agent);
  }

  *#delegate({ parent, from, to, count, depth }: Part): Generator<FleetSpan> {
    const role = ROLES[Math.floor(this.#random() * ROLES.length)] as string;
    const agent = `${role} ${1 + (depth % 4)}`;
    const [call, own] = [this.#id(), this.#id()];
    const inside = shrunk({ from, to }, 0.01);
    yield* this.#below({ ...shrunk(inside, 0.01), parent: own, count: count - 2, depth: depth + 2, agent });
    yield this.#span(own, call, `invoke_agent ${agent}`, inside, agentOf(agent));
    yield this.#span(call, parent, `execute_tool ask_${role}`, { from, to }, toolOf(`ask_${role}`));
  }

  #chat(parent: string, stretch: Stretch, agent: string): FleetSpan {
    const model = MODELS[Math.floor(this.#random() * MODELS.length)] as string;
    const number = this.#ids;
    const output = Math.round(40 + this.#random() ** 2 * 900);
    return this.#span(this.#id(), parent, `chat ${model}`, stretch, {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": model.startsWith("gpt") ? "openai" : "anthropic",
      "gen_ai.request.model": model,
      "gen_ai.usage.input_tokens": Math.round(300 + this.#random() * 4000),
      "gen_ai.usage.output_tokens": output,
      ...(number % TALKATIVE === 0
        ? {
            "gen_ai.input.messages": said("user", `${agent}: what do the sources say about topic ${number % 997}?`),
            "gen_ai.output.messages": said("assistant", `Answer ${number} in ${output} tokens, with sources.`),
          }
        : {}),
    });
  }

  #tool(parent: string, stretch: Stretch): FleetSpan {
    const name = TOOLS[Math.floor(this.#random() * TOOLS.length)] as string;
    const isFailed = this.#random() < 1 / 80;
    const failure = { "error.type": "UpstreamError" };
    const values = { ...toolOf(name), ...(isFailed ? failure : {}) };
    const span = this.#span(this.#id(), parent, `execute_tool ${name}`, stretch, values);
    return isFailed ? { ...span, status: { code: 2, message: "HTTP 429: rate limit reached" } } : span;
  }

  #span(
    spanId: string,
    parent: string | undefined,
    name: string,
    { from, to }: Stretch,
    values: Readonly<Record<string, string | number>>,
  ): FleetSpan {
    const nano = (ms: number) => String(BigInt(this.#run.startsAtMs) * 1_000_000n + BigInt(Math.round(ms * 1e6)));
    return {
      ...{ traceId: this.#traceId, spanId, name, kind: 1, attributes: attributes(values) },
      ...(parent === undefined ? {} : { parentSpanId: parent }),
      ...{ startTimeUnixNano: nano(from), endTimeUnixNano: nano(Math.max(from, to)) },
    };
  }

  /** Different for each span of the run, and as mixed as random ones. */
  #id(): string {
    const high = Math.floor(this.#random() * 0x1_0000_0000);
    return `${high.toString(16).padStart(8, "0")}${(this.#number * 0x1000_0000 + this.#ids++).toString(16).padStart(8, "0")}`;
  }
}

function shrunk({ from, to }: Stretch, by: number): Stretch {
  const edge = Math.min(by, (to - from) / 10);
  return { from: from + edge, to: to - edge };
}

function agentOf(name: string): Record<string, string> {
  return { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name };
}

function toolOf(name: string): Record<string, string> {
  return { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name };
}

function said(role: string, content: string): string {
  return JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
}
