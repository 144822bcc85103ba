// What other records said about spans: a span's own value holds, a fact fills what the span left open. A record may be
// about another span than the one in whose context it was emitted: `costUsd@response:<id>` is about the model call of
// the same trace with that response, `output@call:<id>` about the tool call of that id.

import { type FactField, splitFactColumn } from "../model/draft.ts";
import { NONE, type RunColumns, type SpanFact } from "../model/run-columns.ts";
import { getOrMake } from "./get-or-make.ts";
import type { SpanIndex } from "./span-index.ts";

/** Facts by row and field. */
export type RowFacts = ReadonlyMap<number, ReadonlyMap<string, string>>;

/** The facts whose span is among the rows. The first of a field wins: the caller has put the strongest first. */
export function factsByRow(columns: RunColumns, facts: readonly SpanFact[], index: SpanIndex): RowFacts {
  const byRow = new Map<number, Map<string, string>>();
  const mentioned = new MentionedSpans(columns);
  for (const fact of facts) {
    const { field, about } = splitFactColumn(fact.field);
    const row = about === "" ? index.rowOf(fact.traceId, fact.spanId) : mentioned.rowOf(fact.traceId, about);
    if (row === NONE) continue;
    const fields = getOrMake(byRow, row, () => new Map<string, string>());
    if (!fields.has(field)) fields.set(field, fact.value);
  }
  return byRow;
}

/** Finds spans by what records call them: the id of a model's response, or of a tool call. */
class MentionedSpans {
  readonly #columns: RunColumns;
  #rows: Map<string, number> | undefined;

  constructor(columns: RunColumns) {
    this.#columns = columns;
  }

  rowOf(traceId: string, about: string): number {
    this.#rows ??= this.#build();
    return this.#rows.get(`${traceId} ${about}`) ?? NONE;
  }

  #build(): Map<string, number> {
    const { count, traces, trace, texts, responseId, toolCallId } = this.#columns;
    const rows = new Map<string, number>();
    const note = (row: number, what: string, text: number) => {
      const key = `${traces[trace[row] as number]} ${what}:${texts.text(text)}`;
      if (text !== 0 && !rows.has(key)) rows.set(key, row);
    };
    for (let row = 0; row < count; row++) {
      note(row, "response", responseId[row] as number);
      note(row, "call", toolCallId[row] as number);
    }
    return rows;
  }
}

export function factOf(facts: RowFacts, row: number, field: FactField): string {
  return facts.get(row)?.get(field) ?? "";
}

/** A fact that spells a number, or undefined. */
export function factNumber(facts: RowFacts, row: number, field: FactField): number | undefined {
  const text = factOf(facts, row, field);
  if (text === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
