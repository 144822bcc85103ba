// Lists while runs come in: settled ones, fresh ones, and ones that are settled again, each once on the pages of a walk.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Agent, Run, RunEvent, RunState, Session, Span, Status } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { failure, hex, NOW, sendSpans, settled } from "./send-spans.ts";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
});
after(() => talea.close());

interface Page {
  readonly nextCursor?: string;
}

/** All pages of a list. `between` runs after each but the last. */
async function walk<K extends string, T>(
  path: string,
  plural: K,
  between: () => Promise<void> = async () => undefined,
): Promise<T[]> {
  const found: T[] = [];
  let cursor = "";
  for (;;) {
    const page = await talea.get<Page & Record<K, T[]>>(`${path}${cursor}`);
    found.push(...page[plural]);
    if (page.nextCursor === undefined) return found;
    assert.ok(page[plural].length > 0, "a page with a next one is not empty");
    cursor = `&cursor=${page.nextCursor}`;
    await between();
  }
}

const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 100 };

test("a walk over the runs gives each run that was there once, while others come in and are settled", async () => {
  const service = `walk-${hex(4)}`;
  const attributes = { "gen_ai.agent.name": service };
  const sendOne = (i: number, startMs: number) =>
    sendSpans(talea, { traceId: hex(16), startMs, durationMs: 1 + ((i * 7) % 11), attributes });
  for (let i = 0; i < 12; i++) await sendOne(i, NOW - 60_000 - i * 10);
  await settled(talea);
  for (let i = 0; i < 8; i++) await sendOne(i, NOW - 55_000 - i * 10);
  const path = `/api/v1/runs?agent=${service}&limit=3`;
  const before = await talea.get<{ runs: Run[]; total: number }>(`/api/v1/runs?agent=${service}&total=true`);
  assert.deepEqual([before.runs.length, before.total], [20, 20], "total counts settled and fresh runs");
  for (const sort of ["-startedAt", "startedAt", "-durationMs", "durationMs"]) {
    // What comes in between starts before, between and after those that are there.
    let i = 0;
    const found = await walk<"runs", Run>(`${path}&sort=${sort}`, "runs", () => sendOne(++i, NOW - 40_000 - i * 7_000));
    const ids = found.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, `${sort}: none comes twice`);
    for (const { id } of before.runs) assert.ok(ids.includes(id), `${sort}: ${id} is not left out`);
  }
});

test("runs that start at one instant are told apart by their ids", async () => {
  const session = `same-${hex(4)}`;
  const attributes = { "gen_ai.conversation.id": session };
  for (let i = 0; i < 9; i++) await sendSpans(talea, { traceId: hex(16), startMs: NOW - 70_000, attributes });
  const check = async () => {
    const ids = (await walk<"runs", Run>(`/api/v1/runs?session=${session}&limit=2`, "runs")).map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)].sort().toReversed());
    assert.equal(ids.length, 9);
  };
  await check();
  await settled(talea);
  await check();
});

test("a walk leaves none out where many runs were settled again, at their old place or at another", async () => {
  const session = `again-${hex(4)}`;
  const attributes = { "gen_ai.conversation.id": session };
  const roots = Array.from({ length: 15 }, (_, i) => ({
    ...{ traceId: hex(16), spanId: hex(8), startMs: NOW - 80_000 - i * 10, durationMs: 1 + i, attributes },
  }));
  await sendSpans(talea, ...roots);
  await settled(talea);
  // A second root makes most of them longer, and leaves where they begin.
  const more = roots.map((root, i) => ({ ...root, spanId: hex(8), durationMs: i < 3 ? 1 : 5_000 + i }));
  await sendSpans(talea, ...more);
  await settled(talea);
  for (const sort of ["-startedAt", "startedAt", "-durationMs", "durationMs"]) {
    for (const limit of [1, 4]) {
      const path = `/api/v1/runs?session=${session}&sort=${sort}&limit=${limit}`;
      const ids = (await walk<"runs", Run>(path, "runs")).map(({ id }) => id);
      assert.deepEqual(ids.toSorted(), roots.map(({ traceId }) => traceId).sort(), `${sort}, ${limit} a page`);
    }
  }
});

