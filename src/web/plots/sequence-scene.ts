import type { Inks } from "./canvas.ts";
import type { Lane } from "./lanes.ts";
import type { SequenceColumns, SequenceTimes } from "./sequence-layout.ts";
import type { SequenceRow } from "./sequence-rows.ts";

/** Everything that is drawn of a sequence. */
export interface SequenceScene {
  readonly rows: readonly SequenceRow[];
  /** From left to right. */
  readonly agents: readonly string[];
  readonly columns: SequenceColumns;
  readonly times: SequenceTimes;
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly inks: Inks;
  readonly scrollX: number;
  readonly scrollY: number;
  /** The time cursor, and where it stands before scrolling. */
  readonly cursor: { readonly ms: number; readonly y: number } | undefined;
  /** Rows; −1: none. */
  readonly selected: number;
  readonly hovered: number;
}

/** A row in sight. */
export interface PlacedRow {
  readonly row: SequenceRow;
  readonly index: number;
  readonly y: number;
}
