import type { Inks } from "./canvas.ts";
import type { TimelineModel } from "./timeline-model.ts";
import type { Viewport } from "./viewport.ts";

/** What lanes and waterfall are both drawn from. */
export interface TimelineScene {
  readonly model: TimelineModel | undefined;
  readonly view: Viewport;
  readonly inks: Inks;
  /** Width of the names' column. */
  readonly leftPx: number;
  readonly scrollPx: number;
  /** Positions; −1: none. */
  readonly selected: number;
  readonly hovered: number;
  /** Rows of the spans that a finding is about. */
  readonly marked: ReadonlySet<number>;
}
