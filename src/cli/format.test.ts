import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBytes, formatClock, formatDuration, formatInstantShort, formatShort, formatUsd } from "./format.ts";
import { nearest } from "./nearest.ts";

test("durations are told in the unit that a person would choose", () => {
  const shown = [0.4, 999, 1000, 59_940, 60_000, 125_000, 3_600_000, 90_061_000].map(formatDuration);
  assert.deepEqual(shown, ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 m 00 s", "2 m 05 s", "1 h 00 m", "1 d 1 h"]);
});

test("sizes and counts are short", () => {
  assert.deepEqual([0, 999, 1000, 123_456, 4_100_000].map(formatBytes), ["0 B", "999 B", "1.0 kB", "123 kB", "4.1 MB"]);
  assert.deepEqual([7, 4_100, 12_000_000, 3e9].map(formatShort), ["7", "4.1k", "12M", "3.0G"]);
});

test("money is never rounded to nothing, and what was not priced is not shown as nothing", () => {
  assert.deepEqual([undefined, 0, 0.00003, 0.0123, 4.567].map(formatUsd), [
    "",
    "$0.0000",
    "<$0.0001",
    "$0.0123",
    "$4.57",
  ]);
});

test("an instant of today has seconds, an older one its day", () => {
  const now = new Date(2026, 10, 23, 14, 30).getTime();
  const at = (...parts: [number, number, number, number, number, number]) => new Date(...parts).toISOString();
  assert.equal(formatInstantShort(at(2026, 10, 23, 9, 5, 7), now), "09:05:07");
  assert.equal(formatInstantShort(at(2026, 10, 22, 9, 5, 7), now), "11-22 09:05");
  assert.equal(formatInstantShort(at(2025, 0, 2, 9, 5, 7), now), "2025-01-02");
  assert.equal(formatClock(at(2026, 10, 22, 9, 5, 7).replace("000Z", "042999999Z")), "09:05:07.042");
});

test("a mistyped word finds the one that was meant, and a strange one none", () => {
  const known = ["serve", "runs", "import", "export", "doctor"];
  assert.deepEqual(
    ["serv", "rusn", "improt", "doc", "x", "telemetry"].map((word) => nearest(word, known)),
    ["serve", "runs", "import", "doctor", undefined, undefined],
  );
});
