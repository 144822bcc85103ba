import { strict as assert } from "node:assert";
import { test } from "node:test";
import { agentsOf, first, hint, kindCounts, mapCapture, mapSketch } from "../../test/dialects/mapped-capture.ts";

const SAMPLE = "reconstructed/autogen-core-messaging.otlp.json";

test("the runtime activates agents by their type; the key tells instances apart", () => {
  const spans = mapCapture(SAMPLE);
  assert.ok(spans.every(({ dialect }) => dialect === "autogen"));
  assert.deepEqual(kindCounts(spans), { message: 2, agent: 4, tool: 1 });
  assert.deepEqual(agentsOf(spans), ["Coder", "Planner"]);
  const { draft, span } = first(spans, "autogen process Planner.(session1)-A");
  assert.equal(draft.agentInstance, "Planner/session1");
  assert.equal(hint(draft, "destination"), "Planner.(session1)-A");
  assert.equal(span.links.length, 1);
});

test("what is sent to an agent is a send, what is published to a topic a broadcast", () => {
  const spans = mapCapture(SAMPLE);
  const sent = first(spans, "autogen send Planner.(session1)-A").draft;
  assert.deepEqual([hint(sent, "messageKind"), hint(sent, "to"), hint(sent, "evidence")], ["send", "Planner", "M9"]);
  const published = first(spans, "autogen publish group_topic.(session1)-T").draft;
  assert.deepEqual([hint(published, "messageKind"), hint(published, "to")], ["broadcast", undefined]);
});

test("other messaging spans are not AutoGen's", () => {
  const { dialect } = mapSketch({ name: "orders process", attributes: { "messaging.destination": "orders" } });
  assert.equal(dialect, "");
});
