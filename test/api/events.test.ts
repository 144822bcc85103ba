// Searching over events: sent ones and those that spans yield, in one order, each once, counted, and read from few granules.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { RunEvent } from "../../src/model/shapes.ts";
import { StoreClient } from "../../src/store/client.ts";
import { sentConditions } from "../../src/store/queries/events.ts";
import { engineRunning } from "../support/engine-of.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { hex, NOW, sendSpans } from "./send-spans.ts";

interface Found {
  readonly events: readonly RunEvent[];
  readonly through: string;
  readonly nextCursor?: string;
}

interface Counts {
  readonly window: { readonly since: string; readonly until: string; readonly stepMs: number };
  readonly total: number;
  readonly levels: Readonly<Record<string, readonly number[]>>;
  readonly failed: readonly number[];
  readonly types: readonly { readonly type: string; readonly count: number }[];
}

const BOTH = "origin=sent&origin=derived";
let talea: TaleaHere;
let store: StoreClient;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  const { socketPath } = await engineRunning(process.pid);
  store = new StoreClient({ kind: "embedded", socketPath });
});
after(async () => {
  await store.close();
  await talea.close();
});

const find = (query: string) => talea.get<Found>(`/api/v1/events?${query}`);
const count = (query: string) => talea.get<Counts>(`/api/v1/events/counts?${query}`);

async function send(...events: object[]): Promise<string> {
  const answer = await talea.post("/api/v1/events", events);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { offset: string }).offset;
}

/** All pages, as a reader scrolls through them. */
async function walk(query: string): Promise<RunEvent[]> {
  const first = await find(query);
  const all = [...first.events];
  for (let cursor = first.nextCursor; cursor !== undefined; ) {
    const page = await find(`${query}&through=${first.through}&cursor=${cursor}`);
    assert.ok(page.events.length > 0, "a page that was told of is not empty");
    all.push(...page.events);
    cursor = page.nextCursor;
  }
  return all;
}

/** A run of an agent with a tool that failed, a message, and what it said itself. */
async function sendRun(agent: string): Promise<{ traceId: string; toolId: string }> {
  const [traceId, rootId, toolId, otherId] = [hex(16), hex(8), hex(8), hex(8)] as const;
  const own = { "gen_ai.agent.name": agent };
  await sendSpans(
    talea,
    {
      traceId,
      spanId: rootId,
      name: `invoke_agent ${agent}`,
      startMs: NOW - 9_000,
      durationMs: 4_000,
      attributes: own,
    },
    {
      ...{ traceId, spanId: toolId, parentSpanId: rootId, name: "execute_tool search", startMs: NOW - 8_000 },
      attributes: { ...own, "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" },
      status: { code: 2, message: "The harbour is closed" },
    },
    {
      ...{ traceId, spanId: otherId, parentSpanId: rootId, name: "chat", startMs: NOW - 600_000, durationMs: 590_000 },
      attributes: { ...own, "gen_ai.operation.name": "chat", "gen_ai.request.model": "large" },
    },
  );
  const started = { type: "tool.started", spanId: toolId, agentId: agent, time: NOW - 8_001, data: { sentBy: "hand" } };
  const offset = await send(
    { traceId, ...started },
    { traceId, type: "log", agentId: agent, level: "warn", message: "slow today", time: NOW - 7_500 },
  );
  await talea.get(`/api/v1/status?waitFor=${offset}&timeout=10s`);
  return { traceId, toolId };
}

test("sent and derived events come in one order, each once, whatever the size of a page", async () => {
  const agent = `finder-${hex(4)}`;
  const { traceId } = await sendRun(agent);
  const one = await find(`agent=${agent}&limit=100&${BOTH}`);
  assert.deepEqual(
    one.events.map(({ type, derived }) => `${type} ${derived ? "derived" : "sent"}`),
    [
      "agent.completed derived",
      "tool.failed derived",
      "log sent",
      "tool.started sent",
      "agent.started derived",
      "llm.completed derived",
      "llm.started derived",
    ],
  );
  assert.ok(one.events.every(({ runId }) => runId === traceId));
  assert.equal(one.nextCursor, undefined);
  for (const limit of [1, 2, 3]) {
    const walked = await walk(`agent=${agent}&limit=${limit}&${BOTH}`);
    assert.deepEqual(walked, one.events, `pages of ${limit}`);
  }
  assert.deepEqual(
    (await find(`agent=${agent}`)).events.map(({ type }) => type),
    ["log", "tool.started"],
  );
});

test("filters hold for derived events too: types, texts, levels, runs, windows", async () => {
  const agent = `filtered-${hex(4)}`;
  const { traceId } = await sendRun(agent);
  const types = async (query: string) => (await find(`agent=${agent}&${BOTH}&${query}`)).events.map(({ type }) => type);
  assert.deepEqual(await types("type=tool.*"), ["tool.failed", "tool.started"]);
  assert.deepEqual(await types("type=llm.started,agent.completed"), ["agent.completed", "llm.started"]);
  assert.deepEqual(await types("q=HARBOUR"), ["tool.failed"]);
  assert.deepEqual(await types("q=Slow%20Today"), ["log"]);
  assert.deepEqual(await types("q=llm."), ["llm.completed", "llm.started"]);
  assert.deepEqual(await types("level=warn"), ["log"]);
  assert.equal((await types(`runId=${traceId}`)).length, 7);
  assert.deepEqual(await types("runId=no-such-run"), []);
  const at = (ms: number) => new Date(NOW + ms).toISOString();
  assert.deepEqual(await types(`since=${at(-9_500)}&until=${at(-8_500)}`), ["agent.started"]);
  // A span of ten minutes ended in the window that it did not begin in.
  assert.deepEqual(await types(`since=${at(-10_500)}&until=${at(-9_500)}`), ["llm.completed"]);
});

