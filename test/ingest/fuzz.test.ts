// Bodies that nobody should send: no input is a fault of ours, hangs, or takes memory without bound, and what is stored
// of it can be read. The seed is printed: `SEED=… node --test …` repeats a failure.

import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { BodyError } from "../../src/ingest/body.ts";
import { MalformedError } from "../../src/ingest/otlp/wire.ts";
import { Dice } from "../support/durability-random.ts";
import { encode, type Signal } from "../support/otlp-proto.ts";
import { type IngestServer, ingestInMemory, startIngestServer } from "../support/server-ingest.ts";
import { Watchdog } from "../support/watchdog.ts";
import { exportRequests } from "./arbitrary-requests.ts";
import { post } from "./exchange.ts";
import { mutated } from "./mutate.ts";
import {
  bodyOf,
  FORMATS,
  type Format,
  gaugePoint,
  gaugeRequest,
  requestWith,
  SIGNALS,
  span,
  TABLES,
  traceRequest,
} from "./requests.ts";
import { inFrames } from "./wire-bytes.ts";

const dice = Dice.fromEnvironment();
console.log(`seed ${dice.seed}`);

const MIB = 1024 * 1024;
/** Much longer than anything here takes, on a loaded machine too. */
const STUCK_MS = 30_000;
/** Tables that grow to their full size take a third of it. */
const RSS_BYTES_MAX = 1200 * MIB;
const ROUNDS = 25;
const BODIES_PER_ROUND = 64;
const HTTP_BODIES = 250;
const STATUSES: ReadonlySet<number> = new Set([200, 400, 413, 415, 429, 503]);

const { ingest, committed, faults } = ingestInMemory();
let server: IngestServer;
let watchdog: Watchdog;
before(async () => {
  server = await startIngestServer();
  watchdog = await Watchdog.start(STUCK_MS);
});
after(async () => {
  await watchdog[Symbol.asyncDispose]();
  await server.close();
  assert.deepEqual(server.faults, []);
});

const corpora = new Map<string, readonly Buffer[]>();

/** Good bodies to begin with. */
function corpus(signal: Signal, format: Format): readonly Buffer[] {
  const key = `${signal} ${format}`;
  const known = corpora.get(key);
  if (known !== undefined) return known;
  const requests = fc.sample(exportRequests(signal), { seed: dice.seed, numRuns: 60 });
  const bodies = requests.map((request) => bodyOf(signal, request, format)).filter(({ length }) => length > 40);
  corpora.set(key, bodies);
  return bodies;
}

function mutant(signal: Signal, format: Format): Buffer {
  const bodies = corpus(signal, format);
  return mutated(dice.oneOf(bodies), dice.oneOf(bodies), format, dice);
}

/** Takes a body in: it is accepted, or refused as one that cannot be read. */
async function take(signal: Signal, format: Format, body: Buffer): Promise<void> {
  watchdog.pat(`${signal} ${format} ${body.toString("base64")}`);
  try {
    await ingest.receiver.receive(signal, body, format, "default");
  } catch (error) {
    const isRefusal = error instanceof MalformedError || error instanceof BodyError;
    if (!isRefusal) throw new Error(`${signal} ${format} ${body.toString("base64")}`, { cause: error });
  }
  if (faults.length === 0) return;
  throw new Error(`a fault at ${signal} ${format} ${body.toString("base64", 0, 4096)}`, { cause: faults[0] });
}

function readBack(signal: Signal): number {
  const rows = committed.rows(TABLES[signal]).length;
  committed.rows("contents");
  committed.rows("span_facts");
  committed.rows("run_traces");
  committed.clear();
  return rows;
}

