// What happens to user code and to the records when the server is away, slow, overloaded, or dies: nothing to the first,
// and of the second nothing is lost that fits the queue, and the rest is counted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { DiagLogLevel, diag } from "@opentelemetry/api";
import { agent, dropped, flush, logEvent, recordMetric, run, shutdown, tool } from "../../sdk/src/index.ts";
import { Receiver } from "./receiver.ts";
import { observed } from "./telemetry.ts";

const QUEUE = 2048;

/** A program of an agent; the longest that one of its calls took, in ms. */
async function work(events: number): Promise<number> {
  let longestMs = 0;
  await run("r", () =>
    agent("a", async () => {
      for (let i = 0; i < events; i++) {
        const before = performance.now();
        logEvent("tick", { i });
        assert.equal(
          tool("t", () => i),
          i,
        );
        longestMs = Math.max(longestMs, performance.now() - before);
        if (i % 50 === 0) await delay(1);
      }
    }),
  );
  return longestMs;
}

function seen(receiver: Receiver): number[] {
  return receiver.named("tick").map(({ attributes }) => Number(attributes["i"]));
}

test("server down: user code goes on, what fits the queue arrives once it is up, the rest is counted and told", async () => {
  await using here = await observed({});
  const { port } = here.receiver;
  await here.receiver[Symbol.asyncDispose]();
  const longestMs = await work(3000);
  assert.ok(longestMs < 50, `a call took ${longestMs} ms`);
  const { count, reasons } = dropped();
  assert.deepEqual(reasons, { queue_full: count });
  await using up = await Receiver.start(port);
  assert.equal(await flush(), true);
  await flush();
  const arrived = seen(up);
  assert.deepEqual(arrived, [...arrived.keys()], "the first ones, in order");
  const announced = up.named("span.started").length;
  assert.equal(arrived.length + announced, QUEUE);
  const all = QUEUE + count;
  assert.ok(all >= 3000 && all <= 3002, `${all}: the ticks, and two spans that may be announced`);
  const [told, ...more] = up.named("sdk.dropped");
  assert.deepEqual(more, []);
  assert.equal(told?.attributes["count"], count);
  assert.equal(told?.attributes["reason"], "queue_full");
});

test("a server that takes requests and never answers costs user code nothing, and flush ends in time", async () => {
  await using here = await observed({});
  const { receiver } = here;
  receiver.answer("never");
  const longestMs = await work(500);
  assert.ok(longestMs < 50, `a call took ${longestMs} ms`);
  const before = performance.now();
  assert.equal(await flush(300), false);
  assert.equal(await shutdown(300), false);
  const tookMs = performance.now() - before;
  assert.ok(tookMs >= 590 && tookMs < 1000, `${tookMs}`);
});

test("503 with Retry-After: asked again when it said, with the same bytes, and everything arrives once", async () => {
  await using here = await observed({});
  const { receiver } = here;
  receiver.answer({ status: 503, headers: { "retry-after": "1" } });
  await work(100);
  await receiver.until(() => receiver.requests.length > 0);
  receiver.answer({ status: 200 });
  assert.equal(await flush(3000), true);
  const [refused, repeated] = receiver.requests;
  assert.ok(refused !== undefined && repeated !== undefined);
  const betweenMs = repeated.atMs - refused.atMs;
  assert.ok(betweenMs >= 995 && betweenMs < 1500, `${betweenMs}`);
  assert.equal(repeated.body, refused.body);
  assert.deepEqual(
    seen(receiver),
    Array.from({ length: 100 }, (_, i) => i),
  );
});

test("429, 502 and 504 are tried again; what is refused for good is counted by reason and not repeated", async () => {
  await using here = await observed({});
  const { receiver } = here;
  for (const status of [429, 502, 504]) {
    receiver.answer({ status, headers: { "retry-after": "0" } });
    logEvent("tick", { i: status });
    const before = receiver.requests.length;
    await receiver.until(() => receiver.requests.length >= before + 2);
    receiver.answer({ status: 200 });
    assert.equal(await flush(), true);
  }
  assert.deepEqual(seen(receiver), [429, 502, 504]);
  const before = dropped().count;
  receiver.answer({ status: 401 });
  logEvent("tick", { i: 1 });
  recordMetric("m", 1);
  recordMetric("m", Number.NaN);
  assert.equal(await flush(), true);
  receiver.answer({ status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"2"}}' });
  logEvent("tick", { i: 2 });
  await flush();
  const { count, reasons } = dropped();
  assert.equal(count - before, 5);
  assert.deepEqual(
    { refused: reasons.refused, rejected: reasons.rejected, invalid: reasons.invalid },
    { refused: 2, rejected: 2, invalid: 1 },
  );
});

test("a server that is killed midway and started again gets everything, at least once, told apart by id", async () => {
  await using here = await observed({});
  const { port } = here.receiver;
  const working = work(1500);
  await here.receiver.until(() => here.receiver.events.length > 0);
  here.receiver.answer("cut");
  await delay(20);
  await here.receiver[Symbol.asyncDispose]();
  const longestMs = await working;
  assert.ok(longestMs < 50, `a call took ${longestMs} ms`);
  await using up = await Receiver.start(port);
  assert.equal(await flush(), true);
  const all = [...here.receiver.named("tick"), ...up.named("tick")];
  const byId = new Map(all.map(({ attributes }) => [attributes["talea.event.id"], Number(attributes["i"])]));
  assert.deepEqual(
    [...byId.values()].sort((a, b) => a - b),
    Array.from({ length: 1500 }, (_, i) => i),
  );
});

test("the queue is bounded in bytes as well, and a record larger than it is counted", async () => {
  await using here = await observed({});
  const before = dropped().reasons;
  here.receiver.answer("never");
  for (let i = 0; i < 5; i++) logEvent("large", { text: "x".repeat(1_000_000) });
  logEvent("larger", { text: "x".repeat(5_000_000) });
  const { reasons } = dropped();
  assert.equal((reasons.queue_full ?? 0) - (before.queue_full ?? 0), 1);
  assert.equal((reasons.too_large ?? 0) - (before.too_large ?? 0), 1);
});

test("a trouble is said to OpenTelemetry's diag once, and again when it is another", async () => {
  await using here = await observed({});
  const said: string[] = [];
  const warn = (_component: string, ...words: unknown[]) => said.push(words.join(" "));
  const silent = () => undefined;
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN);
  try {
    for (const status of [401, 401, 400, 200, 400]) {
      here.receiver.answer({ status, body: status === 200 ? "{}" : `{"error":"${status}"}` });
      logEvent("tick");
      assert.equal(await flush(), true);
    }
    here.receiver.answer("cut");
    logEvent("tick");
    await flush(100);
  } finally {
    diag.disable();
  }
  const told = [401, 400, 400].map((status) => `/v1/logs: ${status} {"error":"${status}"}`);
  assert.deepEqual(said.slice(0, 3), told);
  assert.match(said[3] ?? "", /^\/v1\/logs: no answer Error: /);
  assert.equal(said.length, 4);
});

test("the key goes along, as given, from TALEA_KEY or from OpenTelemetry's headers", async () => {
  await using here = await observed({ key: "secret" });
  logEvent("tick");
  await flush();
  assert.equal(here.receiver.requests[0]?.headers.authorization, "Bearer secret");
});
