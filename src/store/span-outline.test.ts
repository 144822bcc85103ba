import assert from "node:assert/strict";
import { test } from "node:test";
import { randomFrom } from "../../test/support/browser-synthetic.ts";
import { fromHex, toHex } from "../base/hex.ts";
import { SPANS } from "../model/columns.ts";
import { NONE } from "../model/run-columns.ts";
import { SPAN_TRAITS } from "../model/vocabulary.ts";
import { readBlocks } from "./native/block-reader.ts";
import { encodeBlock, TableBuilder } from "./native/table-builder.ts";
import { buildRunColumns, spanRowsByTrace } from "./run-columns-builder.ts";
import { spanOutline } from "./span-outline.ts";

const BASE_NS = 1_795_000_000_000_000_000n;

interface MadeRow {
  readonly trace: number;
  readonly id: number;
  /** 0: none. */
  readonly parent: number;
  readonly startNs: number;
  readonly isPending: boolean;
}

/** Blocks as the store sends them; offsets count up in the order of the rows. */
function blocksOf(rows: readonly MadeRow[], rowsPerBlock: number): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let from = 0; from < rows.length; from += rowsPerBlock) {
    const builder = new TableBuilder(SPANS);
    for (const [i, { trace, id, parent, startNs, isPending }] of rows.slice(from, from + rowsPerBlock).entries()) {
      const { columns } = builder;
      const row = builder.addRow();
      columns.offset.put(row, from + i + 1);
      columns.started_at.putBigInt(row, BASE_NS + BigInt(startNs));
      columns.duration_ns.put(row, isPending ? 0 : 1000 + id);
      columns.trace_id.put(row, fromHex(trace.toString(16).padStart(32, "a")) as Uint8Array);
      columns.span_id.put(row, fromHex(id.toString(16).padStart(16, "0")) as Uint8Array);
      if (parent > 0) columns.parent_id.put(row, fromHex(parent.toString(16).padStart(16, "0")) as Uint8Array);
      columns.name.put(row, `span ${id % 7}`);
      columns.agent.put(row, id % 5 === 0 ? `agent ${id % 3}` : "");
      columns.kind.put(row, id % 4);
      columns.traits.put(row, isPending ? SPAN_TRAITS.pending : 0);
      columns.tokens_input.put(row, id);
      columns.cost_nano.put(row, 10 * id);
    }
    blocks.push(encodeBlock(builder as TableBuilder).slice());
  }
  return blocks;
}

/** Clocks go wrong, parents are missing or name each other, spans come twice or are announced before they end. */
function randomRows(seed: number, count: number): MadeRow[] {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, () => {
    const trace = below(3);
    // No two traces have a span of the same id: which of them comes first is nowhere said.
    const idIn = (number: number) => 3 * number + trace;
    return {
      ...{ trace, id: idIn(1 + below(count)), parent: random() < 0.2 ? 0 : idIn(below(count + count / 4)) },
      startNs: below(count / 2) * (random() < 0.5 ? 1 : 1_000_000_000),
      isPending: random() < 0.2,
    };
  });
}

test("an outline has the spans of the run, in its order, with its parents", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const blocks = blocksOf(randomRows(seed, 40), 1 + (seed % 25));
    const rows = [...spanRowsByTrace(blocks.flatMap(readBlocks)).values()].flat();
    const run = buildRunColumns(rows, 0n);
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
