// A thousand random runs in a real Talea: what the settled tables add up to by SQL, and what the API says of agents and
// runs, is what the pure functions make of the same spans. Then again after late spans, and after deletions. The seed is
// printed: `SEED=… node --test …` repeats a failure.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bucketQuantile } from "../../src/base/histogram.ts";
import { formatInstant } from "../../src/base/time.ts";
import { presentRun } from "../../src/jobs/runs/present.ts";
import type { Agent, Run } from "../../src/model/shapes.ts";
import { StoreClient } from "../../src/store/client.ts";
import { settled } from "../api/send-spans.ts";
import { mapRequests } from "../dialects/mapped-capture.ts";
import { runsOfSpans } from "../support/columns-from-drafts.ts";
import { Dice } from "../support/durability-random.ts";
import { engineRunning } from "../support/engine-of.ts";
import { RandomRun, type RandomSpan, requestOf } from "../support/random-runs.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { type AnalysedRun, analysed, analysedSums, callsOf, type Sums } from "./analysed-sums.ts";
import { storedSums } from "./stored-sums.ts";

const RUNS = 1000;
const HOURS = 3;
const SPANS_PER_REQUEST = 700;
const PAGE_SIZE = 150;
/** Few enough that some runs share one, and are one run then. */
const NAMES_PER_HOUR = 200;
const T0_NS = BigInt(Date.UTC(2026, 2, 1, 10)) * 1_000_000n;
const NS_PER_HOUR = 3_600_000_000_000n;
/** Half the width of a histogram's bucket, and the rounding of doubles. */
const BUCKET_ERROR = 0.011;
const ROUNDING = 1e-9;

let talea: TaleaHere;
let store: StoreClient;
let world: World;

before(async () => {
  const dice = Dice.fromEnvironment();
  console.log(`SEED=${dice.seed}`);
  talea = await startTaleaHere(["--quiet", "500"]);
  store = new StoreClient({ kind: "embedded", socketPath: (await engineRunning(process.pid)).socketPath });
  world = new World(dice);
});
after(async () => {
  await store?.close();
  await talea?.close();
});

/** What was sent, and what there must be of it. */
class World {
  readonly #dice: Dice;
  readonly #runs: readonly RandomRun[];
  readonly #sent: RandomSpan[] = [];
  /** Ids of runs, and their traces. */
  readonly #deleted = new Set<string>();

