// What becomes visible while a span is open, whichever library made it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT_CONTEXT, type SpanContext, SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import { flush } from "../../sdk/src/index.ts";
import { observed } from "./telemetry.ts";

test("a span that is still open after 150 ms is announced once, as it stands by then", async () => {
  await using here = await observed({});
  const { receiver } = here;
  const tracer = trace.getTracer("some-library", "1.2.3");
  const startedAtMs = performance.now();
  tracer.startActiveSpan("parent", (parent) => {
    const span = tracer.startSpan("think", { kind: SpanKind.CLIENT, attributes: { "gen_ai.operation.name": "chat" } });
    span.setAttribute("later", 7);
    span.setAttribute("long", "x".repeat(1025));
    span.setAttribute("fits", "y".repeat(1024));
    span.setAttribute("list", ["a", "b"]);
    parent.end();
  });
  await receiver.until(() => receiver.named("span.started").length > 0);
  const afterMs = performance.now() - startedAtMs;
  assert.ok(afterMs >= 150 && afterMs < 1000, `${afterMs}`);
  await delay(300);
  const [started, ...more] = receiver.named("span.started");
  assert.deepEqual(more, [], "once, and the parent had ended");
  assert.ok(started !== undefined);
  assert.equal(started.body, "think");
  assert.equal(started.scope, "some-library");
  assert.match(started.traceId, /^[0-9a-f]{32}$/);
  assert.match(started.spanId, /^[0-9a-f]{16}$/);
  const { "talea.parent_span.id": parent, fits, ...attributes } = started.attributes;
  assert.match(String(parent), /^[0-9a-f]{16}$/);
  assert.equal(String(fits).length, 1024);
  assert.deepEqual(attributes, {
    "gen_ai.operation.name": "chat",
    later: 7,
    list: ["a", "b"],
    "talea.span.kind": 3,
  });
  const atMs = Number(BigInt(started.timeUnixNano) / 1_000_000n);
  assert.ok(Math.abs(Date.now() - atMs) < 2000, "the time is the span's start");
  assert.deepEqual(receiver.spans, [], "another processor exports spans");
});

test("spans that end in time, and spans that are not sampled, are not announced", async () => {
  await using here = await observed({});
  const { receiver, processor } = here;
  const tracer = trace.getTracer("t");
  for (let i = 0; i < 100; i++) tracer.startSpan("short").end();
  const ids = { traceId: "1".repeat(32), spanId: "2".repeat(16) };
  processor.onStart(spanOfVersion1({ ...ids, traceFlags: TraceFlags.NONE }), ROOT_CONTEXT);
  tracer.startSpan("open");
  await receiver.until(() => receiver.events.length > 0);
  await delay(150);
  assert.deepEqual(
    receiver.events.map(({ body }) => body),
    ["open"],
  );
});

test("a span of OpenTelemetry 1.x is read as well", async () => {
  await using here = await observed({});
  const { receiver, processor } = here;
  const ids = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: TraceFlags.SAMPLED };
  processor.onStart(spanOfVersion1(ids), ROOT_CONTEXT);
  await receiver.until(() => receiver.events.length > 0);
  const [started] = receiver.events;
  assert.equal(started?.attributes["talea.parent_span.id"], "3".repeat(16));
  assert.equal(started?.scope, "old");
  assert.equal(started?.service, "old-service");
});

test("with exportSpans ended spans are sent whole, with events, links and status", async () => {
  await using here = await observed();
  const { receiver } = here;
  const tracer = trace.getTracer("t");
  const other = tracer.startSpan("other");
  const span = tracer.startSpan("work", { kind: SpanKind.SERVER, links: [{ context: other.spanContext() }] });
  span.setAttribute("long", "x".repeat(5000)).addEvent("seen", { n: 1.5 });
  span.recordException(new Error("broken"));
  span.setStatus({ code: 2, message: "broken" });
  span.end();
  other.end();
  assert.equal(await flush(), true);
  const work = receiver.spans.find(({ name }) => name === "work");
  assert.equal(String(work?.attributes["long"]).length, 5000);
  assert.equal(work?.raw["kind"], 2);
  assert.deepEqual(work?.raw["status"], { code: 2, message: "broken" });
  assert.deepEqual(
    (work?.raw["events"] as { name: string }[] | undefined)?.map(({ name }) => name),
    ["seen", "exception"],
  );
  assert.equal((work?.raw["links"] as { spanId: string }[] | undefined)?.[0]?.spanId, other.spanContext().spanId);
  assert.ok(BigInt(String(work?.raw["endTimeUnixNano"])) >= BigInt(work?.timeUnixNano ?? 0));
});

test("what was announced and is never ended, ends as failed when telemetry is shut down", async () => {
  await using here = await observed({});
  const { receiver, processor } = here;
  const tracer = trace.getTracer("t");
  const left = tracer.startSpan("left open");
  const late = tracer.startSpan("ends in time");
  await receiver.until(() => receiver.named("span.started").length === 2);
  late.end();
  tracer.startSpan("young");
  await processor.shutdown();
  assert.deepEqual(
    receiver.spans.map(({ name, raw }) => [name, raw["status"]]),
    [["left open", { code: 2, message: "not ended when its process was done" }]],
  );
  left.end();
  await flush();
  assert.equal(receiver.spans.length, 1, "its end comes too late");
});

test("two thousand open spans are all announced", async () => {
  await using here = await observed({});
  const { receiver } = here;
  const tracer = trace.getTracer("t");
  const spans = Array.from({ length: 2000 }, (_, i) => tracer.startSpan(`s${i}`));
  await receiver.until(() => receiver.events.length === spans.length);
  for (const span of spans) span.end();
  assert.equal(new Set(receiver.events.map(({ spanId }) => spanId)).size, spans.length);
});

/** As OpenTelemetry 1.x makes them. */
function spanOfVersion1(ids: SpanContext) {
  return {
    ...{ name: "old span", kind: 0, attributes: {}, events: [], links: [], status: { code: 0 } },
    startTime: [Math.floor(Date.now() / 1000), 5] as [number, number],
    endTime: [0, 0] as [number, number],
    parentSpanId: "3".repeat(16),
    instrumentationLibrary: { name: "old" },
    resource: { attributes: { "service.name": "old-service" } },
    spanContext: () => ids,
    setAttribute: () => undefined,
  };
}
