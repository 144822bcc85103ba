import { type EndSlots, moveEnds, slotsAt } from "./end-slots.ts";
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
  /** The whole run, up to the horizon. */
  readonly bounds: Viewport;
  /** What moves on with time; undefined when nothing does. */
  readonly growing: EndSlots | undefined;
}

/** What is open reaches beyond everything that has ended: so far at least, in ms. */
const AHEAD_MS = 0.001;

/**
 * `nowMs` after t0 is where open spans end. Undefined: the run is over, and what never ended reaches as far as the rest.
 */
export function buildModel(columns: SpanColumns, showHidden: boolean, nowMs: number | undefined): TimelineModel {
  const last = lastInstant(columns);
  const isGrowing = nowMs !== undefined && columns.duration.includes(-1);
  const horizon = isGrowing ? Math.max(last + AHEAD_MS, nowMs) : last;
  const tree = buildTree(columns, showHidden);
  const ends = endsOf(columns, horizon);
  const own = ownTime(columns, tree, ends);
  const lanes = buildLanes(columns, tree, own, ends);
  const model = { columns, tree, ends, own, lanes, bounds: { startMs: 0, endMs: horizon } };
  return { ...model, growing: isGrowing ? slotsAt(horizon, arraysOf(model)) : undefined };
}

/**
 * The model at a later horizon. It shares its arrays with the one it was made of, which is not to be drawn any more: to
 * grow costs as much as there are open spans.
 */
export function grownTo(model: TimelineModel, horizon: number): TimelineModel {
  if (model.growing === undefined || horizon <= model.bounds.endMs) return model;
  moveEnds(model.growing, horizon);
  return { ...model, bounds: { startMs: model.bounds.startMs, endMs: horizon } };
}

function arraysOf({ ends, own, lanes }: Pick<TimelineModel, "ends" | "own" | "lanes">): Float64Array[] {
  const ofLanes = lanes.flatMap(({ activity, levels }) => [
    ...Object.values(activity),
    ...levels.flatMap(({ intervals, failed }) => [...Object.values(intervals), failed]),
  ]);
  return [ends, own.segments, ...ofLanes];
}
