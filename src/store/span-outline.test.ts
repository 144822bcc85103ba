import assert from "node:assert/strict";
import { test } from "node:test";
import { randomRows, rowBlocks } from "../../test/support/span-blocks.ts";
import { toHex } from "../base/hex.ts";
import { NONE } from "../model/run-columns.ts";
import { readBlocks } from "./native/block-reader.ts";
import { buildRunColumns } from "./run-columns-builder.ts";
import { spanOutline } from "./span-outline.ts";
import { rowsByTrace, SpanRows } from "./span-rows.ts";

test("an outline has the spans of the run, in its order, with its parents", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const blocks = rowBlocks(randomRows(seed, 40), 1 + (seed % 25));
    const run = buildRunColumns(new SpanRows([...rowsByTrace(blocks.flatMap(readBlocks)).values()].flat()), 0n);
    const outline = spanOutline(blocks);
    const seen = `seed ${seed}`;
    assert.equal(outline.count, run.count, seen);
    assert.equal(outline.t0Ns, run.t0Ns, seen);
    const ids = run.spanIds.map((_, row) => toHex(outline.ids, 8 * row, 8 * row + 8));
    assert.deepEqual(ids, run.spanIds, seen);
    // Of a ring the first span is a root.
    const parents = run.parent.map((above, row) => (above < row ? above : NONE));
    assert.deepEqual(outline.parent, parents, seen);
    for (const name of ["start", "end", "kind", "status", "traits", "tokensInput", "costNano"] as const) {
      assert.deepEqual(outline[name], run[name], `${seen}: ${name}`);
    }
    for (const name of ["name", "agent"] as const) {
      const texts = Array.from(outline[name], (index) => outline.texts.text(index));
      assert.deepEqual(
        texts,
        Array.from(run[name], (index) => run.texts.text(index)),
        `${seen}: ${name}`,
      );
    }
  }
});

test("a run without spans has an empty outline", () => {
  assert.equal(spanOutline([]).count, 0);
});
