import assert from "node:assert/strict";
import { test } from "node:test";
import { daysToDrop } from "./retention.ts";

const GB = 1e9;
const day = (name: string, bytesOnDisk = GB) => ({ day: name, bytesOnDisk, rows: 1, tables: ["spans"] });
const week = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"].map((name) => day(name));
const now = Date.parse("2026-11-23T12:00:00Z");
const names = (rule: { keepMs: number; allowed: number }) =>
  daysToDrop(week, { nowMs: now, ...rule }).map((dropped) => `${dropped.day.day} ${dropped.reason}`);

test("a day is dropped when its last record is too old, not when its first is", () => {
  const twoDays = 2 * 86_400_000;
  assert.deepEqual(names({ keepMs: twoDays, allowed: 100 * GB }), ["2026-11-20 age"]);
});

test("the oldest days go while the store takes more disk than it may", () => {
  assert.deepEqual(names({ keepMs: 1e12, allowed: 2.5 * GB }), ["2026-11-20 disk", "2026-11-21 disk"]);
});

test("the day that is being written stays, however little disk there is", () => {
  assert.deepEqual(names({ keepMs: 1e12, allowed: 0 }).length, 3);
  assert.deepEqual(names({ keepMs: 0, allowed: 0 }).length, 3);
});

test("nothing goes while all is young and small", () => {
  assert.deepEqual(names({ keepMs: 1e12, allowed: 100 * GB }), []);
});