for (const signal of SIGNALS) {
  for (const format of FORMATS) {
    test(`${signal} as ${format}: mutated bodies are taken or refused, and memory does not grow`, async () => {
      let rows = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const bodies = Array.from({ length: BODIES_PER_ROUND }, () => mutant(signal, format));
        await Promise.all(bodies.map((body) => take(signal, format, body)));
        rows += readBack(signal);
      }
      assert.ok(rows > 0, "some of them are good enough to be stored");
      assert.ok(process.memoryUsage.rss() < RSS_BYTES_MAX);
    });

    test(`${signal} as ${format}: a body cut off at any byte is refused, and taken when the cut is between items`, async () => {
      const body = bodyOf(signal, requestWith(signal, 2), format);
      const cuts = Array.from({ length: body.length }, (_, length) => body.subarray(0, length));
      for (let i = 0; i < cuts.length; i += BODIES_PER_ROUND) {
        await Promise.all(cuts.slice(i, i + BODIES_PER_ROUND).map((cut) => take(signal, format, cut)));
      }
      assert.equal(readBack(signal), 0, "nothing of a torn body is stored");
    });
  }

  test(`${signal}: mutated bodies over HTTP get an answer that means something, and the server goes on`, async () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < HTTP_BODIES; i++) {
      const format = dice.oneOf(FORMATS);
      const body = mutant(signal, format);
      const encoding = dice.oneOf(["identity", "identity", "identity", "gzip", "zstd", "br", "deflate", "lzw"]);
      const kind = dice.chance(0.1) ? dice.oneOf(FORMATS) : format;
      watchdog.pat(`${signal} ${kind} ${body.toString("base64")}`);
      const answer = await post(server.url, signal, body, kind, { "content-encoding": encoding });
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
      assert.ok(STATUSES.has(answer.status), `${answer.status} for ${kind} ${encoding} ${body.toString("base64")}`);
    }
    assert.ok((counts.get(200) ?? 0) > 0 && (counts.get(400) ?? 0) > 0);
    const answer = await post(server.url, signal, bodyOf(signal, requestWith(signal, 1)));
    assert.equal(answer.status, 200);
  });
}

test("a million attributes, events or links of one span are bounded and counted", async () => {
  const million = 1_000_000;
  const one = { 9: "KeyValue", 11: "Span.Event", 13: "Span.Link" } as const;
  const head = encode("Span", span({ name: "crowded" }));
  for (const [field, name] of Object.entries(one)) {
    const message = name === "KeyValue" ? encode(name, { key: "k", value: { intValue: "1" } }) : Buffer.alloc(0);
    const item = Buffer.concat([Buffer.from([(Number(field) << 3) | 2, message.length]), message]);
    const body = inFrames(Buffer.concat([head, Buffer.alloc(million * item.length, item)]));
    await take("traces", "protobuf", body);
    const [row] = committed.rows("spans");
    committed.clear();
    assert.equal(row?.["name"], "crowded", name);
  }
});

test("a million different attributes keep the first 1,024", async () => {
  const entries = Array.from({ length: 1_000_000 }, (_, i) => {
    const key = Buffer.from(i.toString(36));
    return Buffer.concat([Buffer.from([0x4a, key.length + 6, 0x0a, key.length]), key, Buffer.from([0x12, 2, 0x10, 1])]);
  });
  await take("traces", "protobuf", inFrames(Buffer.concat([encode("Span", span()), ...entries])));
  const [row] = committed.rows("spans");
  committed.clear();
  assert.equal(Object.keys(row?.["attrs"] as object).length, 1024);
  assert.deepEqual(row?.["hints"], { dropped: String(1_000_000 - 1024) });
});

test("more items than a request may have are refused, in bounded memory", async () => {
  // Resource… messages that hold a Scope… message with nothing in it.
  const empty = Buffer.from([0x0a, 2, 0x12, 0]);
  for (const signal of SIGNALS) {
    const body = Buffer.alloc(16 * MIB, empty);
    watchdog.pat(`${signal}: empty scopes`);
    await assert.rejects(ingest.receiver.receive(signal, body, "protobuf", "default"), BodyError);
    assert.equal(readBack(signal), 0);
  }
  assert.ok(process.memoryUsage.rss() < RSS_BYTES_MAX);
});

test("numbers that are none are refused where a value is due, and kept as text in attributes", async () => {
  for (const doubleValue of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const format of FORMATS) {
      const attributes = [{ key: "x", value: { doubleValue } }];
      await take("traces", format, bodyOf("traces", traceRequest([span({ attributes })]), format));
      const [row] = committed.rows("spans");
      assert.deepEqual(row?.["attrs"], { x: String(doubleValue) });
      committed.clear();
      const points = [gaugePoint({ asDouble: doubleValue })];
      await take("metrics", format, bodyOf("metrics", gaugeRequest(points), format));
      assert.equal(readBack("metrics"), 0);
    }
  }
  // JSON can spell a number that no double holds.
  const text = bodyOf(
    "traces",
    traceRequest([span({ attributes: [{ key: "x", value: { doubleValue: 5 } }] })]),
    "json",
  );
  await take("traces", "json", Buffer.from(text.toString().replace('"doubleValue":5', '"doubleValue":1e309')));
  assert.deepEqual(committed.rows("spans")[0]?.["attrs"], { x: "Infinity" });
});
