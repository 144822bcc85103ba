import assert from "node:assert/strict";
import { test } from "node:test";
import { manyColumns } from "../../../test/support/browser-columns.ts";
import { encodeSkeleton } from "../../jobs/runs/skeleton-columns.ts";
import type { Skeleton } from "../../model/shapes.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import { decodeSkeleton, lastInstant, rowOfSpan, rowsOfSpans, spanIdAt } from "./skeleton.ts";

const SKELETON: Skeleton = {
  ...{ runId: "run", t0: "2026-11-22T12:00:00.000000000Z", count: 3, resolved: true },
  ...{ strings: ["invoke_agent", "boss 👩‍🚀"], kinds: [...SPAN_KINDS], statuses: [...SPAN_STATUSES] },
  columns: {
    id: ["00f067aa0ba902b7", "ffffffffffffffff", "0000000000000001"],
    ...{ parent: [-1, 0, 0], start: [0, 0.25, 1e9], duration: [-1, 3.5, 0], own: [1, 3.5, 0], kind: [2, 5, 6] },
    ...{ name: [0, 1, 0], agent: [-1, 1, 1], status: [3, 1, 2], tokensIn: [0, 4_000_000_000, 7], tokensOut: [0, 1, 2] },
    ...{ cost: [0, 1.2e-7, 5], traits: [0, 2, 512] },
  },
};

test("what the server encodes is read back column by column", () => {
  const bytes = encodeSkeleton(SKELETON);
  const columns = decodeSkeleton(bytes.buffer.slice(0) as ArrayBuffer);
  const { id, ...numbers } = SKELETON.columns;
  for (const [name, values] of Object.entries(numbers)) {
    assert.deepEqual([...(columns[name as keyof typeof columns] as Iterable<number>)], values, name);
  }
  assert.deepEqual(
    [0, 1, 2].map((row) => spanIdAt(columns, row)),
    id,
  );
  assert.deepEqual(columns.strings, SKELETON.strings);
});

test("a span is found by its id, and what is no id is found nowhere", () => {
  const columns = decodeSkeleton(encodeSkeleton(SKELETON).buffer.slice(0) as ArrayBuffer);
  assert.equal(rowOfSpan(columns, "0000000000000001"), 2);
  assert.equal(rowOfSpan(columns, "00F067AA0BA902B7"), 0);
  assert.equal(rowOfSpan(columns, "0000000000000002"), -1);
  assert.equal(rowOfSpan(columns, "zz"), -1);
});

test("few spans or many are found, and those that are not there are left out", () => {
  const columns = manyColumns(300);
  const ids = Array.from({ length: 300 }, (_, row) => spanIdAt(columns, row));
  for (const count of [3, 300]) {
    const found = rowsOfSpans(columns, new Set([...ids.slice(0, count), "ffffffffffffffff", "zz"]));
    assert.deepEqual(
      [...found],
      ids.slice(0, count).map((id, row) => [id, row]),
    );
  }
});

test("a run reaches to its last end, or the start of what is open", () => {
  const columns = decodeSkeleton(encodeSkeleton(SKELETON).buffer.slice(0) as ArrayBuffer);
  assert.equal(lastInstant(columns), 1e9);
});

test("an answer that is cut off is refused", () => {
  const bytes = encodeSkeleton(SKELETON);
  assert.throws(() => decodeSkeleton(bytes.buffer.slice(0, bytes.length - 40) as ArrayBuffer));
});
