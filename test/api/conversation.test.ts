// Transcripts through the API: pages, filters, texts that are cut and read in full, from the journal and from the store.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { Conversation, ConversationPart, type Turn } from "../../src/model/conversation-shapes.ts";
import { LIMITS } from "../../src/model/limits.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { failure, hex, NOW, sendSpans, settled, type TestSpan } from "./send-spans.ts";

const LANGGRAPH = "185d56b1c011ce877dd2e34b07d1df74";
const CLAUDE = "35a093deb77dbf337c7aaaad2098f2ca";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.load("claude-agent-sdk/subagent.traces.otlp.json");
  await talea.load("claude-agent-sdk/subagent.logs.otlp.json", "logs");
});
after(() => talea.close());

async function conforming<T>(path: string, schema: TSchema): Promise<T> {
  const answer = await talea.get<T>(path);
  const [error] = Value.Errors(schema, answer);
  assert.equal(error, undefined, `${path}: ${error?.instancePath} ${error?.message}`);
  return answer;
}

const conversation = (id: string, query = "") =>
  conforming<Conversation>(`/api/v1/runs/${id}/conversation?${query}`, Conversation);

/** What is said, in one line a turn. */
function lines({ turns }: Pick<Conversation, "turns">): string[] {
  return turns.map(({ kind, from, to, parts, toolCalls }) => {
    const texts = parts.map(({ text, data }) => text ?? JSON.stringify(data));
    const calls = toolCalls.map(({ name, results }) => `${name}=${results.map(({ text }) => text).join("|")}`);
    return `${kind} ${from ?? ""}>${to ?? ""}: ${[...texts, ...calls].join(", ")}`;
  });
}

/** A model call with messages, half a second after the one before. */
function modelCall(traceId: string, i: number, input: readonly object[], output: readonly object[]): TestSpan {
  return {
    traceId,
    startMs: NOW - 60_000 + i * 500,
    durationMs: 400,
    name: "chat",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.input.messages": JSON.stringify(input),
      "gen_ai.output.messages": JSON.stringify(output),
    },
  };
}

const message = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });

test("a capture reads as a transcript, straight from the journal and from the store", async () => {
  const fresh = await conversation(LANGGRAPH);
  assert.deepEqual(lines(fresh).slice(0, 6), [
    "prompt >supervisor: You manage two experts.",
    "prompt user>supervisor: weather in Paris and 2+2?",
    "answer supervisor>: transfer_to_research_expert=Successfully transferred to research_expert",
    "message supervisor>research_expert: ",
    "prompt >research_expert: You research.",
    "answer research_expert>: web_search=Rainy: weather Paris",
  ]);
  const answer = fresh.turns[2] as Turn;
  assert.equal(answer.model, "sup-model-2026-01-01");
  assert.deepEqual([answer.tokens?.input, answer.tokens?.output], [50, 8]);
  assert.equal(fresh.captured, true);
  await settled(talea);
  assert.deepEqual(await conversation(LANGGRAPH), fresh);
});

test("what came as log records is said where its span is", async () => {
  assert.deepEqual(lines(await conversation(CLAUDE)), [
    "input user>main: Please delegate saying hello",
    "answer main>: Delegating., Agent=",
    "message main>general-purpose: ",
    "answer general-purpose>: Bash=hello-from-subagent",
    "answer general-purpose>main: sub-agent says hello",
    "answer main>user: All done.",
  ]);
});

test("pages hold every turn once, and say how many there are", async () => {
  const whole = await conversation(LANGGRAPH);
  const turns: Turn[] = [];
  let after = "";
  for (let pages = 0; pages < 50; pages++) {
    const page = await conversation(LANGGRAPH, `limit=3${after === "" ? "" : `&after=${after}`}`);
    assert.equal(page.before, turns.length);
    assert.equal(page.total, whole.turns.length);
    turns.push(...page.turns);
    if (page.nextCursor === undefined) break;
    after = page.nextCursor;
  }
  assert.deepEqual(turns, whole.turns);
  assert.deepEqual(await failure(await fetch(`${talea.talea.url}/api/v1/runs/${LANGGRAPH}/conversation?after=x`)), [
    400,
    "cursor_invalid",
  ]);
});

test("one agent's turns are those of it, to it and from it", async () => {
  const { turns, total } = await conversation(LANGGRAPH, "agent=math_expert");
  assert.ok(total > 0 && total === turns.length);
  for (const { agent, from, to } of turns) assert.ok([agent, from, to].includes("math_expert"));
  assert.deepEqual((await conversation(LANGGRAPH, "agent=nobody")).turns, []);
});

