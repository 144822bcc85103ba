import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatMoney,
  formatOffset,
  formatShare,
  formatStep,
} from "./format.ts";

const table = <T>(format: (value: T) => string, rows: readonly (readonly [T, string])[]) => {
  for (const [value, text] of rows) assert.equal(format(value), text);
};

test("durations keep three digits and the unit that suits them", () => {
  table(formatDuration, [
    [undefined, "–"],
    [0, "0 ms"],
    [0.0001, "< 1 µs"],
    [0.64, "640 µs"],
    [0.9996, "1 ms"],
    [5.25, "5.25 ms"],
    [467.77, "468 ms"],
    [999.7, "1 s"],
    [4680, "4.68 s"],
    [12_500, "12.5 s"],
    [54_900, "54.9 s"],
    [59_990, "1m 00s"],
    [192_000, "3m 12s"],
    [7_500_000, "2h 05m"],
    [273_600_000, "3d 4h"],
    [-20, "-20 ms"],
  ]);
});

test("instants after a beginning keep their milliseconds for an hour", () => {
  table(formatOffset, [
    [0, "0 ms"],
    [110.4, "110 ms"],
    [999.6, "1.000 s"],
    [12_345.2, "12.345 s"],
    [59_999.8, "1m 00.000s"],
    [192_034, "3m 12.034s"],
    [7_512_000, "2h 05m 12s"],
    [273_600_000, "3d 4h"],
  ]);
});

test("counts are exact while short, then rounded", () => {
  table(formatCount, [
    [0, "0"],
    [9999, "9,999"],
    [12_400, "12.4k"],
    [999_400, "999k"],
    [999_600, "1M"],
    [3_140_000, "3.14M"],
    [2.5e9, "2.5G"],
    [Number.NaN, "–"],
  ]);
  assert.equal(formatCounted(1, "span"), "1 span");
  assert.equal(formatCounted(1200, "span"), "1,200 spans");
});

test("money keeps two digits that count, and unknown is never 0", () => {
  table(formatMoney, [
    [undefined, "–"],
    [0, "$0"],
    [1.2e-7, "< $0.000001"],
    [0.00012, "$0.00012"],
    [0.0427, "$0.043"],
    [0.5, "$0.5"],
    [0.996, "$1.00"],
    [1.274, "$1.27"],
    [1204.4, "$1,204"],
  ]);
});

test("shares are never rounded to all or nothing", () => {
  table(formatShare, [
    [0, "0 %"],
    [0.0001, "< 0.1 %"],
    [0.004, "0.4 %"],
    [0.12, "12 %"],
    [0.9996, "99.9 %"],
    [1, "100 %"],
    [undefined, "–"],
  ]);
});

test("sizes are in bytes of a thousand", () => {
  table(formatBytes, [
    [512, "512 B"],
    [1234, "1.23 kB"],
    [3_400_000, "3.4 MB"],
  ]);
});

test("what is long ago is told by its date", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  const ago = (ms: number) => formatAgo(new Date(now - ms).toISOString(), now);
  assert.equal(ago(1000), "now");
  assert.equal(ago(12_000), "12s ago");
  assert.equal(ago(180_000), "3m ago");
  assert.equal(ago(5 * 3_600_000), "5h ago");
  assert.equal(ago(2 * 86_400_000), "2d ago");
  assert.match(ago(30 * 86_400_000), /^2026-10-2\d$/);
  assert.equal(formatAgo("no time", now), "–");
});

test("a step is told by both of its ends, no finer than it is, and a day as one", () => {
  const at = (hour: number, minute = 0, second = 0) => new Date(2026, 10, 22, hour, minute, second).getTime();
  assert.equal(formatStep(at(22, 30), 1_800_000), "2026-11-22 22:30 – 23:00");
  assert.equal(formatStep(at(18), 6 * 3_600_000), "2026-11-22 18:00 – 00:00");
  assert.equal(formatStep(at(23), 3 * 3_600_000), "2026-11-22 23:00 – 2026-11-23 02:00");
  assert.equal(formatStep(at(22, 37, 45), 5_000), "2026-11-22 22:37:45 – 22:37:50");
  assert.equal(formatStep(at(0), 86_400_000), "2026-11-22");
  assert.equal(formatStep(at(0), 2 * 86_400_000), "2026-11-22 – 2026-11-23");
  assert.equal(formatStep(at(1), 86_400_000), "2026-11-22 01:00 – 2026-11-23 01:00");
});
