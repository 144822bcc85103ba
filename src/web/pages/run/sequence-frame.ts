// What the parts of the sequence share: its size, how far it is scrolled, and what the pointer is over.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Lane } from "../../plots/lanes.ts";
import {
  cursorY,
  type SequenceColumns,
  type SequenceTimes,
  sequenceColumns,
  sequenceTimes,
} from "../../plots/sequence-layout.ts";
import type { OpenRun } from "../../state/open-run.ts";
import type { Sequence } from "../../state/sequence.ts";

export interface SequenceHover {
  readonly row: number;
  readonly isOnRounds: boolean;
  /** In pixels of the window. */
  readonly x: number;
  readonly y: number;
}

export interface SequenceFrame {
  readonly run: OpenRun;
  readonly sequence: Sequence;
  /** Of what is seen, in pixels. */
  readonly width: Signal<number>;
  readonly height: Signal<number>;
  readonly scrollX: Signal<number>;
  readonly scrollY: Signal<number>;
  readonly hover: Signal<SequenceHover | undefined>;
  readonly columns: ReadonlySignal<SequenceColumns>;
  readonly times: ReadonlySignal<SequenceTimes>;
  /** Where the time cursor stands, before scrolling. */
  readonly cursorPx: ReadonlySignal<number | undefined>;
  /** By agent. */
  readonly lanes: ReadonlySignal<ReadonlyMap<string, Lane>>;
  /** Scrolled down to the last row. */
  isAtEnd: boolean;
}

export function makeSequenceFrame(run: OpenRun, sequence: Sequence): SequenceFrame {
  const width = signal(0);
  return {
    run,
    sequence,
    width,
    height: signal(0),
    scrollX: signal(0),
    scrollY: signal(0),
    hover: signal(undefined),
    columns: computed(() => sequenceColumns(width.value, sequence.agents.value.length, sequence.hasRounds.value)),
    times: computed(() => sequenceTimes(sequence.rows.value, run.timeline.zoom.value ?? run.timeline.bounds())),
    cursorPx: computed(() => {
      const cursorMs = run.timeline.cursorMs.value;
      return cursorMs === undefined ? undefined : cursorY(sequence.rows.value, cursorMs);
    }),
    lanes: computed(() => new Map(run.timeline.built.value?.lanes.map((lane) => [lane.agent, lane]))),
    isAtEnd: false,
  };
}
