import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationLines, headsOf } from "../../test/support/conversation-lines.ts";
import { eventOf, inputOf, type TestSpan } from "../../test/support/run-builder.ts";
import { LIMITS } from "../model/limits.ts";
import type { PartHead } from "../model/part-heads.ts";
import { analyse } from "./analyse.ts";
import { conversationOf } from "./conversation.ts";
import type { RunInput } from "./run-analysis.ts";

// In these runs a part's hash says what the part is: `user:hello`, `call:ask#1`, `result:rainy#1`.
const TYPES: Readonly<Record<string, Pick<PartHead, "role" | "type">>> = {
  sys: { role: "system", type: "text" },
  user: { role: "user", type: "text" },
  said: { role: "assistant", type: "text" },
  call: { role: "assistant", type: "tool_call" },
  result: { role: "tool", type: "tool_result" },
  json: { role: "", type: "json" },
};

function headOf(hash: string): PartHead {
  const [word = "", rest = ""] = hash.split(":");
  const [body = "", callId = ""] = rest.split("#");
  const { role, type } = TYPES[word] ?? { role: "", type: "text" };
  return { role, type, callId, name: type === "tool_call" ? body : "", bytes: body.length };
}

function transcript(spans: string | readonly TestSpan[], rest: Partial<RunInput> = {}): string[] {
  const run = inputOf(spans, rest);
  return conversationLines(run, analyse(run), headsOf(run, headOf), (hash) => hash.replace(/^\w+:/, ""));
}

test("what an input repeats is left out, and a call is joined to its span by its id", () => {
  assert.deepEqual(
    transcript(`
      agent boss 0-100
        llm chat 1-10 reads=sys:rules,user:weather? writes=call:ask#1
        tool ask 11-20 call=1 reads=call:ask#1 writes=result:rainy#1
        llm chat 21-30 reads=sys:rules,user:weather?,call:ask#1,result:rainy#1 writes=said:rain
    `),
    [
      "prompt: system  -> boss",
      "  rules",
      "prompt: user user -> boss",
      "  weather?",
      "answer: assistant boss ->",
      "  * ask(ask#1) => rainy#1",
      "answer: assistant boss -> user",
      "  rain",
    ],
  );
});

test("a person who says the same again is heard again", () => {
  const lines = transcript(`
    agent boss 0-100
      llm chat 1-10 reads=user:yes writes=said:more?
      llm chat 21-30 reads=user:yes,said:more?,user:yes writes=said:done
  `);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("  ")),
    ["  yes", "  more?", "  yes", "  done"],
  );
});

test("each agent's system prompt is told once, also when two agents have the same", () => {
  const lines = transcript(`
    run r 0-100
      agent a 1-40
        llm chat 2-10 reads=sys:rules,user:x writes=said:1
        llm chat 12-20 reads=sys:rules,user:x,said:1 writes=said:2
      agent b 50-90
        llm chat 52-60 reads=sys:rules,user:y writes=said:3
  `);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("prompt: system")),
    ["prompt: system  -> a", "prompt: system  -> b"],
  );
});

test("an agent called as a tool is asked by its caller and answers it; no reply is told twice", () => {
  assert.deepEqual(
    transcript(`
      agent boss 0-100
        llm chat 1-10 reads=user:go writes=call:helper#1
        tool helper 11-60 call=1 writes=result:done#1
          agent helper 12-59
            llm chat 13-50 reads=user:help writes=said:done
        llm chat 61-70 reads=user:go,call:helper#1,result:done#1 writes=said:end
    `),
    [
      "prompt: user user -> boss",
      "  go",
      "answer: assistant boss ->",
      "  * helper(helper#1) => done#1",
      "message: delegate boss -> helper",
      "prompt: user boss -> helper",
      "  help",
      "answer: assistant helper -> boss",
      "  done",
      "answer: assistant boss -> user",
      "  end",
    ],
  );
});

