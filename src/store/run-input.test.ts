import assert from "node:assert/strict";
import { test } from "node:test";
import { randomRows, rowBlocks } from "../../test/support/span-blocks.ts";
import { RunRows } from "./run-input.ts";

const TRACES = ["0", "1", "2"].map((digit) => digit.padStart(32, "a"));

test("a reading that was cut says at which count, and one that was not says nothing", () => {
  const rows = { spans: rowBlocks(randomRows(1, 50), 20), events: [], facts: [], parts: [] };
  // Three blocks of one answer.
  const bytes = { ...rows, spans: [Buffer.concat(rows.spans)] };
  const cutAt = (recordsMax: number) =>
    new RunRows(bytes, () => [], recordsMax).run({ traceIds: TRACES, runIds: [] }).cutAt;
  assert.equal(cutAt(49), 49);
  assert.equal(cutAt(50), undefined);
});

test("a run as it was known at an offset has only what was taken in until then", () => {
  const made = randomRows(2, 60).map((row, i) => ({ ...row, id: 3 * (i + 1) + row.trace, isPending: false }));
  const rows = new RunRows({ spans: rowBlocks(made, 16), events: [], facts: [], parts: [] }, () => []);
  const run = rows.run({ traceIds: TRACES, runIds: [], throughOffset: 25 });
  assert.equal(run.columns.count, 25);
  assert.equal(run.lastOffset, 25);
});
