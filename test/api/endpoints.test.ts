// What the endpoints mean, on real captures: they are loaded once, and everything that has ended is settled.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { decodeActivity } from "../../src/analysis/activity-columns.ts";
import { decodeSchedule } from "../../src/analysis/schedule-columns.ts";
import { whatIf } from "../../src/analysis/what-if.ts";
import { parseInstant } from "../../src/base/time.ts";
import { COLUMNS_CONTENT_TYPE } from "../../src/base/typed-columns.ts";
import type { AgentActivityShape } from "../../src/model/activity-shapes.ts";
import type {
  Agent,
  Edge,
  Message,
  Metric,
  MetricSummary,
  Path,
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
import { settled } from "./send-spans.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const SINCE = "since=2026-11-01T00:00:00Z&until=2026-11-24T00:00:00Z";
/** Captures whose traces are put together by settling, half a minute later: lists would change under the tests. */
const LONE_TRACES = /^openllmetry-js/;
const SORTS = ["startedAt", "durationMs", "cost", "tokens", "errorCount"] as const;

let talea: TaleaHere;
let runs: readonly Run[];
/** A run in which one agent calls another as its tool. */
let boss: Run;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  for (const file of readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(".otlp.json") || LONE_TRACES.test(file)) continue;
    const signal = file.includes(".logs.") ? "logs" : file.includes(".metrics.") ? "metrics" : "traces";
    await talea.load(file, signal);
  }
  await settled(talea);
  ({ runs } = await talea.get<{ runs: Run[] }>(`/api/v1/runs?${SINCE}&limit=1000`));
  boss = runs.find(({ name }) => name === "invoke_agent boss") as Run;
});
after(() => talea.close());

const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).sort();
const list = async (query: string) => (await talea.get<{ runs: Run[] }>(`/api/v1/runs?${query}&limit=1000`)).runs;

test("runs: different filters hold together, repeated ones are alternatives", async () => {
  assert.ok(runs.length >= 40, `${runs.length} runs`);
  const check = async (query: string, passes: (run: Run) => boolean) => {
    const expected = runs.filter(passes);
    assert.ok(expected.length > 0 && expected.length < runs.length, `${query} means something`);
    assert.deepEqual(ids(await list(`${SINCE}&${query}`)), ids(expected), query);
  };
  await check("status=failed", ({ status }) => status === "failed");
  await check("hasError=true", ({ errorCount }) => errorCount > 0);
  await check("hasError=false", ({ errorCount }) => errorCount === 0);
  await check("agent=boss", ({ agents }) => agents.includes("boss"));
  await check("agent=boss&agent=alice", ({ agents }) => agents.includes("boss") || agents.includes("alice"));
  await check("agent=researcher&status=completed&session=sess-1", (run) =>
    [run.agents.includes("researcher"), run.status === "completed", run.session === "sess-1"].every(Boolean),
  );
  await check("model=gpt-4o", ({ models }) => models.includes("gpt-4o"));
  await check("tag=lab", ({ tags }) => tags.includes("lab"));
  await check("user=user-42", ({ user }) => user === "user-42");
  await check("service=strands-js-lab&service=mastra-lab", ({ service }) =>
    ["strands-js-lab", "mastra-lab"].includes(service),
  );
  await check("name=LangGraph", ({ name }) => name === "LangGraph");
  await check("minDuration=0.1s&maxDuration=1000", ({ durationMs }) => durationMs >= 100 && durationMs <= 1000);
  assert.deepEqual(await list(`${SINCE}&agent=nobody`), []);
});

test("a run's summary is the run as the detail and the lists have it, by each of its ids", async () => {
  for (const run of runs.slice(0, 12)) {
    const summary = await talea.get<Run>(`/api/v1/runs/${encodeURIComponent(run.id)}/summary`);
    const detail = await talea.get<Run>(`/api/v1/runs/${encodeURIComponent(run.id)}`);
    assert.deepEqual(summary, run);
    for (const name of Object.keys(summary) as (keyof Run)[]) assert.deepEqual(summary[name], detail[name], name);
    assert.deepEqual(await talea.get<Run>(`/api/v1/runs/${run.traces[0]}/summary`), summary);
  }
  const missing = await fetch(`${talea.talea.url}/api/v1/runs/nothing-of-the-kind/summary`);
  assert.equal(missing.status, 404);
});

