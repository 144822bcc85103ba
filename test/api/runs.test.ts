import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Run, RunEvent, Span } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { settled as allSettled, hex, NOW, sendSpans, type TestSpan } from "./send-spans.ts";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
});
after(() => talea.close());

const send = (...spans: TestSpan[]) => sendSpans(talea, ...spans);

async function runs(query: string): Promise<{ runs: Run[]; nextCursor?: string; total?: number }> {
  return talea.get(`/api/v1/runs?${query}`);
}

const settled = () => allSettled(talea);

test("a run is visible by its id as soon as it was acknowledged", async () => {
  const traceId = hex(16);
  await send({ traceId });
  const run = await talea.get<Run>(`/api/v1/runs/${traceId}`);
  assert.deepEqual([run.agents, run.spanCount, run.durationMs], [["tester"], 1, 1000]);
});

test("pages of every order, put together, are the whole list, fresh and settled", async () => {
  const session = `paging-${hex(4)}`;
  const attributes = { "gen_ai.conversation.id": session };
  for (let i = 0; i < 25; i++) {
    await send({ traceId: hex(16), startMs: NOW - 60_000 - 997 * i, durationMs: 100 * ((i * 7) % 25) + 1, attributes });
  }
  const walk = async (sort: string) => {
    const found: Run[] = [];
    let cursor: string | undefined;
    do {
      const page = await runs(
        `session=${session}&sort=${sort}&limit=4${cursor === undefined ? "" : `&cursor=${cursor}`}`,
      );
      found.push(...page.runs);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  };
  const check = async () => {
    for (const [sort, value] of [
      ["-startedAt", (run: Run) => -Date.parse(run.startedAt)],
      ["startedAt", (run: Run) => Date.parse(run.startedAt)],
      ["-durationMs", (run: Run) => -run.durationMs],
      ["durationMs", (run: Run) => run.durationMs],
    ] as const) {
      const found = await walk(sort);
      assert.equal(new Set(found.map(({ id }) => id)).size, 25, sort);
      assert.equal(found.length, 25, sort);
      const values = found.map(value);
      assert.deepEqual(
        values,
        [...values].sort((a, b) => a - b),
        sort,
      );
    }
  };
  await check();
  await settled();
  await check();
  assert.equal((await runs(`session=${session}&total=true&limit=1`)).total, 25);
});

test("filters hold together, their values are alternatives, and they are the same for settled and fresh runs", async () => {
  const session = `filters-${hex(4)}`;
  const base = { "gen_ai.conversation.id": session };
  await send({ traceId: hex(16), durationMs: 50, attributes: { ...base, "gen_ai.agent.name": "ada" } });
  await send({ traceId: hex(16), durationMs: 5_000, attributes: { ...base, "gen_ai.agent.name": "bob" } });
  await send({
    traceId: hex(16),
    durationMs: 5_000,
    attributes: { ...base, "gen_ai.agent.name": "cyd", "user.id": "u1" },
  });
  const names = async (query: string) =>
    (await runs(`session=${session}&${query}`)).runs.flatMap(({ agents }) => agents).sort();
  const check = async () => {
    assert.deepEqual(await names(""), ["ada", "bob", "cyd"]);
    assert.deepEqual(await names("agent=ada&agent=cyd"), ["ada", "cyd"]);
    assert.deepEqual(await names("agent=ada&agent=cyd&minDuration=1s"), ["cyd"]);
    assert.deepEqual(await names("user=u1"), ["cyd"]);
    assert.deepEqual(await names("hasError=true"), []);
    assert.deepEqual(await names("status=completed&maxDuration=100"), ["ada"]);
    assert.deepEqual(await names("status=failed&status=cancelled"), []);
    assert.deepEqual(await names("since=2200-01-01T00:00:00Z&until=2200-01-02T00:00:00Z"), []);
  };
  await sleep(1_500);
  await check();
  await settled();
  await check();
});

test("a run that the sender named is found by its name and by each of its traces", async () => {
  const [first, second] = [hex(16), hex(16)];
  const runId = `order 4711/${hex(3)} ü`;
  await send({ traceId: first });
  assert.equal((await talea.get<Run>(`/api/v1/runs/${first}`)).id, first);
  // The name comes later, with another span of the first trace, and with a second trace.
  await send(
    { traceId: first, attributes: { "talea.run.id": runId } },
    { traceId: second, attributes: { "talea.run.id": runId } },
  );
  for (const id of [runId, first, second]) {
    const run = await talea.get<Run>(`/api/v1/runs/${encodeURIComponent(id)}`);
    assert.equal(run.id, runId);
    assert.equal(run.spanCount, 3);
    assert.deepEqual(new Set(run.traces), new Set([first, second]));
  }
  assert.equal((await talea.get<{ runId: string }>(`/api/v1/traces/${second}`)).runId, runId);
});

test("a run that was settled and then became part of another leaves no ghost in the list", async () => {
  const [first, second] = [hex(16), hex(16)];
  const session = `ghost-${hex(4)}`;
  const attributes = { "gen_ai.conversation.id": session };
  await send({ traceId: first, attributes });
  await settled();
  assert.deepEqual(
    (await runs(`session=${session}`)).runs.map(({ id }) => id),
    [first],
  );
  const runId = `named-${hex(4)}`;
  await send({ traceId: second, attributes: { ...attributes, "talea.run.id": runId } });
  await send({ traceId: first, attributes: { ...attributes, "talea.run.id": runId } });
  await settled();
  assert.deepEqual(
    (await runs(`session=${session}`)).runs.map(({ id, spanCount }) => [id, spanCount]),
    [[runId, 3]],
  );
});

test("a trace that goes to another run is no longer part of the first, in the list and when it is opened", async () => {
  const session = `leaves-${hex(4)}`;
  const tagged = (runId?: string) => ({
    "gen_ai.conversation.id": session,
    ...(runId === undefined ? {} : { "talea.run.id": `${session} ${runId}` }),
  });
  const [named, leaving, root, linked] = [hex(16), hex(16), hex(16), hex(16)];
  const spanId = hex(8);
  await send({ traceId: named, attributes: tagged("2") }, { traceId: leaving, attributes: tagged("2") });
  await send({ traceId: root, spanId, attributes: tagged() });
  await send({ traceId: linked, attributes: tagged(), links: [{ traceId: root, spanId }] });
  await settled();
  const listed = async () => {
    const found = (await runs(`session=${session}`)).runs.map(({ id, traces, spanCount }) => ({
      id,
      traces,
      spanCount,
    }));
    for (const { id, traces } of found) {
      const { traces: opened } = await talea.get<Run>(`/api/v1/runs/${encodeURIComponent(id)}`);
      assert.deepEqual(new Set(opened), new Set(traces));
    }
    return new Map(found.map(({ id, spanCount }) => [id, spanCount]));
  };
  assert.deepEqual(
    await listed(),
    new Map([
      [`${session} 2`, 2],
      [root, 2],
    ]),
  );
  // The smallest of several ids counts, and what the sender says is stronger than a link.
  await send({ traceId: leaving, attributes: tagged("1") }, { traceId: linked, attributes: tagged("3") });
  await settled();
  const parted = new Map([
    [`${session} 1`, 2],
    [`${session} 2`, 1],
    [`${session} 3`, 2],
    [root, 1],
  ]);
  assert.deepEqual(new Map([...(await listed())].sort()), new Map([...parted].sort()));
});

test("a run that was opened before more of it was settled is opened with all of it", async () => {
  const traceId = hex(16);
  const spanCount = async () => (await talea.get<Run>(`/api/v1/runs/${traceId}`)).spanCount;
  await send({ traceId });
  await settled();
  assert.equal(await spanCount(), 1);
  await send({ traceId });
  await settled();
  assert.equal(await spanCount(), 2);
});

test("a failure that lost its parent fails the run once the run is quiet, also when it was opened before", async () => {
  const traceId = hex(16);
  await send({ traceId }, { traceId, parentSpanId: hex(8), status: { code: 2, message: "boom" } });
  const status = async () => (await talea.get<Run>(`/api/v1/runs/${traceId}`)).status;
  await status();
  await settled();
  assert.equal(await status(), "failed");
});

test("traces whose roots link to another trace are one run with it", async () => {
  const [source, target] = [hex(16), hex(16)];
  const spanId = hex(8);
  await send({ traceId: source, spanId });
  await send({ traceId: target, links: [{ traceId: source, spanId }] });
  const run = await talea.get<Run>(`/api/v1/runs/${target}`);
  assert.deepEqual([run.id, run.spanCount], [source, 2]);
});

test("a span that is sent twice counts once, fresh and settled", async () => {
  const traceId = hex(16);
  const session = `twice-${hex(4)}`;
  const usage = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1000,
  };
  const span = { traceId, spanId: hex(8), attributes: { ...usage, "gen_ai.conversation.id": session } };
  await send(span);
  await send({ ...span, name: "the same span once more" });
  const check = async () => {
    const [run] = (await runs(`session=${session}`)).runs;
    assert.deepEqual([run?.spanCount, run?.tokens.input, run?.cost.usd], [1, 1000, 0.0025]);
  };
  await check();
  await settled();
  await check();
});

