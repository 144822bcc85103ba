import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { eventOf } from "../../test/support/run-builder.ts";
import { stateAt } from "./state-at.ts";

const events = [
  eventOf("state.changed", 25, { agent: "helper", data: { phase: "reading" } }),
  eventOf("state.changed", 45, { agent: "helper", data: { phase: "writing" } }),
];
const run = new Analysed(
  `
  agent boss 0-100
    tool ask 10-80
      agent helper 20-70
        llm call 30-60 in=9 out=4 cost=100
`,
  { events },
);

function at(ms: number) {
  const state = stateAt(run.columns, run.analysis, events, ms * 1e6);
  return { ...state, agents: Object.fromEntries(state.agents.map((agent) => [agent.name, agent])) };
}

test("agents that have not begun are not there yet, later they are done", () => {
  assert.deepEqual(Object.keys(at(15).agents), ["boss"]);
  assert.equal(at(75).agents["helper"]?.state, "done");
  assert.equal(at(100).agents["boss"]?.state, "done");
});

test("each agent has its state and since when", () => {
  const { boss, helper } = at(40).agents;
  assert.deepEqual([boss?.state, boss?.since], ["waiting", 10e6]);
  assert.deepEqual([helper?.state, helper?.since], ["llm", 30e6]);
  assert.deepEqual(helper?.openSpans, [2, 3]);
});

test("the last change of state before the instant holds", () => {
  assert.equal(at(20).agents["helper"]?.lastChange, undefined);
  assert.deepEqual(at(30).agents["helper"]?.lastChange, { phase: "reading" });
  assert.deepEqual(at(45).agents["helper"]?.lastChange, { phase: "writing" });
});

test("counters count what had begun and what had ended", () => {
  const during = at(40).counters;
  assert.deepEqual([during.spansStarted, during.spansEnded, during.llmCalls, during.tokens.input], [4, 0, 1, 0]);
  const after = at(60).counters;
  assert.deepEqual(
    [after.spansEnded, after.tokens.input, after.costNano, after.events, after.messages],
    [1, 9, 100, 2, 1],
  );
  assert.equal(at(100).counters.messages, 2);
});

test("an end belongs to what comes after it, a start to what it begins", () => {
  assert.deepEqual(at(60).openSpans, [0, 1, 2]);
  assert.deepEqual(at(30).openSpans, [0, 1, 2, 3]);
  assert.deepEqual(at(-1).openSpans, []);
});
