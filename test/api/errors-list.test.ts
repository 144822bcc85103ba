// Kinds of errors over many runs: of runs that are settled, of those that are not, and of both together.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ErrorDetail, ErrorGroup, ErrorWindow } from "../../src/model/error-shapes.ts";
import type { Run } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { settled as allSettled, failure, hex, NOW, sendSpans, type TestSpan } from "./send-spans.ts";

const ALL_TIME = "since=2026-11-01T00:00:00Z";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
});
after(() => talea.close());

interface ErrorList {
  readonly errors: readonly ErrorGroup[];
  readonly nextCursor?: string;
  readonly window: ErrorWindow;
}

const list = (query: string) => talea.get<ErrorList>(`/api/v1/errors?${query}`);
const detail = (fingerprint: string, query = "") => talea.get<ErrorDetail>(`/api/v1/errors/${fingerprint}?${query}`);
const send = (...spans: TestSpan[]) => sendSpans(talea, ...spans);
const settled = (open?: number) => allSettled(talea, open);

/** The kinds of errors whose message has a word in it. */
async function withWord(word: string, query = ""): Promise<readonly ErrorGroup[]> {
  return (await list(`q=${word}&${query}`)).errors;
}

/** A word that no other error has: letters alone, so that it is no id to anybody. */
const someWord = () => hex(6).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] as string);

const failed = (message: string) => ({ code: 2, message });
const tool = (name: string) => ({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name });

/** An agent, and a tool of it that fails while the agent goes on. */
function failingTool(traceId: string, agent: string, message: string, endedMs = NOW - 4_000): TestSpan[] {
  const spanId = hex(8);
  return [
    { traceId, spanId, startMs: endedMs - 500, attributes: { "gen_ai.agent.name": agent } },
    {
      ...{ traceId, parentSpanId: spanId, name: "execute_tool search", startMs: endedMs - 400, durationMs: 400 },
      ...{ attributes: { ...tool("search"), "gen_ai.agent.name": "" }, status: failed(message) },
    },
  ];
}

