// The spans of the benchmarks: OTLP/protobuf bodies of agents' spans of about 680 bytes, 12 attributes each, 4 of them
// of high cardinality, random ids, 20 spans a trace. A body is encoded once; before each use the ids, times and
// high-cardinality values are overwritten in place, so that making spans costs almost nothing.

import { encodeJson } from "../src/ingest/otlp/json.ts";

export const SPANS_PER_TRACE = 20;

/** xorshift32: the seed is printed with every result. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }
  u32(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
}

interface SpanTemplate {
  readonly parent: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

const MODELS = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5"];
const AGENTS = ["coordinator", "researcher", "writer"];
const TOOLS = ["web_search", "read_document", "send_message"];

/** Placeholders of the values that are new for each span: 16 hexadecimal digits each. */
const UNIQUE = ["request", "response", "customer", "document"].map((word) => word.padEnd(16, "#"));

function attributes(operation: string, agent: string, i: number): Record<string, string | number> {
  return {
    "gen_ai.operation.name": operation,
    "gen_ai.agent.name": agent,
    "gen_ai.agent.description": `The ${agent} of the benchmark's company, who answers questions of its customers`,
    "gen_ai.provider.name": i % 3 === 2 ? "anthropic" : "openai",
    "gen_ai.request.model": MODELS[i % 3] as string,
    "gen_ai.tool.name": TOOLS[i % 3] as string,
    "gen_ai.usage.input_tokens": 200 + 37 * i,
    "gen_ai.usage.output_tokens": 20 + 11 * i,
    "http.request.id": UNIQUE[0] as string,
    "gen_ai.response.id": UNIQUE[1] as string,
    "app.customer.id": UNIQUE[2] as string,
    "app.document.id": UNIQUE[3] as string,
  };
}

/** One trace: a coordinator with two other agents, model and tool calls below each. */
function traceTemplate(): SpanTemplate[] {
  const spans: SpanTemplate[] = [];
  const add = (parent: number, startMs: number, durationMs: number, operation: string, agent: string) => {
    const name = { chat: "chat model", execute_tool: "execute_tool call", invoke_agent: `invoke_agent ${agent}` }[
      operation
    ];
    spans.push({
      parent,
      startMs,
      durationMs,
      name: name ?? operation,
      kind: operation === "chat" ? 3 : 1,
      attributes: attributes(operation, agent, spans.length),
    });
    return spans.length - 1;
  };
  const root = add(-1, 0, 10_000, "invoke_workflow", "coordinator");
  for (let a = 0; a < 3; a++) {
    const agent = add(root, 100 + 3_000 * a, 2_900, "invoke_agent", AGENTS[a] as string);
    const calls = a === 0 ? 6 : 5;
    for (let c = 0; c < calls; c++) {
      add(agent, 110 + 3_000 * a + 480 * c, 400, c % 2 === 0 ? "chat" : "execute_tool", AGENTS[a] as string);
    }
  }
  return spans;
}

interface Place {
  readonly trace: number;
  readonly span: number;
  readonly parent: number;
  readonly parentIndex: number;
  readonly start: number;
  readonly end: number;
  readonly unique: readonly number[];
  readonly startMs: number;
  readonly durationMs: number;
}

const HEX = Buffer.from("0123456789abcdef");
const MARK_TRACE = `${"aa".repeat(15)}01`;
const MARK_SPAN = `${"bb".repeat(7)}02`;
const MARK_PARENT = `${"cc".repeat(7)}03`;
const MARK_START = 0x0102030405060708n;
const MARK_END = 0x1112131415161718n;

/** A body of whole traces that is made anew before each use. */
export class SpanBody {
  readonly bytes: Buffer;
  readonly spans: number;
  readonly #places: Place[] = [];
  readonly #random: Random;
  readonly #ids: Uint32Array;

