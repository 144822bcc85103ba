import { strict as assert } from "node:assert";
import { test } from "node:test";
import { identity, lines } from "../../../test/dialects/mapped-capture.ts";
import type { AttributeValue } from "../../model/foreign-span.ts";
import { messagesOf } from "./messages.ts";

function read(value: AttributeValue, role = "user"): readonly string[] {
  return lines(messagesOf(value, role).parts);
}

test("a text is what the side's speaker says", () => {
  assert.deepEqual(read("hello"), ["user text: hello"]);
  assert.deepEqual(read("[not json"), ["user text: [not json"]);
  assert.deepEqual(read(""), []);
  assert.deepEqual(read("{}"), []);
});

// One conversation in the spellings of the field: question, call, result, answer.
const SPELLINGS: readonly (readonly [name: string, value: unknown])[] = [
  [
    "OpenAI chat",
    [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "w", arguments: '{"city": "Paris"}' } }],
      },
      { role: "tool", tool_call_id: "c1", content: "rainy" },
      { role: "assistant", content: [{ type: "text", text: "Rainy." }] },
    ],
  ],
  [
    "OpenAI responses",
    [
      { type: "message", role: "user", content: [{ type: "input_text", text: "Weather?" }] },
      {
        type: "function_call",
        call_id: "c1",
        id: "fc_1",
        name: "w",
        arguments: '{"city":"Paris"}',
        status: "completed",
      },
      { type: "function_call_output", call_id: "c1", output: "rainy" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Rainy.", annotations: [] }] },
    ],
  ],
  [
    "Anthropic",
    [
      { role: "user", content: "Weather?" },
      { role: "assistant", content: [{ type: "tool_use", id: "c1", name: "w", input: { city: "Paris" } }] },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "c1", content: [{ type: "text", text: "rainy" }] }],
      },
      { role: "assistant", content: [{ type: "text", text: "Rainy." }] },
    ],
  ],
  [
    "Bedrock",
    [
      { role: "user", content: [{ text: "Weather?" }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "c1", name: "w", input: { city: "Paris" } } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "c1", status: "success", content: [{ text: "rainy" }] } }] },
      { role: "assistant", content: [{ text: "Rainy." }] },
    ],
  ],
  [
    "Gemini",
    {
      contents: [
        { role: "user", parts: [{ text: "Weather?" }] },
        { role: "model", parts: [{ functionCall: { id: "c1", name: "w", args: { city: "Paris" } } }] },
        { role: "user", parts: [{ functionResponse: { id: "c1", name: "w", response: "rainy" } }] },
        { role: "model", parts: [{ text: "Rainy." }] },
      ],
    },
  ],
  [
    "OpenTelemetry",
    [
      { role: "user", parts: [{ type: "text", content: "Weather?" }] },
      { role: "assistant", parts: [{ type: "tool_call", id: "c1", name: "w", arguments: { city: "Paris" } }] },
      { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "rainy" }] },
      { role: "assistant", parts: [{ type: "text", content: "Rainy." }], finish_reason: "stop" },
    ],
  ],
  [
    "AI SDK",
    {
      messages: [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: [{ type: "tool-call", toolCallId: "c1", toolName: "w", input: { city: "Paris" } }],
        },
        {
          role: "tool",
          content: [{ type: "tool-result", toolCallId: "c1", toolName: "w", output: { type: "text", value: "rainy" } }],
        },
        { role: "assistant", content: "Rainy." },
      ],
    },
  ],
  [
    "LangChain",
    {
      messages: [
        [
          { lc: 1, type: "constructor", id: ["x", "HumanMessage"], kwargs: { content: "Weather?" } },
          {
            lc: 1,
            type: "constructor",
            id: ["x", "AIMessage"],
            kwargs: { content: "", name: "boss", tool_calls: [{ id: "c1", name: "w", args: { city: "Paris" } }] },
          },
          { lc: 1, type: "constructor", id: ["x", "ToolMessage"], kwargs: { content: "rainy", tool_call_id: "c1" } },
          { lc: 1, type: "constructor", id: ["x", "AIMessageChunk"], kwargs: { content: "Rainy." } },
        ],
      ],
    },
  ],
  [
    "LangChain dictionaries",
    [
      { type: "human", content: "Weather?" },
      { type: "ai", data: { content: "", tool_calls: [{ id: "c1", name: "w", args: { city: "Paris" } }] } },
      { type: "tool", content: "rainy", tool_call_id: "c1" },
      { type: "ai", content: "Rainy." },
    ],
  ],
];

