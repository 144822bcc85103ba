// What a sender sends at once or in pieces, in whatever order, in which format, and some of it twice, is the same run.
// Random runs go whole into one server and in pieces into another. SEED=… repeats it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { encodeJson } from "../../src/ingest/otlp/json.ts";
import { Dice } from "../support/durability-random.ts";
import { RandomRun, type RandomSpan, requestOf } from "../support/random-runs.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { settled } from "./send-spans.ts";

const RUNS = 16;
const SPANS_MAX = 30;
const T0_NS = BigInt(Date.UTC(2026, 2, 1, 10)) * 1_000_000n;
const NS_PER_MIN = 60_000_000_000n;

let whole: TaleaHere;
let pieces: TaleaHere;

before(async () => {
  [whole, pieces] = await Promise.all([startTaleaHere(["--quiet", "500"]), startTaleaHere(["--quiet", "500"])]);
});
after(async () => {
  await Promise.all([whole?.close(), pieces?.close()]);
});

async function send(talea: TaleaHere, spans: readonly RandomSpan[], asProtobuf: boolean): Promise<void> {
  const request = requestOf(spans);
  const response = asProtobuf
    ? await fetch(`${talea.talea.url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: encodeJson("ExportTraceServiceRequest", request) as Uint8Array<ArrayBuffer>,
      })
    : await talea.post("/v1/traces", request);
  assert.equal(response.status, 200);
}

/** In pieces of one to six, shuffled; now and then one comes again, with others. */
function* piecesOf(dice: Dice, spans: readonly RandomSpan[]): Generator<RandomSpan[]> {
  const places = spans.map((span) => ({ span, place: dice.next() })).sort((a, b) => a.place - b.place);
  const shuffled = places.map(({ span }) => span);
  for (let at = 0; at < shuffled.length; ) {
    const next = at + dice.between(1, 6);
    yield [...shuffled.slice(at, next), ...(at > 0 && dice.chance(0.2) ? [dice.oneOf(shuffled.slice(0, at))] : [])];
    at = next;
  }
}

const PARTS = ["", "/messages", "/agents", "/critical-path", "/spans?format=rows", "/what-if?target=*&factor=0.5"];

/** Everything that is said of a run. */
async function answersOf(talea: TaleaHere, id: string): Promise<unknown[]> {
  const base = `/api/v1/runs/${encodeURIComponent(id)}`;
  const { events } = await talea.get<{ events: { offset: string; id: string }[] }>(`${base}/events?limit=1000`);
  const answers = await Promise.all(PARTS.map((part) => talea.get<unknown>(`${base}${part}`)));
  // Offsets are the order of receipt: that is what differs.
  return [...answers, events.map(({ offset: _, ...event }) => event).sort((a, b) => (a.id < b.id ? -1 : 1))];
}

test(`${RUNS} runs that were sent in pieces are those that were sent whole`, async (context) => {
  const dice = Dice.fromEnvironment();
  context.diagnostic(`SEED=${dice.seed}`);
  const runs = Array.from({ length: RUNS }, (_, i) =>
    new RandomRun(dice, T0_NS + BigInt(i) * NS_PER_MIN, [`run ${i}`]).grow(dice.between(1, SPANS_MAX)),
  );
  for (const spans of runs) await send(whole, spans, false);
  for (const [i, piece] of runs.flatMap((spans) => [...piecesOf(dice, spans)]).entries()) {
    await send(pieces, piece, i % 2 === 0);
    // Whoever looks in between must not keep what it saw.
    const [first] = piece;
    if (i % 10 === 0) await pieces.get(`/api/v1/runs/${first?.span.traceId}`);
  }
  await Promise.all([settled(whole), settled(pieces)]);
  const { runs: listed } = await whole.get<{ runs: { id: string }[] }>(
    "/api/v1/runs?since=2026-02-01T00:00:00Z&all=true",
  );
  assert.ok(listed.length > RUNS / 2);
  for (const { id } of listed) assert.deepEqual(await answersOf(pieces, id), await answersOf(whole, id), id);
});