  constructor(traces: number, random: Random) {
    this.#random = random;
    this.spans = traces * SPANS_PER_TRACE;
    this.#ids = new Uint32Array(2 * SPANS_PER_TRACE);
    const template = traceTemplate();
    const spans = Array.from({ length: traces }, () => template).flat();
    const json = {
      resourceSpans: [
        {
          resource: {
            attributes: [
              text("service.name", "bench"),
              text("telemetry.sdk.language", "nodejs"),
              text("host.name", "bench-host-01"),
            ],
          },
          scopeSpans: [{ scope: { name: "bench", version: "1.0.0" }, spans: spans.map(spanJson) }],
        },
      ],
    };
    this.bytes = Buffer.from(encodeJson("ExportTraceServiceRequest", json));
    this.#findPlaces(spans);
  }

  #findPlaces(spans: readonly SpanTemplate[]): void {
    const u64 = (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(value);
      return bytes;
    };
    let at = 0;
    const find = (mark: Buffer) => {
      at = this.bytes.indexOf(mark, at);
      return at;
    };
    for (const [i, span] of spans.entries()) {
      const trace = find(Buffer.from(MARK_TRACE, "hex"));
      const id = find(Buffer.from(MARK_SPAN, "hex"));
      const parent = span.parent < 0 ? -1 : find(Buffer.from(MARK_PARENT, "hex"));
      const start = find(u64(MARK_START));
      const end = find(u64(MARK_END));
      const unique = UNIQUE.map((mark) => find(Buffer.from(mark)));
      const first = i - (i % SPANS_PER_TRACE);
      this.#places.push({
        trace,
        span: id,
        parent,
        parentIndex: span.parent < 0 ? -1 : first + span.parent,
        start,
        end,
        unique,
        startMs: span.startMs,
        durationMs: span.durationMs,
      });
    }
  }

  /** Gives all spans new ids and values; the traces start at `startMs`, milliseconds since 1970. */
  renew(startMs: number): void {
    const { bytes } = this;
    const random = this.#random;
    const t = [0, 0, 0, 0];
    for (const [i, place] of this.#places.entries()) {
      const inTrace = i % SPANS_PER_TRACE;
      if (inTrace === 0) for (let k = 0; k < 4; k++) t[k] = random.u32();
      for (let k = 0; k < 4; k++) bytes.writeUInt32LE(t[k] as number, place.trace + 4 * k);
      const a = random.u32();
      const b = random.u32();
      this.#ids[2 * inTrace] = a;
      this.#ids[2 * inTrace + 1] = b;
      bytes.writeUInt32LE(a, place.span);
      bytes.writeUInt32LE(b, place.span + 4);
      if (place.parent >= 0) {
        const parent = place.parentIndex % SPANS_PER_TRACE;
        bytes.writeUInt32LE(this.#ids[2 * parent] as number, place.parent);
        bytes.writeUInt32LE(this.#ids[2 * parent + 1] as number, place.parent + 4);
      }
      const jitter = a % 97;
      writeNs(bytes, place.start, startMs + place.startMs + jitter, b % 1_000_000);
      writeNs(bytes, place.end, startMs + place.startMs + jitter + place.durationMs + (b % 53), a % 1_000_000);
      for (const at of place.unique) {
        writeHex(bytes, at, random.u32());
        writeHex(bytes, at + 8, random.u32());
      }
    }
  }
}

function spanJson(span: SpanTemplate): object {
  return {
    traceId: MARK_TRACE,
    spanId: MARK_SPAN,
    ...(span.parent < 0 ? {} : { parentSpanId: MARK_PARENT }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: String(MARK_START),
    endTimeUnixNano: String(MARK_END),
    attributes: Object.entries(span.attributes).map(([key, value]) =>
      typeof value === "number" ? { key, value: { intValue: value } } : text(key, value),
    ),
    status: { code: 1 },
  };
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

function writeNs(bytes: Buffer, at: number, ms: number, ns: number): void {
  const high = Math.floor((ms * 1e6) / 0x1_0000_0000);
  bytes.writeUInt32LE(high, at + 4);
  bytes.writeUInt32LE((ms * 1e6 - high * 0x1_0000_0000 + ns) >>> 0, at);
}

function writeHex(bytes: Buffer, at: number, value: number): void {
  for (let i = 0; i < 8; i++) bytes[at + i] = HEX[(value >>> (28 - 4 * i)) & 15] as number;
}
