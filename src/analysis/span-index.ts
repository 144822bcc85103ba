import { NONE, type RunColumns } from "../model/run-columns.ts";

/** Finds the row of a span by its ids. Built when it is first asked: many runs have neither links nor events. */
export class SpanIndex {
  readonly #columns: RunColumns;
  #byTrace: Map<string, Map<string, number>> | undefined;

  constructor(columns: RunColumns) {
    this.#columns = columns;
  }

  /** The span's row, or NONE. Without a trace id the first trace that has such a span. */
  rowOf(traceId: string, spanId: string): number {
    if (spanId === "") return NONE;
    this.#byTrace ??= this.#build();
    if (traceId !== "") return this.#byTrace.get(traceId)?.get(spanId) ?? NONE;
    for (const rows of this.#byTrace.values()) {
      const row = rows.get(spanId);
      if (row !== undefined) return row;
    }
    return NONE;
  }

  #build(): Map<string, Map<string, number>> {
    const { traces, trace, spanIds, count } = this.#columns;
    const maps = traces.map(() => new Map<string, number>());
    for (let row = 0; row < count; row++) maps[trace[row] as number]?.set(spanIds[row] as string, row);
    return new Map(traces.map((id, i) => [id, maps[i] as Map<string, number>]));
  }
}

/** A link between two spans of the run. */
export interface ResolvedLink {
  /** The row that is linked to. */
  readonly cause: number;
  /** The row that carries the link. */
  readonly effect: number;
}

/** The links whose both ends are among the rows, in order of their rows. */
export function resolveLinks(columns: RunColumns, index: SpanIndex): ResolvedLink[] {
  const links: ResolvedLink[] = [];
  for (const { traceId, spanId, fromRow } of columns.links) {
    const cause = index.rowOf(traceId, spanId);
    if (cause !== NONE) links.push({ cause, effect: fromRow });
  }
  return links.sort((a, b) => a.effect - b.effect || a.cause - b.cause);
}
