import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunPath } from "../../analysis/run-analysis.ts";
import { pathShares } from "./path-shares.ts";

const path = (total: number, byAgent: Readonly<Record<string, number>>): RunPath => ({
  ...{ start: 0, total: total * 1e6, segments: [], byKind: {} },
  byAgent: Object.fromEntries(Object.entries(byAgent).map(([agent, ms]) => [agent, ms * 1e6])),
});

test("shares are sorted by the longer of both, and what is nobody's has a line", () => {
  const { lines, rest } = pathShares(path(100, { a: 60, b: 10 }), path(80, { a: 20, c: 45 }), 5);
  assert.deepEqual(lines, [
    { agent: "a", beforeMs: 60, afterMs: 20 },
    { agent: "c", beforeMs: 0, afterMs: 45 },
    { agent: undefined, beforeMs: 30, afterMs: 15 },
    { agent: "b", beforeMs: 10, afterMs: 0 },
  ]);
  assert.deepEqual(rest, { count: 0, beforeMs: 0, afterMs: 0 });
});

test("what has no line of its own is added up", () => {
  const { lines, rest } = pathShares(path(60, { a: 30, b: 20, c: 10 }), path(55, { a: 30, b: 15, c: 10 }), 1);
  assert.deepEqual(
    lines.map(({ agent }) => agent),
    ["a"],
  );
  assert.deepEqual(rest, { count: 2, beforeMs: 30, afterMs: 25 });
});
