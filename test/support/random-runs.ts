// Random runs as OTLP/JSON: teams whose agents nest, call models and tools, hand over and hang together by links, with
// whatever goes wrong in practice (clock skew, lost parents, one call told twice). All from the dice, so that a seed
// makes them again.

import type { Dice } from "./durability-random.ts";
import type { JsonSpan, OtlpJson } from "./plain-span.ts";

/** A span and the service that sends it. */
export interface RandomSpan {
  readonly service: string;
  readonly span: JsonSpan & { readonly parentSpanId?: string };
}

interface Placed {
  readonly traceId: string;
  readonly spanId: string;
  readonly kind: string;
  readonly service: string;
  /** Nanoseconds after the run's beginning. */
  readonly start: number;
  readonly end: number;
}

const AGENTS = ["ann", "bob", "cleo", "dan", "eve", "fay", "gus", 'hal "9000"'];
const SERVICES = ["desk", "mill"];
const TOOLS = ["search", "read", "write"];
/** No price table knows them: what they cost is what spans say, or unknown. */
const MODELS = ["house-large", "house-small"];
const KINDS = [
  ...["agent", "agent", "agent", "llm", "llm", "llm", "tool", "tool", "tool"],
  ...["task", "step", "retrieval", "message", "guardrail", "other"],
];
const WORDS = ["look this up", "here is what I found", "done", "please check the numbers again", "no"];
const MESSAGE_KINDS = ["delegate", "reply", "handoff", "send", "broadcast"];
const RUN_LENGTH_S_MAX = 150;
const NANO_PER_USD = 1e9;

export class RandomRun {
  readonly #dice: Dice;
  readonly #startNs: bigint;
  readonly #placed: Placed[] = [];
  readonly #withTexts: boolean;
  readonly #names: readonly string[];

  /**
   * The run begins about at `startNs` and lasts some minutes at most. Any of its spans may give its trace one of the
   * names, not always the same: that joins it with other runs, and parts it.
   */
  constructor(dice: Dice, startNs: bigint, names: readonly string[]) {
    this.#dice = dice;
    this.#startNs = startNs;
    this.#withTexts = dice.chance(0.5);
    this.#names = names;
  }

