import { strict as assert } from "node:assert";
import { test } from "node:test";
import { finishReasonIn, finishReasonOf } from "./finish-reasons.ts";
import { providerOf } from "./providers.ts";
import { transferOf } from "./transfers.ts";

test("reasons to stop are one word each, however they are spelled", () => {
  const spellings = { stop: ["STOP", "end_turn", "endTurn", "stop_sequence"], length: ["max_tokens", "MAX_TOKENS"] };
  for (const [reason, words] of Object.entries(spellings)) {
    for (const word of words) assert.equal(finishReasonOf(word), reason);
  }
  for (const word of ["tool_call", "tool_calls", "tool-calls", "tool_use", "toolUse"]) {
    assert.equal(finishReasonOf(word), "tool_call");
  }
  assert.equal(finishReasonOf("content-filter"), "content_filter");
  assert.equal(finishReasonOf("because"), "other");
  assert.equal(finishReasonOf(""), undefined);
});

test("reasons come as a word, a list, or a list as JSON", () => {
  assert.equal(finishReasonIn("stop"), "stop");
  assert.equal(finishReasonIn(["stop", "length"]), "length");
  assert.equal(finishReasonIn('["tool-calls"]'), "tool_call");
  assert.equal(finishReasonIn([]), undefined);
});

test("providers have one name, without their API; frameworks are none", () => {
  const names = {
    "openai.responses": "openai",
    OpenAI: "openai",
    "aws.bedrock": "aws.bedrock",
    "amazon-bedrock": "aws.bedrock",
    "azure.ai.openai": "azure.ai.openai",
    "az.ai.openai": "azure.ai.openai",
    "google.generative-ai": "gcp.gemini",
    "gcp.vertex_ai": "gcp.vertex_ai",
    "gcp.vertex.agent": "",
    langchain: "",
    "microsoft.agent_framework": "",
    "my-own": "my-own",
    "": "",
  };
  for (const [word, name] of Object.entries(names)) assert.equal(providerOf(word), name, word);
});

test("tools that hand over are told by their names", () => {
  const none = () => undefined;
  const told = (tool: string) => {
    const transfer = transferOf(tool, none);
    return transfer && `${transfer.kind} ${transfer.target} ${transfer.evidence}`;
  };
  assert.equal(told("transfer_to_Weather_Agent"), "handoff Weather_Agent M5");
  assert.equal(told("transfer_back_to_supervisor"), "reply supervisor M5");
  assert.equal(told("delegate_to_researcher"), "delegate researcher M5");
  assert.equal(told("handoff_to_writer"), "handoff writer M5");
  assert.equal(told("agent-researcher"), "delegate researcher M4");
  assert.equal(told("web_search"), undefined);
  assert.equal(told("transfer_to_"), undefined);
  assert.equal(told("constructor"), undefined);
});

test("or by an argument", () => {
  const told = (tool: string, value: unknown) => transferOf(tool, () => JSON.stringify(value))?.target;
  assert.equal(told("transfer_to_agent", { agentName: "r" }), "r");
  assert.equal(told("handoff", { to_agent: "r", reason: "x" }), "r");
  assert.equal(told("handoff_to_agent", { agent_id: "r" }), "r");
  assert.equal(told("strands_structured_output", { message: "final" }), undefined);
  assert.equal(told("Delegate work to coworker", { coworker: " Researcher " }), "Researcher");
  assert.equal(transferOf("Ask question to coworker", () => '{"coworker":"R"}')?.evidence, "M6");
  assert.equal(told("Task", { subagent_type: "explorer" }), "explorer");
});
