import assert from "node:assert/strict";
import { test } from "node:test";
import { MESSAGES_T0, madeMessages } from "../../../test/support/browser-messages.ts";
import {
  ARROW_Y,
  columnX,
  cursorY,
  instantOfY,
  SEQUENCE_ROW_PX,
  scrollToColumns,
  sequenceColumns,
  sequenceHeight,
  sequenceTimes,
  yOfInstant,
} from "./sequence-layout.ts";
import { sequenceMessages } from "./sequence-messages.ts";
import { sequenceRows } from "./sequence-rows.ts";

const BOUNDS = { startMs: 0, endMs: 6000 };
const LINES = ["10 a send b", "20 b send a", "20 a send c", "40 c send a", "5000 a send b"];
const ROWS = sequenceRows(sequenceMessages(madeMessages(LINES), MESSAGES_T0, new Set()), new Set());

test("each message's instant lies on its arrow, pauses and the ends between and beyond", () => {
  const times = sequenceTimes(ROWS, BOUNDS);
  const arrow = (row: number) => row * SEQUENCE_ROW_PX + ARROW_Y;
  assert.equal(ROWS.length, 6);
  assert.equal(yOfInstant(times, 0), 0);
  assert.equal(yOfInstant(times, 10), arrow(0));
  assert.equal(yOfInstant(times, 40), arrow(3));
  assert.equal(yOfInstant(times, 5000), arrow(5));
  assert.equal(yOfInstant(times, 30), (arrow(2) + arrow(3)) / 2);
  assert.equal(yOfInstant(times, 6000), sequenceHeight(6));
  assert.equal(yOfInstant(times, -5), 0);
  assert.equal(yOfInstant(times, 9999), sequenceHeight(6));
});

test("the time cursor stands between what was sent and what comes later", () => {
  const boundary = (row: number) => row * SEQUENCE_ROW_PX;
  assert.deepEqual(
    [0, 10, 15, 20, 40, 4000, 5000, 9999].map((ms) => cursorY(ROWS, ms)),
    [0, 1, 1, 3, 5, 5, 6, 6].map(boundary),
  );
});

test("heights lead back to their instants", () => {
  const times = sequenceTimes(ROWS, BOUNDS);
  for (const ms of [0, 5, 10, 33, 40, 2500, 5000, 5900]) {
    assert.ok(Math.abs(instantOfY(times, yOfInstant(times, ms)) - ms) < 1e-9);
  }
});

test("columns share the room, and beyond about twelve they go on sideways", () => {
  const few = sequenceColumns(1000, 4, false);
  assert.equal(few.contentPx, 1000);
  assert.equal(few.figuresLeft, 1000 - (few.contentPx - columnX(few, 3) - few.columnPx / 2));
  const many = sequenceColumns(1300, 40, true);
  assert.ok(many.columnPx >= 80);
  assert.ok(many.contentPx > 1300);
  assert.ok(many.figuresLeft < 1300);
  assert.equal(columnX(many, 1) - columnX(many, 0), many.columnPx);
});

test("a message's columns are brought into sight, unless they are too far from each other", () => {
  const columns = sequenceColumns(1300, 40, true);
  const room = columns.figuresLeft - columns.gutterPx;
  assert.equal(scrollToColumns(columns, 0, [0, 3]), undefined);
  assert.equal(scrollToColumns(columns, 0, [30, 29]), 31 * columns.columnPx - room);
  assert.equal(scrollToColumns(columns, 1500, [3, 5]), 3 * columns.columnPx);
  assert.equal(scrollToColumns(columns, 1500, [0, 39]), undefined);
});
