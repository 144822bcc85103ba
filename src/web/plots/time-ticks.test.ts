import assert from "node:assert/strict";
import { test } from "node:test";
import { timeScale } from "./time-scale.ts";
import { breaksInSight, timeTicks } from "./time-ticks.ts";

const labels = (startMs: number, endMs: number) => timeTicks({ startMs, endMs }, 800).map(({ label }) => label);

test("ticks are round instants in the unit of their distance", () => {
  assert.deepEqual(labels(0, 0.9).slice(0, 3), ["0", "0.1 ms", "0.2 ms"]);
  assert.deepEqual(labels(0, 0.05).slice(0, 3), ["0", "10 µs", "20 µs"]);
  assert.deepEqual(labels(0, 900).slice(0, 3), ["0", "0.1 s", "0.2 s"]);
  assert.deepEqual(labels(0, 45_000).slice(0, 3), ["0", "5 s", "10 s"]);
  assert.deepEqual(labels(0, 300_000).slice(0, 4), ["0", "1m", "2m", "3m"]);
  assert.deepEqual(labels(0, 4.4 * 3_600_000).slice(1, 4), ["30m", "1h", "1h 30m"]);
});

test("ticks are never closer than their labels are wide, at any zoom", () => {
  for (let length = 0.0001; length < 1e9; length *= 3.7) {
    const ticks = timeTicks({ startMs: 17.3, endMs: 17.3 + length }, 800);
    for (const [i, { x }] of ticks.entries()) {
      assert.ok(i === 0 || x - (ticks[i - 1]?.x ?? 0) > 80, `${length} ms`);
    }
  }
});

test("a plot without width has none", () => {
  assert.deepEqual(timeTicks({ startMs: 0, endMs: 1 }, 0), []);
});

const DAY = 86_400_000;
const FOLDED = timeScale([{ startMs: 3000, endMs: 2 * DAY }], 500);

test("a folded gap has no ticks; long after it they count from its end", () => {
  const ticks = timeTicks({ startMs: 0, endMs: 6500 }, 800, FOLDED).map(({ label }) => label);
  assert.deepEqual(ticks, ["0", "1 s", "2 s", "3 s", "+1 s", "+2 s", "+3 s"]);
  const short = timeScale([{ startMs: 3000, endMs: 9000 }], 500);
  assert.deepEqual(
    timeTicks({ startMs: 0, endMs: 6500 }, 800, short).map(({ label }) => label),
    ["0", "1 s", "2 s", "3 s", "10 s", "11 s", "12 s"],
  );
});

test("far behind a gap the ticks in sight are found at once", () => {
  const view = { startMs: 3500 + DAY, endMs: 3500 + DAY + 0.001 };
  const ticks = timeTicks(view, 800, FOLDED);
  assert.ok(ticks.length > 5 && ticks.every(({ x }) => x >= 0 && x <= 800));
});

test("breaks stand where their gaps are drawn", () => {
  const [one, ...more] = breaksInSight(FOLDED, { startMs: 0, endMs: 6500 }, 650);
  assert.deepEqual(more, []);
  assert.deepEqual([one?.x, one?.width, one?.ms], [300, 50, 2 * DAY - 3000]);
  assert.deepEqual(breaksInSight(FOLDED, { startMs: 4000, endMs: 6500 }, 650), []);
});
