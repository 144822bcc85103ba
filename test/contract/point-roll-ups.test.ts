// Points are rolled up by the minute and by the hour: whatever the window and the step, figures from the roll-ups are
// those of the points themselves, percentiles to 1 %. Also when points come late, and a batch was interrupted.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Engine, startEngine } from "../../src/engine/engine.ts";
import { RollUps } from "../../src/jobs/roll-ups.ts";
import { POINTS, type Table } from "../../src/model/columns.ts";
import { POINT_KINDS } from "../../src/model/vocabulary.ts";
import { StoreClient } from "../../src/store/client.ts";
import { migrate } from "../../src/store/migrations.ts";
import { encodeBlock, TableBuilder } from "../../src/store/native/table-builder.ts";
import { type PointState, pointState } from "../../src/store/queries/points.ts";
import { metricCatalog } from "../../src/store/queries/points-catalog.ts";
import { type GaugeSource, gaugeFigures } from "../../src/store/queries/points-gauges.ts";
import { windowPieces } from "../../src/store/queries/points-pieces.ts";
import { noteBatch } from "../../src/store/queries/points-roll-ups.ts";
import { Dice } from "../support/durability-random.ts";
import { engineRunning } from "../support/engine-of.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const PROJECT = "default";
const NS_PER_S = 1_000_000_000n;
const HOUR_NS = 3_600n * NS_PER_S;
/** The start of an hour. */
const AT_NS = 1_790_002_800n * NS_PER_S;
const LEVELS = [0.5, 0.9, 0.99];
const dice = Dice.fromEnvironment();

let directory: string;
let engine: Engine;
let store: StoreClient;
let offset = 0;

