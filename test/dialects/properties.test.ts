// Whatever a span holds, no dialect throws, loops, or makes something of it that the model does not allow.

import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { DIALECTS, mapLog, mapSpan } from "../../src/dialects/registry.ts";
import { registeredKeys, registeredPrefixes } from "../../src/model/attribute-keys.ts";
import { type ContentPart, LogDraft, SpanDraft } from "../../src/model/draft.ts";
import type { AttributeValue } from "../../src/model/foreign-span.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../../src/model/vocabulary.ts";
import { PlainAttributes, sketchSpan } from "../support/plain-span.ts";

const ROLES = new Set(["system", "user", "assistant", "tool", ""]);

const brokenJson = fc
  .json({ maxDepth: 6 })
  .chain((text) => fc.nat({ max: text.length }).map((cut) => text.slice(0, cut)));
const words = fc.constantFrom(
  ...["", "true", "false", "error", "ERROR", "LLM", "AGENT", "TOOL", "CHAIN", "chat", "execute_tool", "invoke_agent"],
  ...["agent", "generation", "tool", "workflow", "task", "model_inference", "tool_call", "ai.toolCall", "tools/call"],
  ...["a:1|b:2|c:3", "||:|", "transfer_to_x", "Planner.(k)-A", "2026-11-22T22:42:49.740Z", "constructor", "__proto__"],
);
const messages = fc.constantFrom(
  '[{"role":"user","content":[{"type":"text"}]},{"role":5},null,[[[]]],{"parts":{"a":1}}]',
  '{"messages":[[{"lc":1,"id":["AIMessage"],"kwargs":{"content":[{"type":"tool_use"}],"tool_calls":[null,{}]}}]]}',
  '{"output":{"lg_name":"Command","goto":[{}],"update":{"messages":[{"lc":1,"id":[],"kwargs":{}}]}}}',
  '{"choices":[{"message":null}],"contents":"x","content":{"parts":[{"functionCall":null},{"thought":true}]}}',
  '{"generations":[[{"text":"","message":{"kwargs":{"response_metadata":"x"}}}]]}',
  `${"[".repeat(3000)}${"]".repeat(3000)}`,
  `${'{"messages":'.repeat(500)}[]${"}".repeat(500)}`,
);
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  words,
  messages,
  brokenJson,
  fc.json({ maxDepth: 5 }),
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 8 }),
  fc.array(fc.oneof(words, fc.string(), fc.integer()), { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 4 }).map((json) => (json === null ? "" : (json as AttributeValue))),
);
/** Names that the dialects read, flattened ones with holes and clashes. */
const name = fc.oneof(
  fc.constantFrom(...registeredKeys()),
  fc
    .tuple(
      fc.constantFrom(...registeredPrefixes()),
      fc.constantFrom("0", "1", "7", "4294967296", "-1", "x", "__proto__"),
      fc.constantFrom("", ".message", ".message.role", ".message.content", ".message.contents.9.message_content.text"),
      fc.constantFrom(
        "",
        ".document.content",
        ".tool_calls.3.tool_call.function.name",
        ".content",
        ".role",
        ".a.b.c.d.e.f",
      ),
    )
    .map((segments) => segments.join("")),
);
const attributes = fc.dictionary(name, value, { maxKeys: 24 });
const scope = fc.constantFrom(
  "",
  ...DIALECTS.flatMap(({ detect }) => (detect.scopes ?? []).map((pattern) => pattern.replace("*", "x"))),
);
const spanName = fc.oneof(
  words,
  fc.constantFrom(
    ...[
      "call_llm",
      "invocation",
      "execute_tool x",
      "execute_tool (merged)",
      "claude_code.tool",
      "autogen process A.(b)-A",
    ],
    ...["workflow.run", "executor.process a", "message.send", "handoff to x", "turn", "function_tool", "running tools"],
  ),
  fc.string(),
);
const event = fc.record({
  name: fc.constantFrom(
    ...["exception", "gen_ai.choice", "gen_ai.user.message", "gen_ai.tool.message", "gen_ai.evaluation.result"],
    ...["gen_ai.client.inference.operation.details", "tool.output", "gen_ai.content.prompt", "x"],
  ),
  attributes: fc.dictionary(
    fc.constantFrom(
      "content",
      "message",
      "id",
      "name",
      "finish_reason",
      "exception.type",
      "exception.message",
      "output",
    ),
    value,
  ),
});

