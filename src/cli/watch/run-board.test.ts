import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../../model/shapes.ts";
import { RunBoard } from "./run-board.ts";

function run(id: string, second: number, fields: Partial<Run> = {}): Run {
  const at = `2026-11-26T12:00:${String(second).padStart(2, "0")}.000000000Z`;
  return {
    ...{ id, name: id, status: "completed", startedAt: at, durationMs: 1000, service: "s", agentic: true },
    ...{ tags: [], agents: [], models: [], traces: [id] },
    ...{ spanCount: 1, eventCount: 0, errorCount: 0, llmCalls: 0, toolCalls: 0, messageCount: 0 },
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
    cost: { unpricedCalls: 0 },
    ...fields,
  };
}

const all = () => true;

test("the newest runs are first, as many as asked for, each as it was told last", () => {
  const board = new RunBoard({ limit: 2, passes: all });
  board.put([run("a", 1), run("c", 3)], 0);
  board.put([run("b", 2), run("c", 3, { name: "later" })], 0);
  assert.deepEqual(
    board.runs(0).map(({ name }) => name),
    ["later", "b"],
  );
  board.put([run("c", 3)], 0);
  board.replace([run("d", 0)], 0);
  assert.deepEqual(
    board.runs(0).map(({ id }) => id),
    ["d"],
  );
});

test("open runs go on by the reader's clock from when they were told, ended ones do not", () => {
  const board = new RunBoard({ limit: 9, passes: all });
  board.put([run("a", 1, { status: "running", durationMs: 500 }), run("b", 0)], 10_000);
  assert.deepEqual(
    board.runs(13_000).map(({ durationMs }) => durationMs),
    [3500, 1000],
  );
  assert.equal(board.runs(9_000)[0]?.durationMs, 500);
});

test("a run that no longer passes makes room for the next", () => {
  const board = new RunBoard({ limit: 1, passes: ({ status }) => status === "running" });
  board.put([run("a", 1, { status: "running" }), run("b", 2, { status: "running" })], 0);
  board.put([run("b", 2)], 0);
  assert.deepEqual(
    board.runs(0).map(({ id }) => id),
    ["a"],
  );
});

test("a trace that turns out to be part of a run is no run beside it", () => {
  const board = new RunBoard({ limit: 9, passes: all });
  board.put([run("t1", 1), run("t2", 2)], 0);
  board.put([run("job", 1, { traces: ["t1", "t2"] })], 0);
  assert.deepEqual(
    board.runs(0).map(({ id }) => id),
    ["job"],
  );
});

test("what is remembered is bounded, and the newest stay", () => {
  const board = new RunBoard({ limit: 3, passes: all });
  for (let i = 0; i < 5000; i++) {
    board.put([run(`r${i}`, 0, { startedAt: new Date(1_700_000_000_000 + i).toISOString() })], 0);
  }
  assert.deepEqual(
    board.runs(0).map(({ id }) => id),
    ["r4999", "r4998", "r4997"],
  );
});
