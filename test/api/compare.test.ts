// Runs beside each other: a real capture, sent several times with changes of which it is known what they are.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Value } from "typebox/value";
import { Comparison } from "../../src/model/comparison-shapes.ts";
import { LIMITS } from "../../src/model/limits.ts";
import { syntheticBodies, syntheticSpans } from "../support/browser-synthetic.ts";
import { type Copy, copiedCapture, prolonged } from "../support/copied-capture.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { failure, settled } from "./send-spans.ts";

const CAPTURE = "openinference-langgraph-js/langgraph-multi-agent.otlp.json";
const TEAM = "185d56b1c011ce877dd2e34b07d1df74";
const RESEARCH_CALL = "2a61a60d7a263e3d";
const WEB_SEARCH = "9f18af58955082b2";
const FAILING_TOOL = "0f864d90ec3ea0f8";
const ADD = "58275bb49fbcca65";
const HOUR_MS = 3_600_000;

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  await talea.load(CAPTURE);
});
after(() => talea.close());

/** Sends the team's run again and answers the copy's id. */
async function send(copy: Copy): Promise<string> {
  const { body, traceId } = copiedCapture(CAPTURE, TEAM, copy);
  assert.equal((await talea.post("/v1/traces", body)).status, 200);
  return traceId;
}

async function compare(a: string, b: string): Promise<Comparison> {
  const path = `/api/v1/compare?a=${a}&b=${b}`;
  const answer = await talea.get<Comparison>(path);
  const [error] = Value.Errors(Comparison, answer);
  assert.equal(error, undefined, `${path}: ${error?.instancePath} ${error?.message}`);
  assert.doesNotMatch(JSON.stringify(answer), /:null[,}]/);
  return answer;
}

const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-3, `${a} is ${b}`);

test("the same run at another time is the same in everything, and its spans keep their ids", async () => {
  const copy = await send({ salt: "same", laterMs: HOUR_MS });
  const { a, b, figures, pathByAgent, counts, parting, spans, ...rest } = await compare(TEAM, copy);
  assert.deepEqual([a.id, b.id], [TEAM, copy]);
  assert.deepEqual(counts, { same: spans.length, added: 0, removed: 0, failed: 0, fixed: 0, slower: 0, faster: 0 });
  assert.equal(parting, undefined);
  assert.deepEqual([rest.truncated, rest.spanCount], [false, spans.length]);
  for (const { figure, a: before, b: after, difference } of figures)
    assert.equal(difference ?? 0, 0, `${figure} ${before} ${after}`);
  assert.deepEqual(
    figures.find(({ figure }) => figure === "tokensInput"),
    { figure: "tokensInput", unit: "tokens", a: 510, b: 510, difference: 0 },
  );
  assert.deepEqual(
    figures.find(({ figure }) => figure === "costUsd"),
    { figure: "costUsd", unit: "usd" },
    "the models of the capture have no price, and no price is no 0",
  );
  for (const { differenceMs } of pathByAgent) near(differenceMs, 0);
  assert.ok(spans.every(({ aId, bId }) => aId !== undefined && bId !== undefined && aId !== bId));
});

test("what is slower, dearer, missing, more and mended is found, and adds up", async () => {
  const copy = await send({
    salt: "changed",
    laterMs: 2 * HOUR_MS,
    edit: (spans) => {
      const search = spans.find(({ spanId }) => spanId === WEB_SEARCH);
      const failing = spans.find(({ spanId }) => spanId === FAILING_TOOL);
      const call = spans.find(({ spanId }) => spanId === RESEARCH_CALL);
      assert.ok(search && failing && call);
      failing.status = { code: 1 };
      for (const { key, value } of call.attributes)
        if (key === "llm.token_count.prompt") Object.assign(value, { intValue: 1000 });
      const again = { ...search, spanId: "00000000000000aa" };
      return [...prolonged(spans, RESEARCH_CALL, 200).filter(({ spanId }) => spanId !== ADD), again];
    },
  });
  const { spans, counts, figures, pathByAgent, parting } = await compare(TEAM, copy);
  const changed = (change: string) => spans.filter((span) => span.change === change).map(({ name }) => name);
  assert.deepEqual(changed("added"), ["web_search"]);
  assert.deepEqual(changed("removed"), ["add"]);
  assert.deepEqual(changed("fixed"), ["failing_tool"]);
  assert.deepEqual(
    spans.flatMap(({ name, failedIn }) => (failedIn === undefined ? [] : [[name, failedIn]])),
    [["failing_tool", "a"]],
  );
  assert.ok(changed("slower").includes("ChatOpenAI") && changed("slower").includes("research_expert"));
  assert.equal(sum(Object.values(counts)), spans.length);
  const slow = spans.find(({ change, kind }) => change === "slower" && kind === "llm");
  near(slow?.durationMs.difference ?? 0, 200);
  assert.ok((slow?.tokens?.difference ?? 0) > 0);
  const figure = (name: string) => figures.find((one) => one.figure === name);
  near(figure("durationMs")?.difference ?? 0, 200);
  assert.equal(figure("toolCalls")?.difference, 0);
  assert.equal(figure("errors")?.difference, -1);
  near(sum(pathByAgent.map(({ differenceMs }) => differenceMs)), 200);
  assert.equal(pathByAgent[0]?.agent, "research_expert");
  assert.equal(parting?.reason, "added");
  assert.match(
    parting?.sentence ?? "",
    /^B has a tool call “web_search” of research_expert that A does not have, \d+ ms after the start\.$/,
  );
});