before(async () => {
  console.log(`SEED=${dice.seed}`);
  directory = mkdtempSync(join(tmpdir(), "talea-point-roll-ups-"));
  engine = await startEngine({ dataDirectory: directory, owner: "a test", log: () => undefined });
  store = new StoreClient({ kind: "embedded", socketPath: engine.socketPath });
  await migrate(store);
});
after(async () => {
  await store.close();
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

function rollUps(): RollUps {
  const clock = { nowMs: () => Number(AT_NS / 1_000_000n) };
  return new RollUps({ store, clock, loadedThrough: () => offset, isBusy: () => false, log: () => undefined });
}

/** Writes gauge points of four series, measured within `hours` after AT_NS. */
async function insertPoints(count: number, fromHour: number, hours: number): Promise<void> {
  const builder = new TableBuilder(POINTS);
  const { columns } = builder;
  for (let i = 0; i < count; i++) {
    const row = builder.addRow();
    const series = dice.between(0, 3);
    columns.project.put(row, PROJECT);
    columns.offset.put(row, ++offset);
    columns.received.put(row, Number(AT_NS / NS_PER_S) + dice.between(0, 1) * 86_400);
    columns.name.put(row, "load");
    columns.kind.put(row, POINT_KINDS.indexOf("gauge"));
    columns.series.putBigInt(row, BigInt(series));
    columns.labels.put(row, JSON.stringify({ shard: String(series) }));
    columns.time.putBigInt(
      row,
      AT_NS + BigInt(fromHour) * HOUR_NS + BigInt(dice.between(0, hours * 3_600_000 - 1)) * 1_000_000n,
    );
    columns.value.put(row, dice.chance(0.1) ? -dice.between(0, 99) : 1 + dice.between(0, 99_999) / 10);
  }
  const token = `points/${offset}`;
  await store.insert(
    POINTS.name,
    Object.keys((POINTS as Table).columns),
    [encodeBlock(builder as TableBuilder)],
    token,
  );
}

interface Window {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
}

async function figures(window: Window, stepMs: number | undefined, source: GaugeSource, state: PointState) {
  const grouping = { by: ["shard"], ...(stepMs === undefined ? {} : { stepMs }) };
  return gaugeFigures(store, PROJECT, { ...window, name: ["load"] }, grouping, LEVELS, source, state, 10_000);
}

async function assertAgrees(window: Window, stepMs: number | undefined): Promise<void> {
  const state = await pointState(store, PROJECT);
  assert.ok(state.through > 0 && state.hoursThrough > 0, "there is something of both levels");
  const exact = await figures(window, stepMs, "exact", state);
  const rolled = await figures(window, stepMs, "roll-ups", state);
  const plain = (rows: typeof exact) => rows.map(({ quantiles: _, sum, ...row }) => ({ ...row, sum: sum.toFixed(3) }));
  assert.deepEqual(plain(rolled), plain(exact), `${window.sinceNs} ${window.untilNs} ${stepMs}`);
  const catalog = await metricCatalog(store, PROJECT, window, state, true);
  const counted = (await figures(window, undefined, "exact", state)).reduce((sum, { count }) => sum + count, 0);
  assert.equal(catalog[0]?.points ?? 0, counted);
}

/** Windows and steps of all sorts: whole hours, cut ones, some within a minute. */
function questions(): [Window, number | undefined][] {
  const window = (): Window => {
    const from = AT_NS + BigInt(dice.between(0, 5 * 3_600_000 - 1)) * 1_000_000n;
    return { sinceNs: from, untilNs: from + BigInt(1 + dice.between(0, 7 * 3_600_000 - 1)) * 1_000_000n };
  };
  return [
    [{ sinceNs: AT_NS, untilNs: AT_NS + 6n * HOUR_NS }, undefined],
    [{ sinceNs: AT_NS, untilNs: AT_NS + 6n * HOUR_NS }, 3_600_000],
    [{ sinceNs: AT_NS + 5n, untilNs: AT_NS + 40n * NS_PER_S }, undefined],
    ...Array.from({ length: 2 }, () => [window(), undefined] as [Window, undefined]),
    ...[60_000, 3_600_000, 7_200_000].map((stepMs) => [window(), stepMs] as [Window, number]),
  ];
}

test("figures from hours, minutes and points are those of the points", async () => {
  const job = rollUps();
  await insertPoints(4_000, 0, 5);
  await job.rollUpMinutes();
  await insertPoints(1_000, 1, 5);
  await job.rollUpMinutes();
  await job.rollUpHours();
  await insertPoints(1_000, 0, 6);
  await job.rollUpMinutes();
  await insertPoints(1_000, 0, 6);
  for (const [window, stepMs] of questions()) await assertAgrees(window, stepMs);
});

test("percentiles from roll-ups are within 1 % of a value beside the exact one", async () => {
  const window = { sinceNs: AT_NS + 7n, untilNs: AT_NS + 6n * HOUR_NS - 7n };
  const state = await pointState(store, PROJECT);
  const exact = await figures(window, undefined, "exact", state);
  const rolled = await figures(window, undefined, "roll-ups", state);
  for (const [i, { quantiles }] of rolled.entries()) {
    for (const [level, value] of quantiles.entries()) {
      const expected = exact[i]?.quantiles[level] as number;
      assert.ok(Math.abs(value - expected) <= Math.abs(expected) * 0.02, `${value} is far from ${expected}`);
    }
  }
});

test("a batch of hours that was interrupted is carried out once, and readers wait for it", async () => {
  const before = await pointState(store, PROJECT);
  await rollUps().rollUpMinutes();
  const { through } = await pointState(store, PROJECT);
  assert.ok(through > before.through);
  const batch = { fromOffset: before.hoursThrough, throughOffset: through };
  await noteBatch(store, "hours", batch, 0, false);
  assert.equal((await pointState(store, PROJECT)).hoursThrough, before.hoursThrough);
  for (let i = 0; i < 2; i++) await rollUps().rollUpHours();
  assert.equal((await pointState(store, PROJECT)).hoursThrough, through);
  for (const [window, stepMs] of questions()) await assertAgrees(window, stepMs);
});

test("merging changes nothing", async () => {
  for (const table of ["point_minutes", "point_hours"]) await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  for (const [window, stepMs] of questions()) await assertAgrees(window, stepMs);
});

test("steps of minutes do without hours, and steps of seconds without minutes", () => {
  const state = { through: 9, hoursThrough: 5, hasDeletions: false };
  const window = { sinceNs: AT_NS + 1n, untilNs: AT_NS + 3n * HOUR_NS + 1n };
  const counts = [3_600_000, 60_000, 1_000].map((stepMs) => {
    const { points, minutes, hours } = windowPieces(window, state, stepMs);
    return [points.length, minutes.length, hours.length];
  });
  assert.deepEqual(counts, [
    [3, 2, 1],
    [3, 1, 0],
    [1, 0, 0],
  ]);
});

test("a server rolls up what it stored", { timeout: 60_000 }, async () => {
  await using talea = await TaleaProcess.start();
  const answer = await fetch(`${talea.url}/api/v1/metrics`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([1, 2, 3].map((value) => ({ name: "load", value }))),
  });
  assert.equal(answer.status, 200);
  await talea.stop();
  await talea.restart();
  const { socketPath } = await engineRunning(talea.pid);
  const client = new StoreClient({ kind: "embedded", socketPath });
  try {
    for (;;) {
      const [row] = await client.rows("SELECT sum(point_count) AS points FROM point_minutes");
      if (Number(row?.["points"]) === 3) break;
      await delay(200);
    }
  } finally {
    await client.close();
  }
});
