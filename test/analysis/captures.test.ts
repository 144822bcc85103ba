// Every capture under test/fixtures as runs: agents, messages, tokens and errors as the oracle has them (docs/dialects.md),
// and everything else as a snapshot beside the capture. `UPDATE=1 node --test …` renews the snapshots.

import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { analyse } from "../../src/analysis/analyse.ts";
import { isBetweenAgents } from "../../src/analysis/messages.ts";
import { runsOfCapture } from "../support/columns-from-drafts.ts";
import { snapshotOf } from "../support/run-snapshot.ts";

interface Expected {
  readonly logs?: string;
  /** Agents that are named, and those that were made up for a run without any. */
  readonly agents: readonly string[];
  readonly inferred?: readonly string[];
  /** Messages between agents in order of time, run by run. */
  readonly messages: readonly string[];
  readonly errors: number;
  /** Where EXPECTED-TOTALS.json does not say. */
  readonly tokens?: readonly [input: number, output: number];
}

const LANGGRAPH_AGENTS = ["alice", "bob", "boss", "math_expert", "research_expert", "researcher", "supervisor"];
const LANGGRAPH_MESSAGES = [
  "supervisor -> research_expert handoff M5",
  "research_expert -> supervisor reply M7",
  "supervisor -> math_expert handoff M5",
  "math_expert -> supervisor reply M7",
  "alice -> bob handoff M5",
  "boss -> researcher delegate M4",
  "researcher -> boss reply M4",
];
const DELEGATION = ["supervisor -> researcher delegate M4", "researcher -> supervisor reply M4"];

const CAPTURES: Readonly<Record<string, Expected>> = {
  "vercel-ai-sdk/ai-v6-multi-agent": {
    agents: ["failing-agent", "objecter", "researcher", "streamer", "supervisor"],
    inferred: ["ai-sdk-6-lab"],
    messages: DELEGATION,
    errors: 3,
  },
  "vercel-ai-sdk/ai-v7-otel-genai-multi-agent": {
    agents: ["failing-agent", "researcher", "streamer", "supervisor"],
    inferred: ["ai-sdk-7-lab"],
    messages: DELEGATION,
    errors: 4,
  },
  "openinference-langgraph-js/langgraph-multi-agent": {
    agents: LANGGRAPH_AGENTS,
    inferred: ["langgraph-lab"],
    messages: LANGGRAPH_MESSAGES,
    errors: 4,
  },
  "langfuse-js/langgraph-callback-multi-agent": {
    agents: LANGGRAPH_AGENTS,
    inferred: ["langgraph-langfuse-lab"],
    messages: LANGGRAPH_MESSAGES,
    errors: 4,
  },
  // No span has a parent: 105 traces that the settling job groups (rule R6), and no agent is named.
  "openllmetry-js/langgraph-multi-agent": {
    agents: [],
    inferred: ["langgraph-traceloop-lab"],
    messages: [],
    errors: 4,
  },
  "langfuse-js/sdk-multi-agent": {
    agents: ["researcher", "supervisor"],
    messages: ["supervisor -> researcher delegate A1", "researcher -> supervisor reply A1"],
    errors: 1,
  },
  // Chains and nothing that says which of them are agents.
  "langsmith-otel-js/traceable-multi-agent": { agents: [], inferred: ["langsmith-otel-lab"], messages: [], errors: 1 },
  "openai-agents-js/openinference-bridge": {
    agents: ["Limited Agent", "Summarizer", "Triage Agent", "Weather Agent"],
    messages: [
      "Triage Agent -> Weather Agent handoff M1",
      "Weather Agent -> Summarizer delegate M4",
      "Summarizer -> Weather Agent reply M4",
    ],
    errors: 5,
  },
  "strands-js/multi-agent": {
    agents: ["boss", "broken", "n1", "n2", "planner", "researcher", "writer"],
    messages: [
      "boss -> researcher delegate M4",
      "researcher -> boss reply M4",
      "planner -> writer handoff M5",
      "n1 -> n2 handoff M12",
    ],
    errors: 9,
  },
  "google-adk-js/multi-agent": {
    agents: [
      ...["broken", "coordinator", "fanout", "pipeline", "researcher", "step_a", "step_b", "step_c", "summarizer"],
    ],
    messages: [
      "coordinator -> researcher handoff M5",
      "researcher -> summarizer delegate M4",
      "summarizer -> researcher reply M4",
      "pipeline -> step_a delegate A1",
      "fanout -> step_b delegate A1",
      "fanout -> step_c delegate A1",
      "step_a -> fanout handoff M12",
      "step_b -> fanout reply A1",
      "step_c -> fanout reply A1",
      "fanout -> pipeline reply A1",
    ],
    errors: 2,
  },
  "mastra/mastra1-otel-multi-agent": {
    agents: ["Failing", "Researcher", "Simple", "Supervisor"],
    messages: ["Supervisor -> Researcher delegate M4", "Researcher -> Supervisor reply M4"],
    errors: 3,
  },
  "claude-agent-sdk/subagent.traces": {
    logs: "claude-agent-sdk/subagent.logs",
    agents: ["general-purpose", "main"],
    messages: ["main -> general-purpose delegate M4", "general-purpose -> main reply M4"],
    errors: 0,
  },
  "otel-genai-instrumentation-openai-js/default": {
    logs: "otel-genai-instrumentation-openai-js/default.logs",
    agents: [],
    inferred: ["openai-official-lab"],
    messages: [],
    errors: 1,
  },
  "reconstructed/autogen-core-messaging": {
    agents: ["Coder", "Planner"],
    messages: ["Planner -> Coder broadcast M9"],
    errors: 0,
    tokens: [0, 0],
  },
  "reconstructed/microsoft-agent-framework-workflow": {
    agents: ["Reviewer", "Writer"],
    messages: ["Writer -> Reviewer send M8"],
    errors: 0,
    tokens: [150, 35],
  },
  "reconstructed/openllmetry-python-crewai": { agents: ["Senior Writer"], messages: [], errors: 0, tokens: [140, 30] },
  "reconstructed/legacy-openllmetry-flattened-prompts": {
    agents: [],
    inferred: ["legacy"],
    messages: [],
    errors: 0,
    tokens: [97, 20],
  },
  "reconstructed/semconv-genai-latest-transfer-workflow-eval": {
    agents: ["planner", "triage", "weather_agent"],
    messages: ["planner -> triage handoff M12", "triage -> weather_agent handoff M2"],
    errors: 1,
    tokens: [200, 60],
  },
};

