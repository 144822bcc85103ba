import assert from "node:assert/strict";
import { test } from "node:test";
import { Analysed } from "../../../test/support/analysed.ts";
import { madeColumns } from "../../../test/support/browser-columns.ts";
import { buildSchedule } from "../../analysis/schedule.ts";
import { measured, timesOf } from "../../analysis/schedule-times.ts";
import { ghostOf, scheduleRows } from "./ghost.ts";
import { spanIdAt } from "./skeleton.ts";

const columns = madeColumns([
  { name: "a", start: 0, end: 100 },
  { name: "b", under: "a", start: 10, end: 60 },
  { name: "c", under: "a", start: 60, end: 90 },
]);
const ids = [0, 1, 2].map((row) => spanIdAt(columns, row));

test("rows of the skeleton are found in the schedule, whatever came in between", () => {
  assert.deepEqual([...scheduleRows(columns, { count: 3, spanIds: ids })], [0, 1, 2]);
  const older = [ids[0], ids[2]] as string[];
  assert.deepEqual([...scheduleRows(columns, { count: 2, spanIds: older })], [0, -1, 1]);
  const other = [ids[1], ids[0], ids[2]] as string[];
  assert.deepEqual([...scheduleRows(columns, { count: 3, spanIds: other })], [1, 0, 2]);
});

test("a row whose id is no span id keeps its place", () => {
  const withEvents = { ...columns, id: columns.id.slice().fill(0, 8, 16) };
  const spanIds = [ids[0], "~event", ids[2]] as string[];
  assert.deepEqual([...scheduleRows(withEvents, { count: 3, spanIds })], [0, 1, 2]);
});

test("a ghost has places in ms, and none for what has no part in the schedule", () => {
  const run = new Analysed("agent a 0-100\n  step wrap 5-65 hidden\n    llm b 10-60\n  llm c 60-90");
  const tree = run.work();
  const schedule = buildSchedule(tree, [], run.columns);
  const times = timesOf(schedule, { own: measured(schedule).own.fill(0.5), delay: 0.5 });
  const ghost = ghostOf(Int32Array.of(0, 1, 2, 3), schedule, times, (row) => row === 2);
  assert.deepEqual([...ghost.start], [0, Number.NaN, 5, 30]);
  assert.deepEqual([...ghost.end], [50, Number.NaN, 30, 45]);
  assert.deepEqual([...ghost.isScaled], [0, 0, 1, 0]);
  assert.equal(ghost.endMs, 50);
});