test("runs: every sort goes both ways, and a time range takes its start and leaves its end", async () => {
  const values: Record<(typeof SORTS)[number], (run: Run) => number> = {
    startedAt: ({ startedAt }) => Number(parseInstant(startedAt)),
    durationMs: ({ durationMs }) => durationMs,
    cost: ({ cost }) => cost.usd ?? 0,
    tokens: ({ tokens }) => tokens.input + tokens.output,
    errorCount: ({ errorCount }) => errorCount,
  };
  for (const sort of SORTS) {
    const up = (await list(`${SINCE}&sort=${sort}`)).map(values[sort]);
    assert.deepEqual(
      up,
      [...up].sort((a, b) => a - b),
      sort,
    );
    const down = (await list(`${SINCE}&sort=-${sort}`)).map(values[sort]);
    assert.deepEqual(down, up.toReversed(), `-${sort}`);
  }
  const [newest] = runs;
  const oldest = runs.at(-1);
  assert.ok(newest !== undefined && oldest !== undefined);
  const inside = await list(`since=${oldest.startedAt}&until=${newest.startedAt}`);
  assert.ok(inside.some(({ id }) => id === oldest.id) && !inside.some(({ id }) => id === newest.id));
});

test("runs: total counts what passes, also behind the page, and facets count the same", async () => {
  const page = await talea.get<{ runs: Run[]; total: number; totalIsLowerBound: boolean; nextCursor?: string }>(
    `/api/v1/runs?${SINCE}&limit=3&total=true`,
  );
  assert.deepEqual([page.runs.length, page.total, page.totalIsLowerBound], [3, runs.length, false]);
  assert.notEqual(page.nextCursor, undefined);
  const { facets } = await talea.get<{ facets: Record<string, { value: string; count: number }[]> }>(
    `/api/v1/runs/facets?${SINCE}`,
  );
  assert.deepEqual(Object.keys(facets).sort(), [
    ...["agent", "model", "name", "service", "session", "status", "tag", "user"],
  ]);
  const counted = (values: readonly string[]) => {
    const counts = Map.groupBy(values, (value) => value);
    return Object.fromEntries([...counts].map(([value, alike]) => [value, alike.length]));
  };
  const asObject = (name: string) => Object.fromEntries((facets[name] ?? []).map(({ value, count }) => [value, count]));
  assert.deepEqual(asObject("status"), counted(runs.map(({ status }) => status)));
  assert.deepEqual(asObject("agent"), counted(runs.flatMap(({ agents }) => agents)));
  assert.deepEqual(asObject("model"), counted(runs.flatMap(({ models }) => models)));
});

test("runs: at most a thousand a page, at least one", async () => {
  assert.equal((await list(`${SINCE}`)).length, runs.length);
  for (const limit of ["0", "1001", "-1", "1.5", "x"]) {
    const answer = await fetch(`${talea.talea.url}/api/v1/runs?limit=${limit}`);
    assert.equal(answer.status, 400, limit);
  }
  assert.equal((await talea.get<{ runs: Run[] }>(`/api/v1/runs?${SINCE}&limit=1`)).runs.length, 1);
  assert.ok((await talea.get<{ runs: Run[] }>(`/api/v1/runs?${SINCE}`)).runs.length <= 50);
});

test("one run has its list entry's fields, its agents, its edges and its findings", async () => {
  const run = await talea.get<Run & { agentDetails: Agent[]; edges: Edge[]; findings: { id: string }[] }>(
    `/api/v1/runs/${boss.id}`,
  );
  const { agentDetails, edges, findings, ...rest } = run;
  assert.deepEqual(rest, boss);
  assert.deepEqual(agentDetails, (await talea.get<{ agents: Agent[] }>(`/api/v1/runs/${boss.id}/agents`)).agents);
  assert.deepEqual(
    edges.map(({ from, to, count }) => [from, to, count]),
    [
      ["boss", "researcher", 1],
      ["researcher", "boss", 1],
    ],
  );
  assert.ok(findings.some(({ id }) => id === "swallowed-error"));
  for (const { busyMs, llmMs, toolMs, workingMs, waitingMs, idleMs, presentMs, utilization } of agentDetails) {
    assert.ok(Math.abs(llmMs + toolMs + workingMs - busyMs) < 1e-6);
    assert.ok(Math.abs(busyMs + waitingMs + idleMs - presentMs) < 1e-6);
    assert.ok(utilization >= 0 && utilization <= 1);
  }
});

