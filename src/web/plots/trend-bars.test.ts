import assert from "node:assert/strict";
import { test } from "node:test";
import { trendBars, trendInstant, trendLabels } from "./trend-bars.ts";

const MIN_MS = 60_000;
const HOUR_MS = 60 * MIN_MS;
const DAY_MS = 24 * HOUR_MS;
/** In the zone of whoever runs the test. */
const NOON = new Date(2026, 10, 22, 12, 0, 0).getTime();

test("bars are relative to the highest, each with its stretch of time", () => {
  assert.deepEqual(trendBars([0, 2, 4], 1000, 10), [
    { count: 0, share: 0, fromMs: 1000, toMs: 1010 },
    { count: 2, share: 0.5, fromMs: 1010, toMs: 1020 },
    { count: 4, share: 1, fromMs: 1020, toMs: 1030 },
  ]);
  assert.deepEqual(
    trendBars([0, 0], 0, 1).map(({ share }) => share),
    [0, 0],
  );
});

test("labels say as much of the time as tells them apart", () => {
  assert.equal(trendInstant(NOON, 5 * MIN_MS), "12:00:00");
  assert.equal(trendInstant(NOON, DAY_MS), "12:00");
  assert.equal(trendInstant(NOON, 7 * DAY_MS), "11-22 12:00");
  assert.equal(trendInstant(NOON, 30 * DAY_MS), "11-22");
  assert.deepEqual(trendLabels(NOON, NOON + 4 * HOUR_MS, 3), [
    { share: 0, text: "12:00" },
    { share: 0.5, text: "14:00" },
    { share: 1, text: "16:00" },
  ]);
});

test("labels stand at round times however crooked the window is, and midnight is told by its day", () => {
  const since = NOON + 3 * HOUR_MS + 37 * MIN_MS;
  const labels = trendLabels(since, since + DAY_MS, 5);
  assert.deepEqual(
    labels.map(({ text }) => text),
    ["18:00", "11-23", "06:00", "12:00"],
  );
  for (const { share, text } of labels) {
    if (text.includes(":")) assert.equal(trendInstant(since + share * DAY_MS, DAY_MS), text);
  }
  const texts = (lengthMs: number, most = 5) => trendLabels(since, since + lengthMs, most).map(({ text }) => text);
  assert.deepEqual(texts(15 * MIN_MS), ["15:40", "15:45", "15:50"]);
  for (const lengthMs of [1, 999, 61_000, HOUR_MS, 36 * HOUR_MS, 30 * DAY_MS, 400 * DAY_MS]) {
    const found = trendLabels(since, since + lengthMs, 5);
    assert.ok(found.length <= 6 && found.every(({ share }) => share >= 0 && share <= 1), `${lengthMs}`);
    assert.equal(new Set(found.map(({ text }) => text)).size, found.length);
  }
  assert.deepEqual(trendLabels(since, since, 5), []);
});
