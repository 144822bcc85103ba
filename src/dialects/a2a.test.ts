import { strict as assert } from "node:assert";
import { test } from "node:test";
import { hint, mapSketch } from "../../test/dialects/mapped-capture.ts";

test("the client's span is a delegation, the server's the task", () => {
  const attributes = {
    "a2a.method.name": "message/send",
    "a2a.task.id": "task-1",
    "a2a.message.id": "m-1",
    "gen_ai.conversation.id": "ctx-1",
  };
  const client = mapSketch({ otelKind: 3, service: "shop", attributes });
  assert.deepEqual([client.dialect, client.draft.kind, client.draft.session], ["a2a", "message", "ctx-1"]);
  assert.deepEqual([hint(client.draft, "messageKind"), hint(client.draft, "evidence")], ["delegate", "M10"]);
  const server = mapSketch({ otelKind: 2, service: "weather", attributes });
  assert.deepEqual([server.draft.kind, server.draft.agent], ["task", "weather"]);
  assert.ok(server.draft.is("agentInferred"));
  assert.equal(hint(server.draft, "task"), "task-1");
  assert.equal(hint(server.draft, "messageId"), "m-1");
});