test("messages of a run: who spoke to whom; no price is not a price of 0", async () => {
  const { messages, edges } = await talea.get<{ messages: Message[]; edges: Edge[] }>(
    `/api/v1/runs/${boss.id}/messages`,
  );
  assert.deepEqual(
    messages.map(({ from, to, kind }) => `${from} ${kind} ${to}`),
    ["user input boss", "boss delegate researcher", "researcher reply boss", "boss output user"],
  );
  assert.equal(boss.cost.usd, undefined, "the models of the capture have no price");
  assert.ok([...messages, ...edges].every(({ cost }) => cost === undefined));
});

test("spans of a run: rows and skeleton say the same, parents first; one span has everything", async () => {
  const { spans } = await talea.get<{ spans: Span[] }>(`/api/v1/runs/${boss.id}/spans?format=rows`);
  const { columns, strings, kinds, ...skeleton } = await talea.get<Skeleton>(`/api/v1/runs/${boss.id}/spans`);
  assert.deepEqual([skeleton.runId, skeleton.count, skeleton.resolved], [boss.id, boss.spanCount, true]);
  assert.deepEqual(
    spans.map(({ id, kind, name, agent }) => [id, kind, name, agent]),
    columns.id.map((id, row) => [
      ...[id, kinds[columns.kind[row] as number], strings[columns.name[row] as number]],
      strings[columns.agent[row] as number],
    ]),
  );
  for (const [row, parent] of columns.parent.entries()) {
    assert.ok(parent < row, "parents come before their children");
    assert.equal(spans[row]?.parentId, columns.id[parent]);
    const start = Number((parseInstant(spans[row]?.startedAt ?? "") ?? 0n) - (parseInstant(skeleton.t0) ?? 0n)) / 1e6;
    assert.ok(Math.abs(start - (columns.start[row] as number)) < 1e-6, "start is milliseconds from t0");
  }
  const llm = spans.find(({ kind }) => kind === "llm") as Span;
  const span = await talea.get<Span>(`/api/v1/runs/${boss.id}/spans/${llm.id}`);
  assert.deepEqual([span.runId, span.ownMs, span.counted], [boss.id, llm.ownMs, true]);
  assert.equal(span.attributes?.["gen_ai.request.model"], "boss");
  assert.equal(span.attributes?.["gen_ai.usage.input_tokens"], 100, "attributes keep their types");
  assert.deepEqual(
    span.input?.map(({ role }) => role),
    ["system", "user"],
  );
});

test("spans of a run as typed arrays: a length, JSON, and aligned little-endian columns", async () => {
  const path = `/api/v1/runs/${boss.id}/spans`;
  const skeleton = await talea.get<Skeleton>(path);
  const answer = await fetch(talea.talea.url + path, { headers: { accept: "application/vnd.talea.columns" } });
  assert.equal(answer.headers.get("content-type"), "application/vnd.talea.columns");
  const bytes = Buffer.from(await answer.arrayBuffer());
  const headBytes = bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.subarray(4, 4 + headBytes).toString()) as Record<string, unknown>;
  const types = head["columns"] as Record<string, string>;
  const { columns, ...rest } = skeleton;
  assert.deepEqual({ ...head, columns: undefined }, { ...rest, columns: undefined });
  const sizes: Record<string, number> = { f64: 8, id8: 8, i32: 4, u32: 4, u16: 2, u8: 1 };
  const readers: Record<string, (at: number) => number | string> = {
    f64: (at) => bytes.readDoubleLE(at),
    i32: (at) => bytes.readInt32LE(at),
    u32: (at) => bytes.readUInt32LE(at),
    u16: (at) => bytes.readUInt16LE(at),
    u8: (at) => bytes.readUInt8(at),
    id8: (at) => bytes.subarray(at, at + 8).toString("hex"),
  };
  let at = 4 + headBytes;
  for (const [name, type] of Object.entries(types)) {
    assert.equal(at % 8, 0, `${name} is aligned`);
    const size = sizes[type] as number;
    const values = Array.from({ length: skeleton.count }, (_, row) => readers[type]?.(at + row * size));
    assert.deepEqual(values, columns[name as keyof Skeleton["columns"]], name);
    at += Math.ceil((skeleton.count * size) / 8) * 8;
  }
  assert.equal(at, bytes.length);
});

