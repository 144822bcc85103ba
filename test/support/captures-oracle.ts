// What each capture under test/fixtures has to come to: the oracle of docs/dialects.md, section by section, and
// EXPECTED-TOTALS.json beside the captures.

import { readFileSync } from "node:fs";

/** What a capture has to come to. */
export interface ExpectedCapture {
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

/** By the path of the capture, without its ending. */
export const CAPTURES: Readonly<Record<string, ExpectedCapture>> = {
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

/** Input and output tokens that the calls of a capture spent. */
export function expectedTokens(name: string): readonly [input: number, output: number] {
  const truth = totals[`${name}.otlp.json`]?.truth;
  const stated = CAPTURES[name]?.tokens;
  if (truth !== undefined) return [truth.llmInputTokensInclusive, truth.llmOutputTokens];
  if (stated === undefined) throw new Error(`Nothing says how many tokens ${name} spent`);
  return stated;
}
