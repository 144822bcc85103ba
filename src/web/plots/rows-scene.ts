// What the waterfall is drawn from.

import type { PathScene } from "./draw-path.ts";
import type { Ghost } from "./ghost.ts";
import type { Repeats, Series } from "./repeats.ts";
import type { TimelineModel } from "./timeline-model.ts";
import type { TimelineScene } from "./timeline-scene.ts";

export interface RowsScene extends TimelineScene {
  /** Positions, one a line. */
  readonly visible: Int32Array;
  /** Series of spans that repeat, while they may be folded. */
  readonly repeats: Repeats | undefined;
  readonly path: PathScene | undefined;
  /** Its path is drawn in place of the measured one. */
  readonly ghost: Ghost | undefined;
}

/** Of a run that is there. */
export type FullScene = RowsScene & { readonly model: TimelineModel };

/** One line: a span, where it is on the canvas, and where its columns are. */
export interface RowLine {
  readonly position: number;
  readonly row: number;
  readonly y: number;
  readonly isFolded: boolean;
  /** It stands for a series of spans. */
  readonly series: Series | undefined;
  /** A series begins there, and is open. */
  readonly opensSeries: boolean;
}
