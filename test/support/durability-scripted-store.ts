// A store in memory that does what a test says: takes an insert, refuses it, or takes it and loses the answer.
//
// It behaves as the real one in what loading relies on: of two inserts with one token the second does nothing, and an
// insert is all or nothing. Blocks are texts made by `rowsFrame`, so that it knows the offsets of their rows.

import type { SegmentStore } from "../../src/jobs/segment-loading.ts";
import type { Frame } from "../../src/journal/frame.ts";
import { StoreError } from "../../src/store/client.ts";
import { textFrame, textOf } from "./durability-journal.ts";

export interface StoreCall {
  readonly what: "insert" | "rowsBetween";
  readonly table: string;
  readonly token: string;
  readonly texts: readonly string[];
  /** Which call it is, from 0. */
  readonly number: number;
}

/**
 * Taken, unless it throws; `after`: taken, but the answer is an error, or never comes; `unfinished`: the token is taken
 * and the rows are not, as by a server that dies between the two.
 */
export type Script = (
  call: StoreCall,
) => { readonly after: Error | Promise<never>; readonly unfinished?: true } | undefined | Promise<never>;

/** What never comes from a process that died. */
export const NEVER = new Promise<never>(() => undefined);

/** A frame whose block names the offsets of its rows. */
export function rowsFrame(table: number, firstOffset: number, rows: number, rest: Partial<Frame> = {}): Frame {
  const offsets = Array.from({ length: rows }, (_, i) => firstOffset + i);
  return textFrame(firstOffset, ` ${offsets.join(" ")}`, { table, rows, ...rest });
}

export const storeError = (code: number, transient: boolean) =>
  new StoreError(`code ${code}`, code, transient, undefined);

export class ScriptedStore implements SegmentStore {
  script: Script = () => undefined;
  readonly calls: StoreCall[] = [];
  readonly #tokens = new Set<string>();
  readonly #offsets = new Map<string, number[]>();

  async insert(
    table: string,
    _columns: readonly string[],
    blocks: readonly Uint8Array[],
    token: string,
  ): Promise<void> {
    const texts = blocks.map(textOf);
    const outcome = await this.#play("insert", table, token, texts);
    if (!this.#tokens.has(token)) {
      this.#tokens.add(token);
      if (outcome?.unfinished) throw await outcome.after;
      const offsets = texts.flatMap((text) => text.trim().split(" ").map(Number));
      this.#offsets.set(table, [...(this.#offsets.get(table) ?? []), ...offsets]);
    }
    if (outcome !== undefined) throw await outcome.after;
  }

  async rowsBetween(table: string, firstOffset: number, lastOffset: number): Promise<number> {
    await this.#play("rowsBetween", table, "", []);
    return this.rows(table).filter((offset) => offset >= firstOffset && offset <= lastOffset).length;
  }

  /** The offsets of a table's rows, in order. */
  rows(table: string): readonly number[] {
    return (this.#offsets.get(table) ?? []).toSorted((a, b) => a - b);
  }

  async #play(what: StoreCall["what"], table: string, token: string, texts: readonly string[]) {
    const call: StoreCall = { what, table, token, texts, number: this.calls.length };
    this.calls.push(call);
    return await this.script(call);
  }
}
