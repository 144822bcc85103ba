// A thousand random runs in a real Talea: what the settled tables add up to by SQL, and what the API says of agents and
// runs, is what the pure functions make of the same spans. Then again after late spans, and after deletions. The seed is
// printed: `SEED=… node --test …` repeats a failure.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bucketQuantile } from "../../src/base/histogram.ts";
import { StoreClient } from "../../src/store/client.ts";
import { settled } from "../api/send-spans.ts";
import { mapRequests } from "../dialects/mapped-capture.ts";
import { runsOfSpans } from "../support/columns-from-drafts.ts";
import { Dice } from "../support/durability-random.ts";
import { engineRunning } from "../support/engine-of.ts";
import { RandomRun, type RandomSpan, requestOf } from "../support/random-runs.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { type AnalysedRun, analysed, analysedSums, callsOf, type Sums } from "./analysed-sums.ts";
import { assertAgents, assertCommunication, assertKeyMetrics, assertRuns } from "./answers-agree.ts";
import { assertQuantile, isClose } from "./closeness.ts";
import { storedSums } from "./stored-sums.ts";

const RUNS = 1000;
const HOURS = 3;
/** Of a run, at first. */
const SPANS_MAX = 14;
const SPANS_PER_REQUEST = 700;
/** Few enough that some runs share one, and are one run then. */
const NAMES_PER_HOUR = 40;
const T0_NS = BigInt(Date.UTC(2026, 2, 1, 10)) * 1_000_000n;
const NS_PER_HOUR = 3_600_000_000_000n;

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
      const names = Array.from({ length: NAMES_PER_HOUR }, (_, name) => `job ${hour}/${name}`);
      return new RandomRun(dice, startNs, names);
    });
  }

  /** Sends the beginnings of all runs, in any order. */
  async sendAll(): Promise<void> {
    await this.#send(this.#runs.flatMap((run) => run.grow(this.#dice.between(1, SPANS_MAX))));
  }

  /** More spans of some runs, and some that were sent already. */
  async sendLate(count: number): Promise<void> {
    const repeated = Array.from({ length: count }, () => this.#dice.oneOf(this.#sent));
    const late = Array.from({ length: count }, () => this.#dice.oneOf(this.#runs).grow(this.#dice.between(1, 4)));
    await this.#send(late.flat());
    await this.#post(repeated);
  }

  async delete(count: number): Promise<void> {
    // Other names of a run are deleted with it, and whatever comes under one of them later.
    const runs = this.expected().filter(({ input }) => input.otherRunIds?.length === 0);
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

function assertEqualSums(actual: Sums, expected: Sums): void {
  const names = [...new Set([...actual.values.keys(), ...expected.values.keys()])].sort();
  assert.ok(names.length > 1000, "there is something to compare");
  const wrong = names.flatMap((name) => {
    const [is, should] = [actual.values.get(name) ?? 0, expected.values.get(name) ?? 0];
    return isClose(is, should) ? [] : [`${name}: ${is} instead of ${should}`];
  });
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${names.length} sums differ`);
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

async function assertAgreement(): Promise<void> {
  await settled(talea);
  const runs = world.expected();
  const all = { sinceNs: T0_NS, untilNs: T0_NS + BigInt(HOURS) * NS_PER_HOUR };
  await assertRuns(talea, runs, all);
  const stored = await storedSums(store);
  assertEqualSums(stored, analysedSums(runs));
  assertCallQuantiles(stored, runs);
  const middle = { sinceNs: T0_NS + NS_PER_HOUR, untilNs: T0_NS + 2n * NS_PER_HOUR };
  for (const window of [all, middle]) {
    const own = runs.filter(
      ({ input: { columns } }) => columns.t0Ns >= window.sinceNs && columns.t0Ns < window.untilNs,
    );
    await assertAgents(talea, own, window);
    await assertCommunication(talea, own, window);
    await assertKeyMetrics(talea, own, window);
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