test("`through` cuts a search where the stream goes on", async () => {
  const agent = `cut-${hex(4)}`;
  const early = await send({ runId: agent, type: "early", agentId: agent });
  await talea.get(`/api/v1/status?waitFor=${early}&timeout=10s`);
  const { through } = await find(`agent=${agent}`);
  const late = await send({ runId: agent, type: "late", agentId: agent });
  await talea.get(`/api/v1/status?waitFor=${late}&timeout=10s`);
  assert.deepEqual(
    (await find(`agent=${agent}&through=${through}`)).events.map(({ type }) => type),
    ["early"],
  );
  assert.deepEqual(
    (await find(`agent=${agent}`)).events.map(({ type }) => type),
    ["late", "early"],
  );
});

test("counts agree with what a search finds: by type, by level, by step; types as if none had been chosen", async () => {
  const agent = `counted-${hex(4)}`;
  await sendRun(agent);
  const since = new Date(NOW - 1_200_000).toISOString();
  const query = `agent=${agent}&since=${since}&${BOTH}`;
  const { events } = await find(`${query}&limit=1000`);
  const counts = await count(query);
  assert.equal(counts.total, events.length);
  assert.deepEqual(
    new Map(counts.types.map(({ type, count: n }) => [type, n])),
    new Map([...Map.groupBy(events, ({ type }) => type)].map(([type, alike]) => [type, alike.length])),
  );
  const sum = (numbers: readonly number[] = []) => numbers.reduce((all, one) => all + one, 0);
  assert.deepEqual([sum(counts.levels["warn"]), sum(counts.levels["unset"]), sum(counts.failed)], [1, 6, 1]);
  const { window } = counts;
  const steps = (Date.parse(window.until) - Date.parse(window.since)) / window.stepMs;
  assert.ok(Object.values(counts.levels).every(({ length }) => length === steps));
  const failedAt = counts.failed.indexOf(1) * window.stepMs + Date.parse(window.since);
  const time = Date.parse(events.find(({ type }) => type === "tool.failed")?.time ?? "");
  assert.ok(failedAt <= time && time < failedAt + window.stepMs);
  const tools = await count(`${query}&type=tool.*`);
  assert.deepEqual([tools.total, tools.types], [2, counts.types]);
  assert.equal((await count(`agent=${agent}&since=${since}`)).total, 2);
});

test("a span that was announced and has ended began once", async () => {
  const [traceId, spanId] = [hex(16), hex(8)];
  const agent = `announced-${hex(4)}`;
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const own = [text("gen_ai.operation.name", "invoke_agent"), text("gen_ai.agent.name", agent)];
  const record = {
    ...{ traceId, spanId, timeUnixNano: `${NOW - 5_000}000000`, eventName: "span.started" },
    ...{ body: { stringValue: agent }, attributes: own },
  };
  const logs = await talea.post("/v1/logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  assert.equal(logs.status, 200);
  await sendSpans(talea, { traceId, spanId, startMs: NOW - 5_000, attributes: { "gen_ai.agent.name": agent } });
  const offset = await send({ runId: agent, type: "log" });
  await talea.get(`/api/v1/status?waitFor=${offset}&timeout=10s`);
  const query = `agent=${agent}&${BOTH}`;
  assert.deepEqual(
    (await walk(`${query}&limit=1`)).map(({ type }) => type),
    ["agent.completed", "agent.started"],
  );
  assert.equal((await count(query)).total, 2);
});

test("a search in a minute of many events reads a few granules", async () => {
  for (let batch = 0; batch < 10; batch++) {
    await store.command(
      `INSERT INTO events (project, received, offset, id, type, time)
       SELECT 'large', now(), number, toString(number), 'log', toDateTime64('2026-03-01 00:00:00', 9, 'UTC') + number / 10
       FROM numbers(${batch * 100_000}, 100000)`,
    );
  }
  const ns = (instant: string) => BigInt(Date.parse(instant)) * 1_000_000n;
  const window = { sinceNs: ns("2026-03-01T10:00:00Z"), untilNs: ns("2026-03-01T10:01:00Z") };
  const where = sentConditions("large", { types: [] }, window);
  const plan = await store.rows(`EXPLAIN indexes = 1 SELECT id FROM events WHERE ${where.sql}`, {
    params: where.params,
  });
  const text = plan.map((row) => row["explain"]).join("\n");
  const [, left, all] = /by_time[\s\S]*?Granules: (\d+)\/(\d+)/.exec(text) ?? [];
  assert.ok(Number(left) <= 4 && Number(all) > 100, text);
});