test("a deleted run is gone from every answer at once, and stays gone when more of it comes", async () => {
  const [traceId, spanId] = [hex(16), hex(8)];
  const session = `deleted-${hex(4)}`;
  const attributes = { "gen_ai.conversation.id": session, "gen_ai.agent.name": session };
  await send({ traceId, spanId, attributes });
  await settled();
  const response = await fetch(`${talea.talea.url}/api/v1/runs/${traceId}`, { method: "DELETE" });
  assert.deepEqual([response.status, await response.json()], [200, { deleted: traceId }]);
  const gone = async () => {
    assert.equal((await fetch(`${talea.talea.url}/api/v1/runs/${traceId}`)).status, 404);
    assert.deepEqual((await runs(`session=${session}`)).runs, []);
    assert.equal((await fetch(`${talea.talea.url}/api/v1/agents/${session}`)).status, 404);
  };
  const spansFound = async () => (await talea.get<{ spans: Span[] }>(`/api/v1/spans?agent=${session}`)).spans;
  await gone();
  await send({ traceId, attributes });
  await gone();
  assert.deepEqual(await spansFound(), []);
  // A trace that joins the run by a link, fresh and settled.
  await send({ traceId: hex(16), attributes, links: [{ traceId, spanId }] });
  await gone();
  await settled();
  await gone();
});