  /** Adds spans and returns them: the first are the beginning, those of later calls come late. */
  grow(count: number): RandomSpan[] {
    return Array.from({ length: count }, () => this.#add());
  }

  #add(): RandomSpan {
    const dice = this.#dice;
    const around = this.#placed.length === 0 ? undefined : dice.oneOf(this.#placed);
    const beginsTrace = around === undefined || dice.chance(0.03);
    const kind = around === undefined ? dice.oneOf(["agent", "agent", "run", "step"]) : dice.oneOf(KINDS);
    const [start, end] = this.#interval(around);
    const placed: Placed = {
      ...{ traceId: beginsTrace ? dice.hex(32) : around.traceId, spanId: dice.hex(16), kind, start, end },
      service: around === undefined || dice.chance(0.1) ? dice.oneOf(SERVICES) : around.service,
    };
    const isLost = !beginsTrace && dice.chance(0.03);
    const agent = dice.oneOf(AGENTS);
    const tool = dice.chance(0.15) ? `transfer_to_${agent}` : dice.oneOf(TOOLS);
    const links = around !== undefined && (beginsTrace || dice.chance(0.05)) ? [dice.oneOf(this.#placed)] : [];
    this.#placed.push(placed);
    return {
      service: placed.service,
      span: {
        ...{ traceId: placed.traceId, spanId: placed.spanId, kind: dice.chance(0.1) ? 4 : 1 },
        ...(beginsTrace ? {} : { parentSpanId: isLost ? dice.hex(16) : around.spanId }),
        name: kind === "agent" ? agent : kind === "tool" ? tool : `${kind} ${dice.between(1, 3)}`,
        startTimeUnixNano: String(this.#startNs + BigInt(start)),
        endTimeUnixNano: String(this.#startNs + BigInt(end)),
        attributes: Object.entries(this.#attributes(kind, agent, tool)).map(attribute),
        links: links.map(({ traceId, spanId }) => ({ traceId, spanId })),
        status: dice.chance(0.08) ? { code: 2, message: `boom ${dice.between(1, 99)}` } : { code: 0 },
      },
    };
  }

  /** Inside what is around it, or a little beyond either end; sometimes without length. */
  #interval(around: Placed | undefined): [start: number, end: number] {
    const dice = this.#dice;
    if (around === undefined) return [0, dice.between(1, RUN_LENGTH_S_MAX * 1000) * 1e6 + dice.between(0, 999_999)];
    const length = around.end - around.start;
    const skew = dice.chance(0.1) ? -0.05 : 0;
    const start = Math.round(around.start + length * (skew + dice.next()));
    if (dice.chance(0.05)) return [start, start];
    const rest = Math.max(0, around.end - start);
    return [start, Math.round(start + rest * dice.next() * (dice.chance(0.1) ? 1.2 : 1))];
  }

  #attributes(kind: string, agent: string, tool: string): Record<string, Value> {
    const dice = this.#dice;
    return {
      "talea.kind": kind,
      ...(dice.chance(0.01) ? { "talea.run.id": dice.oneOf(this.#names) } : {}),
      ...(kind === "agent" || dice.chance(0.1) ? { "talea.agent": agent } : {}),
      ...(dice.chance(0.03) ? { "talea.waits_for_human": true } : {}),
      ...(kind === "llm" || ((kind === "step" || kind === "agent") && dice.chance(0.2)) ? this.#usage() : {}),
      ...(kind === "llm" ? this.#call() : {}),
      ...(kind === "tool" ? { "gen_ai.tool.name": tool } : {}),
      ...(kind === "task" ? { "talea.task": dice.oneOf(WORDS) } : {}),
      ...(kind === "message" ? { "talea.message.kind": dice.oneOf(MESSAGE_KINDS), "talea.message.to": agent } : {}),
    };
  }

  #usage(): Record<string, Value> {
    const dice = this.#dice;
    const input = dice.between(0, 5000);
    const output = dice.between(0, 800);
    return {
      "gen_ai.usage.input_tokens": input,
      "gen_ai.usage.output_tokens": output,
      "gen_ai.usage.cache_read.input_tokens": dice.between(0, Math.floor(input / 2)),
      "gen_ai.usage.reasoning.output_tokens": dice.between(0, output),
    };
  }

  #call(): Record<string, Value> {
    const dice = this.#dice;
    return {
      "gen_ai.request.model": dice.oneOf(MODELS),
      ...(dice.chance(0.6) ? { "talea.cost_usd": dice.between(1, 20_000_000) / NANO_PER_USD } : {}),
      ...(dice.chance(0.1) ? { "talea.cost_usd": 0 } : {}),
      ...(dice.chance(0.2) ? { "gen_ai.response.id": `response-${dice.between(1, 3)}` } : {}),
      ...(this.#withTexts
        ? { "gen_ai.input.messages": this.#said("user"), "gen_ai.output.messages": this.#said("assistant") }
        : {}),
    };
  }

  /** Some messages; all but the first are an assistant's, so that one agent's answer may be another's question. */
  #said(first: string): string {
    const dice = this.#dice;
    const roles = [first, ...Array.from({ length: dice.between(0, 3) }, () => "assistant")];
    return JSON.stringify(roles.map((role) => ({ role, parts: [{ type: "text", content: dice.oneOf(WORDS) }] })));
  }
}

type Value = string | number | boolean;

function attribute([key, value]: [string, Value]): NonNullable<JsonSpan["attributes"]>[number] {
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  if (typeof value === "string") return { key, value: { stringValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: value } : { doubleValue: value } };
}

/** One export request of spans in the order given, as far as services allow. */
export function requestOf(spans: readonly RandomSpan[]): OtlpJson {
  return {
    resourceSpans: [...Map.groupBy(spans, ({ service }) => service)].map(([service, own]) => ({
      resource: { attributes: [attribute(["service.name", service])] },
      scopeSpans: [{ scope: { name: "random" }, spans: own.map(({ span }) => span) }],
    })),
  };
}