test("events of a run: in the order of history, or of delivery; pages go on behind an offset", async () => {
  const path = `/api/v1/runs/${boss.id}/events`;
  const read = async (query: string) => {
    const found: RunEvent[] = [];
    let after = "";
    do {
      const page = await talea.get<{ events: RunEvent[]; nextOffset?: string }>(`${path}?limit=5&${query}${after}`);
      found.push(...page.events);
      after = page.nextOffset === undefined ? "" : `&after=${page.nextOffset}`;
    } while (after !== "");
    return found;
  };
  const history = await read("");
  const delivered = await read("order=offset");
  assert.deepEqual(ids(history), ids(delivered));
  assert.equal(new Set(ids(history)).size, history.length);
  const times = history.map(({ time }) => time);
  assert.deepEqual(times, [...times].sort());
  assert.notDeepEqual(history, delivered, "children end first: the orders differ");
  const types = history.map(({ type }) => type);
  assert.equal(types[0], "agent.started");
  assert.ok(history.every(({ runId, derived }) => runId === boss.id && derived));
  const tools = await read("types=tool.*");
  assert.deepEqual(
    tools.map(({ id }) => id),
    history.filter(({ type }) => type.startsWith("tool.")).map(({ id }) => id),
  );
  const both = await read("types=llm.started&types=agent.completed");
  assert.deepEqual(new Set(both.map(({ type }) => type)), new Set(["llm.started", "agent.completed"]));
  const agents = new Set((await read("agent=boss&agent=researcher")).map(({ agentId }) => agentId));
  assert.deepEqual(agents, new Set(["boss", "researcher"]));
});

test("state at an instant: what was open then, by event time", async () => {
  const { spans } = await talea.get<{ spans: Span[] }>(`/api/v1/runs/${boss.id}/spans?format=rows`);
  const inner = spans.find(({ name }) => name === "invoke_agent researcher") as Span;
  const state = await talea.get<RunState>(`/api/v1/runs/${boss.id}/state?at=${inner.startedAt}`);
  assert.equal(state.at, inner.startedAt);
  const open = spans.filter(
    ({ startedAt, endedAt = "9" }) => startedAt <= inner.startedAt && endedAt > inner.startedAt,
  );
  assert.deepEqual(ids(state.openSpans), ids(open));
  const states = Object.fromEntries(state.agents.map((agent) => [agent.name, agent.state]));
  assert.deepEqual(states, { boss: "waiting", researcher: "working" });
  const end = await talea.get<RunState>(`/api/v1/runs/${boss.id}/state`);
  assert.deepEqual(
    [end.openSpans, end.counters.spansEnded, end.counters.tokens, end.counters.cost],
    [[], boss.spanCount, boss.tokens, boss.cost],
  );
});

test("the critical path partitions the wall time; with factor 1 nothing changes, faster is never slower", async () => {
  const path = await talea.get<Path>(`/api/v1/runs/${boss.id}/critical-path`);
  let at = 0;
  for (const { startMs, durationMs } of path.segments) {
    assert.ok(Math.abs(startMs - at) < 1e-6, "segments follow each other");
    at = startMs + durationMs;
  }
  assert.ok(Math.abs(at - path.totalMs) < 1e-6);
  assert.ok(Math.abs(path.totalMs - boss.durationMs) < 1e-6);
  const ask = (query: string) => talea.get<WhatIf>(`/api/v1/runs/${boss.id}/what-if?${query}`);
  const same = await ask("agent=boss&factor=1");
  assert.deepEqual([same.predictedMs, same.savedMs], [same.measuredMs, 0]);
  const answers = await Promise.all(["agent=researcher", "tool=failing_tool", "model=boss", "target=*"].map(ask));
  assert.deepEqual(
    answers.map(({ target, factor }) => [target, factor]),
    ["researcher", "failing_tool", "boss", "*"].map((target) => [target, 0.5]),
  );
  for (const { measuredMs, predictedMs, savedMs } of answers) {
    assert.ok(predictedMs <= measuredMs && Math.abs(measuredMs - predictedMs - savedMs) < 1e-6);
  }
  assert.ok(Math.abs((answers[3]?.predictedMs ?? 0) - boss.durationMs / 2) < 0.01, "everything twice as fast");
});