test("full text finds runs by contents, span names and errors, and knows no wildcards", async () => {
  const word = `needle${hex(4)}`;
  const traceId = hex(16);
  const messages = JSON.stringify([
    { role: "user", parts: [{ type: "text", content: `where is the ${word}%_ of Käthe?` }] },
  ]);
  await send({
    traceId,
    attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", "gen_ai.input.messages": messages },
  });
  await settled();
  const find = async (q: string) => (await runs(`q=${encodeURIComponent(q)}`)).runs.map(({ id }) => id);
  for (const q of [word, word.toUpperCase(), `the ${word}`, `${word}%_ of käthe`])
    assert.deepEqual(await find(q), [traceId], q);
  for (const q of [`${word}x`, `${word}_%`, `${word}% of`]) assert.deepEqual(await find(q), [], q);
});

test("a reader can wait for what it wrote to show up in lists", async () => {
  const runId = `wait-${hex(4)}`;
  const answer = await talea.post("/api/v1/events", { runId, type: "run.started" });
  const { offset } = (await answer.json()) as { offset: string };
  const { events } = await talea.get<{ events: RunEvent[] }>(
    `/api/v1/events?runId=${runId}&waitFor=${offset}&timeout=5s`,
  );
  assert.deepEqual(
    events.map(({ type }) => type),
    ["run.started"],
  );
});

test("what is asked for wrongly is refused in words", async () => {
  for (const [path, status, code] of [
    ["/api/v1/runs?limit=0", 400, "bad_request"],
    ["/api/v1/runs?sort=beauty", 400, "bad_request"],
    ["/api/v1/runs?since=yesterday", 400, "bad_request"],
    ["/api/v1/runs?since=-1h&until=-2h", 400, "bad_request"],
    ["/api/v1/runs?status=happy", 400, "bad_request"],
    ["/api/v1/runs?cursor=nonsense", 400, "cursor_invalid"],
    ["/api/v1/runs?waitFor=!", 400, "cursor_invalid"],
    ["/api/v1/runs/unknown", 404, "run_not_found"],
    [`/api/v1/traces/${hex(16)}`, 404, "trace_not_found"],
    ["/api/v1/sessions/unknown", 404, "session_not_found"],
    ["/api/v1/agents/unknown", 404, "agent_not_found"],
    ["/api/v1/nothing", 404, "not_found"],
  ] as const) {
    const response = await fetch(talea.talea.url + path);
    const body = (await response.json()) as { error: { code: string; message: string } };
    assert.deepEqual([response.status, body.error.code], [status, code], path);
    assert.ok(body.error.message.length > 10, path);
  }
});