test("captures: the same kinds of errors, while their runs wait and when they are settled", async () => {
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.load("vercel-ai-sdk/ai-v6-multi-agent.otlp.json");
  await talea.load("openai-agents-js/openinference-bridge.otlp.json");
  const read = async () => {
    const { errors } = await list(`${ALL_TIME}&until=2026-11-24T00:00:00Z`);
    return errors
      .map(({ type = "-", message = "-", count, swallowed, runs, agents, kinds }) =>
        [message.split(/[\n:{]/)[0], type, count, swallowed, runs, agents.join("+"), kinds.join("+")].join(" | "),
      )
      .sort();
  };
  const expected = [
    "429 Rate limit reached (mock) | - | 2 | 0 | 2 | Limited Agent+langgraph-lab | llm",
    "Error running tool (non-fatal) | - | 1 | 1 | 1 | Weather Agent | tool",
    "boom tool | - | 1 | 1 | 1 | math_expert | tool",
    "boom tool | Error | 1 | 1 | 1 | supervisor | tool",
    "model overloaded | Error | 1 | 0 | 1 | failing-agent | llm",
  ];
  assert.deepEqual(await read(), expected);
  await settled();
  assert.deepEqual(await read(), expected);
});

test("a kind is told with its trend, its latest runs and when it was met, over settled runs and open ones", async () => {
  const word = someWord();
  const [first, second] = [hex(16), hex(16)];
  await send(...failingTool(first, "ann", `no ${word} for 17`, NOW - 3 * 3_600_000));
  await settled();
  await send(...failingTool(second, "bob", `no ${word} for 4`));
  const { errors, window } = await list(`q=${word}`);
  const [group, ...others] = errors;
  assert.ok(group !== undefined);
  assert.equal(others.length, 0);
  assert.deepEqual([group.count, group.swallowed, group.runs, group.agents], [2, 2, 2, ["ann", "bob"]]);
  assert.deepEqual(
    group.exampleRuns.map(({ runId, agent, swallowed }) => [runId, agent, swallowed]),
    [
      [second, "bob", true],
      [first, "ann", true],
    ],
  );
  assert.equal(group.message, `no ${word} for 4`);
  assert.deepEqual([group.services, group.kinds, group.isNew], [["test"], ["tool"], true]);
  assert.equal(group.trend.length, 24);
  const step = (instant: string) =>
    Math.min(23, Math.floor((Date.parse(instant) - Date.parse(window.since)) / window.stepMs));
  assert.deepEqual([group.trend[step(group.firstSeen)], group.trend[step(group.lastSeen)]], [1, 1]);
  assert.equal(
    group.trend.reduce((sum, count) => sum + count, 0),
    2,
  );
  const [late] = await withWord(word, "since=-1h");
  assert.deepEqual([late?.count, late?.isNew, late?.firstSeenEver], [1, false, group.firstSeenEver], "it is older");
});

test("an open run's errors count at once, and once only when it goes on, is settled, and is settled again", async () => {
  const word = someWord();
  const traceId = hex(16);
  const spans = failingTool(traceId, "ann", `no ${word}`);
  const count = async () => (await withWord(word)).map(({ count, runs, agents }) => [count, runs, agents]);
  await send(...spans);
  assert.deepEqual(await count(), [[1, 1, ["ann"]]]);
  await settled();
  assert.deepEqual(await count(), [[1, 1, ["ann"]]]);
  const root = spans[0] as TestSpan & { spanId: string };
  const again = { ...(spans[1] as TestSpan), spanId: hex(8), parentSpanId: root.spanId };
  await send(again);
  assert.deepEqual(await count(), [[2, 1, ["ann"]]]);
  await settled();
  assert.deepEqual(await count(), [[2, 1, ["ann"]]]);
});

test("an error that turns out to be another agent's is that agent's alone", async () => {
  const word = someWord();
  const traceId = hex(16);
  const [agent, failing] = failingTool(traceId, "ann", `no ${word}`) as [TestSpan, TestSpan];
  await send(failing);
  await settled();
  assert.equal((await withWord(word)).length, 1);
  assert.notDeepEqual((await withWord(word))[0]?.agents, ["ann"]);
  await send(agent);
  await settled();
  const [group] = await withWord(word);
  assert.deepEqual([group?.agents, group?.count, group?.runs, group?.swallowed], [["ann"], 1, 1, 1]);
});

test("runs that become one run count as one", async () => {
  const word = someWord();
  const [first, second, runId] = [hex(16), hex(16), `joined-${hex(4)}`];
  await send(...failingTool(first, "ann", `no ${word}`), ...failingTool(second, "ann", `no ${word}`));
  await settled();
  assert.deepEqual(
    (await withWord(word)).map(({ count, runs }) => [count, runs]),
    [[2, 2]],
  );
  const named = { "talea.run.id": runId };
  await send({ traceId: first, attributes: named }, { traceId: second, attributes: named });
  await settled();
  assert.deepEqual(
    (await withWord(word)).map(({ count, runs }) => [count, runs]),
    [[2, 1]],
  );
  assert.equal((await withWord(word))[0]?.exampleRuns[0]?.runId, runId);
});

test("a run that is deleted takes its errors with it, settled or not", async () => {
  const word = someWord();
  const [first, second] = [hex(16), hex(16)];
  await send(...failingTool(first, "ann", `no ${word}`));
  await settled();
  await send(...failingTool(second, "ann", `no ${word}`));
  const [group] = await withWord(word);
  assert.equal(group?.count, 2);
  for (const [runId, left] of [
    [first, 1],
    [second, 0],
  ] as const) {
    const answer = await fetch(`${talea.talea.url}/api/v1/runs/${runId}`, { method: "DELETE" });
    assert.equal(answer.status, 200);
    assert.deepEqual(
      (await withWord(word)).map(({ count }) => count),
      left === 0 ? [] : [left],
    );
  }
  const gone = await fetch(`${talea.talea.url}/api/v1/errors/${group?.fingerprint}`);
  assert.deepEqual(await failure(gone), [404, "error_kind_not_found"]);
});

test("filters hold together, and are the same for settled runs and open ones", async () => {
  const word = someWord();
  await send(...failingTool(hex(16), "ann", `one ${word}`), ...failingTool(hex(16), "bob", `two ${word}`));
  await send({
    traceId: hex(16),
    name: "solo",
    status: failed(`three ${word}`),
    attributes: { "gen_ai.agent.name": "cyd" },
  });
  const messages = async (query: string) =>
    (await withWord(word, query)).map(({ message }) => message?.split(" ")[0]).sort();
  const check = async () => {
    assert.deepEqual(await messages(""), ["one", "three", "two"]);
    assert.deepEqual(await messages("agent=ann&agent=cyd"), ["one", "three"]);
    assert.deepEqual(await messages("agent=ann&agent=cyd&kind=tool"), ["one"]);
    assert.deepEqual(await messages("kind=agent&kind=llm"), ["three"]);
    assert.deepEqual(await messages("name=solo"), ["three"]);
    assert.deepEqual(await messages("service=test&agent=bob"), ["two"]);
    assert.deepEqual(await messages("service=elsewhere"), []);
    assert.deepEqual(await messages("until=-1h"), []);
  };
  await check();
  await settled();
  await check();
});

test("pages of every order, put together, are the whole list, of settled runs and open ones", async () => {
  const word = someWord();
  const kinds = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"];
  const spans = (from: number) =>
    kinds.flatMap((kind, i) =>
      Array.from({ length: 1 + ((i + from) % 3) }, (_, j) =>
        failingTool(hex(16), "ann", `${kind} ${word}`, NOW - 60_000 * (1 + ((i * 7 + j + from) % 11))),
      ).flat(),
    );
  const walk = async (sort: string) => {
    const found: ErrorGroup[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(`q=${word}&sort=${sort}&limit=2${cursor === undefined ? "" : `&cursor=${cursor}`}`);
      found.push(...page.errors);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  };
  const check = async (total: number) => {
    for (const sort of ["-count", "count", "-runs", "-lastSeen", "lastSeen", "-firstSeen"]) {
      const found = await walk(sort);
      assert.equal(new Set(found.map(({ fingerprint }) => fingerprint)).size, kinds.length, sort);
      assert.equal(found.length, kinds.length, sort);
      assert.equal(
        found.reduce((sum, { count }) => sum + count, 0),
        total,
        sort,
      );
      const field = sort.replace("-", "") as "count" | "runs" | "lastSeen" | "firstSeen";
      const values = found.map((group) => (typeof group[field] === "number" ? group[field] : Date.parse(group[field])));
      assert.deepEqual(
        values,
        values.toSorted((a, b) => (sort.startsWith("-") ? b - a : a - b)),
        sort,
      );
    }
  };
  await send(...spans(0));
  await settled();
  await check(18);
  // Of some kinds more come in, so that those are of both.
  await send(...spans(1).slice(0, 12));
  await check(24);
});

test("one kind says who meets it, at what, where, and in full what the latest says", async () => {
  const word = someWord();
  const long = `no ${word}\n${"what was tried ".repeat(60)}`;
  await send(...failingTool(hex(16), "ann", long), ...failingTool(hex(16), "bob", long));
  await settled();
  await send(...failingTool(hex(16), "bob", long, NOW - 1_000));
  const [group] = await withWord(word);
  assert.ok(group !== undefined);
  assert.ok((group.message?.length ?? 0) < long.length);
  const one = await detail(group.fingerprint);
  assert.deepEqual([one.count, one.runs, one.failedSpans, one.trend.length], [3, 3, 3, 48]);
  assert.deepEqual(
    one.byAgent.map(({ value, count, swallowed }) => [value, count, swallowed]),
    [
      ["bob", 2, 2],
      ["ann", 1, 1],
    ],
  );
  assert.deepEqual(
    one.byThing.map(({ kind, value, count }) => [kind, value, count]),
    [["tool", "search", 3]],
  );
  assert.deepEqual(
    one.byService.map(({ value, runs }) => [value, runs]),
    [["test", 3]],
  );
  assert.deepEqual(
    one.byRunName.map(({ count }) => count),
    [3],
  );
  assert.equal(one.exampleRuns.length, 3);
  await settled();
  assert.equal((await detail(group.fingerprint)).example, long.trim());
  const ofBob = await detail(group.fingerprint, "agent=bob");
  assert.deepEqual([ofBob.count, ofBob.byAgent.length], [2, 1]);
});

test("a kind that was not met in the window is still told, with nothing counted", async () => {
  const word = someWord();
  await send(...failingTool(hex(16), "ann", `no ${word}`, NOW - 3 * 3_600_000));
  await settled();
  const [group] = await withWord(word);
  const later = await detail(group?.fingerprint ?? "", "since=-1h");
  assert.deepEqual([later.count, later.runs, later.isNew, later.exampleRuns], [0, 0, false, []]);
  assert.deepEqual([later.message, later.lastSeen], [`no ${word}`, group?.lastSeen]);
});

test("an error goes up through several spans as one, and the example is the span where it began", async () => {
  const word = someWord();
  const traceId = hex(16);
  const [top, step] = [hex(8), hex(8)];
  const call = {
    ...{ traceId, spanId: hex(8), parentSpanId: step, name: "chat", durationMs: 500 },
    status: failed(`no ${word}`),
  };
  await send(
    { traceId, spanId: top, status: failed(`no ${word}`) },
    {
      ...{ traceId, spanId: step, parentSpanId: top, name: "step" },
      attributes: { "gen_ai.operation.name": "" },
      status: failed(`no ${word}`),
    },
    { ...call, attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m-1" } },
  );
  const [group] = await withWord(word);
  assert.deepEqual([group?.count, group?.swallowed, group?.kinds], [1, 0, ["llm"]]);
  assert.equal(group?.exampleRuns[0]?.spanId, call.spanId);
  const one = await detail(group?.fingerprint ?? "");
  assert.deepEqual([one.failedSpans, one.byThing[0]?.value], [3, "m-1"]);
});

test("control flow and traces without any agent in them are no errors here", async () => {
  const word = someWord();
  const plain = { "gen_ai.operation.name": "", "gen_ai.agent.name": "" };
  await send({ traceId: hex(16), name: "GET /", attributes: plain, status: failed(`no ${word}`) });
  assert.deepEqual(await withWord(word), []);
  await settled();
  assert.deepEqual(await withWord(word), []);
});

test("what cannot be asked is refused in words", async () => {
  for (const [query, code] of [
    ["sort=cost", "bad_request"],
    ["kind=planet", "bad_request"],
    ["limit=0", "bad_request"],
    ["since=now&until=-1h", "bad_request"],
    ["cursor=nonsense", "cursor_invalid"],
  ] as const) {
    const answer = await fetch(`${talea.talea.url}/api/v1/errors?${query}`);
    assert.deepEqual(await failure(answer), [400, code], query);
  }
  for (const name of ["nothing", "0000000000000000", "%22%27;DROP", "x".repeat(700)]) {
    const answer = await fetch(`${talea.talea.url}/api/v1/errors/${name}`);
    assert.deepEqual(await failure(answer), [404, "error_kind_not_found"], name);
  }
});

test("the sums of all kinds are the errors that runs say they have, where none is passed on", async () => {
  const { runs } = await talea.get<{ runs: Run[] }>("/api/v1/runs?agent=bob&limit=1000");
  const { errors } = await list("agent=bob&limit=1000");
  const ofRuns = runs.reduce((sum, { errorCount }) => sum + errorCount, 0);
  assert.equal(
    errors.reduce((sum, { count }) => sum + count, 0),
    ofRuns,
  );
  assert.ok(ofRuns > 0);
});
