// What lies behind the fleet's figures: the messages of an edge, the runs that have them, and the tasks of an agent are
// those of the runs, before and after settling.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { AgentTasks } from "../../src/model/agent-task-shapes.ts";
import type { Communication, EdgeRun, SentMessage } from "../../src/model/key-metrics-shapes.ts";
import type { Agent, Message, Run } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { settled } from "./send-spans.ts";

const CAPTURES = [
  "openinference-langgraph-js/langgraph-multi-agent.otlp.json",
  "vercel-ai-sdk/ai-v6-multi-agent.otlp.json",
  "mastra/mastra1-otel-multi-agent.otlp.json",
  "strands-js/multi-agent.otlp.json",
];
const WINDOW = "since=2026-11-01T00:00:00Z&until=2026-11-24T00:00:00Z";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
  for (const capture of CAPTURES) await talea.load(capture);
});
after(() => talea?.close());

interface Told {
  readonly runs: readonly Run[];
  readonly messages: readonly Message[];
  readonly edges: Communication["edges"];
  readonly agents: readonly Agent[];
}

async function told(): Promise<Told> {
  const { runs } = await talea.get<{ runs: Run[] }>(`/api/v1/runs?${WINDOW}&limit=1000`);
  const ofRuns = runs.map(({ id }) => talea.get<{ messages: Message[] }>(`/api/v1/runs/${id}/messages?limit=1000`));
  const messages = (await Promise.all(ofRuns)).flatMap((answer) => answer.messages);
  const { edges } = await talea.get<Communication>(`/api/v1/communication?${WINDOW}`);
  const { agents } = await talea.get<{ agents: Agent[] }>(`/api/v1/agents?${WINDOW}`);
  return { runs, messages, edges, agents };
}

const ends = (from: string, to: string) => `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
/** Stored with single precision. */
const withoutConfidence = ({ confidence: _, ...message }: Message) => message;

/** All pages, of two each. */
async function allMessages(from: string, to: string): Promise<SentMessage[]> {
  const found: SentMessage[] = [];
  for (let cursor = ""; ; ) {
    const page = await talea.get<{ messages: SentMessage[]; nextCursor?: string }>(
      `/api/v1/communication/messages?${ends(from, to)}&${WINDOW}&limit=2${cursor}`,
    );
    found.push(...page.messages);
    if (page.nextCursor === undefined) return found;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

async function checkEdges({ runs, messages, edges }: Told): Promise<void> {
  assert.ok(edges.length >= 4);
  const byTime = (a: Message, b: Message) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);
  const nameOf = new Map(runs.map(({ id, name }) => [id, name]));
  for (const { from, to, count } of edges) {
    const expected = messages.filter((one) => one.from === from && one.to === to).sort(byTime);
    const found = await allMessages(from, to);
    assert.equal(found.length, count, `${from} → ${to}`);
    assert.deepEqual(
      found.map(({ at }) => at),
      expected.map(({ at }) => at),
    );
    for (const { runName, ...message } of found) {
      assert.equal(runName, nameOf.get(message.runId));
      assert.ok(
        expected.some(
          (one) =>
            JSON.stringify(sorted(withoutConfidence(one))) === JSON.stringify(sorted(withoutConfidence(message))),
        ),
        JSON.stringify(message),
      );
    }
    const answer = await talea.get<{ runs: EdgeRun[] }>(`/api/v1/communication/runs?${ends(from, to)}&${WINDOW}`);
    const byRun = Map.groupBy(expected, ({ runId }) => runId);
    assert.deepEqual(
      // Words of another agent may be read in a run in which it sent none.
      answer.runs
        .filter(({ edge }) => edge.count > 0)
        .map(({ run, edge }) => [run.id, edge.count])
        .sort(),
      [...byRun].map(([id, own]) => [id, own.length]).sort(),
    );
  }
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function checkTasks({ agents }: Told): Promise<void> {
  let failed = 0;
  for (const { name, tasks, errorRate } of agents) {
    const answer = await talea.get<AgentTasks>(`/api/v1/agents/${encodeURIComponent(name)}/tasks?${WINDOW}&limit=1000`);
    const ended = answer.tasks.filter(({ outcome }) => outcome !== "open");
    assert.equal(ended.length, tasks, name);
    const own = ended.filter(({ outcome }) => outcome === "failed").length;
    assert.equal(own, Math.round(errorRate * tasks), name);
    failed += own;
    assert.ok(ended.every(({ durationMs = -1 }) => durationMs >= 0));
    const starts = answer.tasks.map(({ startedAt }) => startedAt);
    assert.deepEqual(starts, starts.toSorted().reverse());
  }
  assert.ok(failed > 0, "a task failed");
  const [one] = agents.filter(({ tasks }) => tasks > 1);
  const first = await talea.get<AgentTasks>(
    `/api/v1/agents/${encodeURIComponent(one?.name ?? "")}/tasks?${WINDOW}&limit=1`,
  );
  assert.equal(first.tasks.length, 1);
}

test("of runs that are not settled: messages and runs of every edge, and the tasks of every agent", async () => {
  const all = await told();
  await checkEdges(all);
  await checkTasks(all);
});

test("of settled runs the same", async () => {
  await settled(talea);
  const all = await told();
  await checkEdges(all);
  await checkTasks(all);
});

test("nobody sent anything: an empty page, as for an agent that nobody knows", async () => {
  const { messages } = await talea.get<{ messages: SentMessage[] }>(
    `/api/v1/communication/messages?${ends("nobody", "no one")}&${WINDOW}`,
  );
  assert.deepEqual(messages, []);
  const { tasks, runs } = await talea.get<AgentTasks>(`/api/v1/agents/nobody/tasks?${WINDOW}`);
  assert.deepEqual([tasks, runs], [[], 0]);
});