test("the other way round everything is the other way round", async () => {
  const copy = await send({ salt: "slower", laterMs: HOUR_MS, edit: (spans) => prolonged(spans, RESEARCH_CALL, 100) });
  const there = await compare(TEAM, copy);
  const back = await compare(copy, TEAM);
  assert.deepEqual([there.counts.slower, there.counts.faster], [back.counts.faster, back.counts.slower]);
  for (const [i, { difference }] of there.figures.entries()) near(difference ?? 0, -(back.figures[i]?.difference ?? 0));
});

test("a call with other input is where runs part, before all that follows from it", async () => {
  const copy = await send({
    salt: "asked",
    laterMs: HOUR_MS,
    edit: (spans) => {
      const search = spans.find(({ spanId }) => spanId === WEB_SEARCH);
      const input = search?.attributes.find(({ key }) => key === "input.value");
      assert.ok(input);
      input.value = { stringValue: '{"query":"weather in Rome"}' };
      return spans;
    },
  });
  const { parting } = await compare(TEAM, copy);
  assert.deepEqual([parting?.reason, parting?.name, parting?.agent], ["input", "web_search", "research_expert"]);
});

test("against the median of its name: a real run, and the figures of the name", async () => {
  const day = 24 * HOUR_MS;
  const made = async (salt: string, laterMs: number, longerMs: number) =>
    send({ salt, laterMs, edit: (spans) => named("nightly", prolonged(spans, RESEARCH_CALL, longerMs)) });
  const median = await made("median", day, 50);
  await made("short", day + HOUR_MS, 0);
  await made("long", day + 2 * HOUR_MS, 1000);
  const failed = await send({
    salt: "failed",
    laterMs: day + 3 * HOUR_MS,
    edit: (spans) =>
      named(
        "nightly",
        spans.map((span) => (span.parentSpanId ? span : { ...span, status: { code: 2, message: "no" } })),
      ),
  });
  const run = await made("asked about", day + 4 * HOUR_MS, 300);
  await settled(talea);
  const answer = await compare("median", run);
  assert.deepEqual([answer.a.id, answer.b.id], [median, run]);
  assert.equal(answer.median?.runs, 3, "without itself, and without the one that failed");
  assert.equal(answer.median?.name, "nightly");
  near(answer.median?.durationMs.p50 ?? 0, answer.a.durationMs);
  assert.ok((answer.median?.durationMs.p90 ?? 0) > answer.b.durationMs);
  assert.deepEqual(answer.median?.tokens, { p50: 573, p90: 573 });
  assert.equal(answer.median?.costUsd, undefined);
  assert.equal(answer.median?.until, answer.b.startedAt);
  assert.equal((await compare("median", failed)).median?.runs, 3, "a failed run has a median too");
  assert.equal((await compare(TEAM, run)).median, undefined);
  const alone = await fetch(`${talea.talea.url}/api/v1/compare?a=median&b=${median}`);
  assert.deepEqual(await failure(alone), [404, "median_not_found"], "none of the name came before it");
});

/** The run is called so: its root is. */
function named<S extends { name: string; parentSpanId?: string }>(name: string, spans: S[]): S[] {
  return spans.map((span) => (span.parentSpanId ? span : { ...span, name }));
}

test("an unknown run is named, and two are needed", async () => {
  const ask = (query: string) => fetch(`${talea.talea.url}/api/v1/compare${query}`);
  for (const [query, parameter] of [
    [`?a=${TEAM}&b=unknown`, "b"],
    [`?a=nobody&b=${TEAM}`, "a"],
    ["?a=median&b=unknown", "b"],
  ] as const) {
    const body = (await (await ask(query)).json()) as { error: { code: string; details: { parameter: string } } };
    assert.deepEqual([body.error.code, body.error.details.parameter], ["run_not_found", parameter], query);
  }
  assert.deepEqual(await failure(await ask(`?a=${TEAM}`)), [400, "bad_request"]);
  assert.deepEqual(await failure(await ask("")), [400, "bad_request"]);
});

test("two runs of 30,000 spans are compared, and of the answer what tells most is kept", async () => {
  const nowMs = Date.now();
  const large = (seed: number) => ({ name: "Large", seed, spanCount: 30_000, endsAtMs: nowMs - seed * HOUR_MS });
  for (const seed of [1, 2]) {
    for (const body of syntheticBodies(large(seed))) assert.equal((await talea.post("/v1/traces", body)).status, 200);
  }
  const [a, b] = [1, 2].map((seed) => syntheticSpans({ ...large(seed), spanCount: 1 })[0]?.traceId ?? "");
  assert.ok(a && b);
  const { spans, spanCount, truncated, counts, ...answer } = await compare(a, b);
  assert.deepEqual([answer.a.spanCount, answer.b.spanCount], [30_000, 30_000]);
  assert.deepEqual([spans.length, truncated], [LIMITS.comparedSpans, true]);
  assert.ok(spanCount >= 30_000 && sum(Object.values(counts)) === spanCount, `${spanCount}`);
  const shown = (change: string) => spans.filter((span) => span.change === change).length;
  assert.ok(counts.failed > 0 && shown("failed") === counts.failed && shown("fixed") === counts.fixed);
  assert.ok(answer.parting !== undefined && answer.otherWords > 0);
  assert.ok(
    spans.some(({ bId }) => bId === answer.parting?.bId),
    "where they part is always there",
  );
  let depth = -1;
  for (const span of spans) {
    assert.ok(span.depth <= depth + 1, "what a span hangs on is there too");
    depth = span.depth;
  }
  const mixed = await compare(TEAM, b);
  assert.deepEqual([mixed.a.id, mixed.b.id, mixed.truncated], [TEAM, b, true], "a small run beside a large one");
  assert.ok(mixed.counts.removed > 0 && mixed.counts.added > 0);
});
