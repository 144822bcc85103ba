// Blocks of span rows as the store sends them, made up.

import { fromHex } from "../../src/base/hex.ts";
import { SPANS } from "../../src/model/columns.ts";
import { SPAN_TRAITS } from "../../src/model/vocabulary.ts";
import { encodeBlock, TableBuilder } from "../../src/store/native/table-builder.ts";
import { randomFrom } from "./browser-synthetic.ts";

const BASE_NS = 1_795_000_000_000_000_000n;

export interface MadeRow {
  readonly trace: number;
  readonly id: number;
  /** 0: none. */
  readonly parent: number;
  readonly startNs: number;
  readonly isPending: boolean;
}

/** Blocks as the store sends them; offsets count up in the order of the rows. */
export function rowBlocks(rows: readonly MadeRow[], rowsPerBlock: number): Uint8Array[] {
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
export function randomRows(seed: number, count: number): MadeRow[] {
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