test("each session comes once, with its settled and its fresh runs, on the page where it belongs", async () => {
  const tag = hex(4);
  const sendTo = (session: number, startMs: number) => {
    const attributes = { ...chat, "gen_ai.conversation.id": `s${session}-${tag}`, "gen_ai.agent.name": `a-${tag}` };
    return sendSpans(talea, { traceId: hex(16), startMs, durationMs: 10, attributes });
  };
  for (let session = 0; session < 7; session++) await sendTo(session, NOW - 100_000 + session * 1_000);
  await settled(talea);
  // The oldest one becomes the newest, and one that stays in the middle gets a second run.
  await sendTo(0, NOW - 20_000);
  await sendTo(3, NOW - 100_000 + 3_100);
  const check = async () => {
    const found = await walk<"sessions", Session>(`/api/v1/sessions?agent=a-${tag}&limit=2`, "sessions");
    assert.deepEqual(
      found.map(({ id, runs, tokens }) => [id.slice(0, 2), runs, tokens.input]),
      [
        ["s0", 2, 200],
        ["s6", 1, 100],
        ["s5", 1, 100],
        ["s4", 1, 100],
        ["s3", 2, 200],
        ["s2", 1, 100],
        ["s1", 1, 100],
      ],
    );
  };
  await check();
  await settled(talea);
  await check();
});

test("a settled run of which more comes counts once in sessions, agents, facets and totals", async () => {
  const [session, agent] = [`again-${hex(4)}`, `agent-${hex(4)}`];
  const attributes = { ...chat, "gen_ai.conversation.id": session, "gen_ai.agent.name": agent };
  const traceId = hex(16);
  const parentSpanId = hex(8);
  await sendSpans(talea, {
    traceId,
    spanId: parentSpanId,
    attributes: { ...attributes, "gen_ai.operation.name": "invoke_agent" },
  });
  const check = async (tokens: number) => {
    const one = await talea.get<Session>(`/api/v1/sessions/${session}`);
    assert.deepEqual([one.runs, one.tokens.input], [1, tokens]);
    const { sessions } = await talea.get<{ sessions: Session[] }>(`/api/v1/sessions?agent=${agent}`);
    assert.deepEqual(
      sessions.map(({ runs, tokens }) => [runs, tokens.input]),
      [[1, tokens]],
    );
    const sum = await talea.get<Agent>(`/api/v1/agents/${agent}`);
    assert.deepEqual([sum.runs, sum.tokens.input], [1, tokens]);
    const { facets } = await talea.get<{ facets: Record<string, { value: string; count: number }[]> }>(
      `/api/v1/runs/facets?session=${session}`,
    );
    assert.deepEqual(facets["agent"], [{ value: agent, count: 1 }]);
    const { total } = await talea.get<{ total: number }>(`/api/v1/runs?session=${session}&total=true`);
    assert.equal(total, 1);
  };
  const before = (await talea.get<Session>(`/api/v1/sessions/${session}`)).tokens.input;
  await settled(talea);
  await check(before);
  await sendSpans(talea, { traceId, parentSpanId, startMs: NOW - 4_900, durationMs: 10, name: "chat", attributes });
  const after = (await talea.get<Run>(`/api/v1/runs/${traceId}`)).tokens.input;
  assert.equal(after, before + 100);
  await check(after);
  await settled(talea);
  await check(after);
});

