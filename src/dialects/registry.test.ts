import { strict as assert } from "node:assert";
import { test } from "node:test";
import { mapSketch } from "../../test/dialects/mapped-capture.ts";
import { PlainAttributes, sketchSpan } from "../../test/support/plain-span.ts";
import { LogDraft } from "../model/draft.ts";
import { DIALECTS, detectDialect, dialectMarks, mapLog, scopeMarks } from "./registry.ts";

test("marks fit a small integer and ids are distinct", () => {
  assert.ok(DIALECTS.length <= 30);
  assert.equal(new Set(DIALECTS.map(({ id }) => id)).size, DIALECTS.length);
  assert.equal(DIALECTS[0]?.id, "talea");
  assert.equal(DIALECTS.at(-1)?.id, "otel-genai");
});

test("names and scopes that no dialect knows have no marks", () => {
  assert.equal(dialectMarks("http.request.method"), 0);
  assert.equal(scopeMarks("@opentelemetry/instrumentation-http"), 0);
  assert.notEqual(dialectMarks("gen_ai.whatever"), 0);
  assert.equal(scopeMarks("aix"), 0, "a scope matches as a whole unless the pattern says otherwise");
});

test("the first dialect that agrees has the span", () => {
  const span = sketchSpan({
    name: "chat",
    attributes: {
      "langfuse.observation.type": "generation",
      "openinference.span.kind": "LLM",
      "gen_ai.system": "openai",
    },
  });
  assert.equal(detectDialect(span.marks, span)?.id, "langfuse");
  const foreign = sketchSpan({ name: "GET /", attributes: { "span.type": "web", "gen_ai.operation.name": "chat" } });
  assert.equal(detectDialect(foreign.marks, foreign)?.id, "otel-genai");
  assert.equal(detectDialect(0, span), undefined);
});

test("what a dialect leaves open is read in OpenTelemetry's words", () => {
  const { draft } = mapSketch({
    attributes: { "openinference.span.kind": "LLM", "gen_ai.usage.input_tokens": 3, "gen_ai.response.model": "m" },
  });
  assert.deepEqual([draft.kind, draft.usage.input, draft.model], ["llm", 3, "m"]);
});

test("a plain span has a status, a session and nothing else", () => {
  const { dialect, draft } = mapSketch({
    name: "GET /",
    statusCode: 2,
    statusMessage: "boom",
    attributes: { "session.id": "s", "user.id": "u", "error.type": "500" },
  });
  assert.equal(dialect, "");
  assert.deepEqual([draft.kind, draft.status, draft.statusMessage, draft.errorType], ["other", "error", "boom", "500"]);
  assert.deepEqual([draft.session, draft.user], ["s", "u"]);
});

test("the provider of anything but a call is dropped, the model kept for agents only", () => {
  const attributes = { "gen_ai.request.model": "m", "gen_ai.provider.name": "crewai" };
  const agent = mapSketch({ attributes: { ...attributes, "gen_ai.operation.name": "invoke_agent" } }).draft;
  const tool = mapSketch({ attributes: { ...attributes, "gen_ai.operation.name": "execute_tool" } }).draft;
  assert.deepEqual([agent.model, agent.provider, tool.model, tool.provider], ["m", "", "", ""]);
});

test("usage of anything but a call repeats, save on a turn that may stand for the call", () => {
  const attributes = { "openinference.span.kind": "CHAIN", "llm.token_count.prompt": 5 };
  assert.ok(mapSketch({ name: "cycle", attributes }).draft.is("usageRepeated"));
  assert.ok(!mapSketch({ name: "turn", attributes }).draft.is("usageRepeated"));
});

test("the class of an error is found in its type, its exception, or in front of its message", () => {
  const failed = { statusCode: 2, attributes: { "gen_ai.operation.name": "chat" } };
  const exception = (type: string) => [{ name: "exception", attributes: { "exception.type": type } }];
  assert.equal(mapSketch({ ...failed, events: exception("openai.RateLimitError") }).draft.errorType, "RateLimitError");
  assert.equal(mapSketch({ ...failed, statusMessage: "ValueError: no" }).draft.errorType, "ValueError");
  const unknown = { ...failed.attributes, "error.type": "unknown" };
  assert.equal(
    mapSketch({ ...failed, attributes: unknown, events: exception("TypeError") }).draft.errorType,
    "TypeError",
  );
});

test("an interrupt is control flow, whatever the message says after it", () => {
  const { draft } = mapSketch({
    statusCode: 2,
    statusMessage: "GraphInterrupt((Interrupt(value='approve?'),))",
    attributes: { "gen_ai.operation.name": "execute_task" },
  });
  assert.equal(draft.status, "ok");
  assert.ok(draft.is("controlFlow"));
  assert.match(draft.statusMessage, /approve/);
});

function logOf(sketch: {
  readonly eventName?: string;
  readonly attributes?: Record<string, string | number>;
  readonly spanId?: string;
}) {
  return {
    eventName: sketch.eventName ?? "",
    scope: "x",
    service: "",
    timeNs: 0n,
    traceId: "",
    spanId: sketch.spanId ?? "",
    severityNumber: 9,
    body: undefined,
    attributes: PlainAttributes.of(sketch.attributes ?? {}),
    resource: PlainAttributes.of({}),
  };
}

test("a log record's type is its event name, else the attribute, else log", () => {
  const typeOf = (sketch: Parameters<typeof logOf>[0]) => {
    const draft = new LogDraft();
    mapLog(logOf(sketch), draft);
    return draft.type;
  };
  assert.equal(typeOf({ eventName: "order.placed", attributes: { "event.name": "other" } }), "order.placed");
  assert.equal(typeOf({ attributes: { "event.name": "order.placed" } }), "order.placed");
  assert.equal(typeOf({}), "log");
});

test("a log record is about the agent that it names, in Talea's words or OpenTelemetry's", () => {
  const agentOf = (attributes: Record<string, string>) => {
    const draft = new LogDraft();
    mapLog(logOf({ eventName: "human.requested", attributes }), draft);
    return draft.agent;
  };
  assert.equal(agentOf({ "gen_ai.agent.name": "writer" }), "writer");
  assert.equal(agentOf({ "gen_ai.agent.name": "writer", "talea.agent": "editor" }), "editor");
  assert.equal(agentOf({}), "");
});

test("an evaluation result is a score, about the response that it names when it has no span", () => {
  const attributes = {
    "gen_ai.evaluation.name": "tone",
    "gen_ai.evaluation.score.value": 0.5,
    "gen_ai.response.id": "r1",
  };
  const draft = new LogDraft();
  assert.equal(mapLog(logOf({ eventName: "gen_ai.evaluation.result", attributes }), draft), "otel-genai");
  assert.equal(draft.type, "score");
  assert.equal(draft.about, "response:r1");
  assert.deepEqual(JSON.parse(draft.facts[0]?.value ?? ""), {
    name: "tone",
    value: 0.5,
    source: "gen_ai.evaluation.result",
  });
  const own = new LogDraft();
  mapLog(logOf({ eventName: "gen_ai.evaluation.result", attributes, spanId: "aa" }), own);
  assert.equal(own.about, "");
});