test("what two agents say at the same time stands in the order in which it was said", () => {
  const lines = transcript(`
    run r 0-100
      agent slow 1-90
        llm chat 2-80 reads=user:s writes=said:slow
      agent fast 1-30
        llm chat 3-10 reads=user:f writes=said:one
        llm chat 12-20 reads=user:f,said:one,user:again writes=said:two
  `);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("  ")),
    ["  f", "  one", "  again", "  two", "  s", "  slow"],
  );
});

test("a call's span that lasts until its tools have run was answered when the first of them began", () => {
  const lines = transcript(`
    agent boss 0-100
      llm chat 1-90 reads=user:go writes=call:helper#1
        tool helper 20-80 call=1
          agent helper 21-79
            llm chat 22-40 reads=user:help writes=said:done
  `);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("answer")),
    ["answer: assistant boss ->", "answer: assistant helper -> boss"],
  );
});

test("results without an id belong to the calls that wait for one, in their order", () => {
  const lines = transcript(`
    agent boss 0-100
      llm chat 1-10 reads=user:go writes=call:a,call:b
      llm chat 21-30 reads=user:go,call:a,call:b,result:ra,result:rb writes=said:end
  `);
  assert.deepEqual(lines.slice(2, 5), [
    "answer: assistant boss ->",
    "  * a(a) => ra (no span)",
    "  * b(b) => rb (no span)",
  ]);
});

test("a call without an id is joined to its agent's next span of that tool", () => {
  const lines = transcript(`
    agent boss 0-100
      llm chat 1-10 reads=user:go writes=call:find,call:find
      tool find 11-20 tool=find writes=result:first
      tool find 12-20 tool=find writes=result:second
  `);
  assert.deepEqual(lines.slice(3, 5), ["  * find(find) => first", "  * find(find) => second"]);
});

test("a tool that no answer names is a turn of its own, unless it began while the model answered", () => {
  assert.deepEqual(
    transcript(`
      agent boss 0-100
        llm chat 1-10 reads=user:go writes=said:well
        tool early 5-20 writes=result:e
        tool late 30-40 writes=result:l
    `),
    [
      "prompt: user user -> boss",
      "  go",
      "answer: assistant boss -> user",
      "  well",
      "  * early() => e",
      "call: tool boss ->",
      "  * late() => l",
    ],
  );
});

test("what was said in an earlier run is history, and the user's last word is not", () => {
  assert.deepEqual(
    transcript(`
      agent boss 0-100
        llm chat 1-10 reads=user:before,said:then,user:today writes=said:new
    `).filter((line) => !line.startsWith("  ")),
    [
      "history: user user -> boss",
      "history: assistant boss",
      "prompt: user user -> boss",
      "answer: assistant boss -> user",
    ],
  );
});

test("the outermost span says what no model call did, and an agent without a model call speaks for itself", () => {
  assert.deepEqual(
    transcript(`
      run r 0-100 reads=json:question writes=json:result
        agent parser 10-20 reads=user:parse writes=said:parsed
        agent writer 30-60 reads=user:inner writes=said:text
          llm chat 31-50 reads=user:write writes=said:text
    `),
    [
      "input: user",
      "  question",
      "input: user user -> parser",
      "  parse",
      "output: assistant parser ->",
      "  parsed",
      "message: handoff parser -> writer",
      "prompt: user parser -> writer",
      "  write",
      "answer: assistant writer -> user",
      "  text",
      "output: assistant",
      "  result",
    ],
  );
});

test("a step around a call that has no words of its own stands for it, as long as it is the agent's only one", () => {
  const lines = transcript(`
    agent boss 0-100
      step turn 1-20 reads=user:go writes=call:helper#1
        llm chat 2-10
        tool helper 11-19 call=1
          agent helper 12-18
            llm chat 13-17 reads=user:help writes=said:done
      step whole 30-90 reads=user:both writes=said:both
        llm chat 31-40
        llm chat 41-50
  `);
  assert.ok(lines.includes("  * helper(helper#1) => "));
  assert.ok(!lines.includes("  both"));
});

