// What is counted over runs says the same as the list of the same filter: on random runs, fresh and settled.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bucketBoundsMs, durationBucket } from "../../src/model/duration-buckets.ts";
import type { DurationBucket, Run } from "../../src/model/shapes.ts";
import { Dice } from "../support/durability-random.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { hex, NOW, sendSpans, settled } from "./send-spans.ts";

const SEED = Number(process.env["SEED"] ?? Date.now() % 1e9);
const RUNS = 80;
const NS_PER_MS = 1e6;
const dice = new Dice(SEED);
const AGENTS = ["ann", "bob", "cleo"];
const FILTERS = [
  "",
  "status=failed",
  "status=completed&agent=ann",
  "agent=bob&agent=cleo",
  "session=s1",
  "user=u2&model=house-small",
  "tag=night",
  "hasError=true",
  "minDuration=1s",
  "maxDuration=900",
  "minDuration=0.2s&maxDuration=30s&hasError=false",
  "name=invoke_agent+ann",
  "q=invoke_agent+b",
  "all=true",
];

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
});
after(() => talea.close());

async function sendRun(i: number): Promise<void> {
  const agent = dice.oneOf(AGENTS);
  const isFailed = dice.chance(0.3);
  const root = { traceId: hex(16), spanId: hex(8), startMs: NOW - 300_000 - 1000 * i };
  await sendSpans(
    talea,
    {
      ...root,
      name: `invoke_agent ${agent}`,
      durationMs: Math.round(10 ** (1 + 4 * dice.next())),
      attributes: {
        "gen_ai.agent.name": agent,
        "gen_ai.conversation.id": `s${dice.between(0, 2)}`,
        "user.id": `u${dice.between(0, 3)}`,
        ...(dice.chance(0.4) ? { "talea.tags": dice.oneOf(["night", "day"]) } : {}),
      },
      ...(isFailed ? { status: { code: 2, message: "no" } } : {}),
    },
    {
      traceId: root.traceId,
      parentSpanId: root.spanId,
      name: "chat",
      startMs: root.startMs,
      durationMs: 5,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.agent.name": agent,
        "gen_ai.response.model": dice.oneOf(["house-large", "house-small"]),
      },
    },
  );
}

async function check(): Promise<void> {
  for (const filter of FILTERS) {
    const { runs } = await talea.get<{ runs: Run[] }>(`/api/v1/runs?limit=1000&${filter}`);
    const { buckets } = await talea.get<{ buckets: DurationBucket[] }>(`/api/v1/runs/durations?${filter}`);
    assert.deepEqual(buckets, expectedBuckets(runs), `durations of ${filter}, seed ${SEED}`);
    const { facets } = await talea.get<{ facets: Record<string, unknown> }>(`/api/v1/runs/facets?${filter}`);
    assert.deepEqual(facets, expectedFacets(runs), `facets of ${filter}, seed ${SEED}`);
  }
}

function expectedBuckets(runs: readonly Run[]): DurationBucket[] {
  const byBucket = Map.groupBy(runs, ({ durationMs }) => durationBucket(Math.round(durationMs * NS_PER_MS)));
  return [...byBucket]
    .sort(([a], [b]) => a - b)
    .map(([bucket, inside]) => {
      const { fromMs, toMs } = bucketBoundsMs(bucket);
      const failed = inside.filter(({ status }) => status === "failed").length;
      return { fromMs, ...(toMs === undefined ? {} : { toMs }), count: inside.length, failed };
    });
}

function expectedFacets(runs: readonly Run[]): Record<string, unknown> {
  const valuesOf: Record<string, (run: Run) => readonly (string | undefined)[]> = {
    status: ({ status }) => [status],
    agent: ({ agents }) => agents,
    model: ({ models }) => models,
    service: ({ service }) => [service],
    tag: ({ tags }) => tags,
    session: ({ session }) => [session],
    user: ({ user }) => [user],
    name: ({ name }) => [name],
  };
  return Object.fromEntries(
    Object.entries(valuesOf).map(([facet, of]) => {
      const groups = Map.groupBy(runs.flatMap(of), (value) => value);
      const counts = [...groups].flatMap(([value, all]) => (value === undefined ? [] : [{ value, count: all.length }]));
      return [facet, counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))];
    }),
  );
}

test("durations and facets count what the list of the same filter shows, fresh, settled and mixed", async () => {
  for (let i = 0; i < RUNS / 2; i++) await sendRun(i);
  await settled(talea);
  await check();
  for (let i = RUNS / 2; i < RUNS; i++) await sendRun(i);
  await check();
  await settled(talea);
  await check();
});

test("a facet beside its own filter has the values of the others, and a text finds values that contain it", async () => {
  const facetsOf = async (query: string) =>
    (await talea.get<{ facets: Record<string, { value: string }[]> }>(`/api/v1/runs/facets?${query}`)).facets;
  const beside = await facetsOf("session=s1&agent=ann&beside=true&facet=agent&facet=session");
  assert.deepEqual(beside["agent"], (await facetsOf("session=s1"))["agent"]);
  assert.deepEqual(beside["session"], (await facetsOf("agent=ann"))["session"]);
  assert.deepEqual(Object.keys(beside).sort(), ["agent", "session"]);
  assert.deepEqual(
    (await facetsOf("facet=model&find=LARGE"))["model"]?.map(({ value }) => value),
    ["house-large"],
  );
  assert.deepEqual((await facetsOf("facet=model&find=%25"))["model"], []);
});
