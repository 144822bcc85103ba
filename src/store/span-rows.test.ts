import assert from "node:assert/strict";
import { test } from "node:test";
import { randomFrom } from "../../test/support/browser-synthetic.ts";
import { type MadeRow, randomRows, rowBlocks } from "../../test/support/span-blocks.ts";
import { readBlocks } from "./native/block-reader.ts";
import { allRowsOf, rowsByTrace, SpanRows } from "./span-rows.ts";

interface PlainRow extends MadeRow {
  readonly offset: number;
}

function identityOf({ trace, id }: MadeRow): string {
  return `${trace} ${id}`;
}

/** The same by objects and comparisons, as one would write it down. */
function plainSpans(rows: readonly PlainRow[]): PlainRow[] {
  const counting = new Map<string, PlainRow>();
  for (const row of rows) {
    const known = counting.get(identityOf(row));
    const isStronger =
      known === undefined || (known.isPending === row.isPending ? row.offset < known.offset : known.isPending);
    if (isStronger) counting.set(identityOf(row), row);
  }
  const byStart = [...counting.values()].sort((a, b) => a.startNs - b.startNs || a.id - b.id);
  const placed = new Set<PlainRow>();
  const place = (row: PlainRow, below: readonly PlainRow[]) => {
    const above = counting.get(identityOf({ ...row, id: row.parent }));
    if (row.parent > 0 && above !== undefined && !placed.has(above) && !below.includes(above)) {
      place(above, [...below, row]);
    }
    placed.add(row);
  };
  for (const row of byStart) if (!placed.has(row)) place(row, [row]);
  return [...placed];
}

test("of each span one row counts, in the order of starts with parents first, whatever blocks the rows stand in", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const made = randomRows(seed, 40).map((row, i) => ({ ...row, offset: i + 1 }));
    const blocks = rowBlocks(made, 1 + (seed % 25)).flatMap(readBlocks);
    const expected = plainSpans(made);
    const whole = new SpanRows(allRowsOf(blocks));
    const byTrace = new SpanRows([...rowsByTrace(blocks).values()].flat());
    for (const rows of [whole, byTrace]) {
      const offsets = Array.from(rows.order, (row) => rows.offset[row] as number);
      assert.deepEqual(
        offsets,
        expected.map(({ offset }) => offset),
        `seed ${seed}`,
      );
      const places = new Map(expected.map((row, place) => [identityOf(row), place]));
      const parents = expected.map((row) =>
        row.parent === 0 ? -1 : (places.get(identityOf({ ...row, id: row.parent })) ?? -1),
      );
      assert.deepEqual([...rows.parents()], parents, `seed ${seed}`);
      const left = made.filter((row) => !expected.includes(row)).map(({ offset }) => offset);
      assert.deepEqual(
        rows.repeats().sort((a, b) => a - b),
        left,
        `seed ${seed}`,
      );
      assert.deepEqual(rows.announced(), announcedOf(made, expected), `seed ${seed}`);
    }
  }
});

function announcedOf(made: readonly PlainRow[], expected: readonly PlainRow[]): Map<number, number> {
  const announced = new Map<number, number>();
  for (const [place, row] of expected.entries()) {
    const before = made.find((one) => one.isPending && identityOf(one) === identityOf(row));
    if (before !== undefined && before.offset < row.offset) announced.set(place, before.offset);
  }
  return announced;
}

test("a run takes the rows of its traces out of blocks that it shares, and reads their columns in its order", () => {
  const random = randomFrom(7);
  const made = randomRows(5, 200);
  const byTrace = rowsByTrace(rowBlocks(made, 64).flatMap(readBlocks));
  for (const traceIds of [[...byTrace.keys()].slice(0, 1), [...byTrace.keys()].toSorted(() => random() - 0.5)]) {
    const rows = new SpanRows(traceIds.flatMap((id) => byTrace.get(id) ?? []));
    const numbers = traceIds.map((id) => Number.parseInt(id.slice(-1), 16) % 10);
    const expected = plainSpans(
      made.map((row, i) => ({ ...row, offset: i + 1 })).filter(({ trace }) => numbers.includes(trace)),
    );
    assert.deepEqual(
      [...rows.numbers("tokens_input", Float64Array)],
      expected.map(({ id }) => id),
    );
    const { start } = rows.times();
    const first = Math.min(...expected.map(({ startNs }) => startNs));
    assert.deepEqual(
      [...start],
      expected.map(({ startNs }) => startNs - first),
    );
    assert.ok(
      expected.every(({ trace, id }) =>
        rows.has(traceIds[numbers.indexOf(trace)] as string, id.toString(16).padStart(16, "0")),
      ),
    );
    assert.ok(!rows.has(traceIds[0] as string, "ffffffffffffffff"));
    assert.ok(!rows.has("f".repeat(32), "0000000000000001"));
    assert.ok(!rows.has(traceIds[0] as string, "no id"));
  }
});