test("from the schedule a client predicts what the server predicts", async () => {
  const path = `/api/v1/runs/${boss.id}`;
  const headers = { accept: COLUMNS_CONTENT_TYPE };
  const answer = await fetch(`${talea.talea.url}${path}/schedule`, { headers });
  assert.equal(answer.headers.get("content-type"), COLUMNS_CONTENT_TYPE);
  const schedule = decodeSchedule(await answer.arrayBuffer());
  for (const factor of [0, 0.5, 1.5]) {
    const said = await talea.get<WhatIf>(`${path}/what-if?agent=researcher&factor=${factor}`);
    assert.deepEqual(whatIf(schedule, { by: "agent", name: "researcher" }, factor), said);
  }
});

test("as typed arrays the activity of agents has every stretch, one after the other", async () => {
  const path = `/api/v1/runs/${boss.id}/activity`;
  const answer = await fetch(talea.talea.url + path, { headers: { accept: COLUMNS_CONTENT_TYPE } });
  assert.equal(answer.headers.get("content-type"), COLUMNS_CONTENT_TYPE);
  const activity = decodeActivity(await answer.arrayBuffer());
  const { agents } = await talea.get<{ agents: AgentActivityShape[] }>(path);
  const stretches = agents.flatMap(({ name, states }) =>
    states.map(({ state, durationMs }) => `${name} ${state} ${Math.round(durationMs * 1e6)}`),
  );
  const rows = Array.from(activity.agent, (agent, i) => {
    const length = (activity.end[i] as number) - (activity.start[i] as number);
    return `${activity.agents[agent]?.name} ${activity.states[activity.state[i] as number]} ${Math.round(length)}`;
  });
  assert.deepEqual(rows, stretches);
});

test("search over spans: kinds, attributes, durations, text; each with its run and its attributes", async () => {
  const search = async (query: string) =>
    (await talea.get<{ spans: Span[] }>(`/api/v1/spans?${SINCE}&limit=1000&${query}`)).spans;
  const all = await search("");
  assert.equal(new Set(all.map(({ traceId, id }) => traceId + id)).size, all.length);
  const llm = await search("kind=llm&kind=tool&minDuration=5ms");
  assert.ok(llm.length > 0);
  assert.ok(llm.every(({ kind, durationMs = 0 }) => ["llm", "tool"].includes(kind) && durationMs >= 5));
  const priced = await search("attr.gen_ai.request.model=gpt-4o&attr.gen_ai.request.model=boss");
  const models = new Set(priced.map(({ attributes }) => attributes?.["gen_ai.request.model"]));
  assert.deepEqual(models, new Set(["gpt-4o", "boss"]));
  const both = await search("attr.gen_ai.request.model=boss&attr.gen_ai.operation.name=chat");
  assert.ok(both.length > 0 && both.length < priced.length);
  const known = new Set(ids(await list(`${SINCE}&all=true`)));
  assert.ok(all.every(({ runId }) => known.has(runId)));
  assert.ok((await search("q=rainy%20in%20PARIS")).length > 0);
  assert.deepEqual(await search("q=no-such-text"), []);
  const starts = all.map(({ startedAt }) => startedAt);
  assert.deepEqual(starts, [...starts].sort().toReversed(), "newest first");
});

test("search over events: types with a star, text, agents, and the run of their trace", async () => {
  const search = async (query: string) =>
    (await talea.get<{ events: RunEvent[] }>(`/api/v1/events?${SINCE}&limit=1000&${query}`)).events;
  const all = await search("");
  const times = all.map(({ time }) => time);
  assert.deepEqual(times, [...times].sort().toReversed());
  const api = await search("type=api_*");
  assert.ok(api.length > 0 && api.length < all.length && api.every(({ type }) => type.startsWith("api_")));
  assert.ok(api.every(({ runId, traceId }) => runId === traceId && runId !== undefined));
  const main = await search("agent=main&type=api_request,user_prompt");
  assert.ok(main.length > 0 && main.every(({ agentId }) => agentId === "main"));
  assert.ok((await search("q=CLAUDE-sonnet")).length > 0);
});