test("a long text is cut, says by how much, and is read in full by its hash", async () => {
  const traceId = hex(16);
  const long = "é".repeat(LIMITS.conversationTextCharacters + 1_000);
  await sendSpans(talea, modelCall(traceId, 0, [message("user", long)], [message("assistant", "short")]));
  const check = async () => {
    const { turns } = await conversation(traceId);
    const part = turns.find(({ role }) => role === "user")?.parts[0];
    assert.equal(part?.text?.length, LIMITS.conversationTextCharacters);
    assert.equal(part?.bytes, 2 * long.length);
    assert.equal(part?.cutBytes, 2_000);
    const whole = await conforming<ConversationPart>(
      `/api/v1/runs/${traceId}/contents/${part?.hash}`,
      ConversationPart,
    );
    assert.equal(whole.text, long);
    assert.equal(whole.cutBytes, undefined);
  };
  await check();
  await settled(talea);
  await check();
  const unknown = await fetch(`${talea.talea.url}/api/v1/runs/${traceId}/contents/${"0".repeat(32)}`);
  assert.deepEqual(await failure(unknown), [404, "content_not_found"]);
  const other = await fetch(`${talea.talea.url}/api/v1/runs/${traceId}/contents/nothing`);
  assert.deepEqual(await failure(other), [400, "bad_request"]);
});

test("a page ends where its texts get too long for one answer", async () => {
  const traceId = hex(16);
  const perTurn = LIMITS.conversationTextCharacters;
  const count = Math.ceil((1.5 * LIMITS.conversationPageBytes) / perTurn);
  const calls = Array.from({ length: count }, (_, i) =>
    modelCall(traceId, i, [], [message("assistant", `${i} ${"x".repeat(perTurn)}`)]),
  );
  for (let i = 0; i < count; i += 50) await sendSpans(talea, ...calls.slice(i, i + 50));
  const first = await conversation(traceId, "limit=1000");
  assert.ok(first.turns.length < count && first.turns.length > count / 2, `${first.turns.length} of ${count}`);
  const rest = await conversation(traceId, `limit=1000&after=${first.nextCursor}`);
  assert.equal(first.turns.length + rest.turns.length, count);
});

test("a run without content says so, and still tells who worked", async () => {
  const traceId = hex(16);
  await sendSpans(talea, { traceId, name: "chat", attributes: { "gen_ai.operation.name": "chat" } });
  const { captured, turns } = await conversation(traceId);
  assert.equal(captured, false);
  assert.deepEqual(
    turns.map(({ kind, parts }) => [kind, parts.length]),
    [["answer", 0]],
  );
});

test("a run that is analysed in the worker has a transcript too, each message once", async () => {
  const traceId = hex(16);
  const history: object[] = [message("system", "rules")];
  const calls: TestSpan[] = [];
  const count = LIMITS.mainThreadSpans * 2;
  for (let i = 0; i < count; i++) {
    history.push(message("user", `question ${i}`));
    calls.push(modelCall(traceId, i, history.slice(-4), [message("assistant", `answer ${i}`)]));
    history.push(message("assistant", `answer ${i}`));
  }
  for (let i = 0; i < count; i += 500) await sendSpans(talea, ...calls.slice(i, i + 500));
  const seen: string[] = [];
  let after = "";
  do {
    const page = await conversation(traceId, `limit=1000${after}`);
    seen.push(...lines(page));
    after = page.nextCursor === undefined ? "" : `&after=${page.nextCursor}`;
  } while (after !== "");
  assert.equal(seen.filter((line) => line.includes("question")).length, count);
  assert.equal(seen.filter((line) => line.startsWith("answer")).length, count);
  assert.equal(new Set(seen).size, seen.length);
});

test("a person's question and answer come from events, with their whole texts", async () => {
  const traceId = hex(16);
  const long = "May this be paid? ".repeat(100);
  await sendSpans(talea, { traceId });
  const event = (type: string, message: string, time: number) => ({
    ...{ traceId, type, message, agentId: "tester", time: new Date(time).toISOString() },
  });
  const answer = await talea.post("/api/v1/events", [
    event("human.requested", long, NOW - 4_500),
    event("human.answered", "yes", NOW - 4_400),
  ]);
  assert.equal(answer.status, 200);
  assert.deepEqual(lines(await conversation(traceId)), [`request tester>: ${long}`, "response >tester: yes"]);
});
