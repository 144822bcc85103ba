import assert from "node:assert/strict";
import { test } from "node:test";
import { type MadeSpan, madeColumns } from "../../../test/support/browser-columns.ts";
import { AGENT_STATES, type AgentState, SPAN_TRAITS } from "../../model/vocabulary.ts";
import { foldableGaps, foldedScale } from "./gaps.ts";
import { drawnOf } from "./time-scale.ts";
import { buildModel, grownTo, onScale } from "./timeline-model.ts";

const DAY = 86_400_000;

/** Asks a person, who answers two days later. */
const ASKING: readonly MadeSpan[] = [
  { name: "root", start: 0, end: 2 * DAY + 4000, kind: "run" },
  { name: "plan", under: "root", start: 0, end: 2000, agent: "boss", kind: "llm" },
  { name: "act", under: "root", start: 2 * DAY + 2000, end: 2 * DAY + 4000, agent: "boss", kind: "tool" },
];

test("a gap is where nobody works, with exact edges, whatever only holds others together", () => {
  const model = buildModel(madeColumns(ASKING), false, undefined);
  assert.deepEqual(foldableGaps(model), [{ startMs: 2000, endMs: 2 * DAY + 2000 }]);
});

test("a span alone, or the spans of a run without agents, are no gap", () => {
  const alone = madeColumns([{ name: "alone", start: 0, end: 60_000 }]);
  assert.deepEqual(foldableGaps(buildModel(alone, false, undefined)), []);
  const agentless = madeColumns(ASKING.map(({ agent, ...span }) => span));
  assert.deepEqual(foldableGaps(buildModel(agentless, false, undefined)), []);
});

test("a span that waits for a person is part of the gap", () => {
  const columns = madeColumns([
    ...ASKING,
    { name: "ask", under: "root", start: 2000, end: 2 * DAY + 2000, agent: "boss", kind: "tool" },
  ]);
  assert.deepEqual(foldableGaps(buildModel(columns, false, undefined)), []);
  columns.traits[3] = SPAN_TRAITS.waitsForHuman;
  assert.deepEqual(foldableGaps(buildModel(columns, false, undefined)), [{ startMs: 2000, endMs: 2 * DAY + 2000 }]);
});

test("where events tell of it, an agent that works by its spans waits", () => {
  const model = buildModel(madeColumns([{ name: "boss", start: 0, end: DAY, agent: "boss", kind: "agent" }]), false, 0);
  const stretches: readonly (readonly [AgentState, number, number])[] = [
    ["working", 0, 500],
    ["human", 500, DAY - 1000],
    ["working", DAY - 1000, DAY],
  ];
  const activity = {
    ...{ runId: "r", t0: "", agents: [{ name: "boss", firstStart: 0 }], states: AGENT_STATES, count: 3 },
    agent: new Uint32Array(3),
    state: Uint8Array.from(stretches, ([state]) => AGENT_STATES.indexOf(state)),
    start: Float64Array.from(stretches, ([, start]) => start * 1e6),
    end: Float64Array.from(stretches, ([, , end]) => end * 1e6),
  };
  assert.deepEqual(foldableGaps(model), []);
  assert.deepEqual(foldableGaps(model, activity), [{ startMs: 500, endMs: DAY - 1000 }]);
});

const work = (name: string, start: number, end?: number): MadeSpan => ({
  ...{ name, start, agent: "a", kind: "llm" },
  ...(end === undefined ? {} : { end }),
});

test("gaps are measured by what is left beside the longer ones; short ones stay", () => {
  const columns = madeColumns([
    work("one", 0, 5000),
    work("two", 7000, 12_000),
    work("three", 12_500, 20_000),
    work("four", 2_000_000, 2_010_000),
  ]);
  assert.deepEqual(foldableGaps(buildModel(columns, false, undefined)), [
    { startMs: 5000, endMs: 7000 },
    { startMs: 20_000, endMs: 2_000_000 },
  ]);
  const short = madeColumns([work("one", 0, 10), work("two", 900, 910)]);
  assert.deepEqual(foldableGaps(buildModel(short, false, undefined)), []);
});

test("the last gap of a run that goes on is not one yet", () => {
  const columns = madeColumns([
    { name: "root", start: 0, kind: "run" },
    { ...work("one", 0, 5000), under: "root" },
    { ...work("two", 50_000, 55_000), under: "root" },
  ]);
  const model = buildModel(columns, false, 100_000);
  assert.deepEqual(foldableGaps(model), [{ startMs: 5000, endMs: 50_000 }]);
  const scale = foldedScale(foldableGaps(model), 100_000);
  const drawn = grownTo(onScale(model, scale), drawnOf(scale, 120_000));
  assert.deepEqual(drawn.bounds, { startMs: 0, endMs: drawnOf(scale, 120_000) });
  assert.deepEqual(
    [...drawn.ends],
    [120_000, 5000, 55_000].map((ms) => drawnOf(scale, ms)),
  );
  assert.deepEqual([...model.ends], [100_000, 5000, 55_000], "real time stays as it is");
});

test("folded gaps take no more than half of what is left", () => {
  const spans = Array.from({ length: 40 }, (_, i) => work(`${i}`, i * 100_000, i * 100_000 + 1500));
  const model = buildModel(madeColumns(spans), false, undefined);
  const gaps = foldableGaps(model);
  assert.equal(gaps.length, 39);
  const { bounds } = onScale(model, foldedScale(gaps, model.bounds.endMs));
  assert.ok(Math.abs(bounds.endMs - 1.5 * 40 * 1500) < 40 * 1500 * 0.02, `${bounds.endMs}`);
});