const FIXTURES = new URL("../fixtures/", import.meta.url);
type Totals = Record<string, { truth: { llmInputTokensInclusive: number; llmOutputTokens: number } }>;
const totals = JSON.parse(readFileSync(new URL("EXPECTED-TOTALS.json", FIXTURES), "utf8")) as Totals;

for (const [name, expected] of Object.entries(CAPTURES)) {
  const logs = expected.logs === undefined ? undefined : `${expected.logs}.otlp.json`;
  const runs = runsOfCapture(`${name}.otlp.json`, logs);
  const analyses = runs.map(analyse);

  test(`${name} has the agents of the oracle`, () => {
    const agents = analyses.flatMap((analysis) => analysis.agents);
    const namesWhere = (inferred: boolean) =>
      [...new Set(agents.filter((agent) => agent.inferred === inferred).map((agent) => agent.name))].sort();
    assert.deepEqual(namesWhere(false), expected.agents);
    assert.deepEqual(namesWhere(true), expected.inferred ?? []);
  });

  test(`${name} has the messages of the oracle`, () => {
    const messages = analyses.flatMap((analysis) => analysis.messages.filter(isBetweenAgents));
    const lines = messages.map(({ from, to, kind, evidence }) => `${from} -> ${to} ${kind} ${evidence}`);
    assert.deepEqual(lines, expected.messages);
  });

  test(`${name} has the tokens that were spent`, () => {
    const sum = (field: "input" | "output") => analyses.reduce((all, { summary }) => all + summary.tokens[field], 0);
    const truth = totals[`${name}.otlp.json`]?.truth;
    const spent = truth === undefined ? expected.tokens : [truth.llmInputTokensInclusive, truth.llmOutputTokens];
    assert.deepEqual([sum("input"), sum("output")], spent);
  });

  test(`${name} has its real errors`, () => {
    assert.equal(
      analyses.reduce((all, { summary }) => all + summary.errorCount, 0),
      expected.errors,
    );
  });

  test(`${name} reads as its snapshot`, () => {
    const file = new URL(`${name}.snapshot.txt`, FIXTURES);
    const text = runs.map((run, i) => snapshotOf(run, analyses[i] as (typeof analyses)[number])).join("\n");
    if (process.env["UPDATE"] === "1") writeFileSync(file, text);
    assert.equal(text, readFileSync(file, "utf8"));
  });
}
