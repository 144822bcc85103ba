import assert from "node:assert/strict";
import { test } from "node:test";
import { type MadeSpan, madeColumns } from "../../../test/support/browser-columns.ts";
import { laneAt, layoutLanes, layoutSteadyLanes, levelAt, levelTop, stateAt } from "./lane-layout.ts";
import { buildModel } from "./timeline-model.ts";

function lanesOf(spans: readonly MadeSpan[]) {
  return buildModel(madeColumns(spans), false, 0).lanes;
}

/** The worked example of rule 5's agent-as-tool. */
const BOSS: readonly MadeSpan[] = [
  { name: "boss", start: 0, end: 100, agent: "boss", kind: "agent" },
  { name: "think", under: "boss", start: 10, end: 30, agent: "boss", kind: "llm" },
  { name: "ask", under: "boss", start: 40, end: 80, agent: "boss", kind: "tool" },
  { name: "helper", under: "ask", start: 50, end: 70, agent: "helper", kind: "agent" },
];

test("an agent is in one state at each instant; whoever delegates waits", () => {
  const [boss, helper] = lanesOf(BOSS);
  assert.equal(boss?.agent, "boss");
  assert.deepEqual(
    [5, 20, 35, 45, 60, 75, 90].map((ms) => boss && stateAt(boss, ms)),
    ["working", "llm", "working", "waiting", "waiting", "waiting", "working"],
  );
  assert.deepEqual(helper && [...helper.activity.working], [50, 70]);
  assert.equal(helper && stateAt(helper, 90), undefined);
});

test("a span stands below its own agent's ancestor, parallel ones side by side", () => {
  const [lane] = lanesOf([
    { name: "agent", start: 0, end: 100, agent: "a", kind: "agent" },
    { name: "step", under: "agent", start: 5, end: 90, agent: "a", kind: "step" },
    { name: "one", under: "step", start: 10, end: 50, agent: "a", kind: "tool" },
    { name: "two", under: "step", start: 20, end: 60, agent: "a", kind: "tool" },
    { name: "three", under: "step", start: 55, end: 80, agent: "a", kind: "llm" },
  ]);
  assert.deepEqual(
    lane?.levels.map(({ positions }) => [...positions]),
    [[0], [2, 4], [3]],
  );
  assert.deepEqual([...(lane?.levels[1]?.intervals.model ?? [])], [55, 80]);
});

test("lanes come in the order in which their agents begin; spans of no agent have none", () => {
  const lanes = lanesOf([
    { name: "root", start: 0, end: 100 },
    { name: "x", under: "root", start: 5, end: 10, agent: "late name, early start", kind: "agent" },
    { name: "y", under: "root", start: 20, end: 30, agent: "another", kind: "agent" },
  ]);
  assert.deepEqual(
    lanes.map(({ agent }) => agent),
    ["late name, early start", "another"],
  );
});

test("a place in the lanes belongs to one lane and at most one level", () => {
  const layout = layoutLanes(lanesOf(BOSS));
  const [boss, helper] = layout.lanes;
  assert.ok(boss && helper);
  assert.equal(laneAt(layout, 0), boss);
  assert.equal(laneAt(layout, boss.height), helper);
  assert.equal(laneAt(layout, layout.height), undefined);
  assert.equal(levelAt(boss, 5), undefined);
  assert.equal(levelAt(boss, 13), 0);
});

test("lanes of a run that goes on stay where they are while others come and get more levels", () => {
  const inside = (count: number): readonly MadeSpan[] =>
    Array.from({ length: count }, (_, i) => ({
      name: `${i}`,
      under: "boss",
      start: i,
      end: 90,
      agent: "boss",
      kind: "llm",
    }));
  const others: readonly MadeSpan[] = Array.from({ length: 12 }, (_, i) => {
    return { name: `other ${i}`, under: "boss", start: 60, end: 90, agent: `other ${i}`, kind: "agent" };
  });
  const tops = [[], inside(1), inside(5), [...inside(5), ...others]].map((more) => {
    const { lanes } = layoutSteadyLanes(lanesOf([...BOSS, ...more]));
    for (const place of lanes) {
      const end = levelTop(place, place.lane.levels.length);
      assert.ok(place.levelHeight > 0 && end <= place.top + place.height, "all levels lie in their lane");
    }
    return lanes.slice(0, 2).map(({ lane, top }) => [lane.agent, top]);
  });
  assert.deepEqual(
    tops,
    Array(4).fill([
      ["boss", 0],
      ["helper", 44],
    ]),
  );
});