function checkParts(parts: readonly ContentPart[]): void {
  for (const part of parts) {
    assert.ok(ROLES.has(part.role), `role ${part.role}`);
    assert.equal(typeof part.body, "string");
    if (part.type === "tool_call" || part.type === "json") JSON.parse(part.body);
  }
  if (parts[0] !== undefined) assert.notEqual(parts[0].continues, true, "the first part begins a message");
}

function checkDraft(draft: SpanDraft): void {
  assert.ok(SPAN_KINDS.includes(draft.kind) && SPAN_STATUSES.includes(draft.status));
  for (const field of [
    "agent",
    "agentInstance",
    "model",
    "provider",
    "tool",
    "toolCallId",
    "session",
    "user",
  ] as const) {
    assert.equal(typeof draft[field], "string", field);
  }
  for (const count of Object.values(draft.usage)) assert.ok(Number.isInteger(count) && count >= 0 && count < 2 ** 32);
  assert.ok(draft.costUsd === undefined || (Number.isFinite(draft.costUsd) && draft.costUsd >= 0));
  assert.ok(draft.traits >= 0 && draft.traits < 2 ** 16);
  for (const hint of draft.hints.values()) assert.equal(typeof hint, "string");
  checkParts(draft.input);
  checkParts(draft.output);
}

test("no dialect throws on a span of random values under the names that it reads", () => {
  fc.assert(
    fc.property(
      fc.record({
        name: spanName,
        scope,
        service: words,
        otelKind: fc.nat({ max: 6 }),
        statusCode: fc.nat({ max: 3 }),
        statusMessage: fc.oneof(fc.string(), words),
        hasParent: fc.boolean(),
        attributes,
        events: fc.array(event, { maxLength: 4 }),
      }),
      (sketch) => {
        const span = sketchSpan(sketch);
        const draft = new SpanDraft();
        mapSpan(span.marks, span, draft);
        checkDraft(draft);
      },
    ),
    { numRuns: 3000 },
  );
});

for (const dialect of DIALECTS) {
  test(`${dialect.id}: its own mapping stands random values`, () => {
    const draft = new SpanDraft();
    fc.assert(
      fc.property(spanName, attributes, fc.array(event, { maxLength: 2 }), (title, values, events) => {
        const span = sketchSpan({ name: title, attributes: values, events });
        draft.reset();
        dialect.map(span, draft);
        checkParts(draft.input);
        checkParts(draft.output);
      }),
      { numRuns: 300 },
    );
  });
}

test("no dialect throws on a log record", () => {
  const eventName = fc.oneof(
    words,
    fc.constantFrom(
      ...["gen_ai.choice", "gen_ai.user.message", "gen_ai.evaluation.result", "user_prompt", "api_request"],
      ...["assistant_response", "tool_result", "gen_ai.client.inference.operation.details", "claude_code.api_error"],
    ),
  );
  fc.assert(
    fc.property(eventName, scope, attributes, fc.option(value, { nil: undefined }), (type, logScope, values, body) => {
      const draft = new LogDraft();
      const log = {
        eventName: type,
        scope: logScope,
        service: "",
        timeNs: 0n,
        traceId: "",
        spanId: "",
        severityNumber: 0,
        body,
        attributes: PlainAttributes.of(values),
        resource: PlainAttributes.of({}),
      };
      mapLog(log, draft);
      checkParts(draft.input);
      checkParts(draft.output);
      for (const fact of draft.facts) assert.equal(typeof fact.value, "string");
    }),
    { numRuns: 1000 },
  );
});

test("texts of a million characters take no time to speak of", () => {
  const long = "transfer_to_".padEnd(1_000_000, "a|:({[\n ");
  const json = `[${'{"role":"user","content":"x"},'.repeat(30_000)}{}]`;
  for (const text of [long, json, " ".repeat(1_000_000), "[".repeat(1_000_000), '"'.repeat(1_000_000)]) {
    const values = Object.fromEntries(registeredKeys().map((key) => [key, text]));
    const started = performance.now();
    for (const dialect of DIALECTS) {
      const span = sketchSpan({ name: text.slice(0, 1000), attributes: values });
      const draft = new SpanDraft();
      dialect.map(span, draft);
    }
    assert.ok(performance.now() - started < 20_000, `${text.slice(0, 20)} took ${performance.now() - started} ms`);
  }
});
