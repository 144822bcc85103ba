// Runs an example against a server and compares what the server shows with what the example's script says.

import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Example } from "../../src/cli/demo/examples.ts";
import { runExample } from "../../src/cli/demo/run-example.ts";
import type { RunDetail } from "../../src/cli/export/fetch-run.ts";
import type { Run } from "../../src/model/shapes.ts";
import type { TaleaHere } from "../support/talea-here.ts";

/** What a story of an example must look like in Talea. */
interface Story {
  readonly run: string;
  readonly status: Run["status"];
  readonly session: string;
  readonly user: string;
  readonly agents: readonly string[];
  /** `from > to: kind × count`, every one that was counted as a message. */
  readonly edges: readonly string[];
  readonly errors: number;
  readonly toolCalls: number;
  /** RunEvents that were sent. */
  readonly events: number;
  /** Whether the source reports reasoning tokens. */
  readonly reasoning: boolean;
}

export const STORIES: Readonly<Record<string, Readonly<Record<number, Story>>>> = {
  "three-processes": {
    1: {
      ...{
        run: "report: heat pumps in old houses",
        status: "completed",
        session: "front-page",
        user: "editor-in-chief",
      },
      agents: ["coordinator", "researcher", "writer"],
      edges: [
        "coordinator > researcher: delegate × 2",
        "coordinator > writer: delegate × 2",
        "researcher > coordinator: reply × 2",
        "writer > coordinator: reply × 2",
      ],
      ...{ errors: 1, toolCalls: 9, events: 5, reasoning: true },
    },
  },
  "queue-workers": {
    1: {
      ...{ run: "claims: Monday", status: "completed", session: "claims-of-today", user: "front office" },
      agents: ["assessor", "clerk", "intake"],
      edges: ["assessor > clerk: send × 3", "clerk > intake: send × 3", "intake > assessor: send × 3"],
      ...{ errors: 0, toolCalls: 3, events: 12, reasoning: true },
    },
  },
  langgraph: {
    1: {
      ...{ run: "incident: checkout", status: "completed", session: "on-call-week-47", user: "dana" },
      agents: ["commander", "fixer", "log_analyst", "metrics_analyst"],
      edges: [
        "commander > fixer: handoff × 1",
        "commander > log_analyst: handoff × 1",
        "commander > metrics_analyst: handoff × 1",
        "fixer > commander: reply × 1",
        "log_analyst > commander: reply × 1",
        "metrics_analyst > commander: handoff × 1",
      ],
      // The overloaded model, the two spans around it, the refused rollback.
      ...{ errors: 4, toolCalls: 6, events: 0, reasoning: true },
    },
  },
  "ai-sdk": {
    2: {
      ...{ run: "invoke_agent planner", status: "completed", session: "trip-kyoto", user: "noor" },
      agents: ["flight scout", "hotel scout", "planner", "writer"],
      edges: [
        "flight scout > planner: reply × 1",
        "hotel scout > planner: reply × 1",
        "planner > flight scout: delegate × 1",
        "planner > hotel scout: delegate × 1",
        "planner > writer: delegate × 1",
        "writer > planner: reply × 1",
      ],
      ...{ errors: 1, toolCalls: 8, events: 0, reasoning: false },
    },
  },
  "openai-agents": {
    1: {
      ...{ run: "support desk", status: "completed", session: "letters-of-today", user: "Imani" },
      agents: ["Billing", "Fraud check", "Front desk", "Polite filter", "Shift lead"],
      edges: [
        "Billing > Fraud check: delegate × 1",
        "Billing > Shift lead: handoff × 1",
        "Fraud check > Billing: reply × 1",
        "Front desk > Billing: handoff × 1",
        "Front desk > Polite filter: delegate × 1",
        "Polite filter > Front desk: reply × 1",
      ],
      ...{ errors: 1, toolCalls: 5, events: 0, reasoning: true },
    },
    2: {
      ...{ run: "support desk", status: "failed", session: "letters-of-today", user: "Someone" },
      agents: ["Front desk", "Polite filter"],
      edges: ["Front desk > Polite filter: delegate × 1", "Polite filter > Front desk: reply × 1"],
      // One of them is the trace's own span: the Agents SDK does not end it when a guardrail throws.
      ...{ errors: 4, toolCalls: 0, events: 0, reasoning: true },
    },
  },
};

interface HandedOut {
  readonly calls: number;
  readonly failedCalls: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

const SPEED = 20;
const SHOWN_WITHIN_MS = 10_000;

/** Runs one story, at twenty times its speed, and compares it with what Talea shows. */
export async function checkExample(talea: TaleaHere, example: Example, seed: number): Promise<void> {
  const story = STORIES[example.folder]?.[seed];
  assert.ok(story !== undefined);
  const { code, output } = await runExample(example, { url: talea.talea.url, key: undefined, seed, speed: SPEED });
  assert.equal(code, 0, output);
  const { handedOut, unsaid } = JSON.parse(output.trim().split("\n").at(-1) ?? "") as {
    handedOut: HandedOut;
    unsaid: string[];
  };
  assert.deepEqual(unsaid, [], "lines of the script that nobody asked for");
  const run = await newestRun(talea, story);
  const shown: Story = {
    ...{ run: run.name, status: run.status, session: run.session ?? "", user: run.user ?? "" },
    agents: [...run.agents].sort(),
    edges: run.edges
      .flatMap(({ from, to, kinds }) => Object.entries(kinds).map(([kind, n]) => `${from} > ${to}: ${kind} × ${n}`))
      .sort(),
    ...{ errors: run.errorCount, toolCalls: run.toolCalls, events: run.eventCount, reasoning: story.reasoning },
  };
  assert.deepEqual(shown, story);
  assert.equal(run.llmCalls, handedOut.calls + handedOut.failedCalls);
  assert.deepEqual(run.tokens, {
    ...{ input: handedOut.input, output: handedOut.output, cacheRead: handedOut.cached, cacheWrite: 0 },
    reasoning: story.reasoning ? handedOut.reasoning : 0,
  });
  assert.ok((run.cost.usd ?? 0) > 0 && run.cost.unpricedCalls === 0, "the models' prices are known");
}

/** The story's run, when all of it has come. */
async function newestRun(talea: TaleaHere, story: Story): Promise<RunDetail> {
  const deadline = performance.now() + SHOWN_WITHIN_MS;
  for (;;) {
    const { runs } = await talea.get<{ runs: Run[] }>(`/api/v1/runs?limit=1&user=${encodeURIComponent(story.user)}`);
    const run = runs[0] && (await talea.get<RunDetail>(`/api/v1/runs/${runs[0].id}`));
    if (run !== undefined && run.status === story.status && run.name === story.run) return run;
    assert.ok(performance.now() < deadline, `shown instead: ${JSON.stringify(run?.name)} ${run?.status}`);
    await delay(100);
  }
}
