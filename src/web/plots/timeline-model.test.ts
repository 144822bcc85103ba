import assert from "node:assert/strict";
import { test } from "node:test";
import { type MadeSpan, madeColumns } from "../../../test/support/browser-columns.ts";
import { buffersOf, buildModel, grownTo, type TimelineModel } from "./timeline-model.ts";

const SPANS: readonly MadeSpan[] = [
  { name: "boss", start: 0, agent: "boss", kind: "agent" },
  { name: "plan", under: "boss", start: 5, end: 20, agent: "boss", kind: "llm" },
  { name: "ask", under: "boss", start: 30, agent: "boss", kind: "tool" },
  { name: "helper", under: "ask", start: 40, agent: "helper", kind: "agent" },
  { name: "search", under: "helper", start: 45, end: 60, agent: "helper", kind: "tool" },
];

/** What is drawn, as plain values. */
function drawn({ ends, own, lanes, bounds }: TimelineModel) {
  return { ends: [...ends], segments: [...own.segments], lanes: structuredClone(lanes), bounds };
}

test("a model that grew is the one that would have been built later", () => {
  const columns = madeColumns(SPANS);
  const grown = grownTo(grownTo(buildModel(columns, false, 70), 85), 100);
  assert.deepEqual(drawn(grown), drawn(buildModel(columns, false, 100)));
  assert.deepEqual(grown.bounds, { startMs: 0, endMs: 100 });
});

test("an open span that has begun later than now, by its own clock, grows all the same", () => {
  const columns = madeColumns([
    { name: "root", start: 0 },
    { name: "late", under: "root", start: 50, agent: "a", kind: "llm" },
  ]);
  const grown = grownTo(buildModel(columns, false, 40), 80);
  assert.deepEqual([...(grown.lanes[0]?.activity.llm ?? [])], [50, 80]);
  assert.deepEqual([...grown.ends], [80, 80]);
});

test("a run without open spans does not grow, nor does one that is over", () => {
  const closed = buildModel(madeColumns([{ name: "root", start: 0, end: 10 }]), false, 50);
  assert.equal(closed.bounds.endMs, 10);
  assert.equal(grownTo(closed, 80), closed);
  const over = buildModel(madeColumns([...SPANS, { name: "last", start: 60, end: 90 }]), false, undefined);
  assert.equal(over.growing, undefined);
  assert.equal(over.bounds.endMs, 90);
  assert.equal(over.ends[0], 90);
});

test("a model goes to another thread as it is, with its memory", () => {
  const spans = [...SPANS.map((span) => ({ ...span, end: span.end ?? 95 })), { name: "last", start: 60, end: 90 }];
  const model = buildModel(madeColumns(spans), false, undefined);
  const copy = structuredClone(model);
  const moved = structuredClone(model, { transfer: buffersOf(model) });
  assert.deepEqual(moved, copy);
  assert.equal(moved.lanes.length, 2);
  const left = [model.ends, model.tree.rows, model.own.segments, ...model.lanes.map(({ activity }) => activity.llm)];
  assert.ok(
    left.every(({ byteLength }) => byteLength === 0),
    "nothing was copied",
  );
});
