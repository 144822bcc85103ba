// The transcripts of real captures, as snapshots that people can read. UPDATE=1 renews them.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { analyse } from "../../src/analysis/analyse.ts";
import type { PartHead } from "../../src/model/part-heads.ts";
import { runsOfCapture } from "../support/columns-from-drafts.ts";
import { conversationLines, headsOf } from "../support/conversation-lines.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** Those whose senders captured what was said. */
const CAPTURES = [
  "vercel-ai-sdk/ai-v6-multi-agent",
  "vercel-ai-sdk/ai-v7-otel-genai-multi-agent",
  "openinference-langgraph-js/langgraph-multi-agent",
  "langfuse-js/langgraph-callback-multi-agent",
  "langfuse-js/sdk-multi-agent",
  "langsmith-otel-js/traceable-multi-agent",
  "openai-agents-js/openinference-bridge",
  "openllmetry-js/langgraph-multi-agent",
  "strands-js/multi-agent",
  "google-adk-js/multi-agent",
  "mastra/mastra1-otel-multi-agent",
  "reconstructed/openllmetry-python-crewai",
  "reconstructed/legacy-openllmetry-flattened-prompts",
];

type Part = readonly [role: string, type: string, meta: { id?: string; name?: string } | null, body: string];

/** Parts of captures go by what they say: see columns-from-drafts.ts. */
function partOf(hash: string): Part {
  return JSON.parse(hash) as Part;
}

function headOf(hash: string): PartHead {
  const [role, type, meta, body] = partOf(hash);
  const { id = "", name = "" } = type.startsWith("tool_") ? (meta ?? {}) : {};
  return { role, type, callId: id, name, bytes: Buffer.byteLength(body) };
}

for (const name of CAPTURES) {
  test(`${name} reads as its transcript`, () => {
    const lines = runsOfCapture(`${name}.otlp.json`).flatMap((run) => {
      const analysis = analyse(run);
      const transcript = conversationLines(run, analysis, headsOf(run, headOf), (hash) => partOf(hash)[3]);
      return [`== run ${analysis.summary.name}`, ...transcript];
    });
    const file = new URL(`${name}.conversation.txt`, FIXTURES);
    const text = `${lines.join("\n")}\n`;
    if (process.env["UPDATE"] === "1") writeFileSync(file, text);
    assert.equal(text, readFileSync(file, "utf8"));
  });
}