test("failures stand where they happened: at the call, at the tool, or as a turn of their own", () => {
  const run = inputOf(`
    agent boss 0-100 error=stopped
      llm chat 1-10 reads=user:go error=overloaded
      guardrail check 20-30 error=refused
  `);
  const lines = conversationLines(run, analyse(run), headsOf(run, headOf), (hash) => hash);
  assert.deepEqual(
    lines.filter((line) => /^(answer|error)/.test(line)),
    ["answer: assistant boss ->", "error: agent boss ->"],
  );
});

test("people are asked and answer, agents send messages, all by events", () => {
  const events = [
    eventOf("human.requested", 20, { agent: "boss", message: "May I?" }),
    eventOf("human.answered", 30, { agent: "boss", message: "Yes" }),
    eventOf("message.sent", 40, { agent: "boss", toAgent: "clerk", message: "do it" }),
  ];
  const spans = `
    agent boss 0-100
      llm chat 1-10 reads=user:go writes=said:well
    agent clerk 50-90
  `;
  assert.deepEqual(
    transcript(spans, { events }).filter((line) => /^(request|response|message)/.test(line)),
    ["request: human boss ->  May I?", "response: human  -> boss Yes", "message: send boss -> clerk do it"],
  );
});

test("a call that goes on is the last turn, and a run without content still tells who worked", () => {
  assert.deepEqual(
    transcript(`
      agent boss 0-
        llm chat 1- reads=user:go
        tool find 2-3 tool=find
    `).filter((line) => line.startsWith("answer")),
    ["answer: assistant boss ->"],
  );
});

test("very many parts of one speaker are several turns, and nothing of them is lost", () => {
  const inputParts = Array.from({ length: 2 * LIMITS.conversationTurnParts + 50 }, (_, i) => `user:q${i}`);
  const outputParts = Array.from({ length: LIMITS.conversationTurnParts + 1 }, (_, i) => `said:a${i}`);
  const lines = transcript([
    {
      ...{ id: "s", kind: "llm", name: "chat", start: 0, end: 1e6, inputParts, outputParts },
      texts: { agent: "boss" },
    },
  ]);
  assert.equal(lines.filter((line) => line.startsWith("prompt")).length, 3);
  assert.equal(lines.filter((line) => line.startsWith("answer")).length, 2);
  assert.equal(lines.filter((line) => line.startsWith("  ")).length, inputParts.length + outputParts.length);
});

test("turns have different ids, also where spans of two traces have the same", () => {
  const span = (trace: string): TestSpan => ({
    ...{ id: "same", trace, kind: "llm", name: "chat", start: 0, end: 1e6, outputParts: [`said:${trace}`] },
    texts: { agent: "boss" },
  });
  const run = inputOf([span("a".repeat(32)), span("b".repeat(32))]);
  const turns = conversationOf(run.columns, analyse(run), [], headsOf(run, headOf));
  assert.equal(turns.length, 2);
  assert.equal(new Set(turns.map(({ id }) => id)).size, 2);
});

test("a long conversation that is sent again with every call is told once", () => {
  const history: string[] = [];
  const spans = Array.from({ length: 300 }, (_, i): TestSpan => {
    const inputParts = [...history, `user:q${i}`];
    history.push(`user:q${i}`, `said:a${i}`);
    return {
      ...{ id: `s${i}`, kind: "llm", name: "chat", start: i * 10e6, end: (i * 10 + 5) * 1e6, inputParts },
      ...{ outputParts: [`said:a${i}`], texts: { agent: "boss" } },
    };
  });
  const lines = transcript(spans).filter((line) => line.startsWith("  "));
  assert.equal(lines.length, 600);
  assert.equal(new Set(lines).size, 600);
});