test("searches over spans and events page through all that they find", async () => {
  const agent = `pages-${hex(4)}`;
  const spans = Array.from({ length: 11 }, (_, i) => ({
    ...{ traceId: hex(16), startMs: NOW - 30_000 - (i % 3) },
    attributes: { "gen_ai.agent.name": agent },
  }));
  await sendSpans(talea, ...spans);
  const events = Array.from({ length: 11 }, (_, i) => ({
    runId: agent,
    type: `step.${i}`,
    agentId: agent,
    time: NOW - (i % 3),
  }));
  const { offset } = (await (await talea.post("/api/v1/events", events)).json()) as { offset: string };
  await talea.get(`/api/v1/status?waitFor=${offset}&timeout=10s`);
  const foundSpans = await walk<"spans", Span>(`/api/v1/spans?agent=${agent}&limit=2`, "spans");
  assert.deepEqual(new Set(foundSpans.map(({ traceId }) => traceId)), new Set(spans.map(({ traceId }) => traceId)));
  assert.equal(foundSpans.length, 11);
  const foundEvents = await walk<"events", RunEvent>(`/api/v1/events?agent=${agent}&limit=2`, "events");
  assert.deepEqual(new Set(foundEvents.map(({ type }) => type)), new Set(events.map(({ type }) => type)));
  assert.equal(foundEvents.length, 11);
});

test("the state as of an offset is what was known when its record came", async () => {
  const runId = `as-of-${hex(4)}`;
  const at = (ms: number) => new Date(NOW - 10_000 + ms).toISOString();
  const post = async (event: object) => {
    const answer = (await (await talea.post("/api/v1/events", { runId, agentId: "ada", ...event })).json()) as object;
    return (answer as { offset: string }).offset;
  };
  const started = await post({ type: "agent.started", spanId: "00000000000000a1", traceId: hex(16), time: at(0) });
  const first = await post({ type: "state.changed", data: { plan: 1 }, time: at(100) });
  await post({ type: "state.changed", data: { plan: 2 }, time: at(200) });
  const state = (query: string) => talea.get<RunState>(`/api/v1/runs/${runId}/state?at=${at(1_000)}${query}`);
  assert.deepEqual(
    (await state("")).agents.map(({ lastChange }) => lastChange),
    [{ plan: 2 }],
  );
  assert.equal((await state("")).counters.events, 3);
  assert.deepEqual(
    (await state(`&asOf=${first}`)).agents.map(({ lastChange }) => lastChange),
    [{ plan: 1 }],
  );
  assert.equal((await state(`&asOf=${started}`)).counters.events, 1);
  assert.deepEqual((await state("&asOf=0")).counters.events, 0);
  await talea.get(`/api/v1/status?waitFor=${first}&timeout=10s`);
  assert.equal((await state(`&asOf=${started}`)).counters.events, 1, "also when the store has them all");
  const wrong = await fetch(`${talea.talea.url}/api/v1/runs/${runId}/state?asOf=!`);
  assert.deepEqual(await failure(wrong), [400, "cursor_invalid"]);
});

test("the status tells open runs, what their agents do, and what waits to be settled", async () => {
  const runId = `open-${hex(4)}`;
  const event = { runId, agentId: "ada", traceId: hex(16), spanId: hex(8), time: new Date().toISOString() };
  assert.equal((await talea.post("/api/v1/events", { ...event, type: "agent.started" })).status, 200);
  const { runs } = await talea.get<{ runs: Run[] }>("/api/v1/runs?status=running");
  assert.ok(runs.some(({ id }) => id === runId));
  // The figure is counted every few seconds only.
  for (let tries = 0; ; tries++) {
    const { running, unsettled } = await talea.get<Status>("/api/v1/status");
    assert.ok(unsettled > 0);
    if (running.runs === runs.length && (running.agents["working"] ?? 0) > 0) break;
    assert.ok(tries < 100, JSON.stringify(running));
    await sleep(200);
  }
});

test("events of a deleted run are found no more", async () => {
  const runId = `secret-${hex(4)}`;
  const posted = await talea.post("/api/v1/events", { runId, type: "log", message: "a pasted secret" });
  const { offset } = (await posted.json()) as { offset: string };
  const search = () => talea.get<{ events: RunEvent[] }>(`/api/v1/events?q=pasted&runId=${runId}&waitFor=${offset}`);
  assert.equal((await search()).events.length, 1);
  const answer = await fetch(`${talea.talea.url}/api/v1/runs/${runId}`, { method: "DELETE" });
  assert.equal(answer.status, 200);
  assert.deepEqual((await search()).events, []);
});
