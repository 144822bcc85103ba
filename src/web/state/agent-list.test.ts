import assert from "node:assert/strict";
import { test } from "node:test";
import type { Agent } from "../../model/shapes.ts";
import { chooseAgents, servicesOf, sortAgents } from "./agent-list.ts";

const agent = (name: string, more: Partial<Agent> = {}): Agent =>
  ({ name, services: [], state: "done", cost: { unpricedCalls: 0 }, busyMs: 0, ...more }) as unknown as Agent;
const names = (agents: readonly Agent[]) => agents.map(({ name }) => name);

test("what is not known comes last in either order, equals by name", () => {
  const all = [
    agent("c"),
    agent("b", { cost: { usd: 1, unpricedCalls: 0 } }),
    agent("a"),
    agent("d", { cost: { usd: 2, unpricedCalls: 0 } }),
  ];
  assert.deepEqual(names(sortAgents(all, { field: "cost", isDescending: true })), ["d", "b", "a", "c"]);
  assert.deepEqual(names(sortAgents(all, { field: "cost", isDescending: false })), ["b", "d", "a", "c"]);
});

test("those at work come before those that are done", () => {
  const all = [agent("a"), agent("b", { state: "waiting" }), agent("c", { state: "llm" })];
  assert.equal(names(sortAgents(all, { field: "state", isDescending: true })).at(-1), "a");
  assert.deepEqual(names(sortAgents(all, { field: "name", isDescending: true })), ["c", "b", "a"]);
});

test("text and services narrow the list together", () => {
  const all = [
    agent("Writer", { services: ["x"] }),
    agent("writer 2", { services: ["y"] }),
    agent("critic", { services: ["x"] }),
  ];
  assert.deepEqual(names(chooseAgents(all, { text: " WRIT", services: [] })), ["Writer", "writer 2"]);
  assert.deepEqual(names(chooseAgents(all, { text: "writ", services: ["x"] })), ["Writer"]);
  assert.deepEqual(servicesOf(all), [
    { value: "x", count: 2 },
    { value: "y", count: 1 },
  ]);
});
