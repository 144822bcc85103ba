import { buildLanes, type Lane } from "./lanes.ts";
import { endsOf, type OwnTime, ownTime } from "./own-time.ts";
import { lastInstant, type SpanColumns } from "./skeleton.ts";
import { buildTree, type SpanTree } from "./span-tree.ts";
import type { Viewport } from "./viewport.ts";

/** Everything that is drawn of a run's spans; made once per skeleton, not per frame. */
export interface TimelineModel {
  readonly columns: SpanColumns;
  readonly tree: SpanTree;
  /** By row, in ms; open spans end at the horizon. */
  readonly ends: Float64Array;
  readonly own: OwnTime;
  readonly lanes: readonly Lane[];
  /** The whole run. */
  readonly bounds: Viewport;
}

/** `nowMs` after t0 is where open spans end. */
export function buildModel(columns: SpanColumns, showHidden: boolean, nowMs: number): TimelineModel {
  const last = lastInstant(columns);
  const isOpen = columns.duration.includes(-1);
  const horizon = isOpen ? Math.max(last, nowMs) : last;
  const tree = buildTree(columns, showHidden);
  const ends = endsOf(columns, horizon);
  const own = ownTime(columns, tree, ends);
  return {
    columns,
    tree,
    ends,
    own,
    lanes: buildLanes(columns, tree, own, ends),
    bounds: { startMs: 0, endMs: horizon },
  };
}
