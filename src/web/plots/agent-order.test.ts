import assert from "node:assert/strict";
import { test } from "node:test";
import { madeMessages } from "../../../test/support/browser-messages.ts";
import { orderAgents } from "./agent-order.ts";

const lengthOf = (order: readonly string[], messages: readonly { from: string; to: string }[]) =>
  messages.reduce((sum, { from, to }) => sum + Math.abs(order.indexOf(from) - order.indexOf(to)), 0);

test("the user stands first, then the agents in the order in which they appear", () => {
  const messages = madeMessages(["0 user input boss", "1 boss handoff a", "2 a handoff b", "3 b output user"]);
  assert.deepEqual(orderAgents(messages), ["user", "boss", "a", "b"]);
});

test("who speaks much to each other stands side by side", () => {
  const messages = madeMessages([
    ...["0 user input boss", "1 boss delegate a", "2 boss delegate b", "3 boss delegate c"],
    ...Array.from({ length: 9 }, (_, i) => `${10 + i} a send c`),
  ]);
  const order = orderAgents(messages);
  assert.equal(order[0], "user");
  assert.equal(Math.abs(order.indexOf("a") - order.indexOf("c")), 1);
  assert.ok(lengthOf(order, messages) < lengthOf(["user", "boss", "a", "b", "c"], messages));
});

test("known agents keep their order, whoever comes later stands behind them", () => {
  const known = ["user", "boss", "c", "a"];
  const messages = madeMessages(["0 user input boss", "1 boss send a", "2 boss send b", "3 boss send c", "4 d send b"]);
  assert.deepEqual(orderAgents(messages, known), ["user", "boss", "c", "a", "b", "d"]);
  assert.deepEqual(orderAgents(messages, ["user", "gone", "a"]), ["user", "a", "boss", "b", "c", "d"]);
});

test("every agent stands there once", () => {
  const messages = Array.from({ length: 5000 }, (_, i) => ({
    from: `agent_${(i * 7919) % 97}`,
    to: `agent_${(i * 104_729) % 89}`,
  }));
  const order = orderAgents(messages);
  assert.equal(new Set(order).size, order.length);
  assert.deepEqual([...order].sort(), [...new Set(messages.flatMap(({ from, to }) => [from, to]))].sort());
});
