import assert from "node:assert/strict";
import { test } from "node:test";
import { joinStrips, type Strip, stripParts, withState } from "./strip.ts";

const STRIP: Strip = [
  { state: "llm", fromMs: 0 },
  { state: "tool", fromMs: 60 },
];

test("a state that goes on changes nothing, another one follows", () => {
  assert.equal(withState(STRIP, "tool", 80), STRIP);
  assert.deepEqual(withState(STRIP, "waiting", 80).at(-1), { state: "waiting", fromMs: 80 });
});

test("what a slower clock told of does not go back behind what is known", () => {
  assert.deepEqual(withState(STRIP, "idle", 10).at(-1), { state: "idle", fromMs: 60 });
});

test("what was told while it was fetched stands behind it, once", () => {
  const told: Strip = [
    { state: "llm", fromMs: 0 },
    { state: "tool", fromMs: 60 },
    { state: "waiting", fromMs: 90 },
  ];
  assert.deepEqual(joinStrips(STRIP, told), told);
  assert.deepEqual(joinStrips([], told), told);
});

test("an agent that was told to be done is done, though it was fetched as busy", () => {
  assert.deepEqual(joinStrips(STRIP, [{ state: "done", fromMs: 50 }]).at(-1), { state: "done", fromMs: 60 });
});

test("parts fill the window from where the agent began until now", () => {
  assert.deepEqual(stripParts(STRIP, 100, 50, 500), [
    { state: "llm", from: 0, to: 0.2 },
    { state: "tool", from: 0.2, to: 1 },
  ]);
  assert.deepEqual(stripParts(STRIP, 100, 200, 500), [
    { state: "llm", from: 0.5, to: 0.8 },
    { state: "tool", from: 0.8, to: 1 },
  ]);
});

test("an agent that is done leaves the rest of its strip empty", () => {
  assert.deepEqual(stripParts(withState(STRIP, "done", 80), 100, 100, 500).at(-1), {
    state: "tool",
    from: 0.6,
    to: 0.8,
  });
});

test("what is narrower than a pixel goes to its neighbour, so that nothing is empty in between", () => {
  const busy: Strip = Array.from({ length: 1000 }, (_, i) => ({ state: i % 2 === 0 ? "llm" : "tool", fromMs: i }));
  const parts = stripParts(busy, 1000, 1000, 100);
  assert.ok(parts.length <= 101);
  for (const [i, part] of parts.entries()) {
    assert.ok(part.to > part.from);
    if (i > 0) assert.ok(Math.abs(part.from - (parts[i - 1]?.to ?? 0)) < 1e-9);
  }
});
