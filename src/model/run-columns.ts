// A run's spans in memory: columns in typed arrays, texts as indexes into one table. Made from the store's blocks,
// read by analysis on the server and in the browser.

import { type EventLevel, SPAN_STATUSES, type SpanStatus } from "./vocabulary.ts";

/** No parent, no agent, no model, … */
export const NONE = -1;

/** Texts by index; index 0 is the empty text. */
export class TextTable {
  readonly texts: string[] = [""];
  readonly #indexOf = new Map<string, number>([["", 0]]);

  indexOf(text: string): number {
    const known = this.#indexOf.get(text);
    if (known !== undefined) return known;
    this.texts.push(text);
    this.#indexOf.set(text, this.texts.length - 1);
    return this.texts.length - 1;
  }
  /** The index of a text that may be missing: NONE then. */
  find(text: string): number {
    return this.#indexOf.get(text) ?? NONE;
  }
  text(index: number): string {
    return index < 0 ? "" : (this.texts[index] as string);
  }
}

/** A link from a span to another, perhaps of another trace. */
export interface SpanLink {
  readonly fromRow: number;
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * The spans of a run, one row each, one row per span identity, sorted by (start, span id) but parents before their
 * children. Text columns hold indexes into `texts`; 0 is the empty text.
 */
export interface RunColumns {
  readonly count: number;
  /** The start of the earliest span, nanoseconds since 1970; all times are nanoseconds after it. */
  readonly t0Ns: bigint;
  readonly texts: TextTable;
  /** Traces of the run, lower-case hexadecimal. */
  readonly traces: readonly string[];
  readonly spanIds: readonly string[];
  /** Index into `traces`. */
  readonly trace: Uint32Array;
  /** The parent's row, or NONE. */
  readonly parent: Int32Array;
  /** Whether the span names a parent that is not among the rows. */
  readonly orphan: Uint8Array;
  readonly start: Float64Array;
  /** End; `Infinity` for a span that is still open. */
  readonly end: Float64Array;
  readonly offset: Float64Array;
  /** Of rows that were announced before they ended: the announcement's offset, which is where their start was told. */
  readonly announced: ReadonlyMap<number, number>;
  readonly service: Uint32Array;
  readonly name: Uint32Array;
  /** Index into SPAN_KINDS. */
  readonly kind: Uint8Array;
  /** OTLP's span kind number. */
  readonly otelKind: Uint8Array;
  /** Index into SPAN_STATUSES. */
  readonly status: Uint8Array;
  readonly statusMessage: Uint32Array;
  readonly errorType: Uint32Array;
  /** Bits of SPAN_TRAITS. */
  readonly traits: Uint16Array;
  readonly dialect: Uint32Array;
  readonly scope: Uint32Array;
  /** The agent that the span itself names. */
  readonly agent: Uint32Array;
  readonly agentInstance: Uint32Array;
  readonly model: Uint32Array;
  readonly provider: Uint32Array;
  readonly tool: Uint32Array;
  readonly toolCallId: Uint32Array;
  readonly responseId: Uint32Array;
  readonly tokensInput: Float64Array;
  readonly tokensOutput: Float64Array;
  readonly tokensCacheRead: Float64Array;
  readonly tokensCacheWrite: Float64Array;
  readonly tokensReasoning: Float64Array;
  readonly costNano: Float64Array;
  readonly costSource: Uint32Array;
  /** Of the cost: how many nano-USD are for input (cached included). */
  readonly costInputNano: Float64Array;
  readonly session: Uint32Array;
  readonly user: Uint32Array;
  readonly inputPreview: Uint32Array;
  readonly outputPreview: Uint32Array;
  readonly weight: Float32Array;
  /** Tags of rows that have any. */
  readonly tags: ReadonlyMap<number, readonly string[]>;
  /** Hints of rows that have any, by the names of HINTS. */
  readonly hints: ReadonlyMap<number, ReadonlyMap<string, string>>;
  readonly links: readonly SpanLink[];
  /** Hashes of the parts of a span's input and output, of rows that have any. */
  readonly inputParts: ReadonlyMap<number, readonly string[]>;
  readonly outputParts: ReadonlyMap<number, readonly string[]>;
}

/** A RunEvent as analysis reads it. */
export interface RunEventRow {
  readonly offset: number;
  readonly index: number;
  readonly id: string;
  readonly type: string;
  /** Nanoseconds after `t0Ns` of the run's columns. */
  readonly time: number;
  readonly agent: string;
  readonly agentInstance: string;
  readonly toAgent: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly level?: EventLevel;
  readonly service?: string;
  readonly message?: string;
  /** The whole message in `contents`, when `message` is only its beginning. */
  readonly messageHash?: string;
  readonly data: { readonly [key: string]: unknown };
}

/** How many bytes of UTF-8 each stored part of the run's messages has, by hash: for shares of what agents read. */
export type PartLengths = ReadonlyMap<string, number>;

/** A fact about a span from another record, already the strongest of its field. */
export interface SpanFact {
  readonly traceId: string;
  readonly spanId: string;
  readonly field: string;
  readonly value: string;
  readonly source: string;
}

export function statusOf(columns: RunColumns, row: number): SpanStatus {
  return SPAN_STATUSES[columns.status[row] as number] as SpanStatus;
}