for (const [name, value] of SPELLINGS) {
  test(`${name}: one conversation gives the same parts in every spelling`, () => {
    const { parts, complete } = messagesOf(JSON.stringify(value), "user");
    assert.deepEqual(parts.map(identity), [
      '["user","text",null,"Weather?"]',
      '["assistant","tool_call",{"id":"c1","name":"w"},"{\\"city\\":\\"Paris\\"}"]',
      '["tool","tool_result",{"id":"c1"},"rainy"]',
      '["assistant","text",null,"Rainy."]',
    ]);
    assert.ok(complete, "nothing was left unread");
  });
}

test("values that came as structures are read like JSON", () => {
  assert.deepEqual(read([{ role: "user", parts: [{ type: "text", content: "hi" }] }]), ["user text: hi"]);
});

test("further parts of a message continue it", () => {
  const { parts } = messagesOf(
    '[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]',
    "user",
  );
  assert.deepEqual(
    parts.map((part) => part.continues === true),
    [false, true],
  );
});

test("reasoning, refusals, pictures and files are parts of their own kinds", () => {
  assert.deepEqual(
    read(
      JSON.stringify({
        role: "assistant",
        reasoning_content: "hm",
        content: [
          { type: "thinking", thinking: "deep" },
          { type: "image_url", image_url: { url: "https://x/y.png" } },
          { type: "blob", mime_type: "audio/wav", content: "UklG" },
          { type: "uri", uri: "gs://b/f" },
        ],
        refusal: "no",
      }),
    ),
    [
      "assistant reasoning: hm",
      "assistant reasoning: deep",
      "assistant blob: https://x/y.png",
      "assistant blob: UklG",
      "assistant blob: gs://b/f",
      "assistant text: no",
    ],
  );
});

test("what nobody reads makes the list incomplete", () => {
  assert.equal(messagesOf('[{"role":"user","content":"a","secret":"b"}]', "user").complete, false);
  assert.equal(messagesOf('[{"role":"user","content":"a","id":"msg_1"}]', "user").complete, true);
});

test("data that is no conversation is one piece of JSON", () => {
  assert.deepEqual(read('{"city":"Nice","days":3}', ""), ['- json: {"city":"Nice","days":3}']);
  assert.deepEqual(read("[1,2,3]", ""), ["- json: [1,2,3]"]);
  assert.deepEqual(read('[{"id":"d1"}]', ""), ['- json: [{"id":"d1"}]']);
});

test("the remainder of a request comes in front of its messages", () => {
  const { parts, complete } = messagesOf('{"messages":[{"role":"user","content":"a"}],"tools":[{"name":"t"}]}', "user");
  assert.deepEqual(lines(parts), ['- json: {"tools":[{"name":"t"}]}', "user text: a"]);
  assert.deepEqual(parts[0]?.meta, { name: "rest" });
  assert.ok(complete);
});

test("answers come out of their envelopes", () => {
  assert.deepEqual(
    read('{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"A"}}]}', "assistant"),
    ["assistant text: A"],
  );
  assert.deepEqual(read('{"text":"A","toolCalls":[],"files":[]}', "assistant"), ["assistant text: A"]);
  assert.deepEqual(read('{"outputs":"A"}', "assistant"), ["assistant text: A"]);
  assert.deepEqual(read('{"object":"response","output":[{"type":"message","role":"assistant","content":"A"}]}'), [
    "assistant text: A",
  ]);
});

test("a system prompt beside the messages is the system's", () => {
  assert.deepEqual(read('{"system":"S","prompt":"P"}'), ["system text: S", "user text: P"]);
  assert.deepEqual(read('{"systemInstruction":"S","contents":[{"role":"user","parts":[{"text":"P"}]}]}'), [
    "system text: S",
    "user text: P",
  ]);
});

test("a name stays with people, a model's answer is the same whoever repeats it", () => {
  const { parts } = messagesOf(
    '[{"role":"user","name":"Ann","content":"a"},{"role":"assistant","name":"x","content":"b"}]',
    "",
  );
  assert.deepEqual([parts[0]?.meta, parts[1]?.meta], [{ name: "Ann" }, undefined]);
});
