import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { plainSkeleton } from "../jobs/runs/skeleton-columns.ts";
import { SPAN_KINDS, SPAN_TRAITS } from "../model/vocabulary.ts";
import { skeletonOf } from "./skeleton.ts";

const run = new Analysed(
  `
  agent boss 0-
    step plumbing 5-60 hidden
      llm call 10-50 in=9 out=4 cost=2000000000 costsource=reported
`,
  { now: 100e6 },
);

test("a resolved skeleton has agents, own times and counted usage", () => {
  const { strings, columns, resolved, count } = plainSkeleton(
    skeletonOf("r", run.columns, run.columns.spanIds, run.analysis),
  );
  assert.deepEqual([resolved, count], [true, 3]);
  assert.deepEqual(columns.parent, [-1, 0, 1]);
  assert.deepEqual(columns.start, [0, 5, 10]);
  assert.deepEqual(columns.duration, [-1, 55, 40]);
  assert.deepEqual(columns.own, [60, 0, 40]);
  assert.deepEqual(
    columns.agent.map((text) => strings[text]),
    ["boss", "boss", "boss"],
  );
  assert.deepEqual(
    columns.name.map((text) => strings[text]),
    ["boss", "plumbing", "call"],
  );
  assert.deepEqual(
    [columns.tokensIn, columns.tokensOut, columns.cost],
    [
      [0, 0, 9],
      [0, 0, 4],
      [0, 0, 2],
    ],
  );
  assert.deepEqual(columns.status, [3, 0, 0]);
  assert.equal((columns.traits[1] ?? 0) & SPAN_TRAITS.hidden, SPAN_TRAITS.hidden);
});

test("before analysis it shows what was sent, and the agents of the spans around", () => {
  const { strings, columns, resolved, kinds } = plainSkeleton(
    skeletonOf("r", run.columns, run.columns.spanIds, undefined),
  );
  assert.equal(resolved, false);
  assert.deepEqual(
    columns.agent.map((text) => strings[text] ?? ""),
    ["boss", "boss", "boss"],
  );
  assert.deepEqual(
    columns.kind.map((kind) => kinds[kind]),
    ["agent", "step", "llm"],
  );
  assert.equal(kinds.length, SPAN_KINDS.length);
  assert.deepEqual(columns.own, [0, 15, 40]);
});
