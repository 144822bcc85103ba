// Every endpoint answers what its schema says, on real captures: settled, and fresh from the journal.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import { RunSchedule } from "../../src/model/schedule-shapes.ts";
import {
  Agent,
  Edge,
  Finding,
  Message,
  Path,
  page,
  Run,
  RunEvent,
  RunState,
  Session,
  Skeleton,
  Span,
  Status,
  WhatIf,
} from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { settled as allSettled } from "./send-spans.ts";

const CAPTURES = [
  "vercel-ai-sdk/ai-v7-otel-genai-multi-agent.otlp.json",
  "claude-agent-sdk/subagent.traces.otlp.json",
  "langfuse-js/langgraph-callback-multi-agent.otlp.json",
  "strands-js/multi-agent.otlp.json",
];
/** The captures are of one day; the window has to reach it whenever the tests run. */
const SINCE = "since=2026-11-01T00:00:00Z";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  for (const capture of CAPTURES) await talea.load(capture);
  await talea.load("claude-agent-sdk/subagent.logs.otlp.json", "logs");
});
after(() => talea.close());

async function conforms(path: string, schema: TSchema): Promise<unknown> {
  const answer = await talea.get<unknown>(path);
  const [error] = Value.Errors(schema, answer);
  assert.equal(error, undefined, `${path}: ${error?.instancePath} ${error?.message}`);
  return answer;
}

async function checkEverything(): Promise<void> {
  const list = (await conforms(`/api/v1/runs?${SINCE}&limit=100`, page("runs", Run))) as { runs: Run[] };
  assert.ok(list.runs.length >= 10, `${list.runs.length} runs`);
  const withMessages = list.runs.filter(({ messageCount }) => messageCount > 0);
  assert.ok(withMessages.length >= 4);
  for (const { id } of withMessages.slice(0, 4)) await checkRun(id);
  await conforms(`/api/v1/agents?${SINCE}`, Type.Object({ agents: Type.Array(Agent) }));
  await conforms(`/api/v1/agents/researcher?${SINCE}`, Agent);
  const { sessions } = (await conforms(`/api/v1/sessions?${SINCE}`, page("sessions", Session))) as {
    sessions: Session[];
  };
  assert.ok(sessions.length > 0);
  await conforms(`/api/v1/sessions/${sessions[0]?.id}`, Session);
  await conforms(`/api/v1/status`, Status);
}

async function checkRun(id: string): Promise<void> {
  const detail = Type.Object({
    ...Run.properties,
    agentDetails: Type.Array(Agent),
    edges: Type.Array(Edge),
    findings: Type.Array(Finding),
  });
  await conforms(`/api/v1/runs/${id}`, detail);
  await conforms(`/api/v1/runs/${id}/agents`, Type.Object({ agents: Type.Array(Agent) }));
  await conforms(
    `/api/v1/runs/${id}/messages`,
    Type.Object({ messages: Type.Array(Message), edges: Type.Array(Edge) }),
  );
  await conforms(`/api/v1/runs/${id}/spans`, Skeleton);
  const { spans } = (await conforms(
    `/api/v1/runs/${id}/spans?format=rows`,
    Type.Object({ spans: Type.Array(Span) }),
  )) as {
    spans: Span[];
  };
  for (const span of spans) await conforms(`/api/v1/runs/${id}/spans/${span.id}`, Span);
  await conforms(`/api/v1/runs/${id}/events`, Type.Object({ events: Type.Array(RunEvent) }));
  await conforms(`/api/v1/runs/${id}/critical-path`, Path);
  await conforms(`/api/v1/runs/${id}/schedule`, RunSchedule);
  await conforms(`/api/v1/runs/${id}/what-if?target=*&factor=0.5`, WhatIf);
  await conforms(`/api/v1/runs/${id}/state?at=now`, RunState);
}

test("fresh runs, straight from the journal, answer as the schemas say", checkEverything);

test("settled runs answer as the schemas say, and what they said when they were fresh", async () => {
  const fresh = await talea.get<{ runs: Run[] }>(`/api/v1/runs?${SINCE}&limit=100&all=true`);
  await allSettled(talea, 1);
  await checkEverything();
  const settled = await talea.get<{ runs: Run[] }>(`/api/v1/runs?${SINCE}&limit=100&all=true`);
  const closed = fresh.runs.filter(({ status }) => status !== "running");
  for (const run of closed)
    assert.deepEqual(
      settled.runs.find(({ id }) => id === run.id),
      run,
      run.name,
    );
});

test("searches over spans and events answer as the schemas say", async () => {
  const FoundSpan = Type.Omit(Span, ["ownMs", "counted"]);
  const { spans } = (await conforms(`/api/v1/spans?${SINCE}&kind=llm&limit=20`, page("spans", FoundSpan))) as {
    spans: Span[];
  };
  assert.equal(spans.length, 20);
  assert.ok(spans.every(({ kind }) => kind === "llm"));
  const { events } = (await conforms(`/api/v1/events?${SINCE}&limit=20`, page("events", RunEvent))) as {
    events: RunEvent[];
  };
  assert.ok(
    events.some(({ type }) => type.includes("user_prompt")),
    JSON.stringify(events.map(({ type }) => type)),
  );
});