  constructor(dice: Dice) {
    this.#dice = dice;
    // Each run lies within an hour of the clock, so that windows of whole hours do not cut one.
    this.#runs = Array.from({ length: RUNS }, (_, i) => {
      const hour = i % HOURS;
      const minute = BigInt(dice.between(10, 50)) * 60_000_000_000n;
      const startNs = T0_NS + BigInt(hour) * NS_PER_HOUR + minute + BigInt(dice.between(0, 999_999));
      return new RandomRun(dice, startNs, `job ${hour}/${dice.between(1, NAMES_PER_HOUR)}`);
    });
  }

  /** Sends the beginnings of all runs, in any order. */
  async sendAll(): Promise<void> {
    await this.#send(this.#runs.flatMap((run) => run.grow(this.#dice.between(1, 20))));
  }

  /** More spans of some runs, and some that were sent already. */
  async sendLate(count: number): Promise<void> {
    const repeated = Array.from({ length: count }, () => this.#dice.oneOf(this.#sent));
    const late = Array.from({ length: count }, () => this.#dice.oneOf(this.#runs).grow(this.#dice.between(1, 4)));
    await this.#send(late.flat());
    await this.#post(repeated);
  }

  async delete(count: number): Promise<void> {
    const runs = this.expected();
    for (let i = 0; i < count; i++) {
      const { input, analysis } = runs[Math.floor((i * runs.length) / count)] as AnalysedRun;
      const url = `${talea.talea.url}/api/v1/runs/${encodeURIComponent(analysis.summary.id)}`;
      assert.equal((await fetch(url, { method: "DELETE" })).status, 200);
      for (const id of [analysis.summary.id, ...input.columns.traces]) this.#deleted.add(id);
    }
  }

  /** The runs that must be there, as the pure functions see them. */
  expected(): AnalysedRun[] {
    return runsOfSpans(mapRequests([requestOf(this.#sent)]), [], this.#deleted).map(analysed);
  }

  async #send(spans: readonly RandomSpan[]): Promise<void> {
    this.#sent.push(...spans);
    await this.#post(this.#shuffled(spans));
  }

  async #post(spans: readonly RandomSpan[]): Promise<void> {
    for (let at = 0; at < spans.length; at += SPANS_PER_REQUEST) {
      const response = await talea.post("/v1/traces", requestOf(spans.slice(at, at + SPANS_PER_REQUEST)));
      assert.deepEqual([response.status, await response.text()], [200, "{}"]);
    }
  }

  #shuffled<T>(list: readonly T[]): T[] {
    const places = list.map((one) => ({ one, place: this.#dice.next() }));
    return places.sort((a, b) => a.place - b.place).map(({ one }) => one);
  }
}

function isClose(actual: number, expected: number, error = ROUNDING): boolean {
  return Math.abs(actual - expected) <= error * Math.max(Math.abs(expected), Math.abs(actual)) + 1e-6;
}

function assertEqualSums(actual: Sums, expected: Sums): void {
  const names = [...new Set([...actual.values.keys(), ...expected.values.keys()])].sort();
  assert.ok(names.length > 1000, "there is something to compare");
  const wrong = names.flatMap((name) => {
    const [is, should] = [actual.values.get(name) ?? 0, expected.values.get(name) ?? 0];
    return isClose(is, should) ? [] : [`${name}: ${is} instead of ${should}`];
  });
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${names.length} sums differ`);
}

/** The value at the rank that a histogram's quantile stands for. */
function atRank(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] as number;
}

function assertQuantile(actual: number | undefined, values: readonly number[], q: number, what: string): void {
  const exact = atRank(values, q);
  assert.ok(isClose(actual ?? Number.NaN, exact, BUCKET_ERROR), `${what} p${100 * q}: ${actual} instead of ${exact}`);
}

/** Quantiles of calls' durations, from the buckets that SQL added up. */
function assertCallQuantiles(stored: Sums, runs: readonly AnalysedRun[]): void {
  const groups = Map.groupBy(runs.flatMap(callsOf), ({ kind, name, agent }) => `run_calls ${kind} ${name} ${agent}`);
  for (const [group, calls] of groups) {
    const prefix = `${group} bucket `;
    const buckets = [...stored.values]
      .filter(([name, count]) => name.startsWith(prefix) && count > 0)
      .map(([name, count]) => ({ index: Number(name.slice(prefix.length)), count }))
      .sort((a, b) => a.index - b.index);
    const histogram = { indexes: buckets.map(({ index }) => index), counts: buckets.map(({ count }) => count) };
    for (const q of [0.5, 0.9, 0.99]) {
      const durations = calls.map(({ ms }) => ms);
      assertQuantile(bucketQuantile(histogram, q), durations, q, group);
    }
  }
}

/** An agent's figures over a window by the analyses of its runs, in the shape of the API. */
function agentOf(name: string, runs: readonly AnalysedRun[], windowMs: number) {
  const own = runs.flatMap(({ analysis }) => analysis.agents.filter((agent) => agent.name === name));
  const sum = (of: (agent: (typeof own)[number]) => number) => own.reduce((all, agent) => all + of(agent), 0);
  const ms = (state: "llm" | "tool" | "working" | "waiting" | "human" | "idle" | "present") =>
    sum(({ activity }) => activity[state]) / 1e6;
  const busyMs = ms("llm") + ms("tool") + ms("working");
  const tasks = sum((agent) => agent.tasks);
  const usd = sum(({ costNano }) => costNano) / 1e9;
  return {
    completion: own.flatMap(({ completionMs }) => completionMs),
    numbers: {
      ...{ runs: own.length, tasks, busyMs, llmMs: ms("llm"), toolMs: ms("tool"), workingMs: ms("working") },
      ...{ waitingMs: ms("waiting"), humanMs: ms("human"), idleMs: ms("idle"), presentMs: ms("present") },
      errorRate: tasks === 0 ? 0 : sum(({ taskErrors }) => taskErrors) / tasks,
      utilization: ms("present") === 0 ? 0 : busyMs / ms("present"),
      load: busyMs / windowMs,
      throughputPerMin: tasks / (windowMs / 60_000),
      ...{ llmCalls: sum(({ llmCalls }) => llmCalls), toolCalls: sum(({ toolCalls }) => toolCalls) },
      ...{ messagesSent: sum((a) => a.messagesSent), messagesReceived: sum((a) => a.messagesReceived) },
      ...{ input: sum(({ tokens }) => tokens.input), output: sum(({ tokens }) => tokens.output) },
      ...{ cacheRead: sum(({ tokens }) => tokens.cacheRead), reasoning: sum(({ tokens }) => tokens.reasoning) },
      ...{ usd, unpricedCalls: sum(({ unpricedCalls }) => unpricedCalls) },
    } as Readonly<Record<string, number>>,
  };
}

async function assertAgents(runs: readonly AnalysedRun[], sinceNs: bigint, untilNs: bigint): Promise<void> {
  const window = `since=${formatInstant(sinceNs)}&until=${formatInstant(untilNs)}`;
  const { agents } = await talea.get<{ agents: Agent[] }>(`/api/v1/agents?${window}`);
  const inside = runs.filter(({ input }) => input.columns.t0Ns >= sinceNs && input.columns.t0Ns < untilNs);
  const names = new Set(inside.flatMap(({ analysis }) => analysis.agents.map(({ name }) => name)));
  assert.deepEqual(
    agents.map(({ name }) => name),
    [...names].sort((a, b) => (a < b ? -1 : 1)),
  );
  for (const agent of agents) {
    const { numbers, completion } = agentOf(agent.name, inside, Number(untilNs - sinceNs) / 1e6);
    const answer = { ...agent, ...agent.tokens, usd: agent.cost.usd ?? 0, unpricedCalls: agent.cost.unpricedCalls };
    for (const [name, value] of Object.entries(numbers)) {
      const actual = Number(answer[name as keyof typeof answer]);
      assert.ok(isClose(actual, value), `${agent.name} ${name}: ${actual} instead of ${value}`);
    }
    assert.equal(agent.completionMs === undefined, completion.length === 0);
    if (agent.completionMs === undefined) continue;
    assertQuantile(agent.completionMs.p50, completion, 0.5, agent.name);
    assertQuantile(agent.completionMs.p90, completion, 0.9, agent.name);
    assertQuantile(agent.completionMs.p99, completion, 0.99, agent.name);
  }
}

/** All pages of the list, whatever their size. */
async function listedRuns(limit: number): Promise<Run[]> {
  const listed: Run[] = [];
  const query = `/api/v1/runs?since=${formatInstant(T0_NS)}&all=true&limit=${limit}`;
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const page: { runs: Run[]; nextCursor?: string } = await talea.get(
      cursor === "" ? query : `${query}&cursor=${cursor}`,
    );
    listed.push(...page.runs);
    cursor = page.nextCursor;
  }
  return listed;
}

async function assertRuns(runs: readonly AnalysedRun[]): Promise<void> {
  const byId = (a: Run, b: Run) => (a.id < b.id ? -1 : 1);
  const expected = runs.map(({ input, analysis }) => presentRun(input.columns, analysis)).sort(byId);
  assert.deepEqual((await listedRuns(PAGE_SIZE)).sort(byId), expected);
}

async function assertAgreement(): Promise<void> {
  await settled(talea);
  const runs = world.expected();
  await assertRuns(runs);
  const stored = await storedSums(store);
  assertEqualSums(stored, analysedSums(runs));
  assertCallQuantiles(stored, runs);
  await assertAgents(runs, T0_NS, T0_NS + BigInt(HOURS) * NS_PER_HOUR);
  for (let hour = 0n; hour < HOURS; hour++) {
    await assertAgents(runs, T0_NS + hour * NS_PER_HOUR, T0_NS + (hour + 1n) * NS_PER_HOUR);
  }
}

test(`${RUNS} settled runs add up to what analysis says of each`, async () => {
  await world.sendAll();
  await assertAgreement();
});

test("after late and repeated spans they still do: what was settled before is taken back", async () => {
  await world.sendLate(150);
  await assertAgreement();
});

test("after deletions the rest adds up, and what comes of the deleted runs changes nothing", async () => {
  await world.delete(6);
  await world.sendLate(100);
  await assertAgreement();
});