test("a trace leads to its run, whatever the case of its letters", async () => {
  const answer = await talea.get<{ traceId: string; runId: string; run: Run }>(
    `/api/v1/traces/${boss.traces[0]?.toUpperCase()}`,
  );
  assert.deepEqual(answer, { traceId: boss.traces[0], runId: boss.id, run: boss });
});

test("a session adds up its runs", async () => {
  const { sessions } = await talea.get<{ sessions: Session[] }>(`/api/v1/sessions?${SINCE}`);
  for (const session of sessions) {
    const own = runs.filter((run) => run.session === session.id);
    const tokens = own.reduce((sum, run) => sum + run.tokens.input, 0);
    assert.deepEqual([session.runs, session.tokens.input], [own.length, tokens], session.id);
    const one = await talea.get<Session & { runList: Run[] }>(`/api/v1/sessions/${encodeURIComponent(session.id)}`);
    const { runList, ...rest } = one;
    assert.deepEqual({ ...rest, agents: rest.agents.toSorted() }, { ...session, agents: session.agents.toSorted() });
    assert.deepEqual(ids(runList), ids(own));
  }
  assert.ok(sessions.some(({ runs: count }) => count > 10));
});

test("agents over a window add up what they did in its runs", async () => {
  const { agents } = await talea.get<{ agents: Agent[] }>(`/api/v1/agents?${SINCE}`);
  const agent = agents.find(({ name }) => name === "boss") as Agent;
  const own = runs.filter((run) => run.agents.includes("boss"));
  assert.deepEqual([agent.runs, agent.state], [own.length, "done"]);
  const { recentRuns, ...alone } = await talea.get<Agent & { recentRuns: Run[] }>(`/api/v1/agents/boss?${SINCE}`);
  assert.deepEqual(alone, agent);
  assert.deepEqual(ids(recentRuns), ids(own));
  const strands = await talea.get<{ agents: Agent[] }>(`/api/v1/agents?${SINCE}&service=strands-js-lab`);
  assert.ok(
    strands.agents.length < agents.length && strands.agents.every((one) => one.services.includes("strands-js-lab")),
  );
});

test("metrics: the catalogue, their figures by label, and a series", async () => {
  const { metrics } = await talea.get<{ metrics: Metric[] }>(`/api/v1/metrics?${SINCE}`);
  const usage = metrics.find(({ name }) => name === "gen_ai.client.token.usage");
  assert.deepEqual([usage?.kind, usage?.unit], ["histogram", "{token}"]);
  const summary = await talea.get<{ metrics: MetricSummary[] }>(
    `/api/v1/metrics/summary?${SINCE}&name=gen_ai.client.token.usage&by=gen_ai.token.type`,
  );
  // The oracle of the capture: 372 of chats and 6 of an embedding go in.
  assert.deepEqual(
    summary.metrics.map(({ attributes, sum }) => [attributes["gen_ai.token.type"], sum]),
    [
      ["input", 378],
      ["output", 40],
    ],
  );
  const series = await talea.get<{ stepMs: number; series: { points: [string, number][] }[] }>(
    `/api/v1/metrics/query?${SINCE}&name=gen_ai.client.token.usage&agg=sum&step=1d`,
  );
  assert.equal(series.stepMs, 86_400_000);
  assert.deepEqual(
    series.series.flatMap(({ points }) => points.map(([, value]) => value)),
    [418],
  );
});

test("status counts what was acknowledged and what is stored, and names the limits", async () => {
  const status = await talea.get<Status>("/api/v1/status");
  assert.deepEqual(status.stored, status.acknowledged);
  assert.ok(status.acknowledged.spans > 300 && status.acknowledged.points > 0 && status.acknowledged.events > 0);
  assert.deepEqual([status.ready, status.engine.state, status.journal.quarantined], [true, "ready", 0]);
  assert.equal(status.limits["bodyBytes"], 64 * 1024 * 1024);
  assert.equal(status.pid, process.pid);
});

test("every answer below /api says how far it reaches", async () => {
  const paths = ["runs", "runs/facets", `runs/${boss.id}`, `runs/${boss.id}/spans`, "agents", "sessions", "events"];
  for (const path of [...paths, "spans", "metrics", "status", `traces/${boss.traces[0]}`]) {
    const answer = await fetch(`${talea.talea.url}/api/v1/${path}`);
    assert.match(answer.headers.get("talea-loaded-through") ?? "", /^[0-9a-z]+$/, path);
  }
});
