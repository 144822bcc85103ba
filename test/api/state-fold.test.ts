// The state of a run at an instant, from the API, against a fold over its events that is as plain as can be: at 1,000
// random instants of a random run. SEED=… repeats it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { RunEventInput, RunState } from "../../src/model/shapes.ts";
import { Dice } from "../support/durability-random.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const INSTANTS = 1000;
const AGENTS = ["ada", "bob", "cyd"];
const STEPS_PER_AGENT = 40;
/** Whole milliseconds of this day: exact in every format on the way. */
const T0_MS = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
const DATA_EVENTS = 100_000;

const STARTS: ReadonlySet<string> = new Set(["started", "requested"]);
const ENDS: ReadonlySet<string> = new Set(["completed", "failed", "answered"]);

type TestEvent = RunEventInput & { readonly atMs: number };

let here: TaleaHere;
before(async () => {
  here = await startTaleaHere();
});
after(async () => await here.close());

/** Each agent works through steps one after another: model calls, tools, own work, questions to a person, changes. */
function randomRun(dice: Dice, runId: string): TestEvent[] {
  const events: TestEvent[] = [];
  const say = (atMs: number, type: string, agentId?: string, data?: Record<string, unknown>) =>
    events.push({
      runId,
      type,
      atMs,
      time: new Date(T0_MS + atMs).toISOString(),
      ...(agentId && { agentId }),
      ...(data && { data }),
    });
  let lastMs = 0;
  for (const [i, agent] of AGENTS.entries()) {
    let ms = 10 + i * dice.between(1, 500);
    say(ms, "agent.started", agent);
    for (let step = 0; step < STEPS_PER_AGENT; step++) {
      ms += dice.between(1, 50);
      const what = dice.oneOf(["llm", "tool", "human", "change", "work"]);
      if (what === "change") say(ms, "state.changed", agent, { step });
      if (what === "llm" || what === "tool") say(ms, `${what}.started`, agent, { name: `${what} ${step}` });
      if (what === "human") say(ms, "human.requested", agent);
      ms += dice.between(1, 80);
      if (what === "llm" || what === "tool") {
        say(ms, `${what}.${dice.chance(0.1) ? "failed" : "completed"}`, agent, { name: `${what} ${step}` });
      }
      if (what === "human") say(ms, "human.answered", agent);
    }
    ms += dice.between(1, 50);
    say(ms, "agent.completed", agent);
    lastMs = Math.max(lastMs, ms);
  }
  say(lastMs + 5, "run.completed");
  return [...events, { runId, type: "run.started", atMs: 0, time: new Date(T0_MS).toISOString() }];
}

/** What is known at an instant: everything that happened up to it. */
function fold(events: readonly TestEvent[], atMs: number) {
  const changes = new Map<string, object>();
  const agents = new Set<string>();
  const open = new Set<string>();
  const calls: Record<string, number> = { llm: 0, tool: 0 };
  const happened = events.filter((event) => event.atMs <= atMs).sort((a, b) => a.atMs - b.atMs);
  for (const { type = "", agentId = "", data } of happened) {
    const [family = "", phase = ""] = type.split(".");
    if (agentId !== "") agents.add(agentId);
    if (STARTS.has(phase)) open.add(`${family} ${agentId}`);
    if (ENDS.has(phase)) open.delete(`${family} ${agentId}`);
    if (phase === "changed") changes.set(agentId, data as object);
    if (phase === "started" && family in calls) calls[family] = (calls[family] as number) + 1;
  }
  const stateOf = (agent: string) => {
    const family = ["human", "llm", "tool", "agent"].find((one) => open.has(`${one} ${agent}`));
    return family === "agent" ? "working" : (family ?? "done");
  };
  const states = new Map([...agents].map((agent) => [agent, stateOf(agent)]));
  const openSpans = [...open].filter((key) => !key.startsWith("human ")).length;
  return { states, changes, openSpans, calls, events: happened.length };
}

test(`at ${INSTANTS} random instants the state is what a fold over the events says`, async (context) => {
  const dice = Dice.fromEnvironment();
  context.diagnostic(`SEED=${dice.seed}`);
  const runId = `fold-${dice.seed}`;
  const events = randomRun(dice, runId);
  const shuffled = events.map((event) => [dice.next(), event] as const).sort(([a], [b]) => a - b);
  const answer = await here.post(
    "/api/v1/events",
    shuffled.map(([, { atMs: _, ...event }]) => event),
  );
  assert.equal(answer.status, 200, await answer.text());
  const endMs = Math.max(...events.map(({ atMs }) => atMs));
  for (let i = 0; i < INSTANTS; i++) {
    const atMs = dice.between(0, endMs + 20);
    const at = new Date(T0_MS + atMs).toISOString();
    const state = await here.get<RunState>(`/api/v1/runs/${runId}/state?at=${at}`);
    const expected = fold(events, atMs);
    const where = `at ${atMs} ms`;
    const stateOf = new Map(state.agents.map((agent) => [agent.name, agent]));
    assert.deepEqual(
      Object.fromEntries([...expected.states.keys()].sort().map((name) => [name, stateOf.get(name)?.state])),
      Object.fromEntries([...expected.states].sort()),
      where,
    );
    for (const [name, change] of expected.changes) assert.deepEqual(stateOf.get(name)?.lastChange, change, where);
    assert.equal(state.openSpans.length, expected.openSpans, where);
    assert.deepEqual(
      [state.counters.llmCalls, state.counters.toolCalls, state.counters.events],
      [expected.calls["llm"], expected.calls["tool"], expected.events],
      where,
    );
  }
});

test("a run of 100,000 events is folded in a time that a person does not notice", async (context) => {
  const runId = "fold-large";
  for (let at = 0; at < DATA_EVENTS; at += 10_000) {
    const events = Array.from({ length: 10_000 }, (_, i) => {
      const ms = Math.floor((at + i) / 2);
      const agentId = AGENTS[ms % AGENTS.length] as string;
      const type = (at + i) % 2 === 0 ? "tool.started" : "tool.completed";
      return { runId, type, agentId, time: new Date(T0_MS + ms).toISOString(), data: { name: `t${ms}` } };
    });
    assert.equal((await here.post("/api/v1/events", events)).status, 200);
  }
  const at = new Date(T0_MS + 20_000).toISOString();
  const path = `/api/v1/runs/${runId}/state?at=${at}`;
  const state = await here.get<RunState>(path);
  assert.equal(state.counters.events, 40_002);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const from = performance.now();
    await here.get<RunState>(`/api/v1/runs/${runId}/state?at=${new Date(T0_MS + 20_001 + i).toISOString()}`);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  context.diagnostic(`median ${Math.round(times[2] as number)} ms`);
  assert.ok((times[2] as number) <= 300);
});
