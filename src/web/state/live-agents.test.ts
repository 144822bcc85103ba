import assert from "node:assert/strict";
import { test } from "node:test";
import type { LiveAgent } from "../../model/stream.ts";
import { mostActive, withAgents } from "./live-agents.ts";

const agent = (name: string, state: LiveAgent["state"]): LiveAgent => ({
  ...{ runId: "r", runName: "run", name, state, since: "2026-11-22T12:00:00.000000000Z", openSpans: [] },
});
const told = (agents: readonly LiveAgent[]) => agents.map(({ name, state }) => `${name} ${state}`);

test("an agent that changes keeps its line, a new one comes below, all others stay the same objects", () => {
  const before = [agent("boss", "llm"), agent("scout", "tool")];
  const after = withAgents(before, [agent("writer", "llm"), agent("boss", "waiting"), agent("scout", "tool")], false);
  assert.deepEqual(told(after), ["boss waiting", "scout tool", "writer llm"]);
  assert.equal(after[1], before[1]);
});

test("a snapshot is all there is, and lines still keep their order", () => {
  const before = [agent("boss", "llm"), agent("scout", "tool"), agent("writer", "llm")];
  const after = withAgents(before, [agent("writer", "done"), agent("boss", "llm")], true);
  assert.deepEqual(told(after), ["boss llm", "writer done"]);
});

test("of more agents than there is room for, those that are done are left out first", () => {
  const all = [agent("a", "done"), agent("b", "llm"), agent("c", "done"), agent("d", "idle")];
  assert.deepEqual(told(mostActive(all, 3)), ["a done", "b llm", "d idle"]);
  assert.equal(mostActive(all, 4), all);
});
