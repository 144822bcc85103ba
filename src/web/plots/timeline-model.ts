import { type EndSlots, moveEnds, slotsAt } from "./end-slots.ts";
import { buildLanes, type Lane } from "./lanes.ts";
import { endsOf, type OwnTime, ownTime } from "./own-time.ts";
import { lastInstant, type SpanColumns } from "./skeleton.ts";
import { buildTree, type SpanTree } from "./span-tree.ts";
import { allDrawn, drawnView, type TimeScale, UNFOLDED_TIME } from "./time-scale.ts";
import type { Viewport } from "./viewport.ts";

/**
 * Everything that is drawn of a run's spans; made once per skeleton, not per frame. All instants but those of the columns
 * are on its scale.
 */
export interface TimelineModel {
  readonly columns: SpanColumns;
  readonly tree: SpanTree;
  readonly scale: TimeScale;
  /** By row, in ms; open spans end at the horizon. */
  readonly starts: Float64Array;
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
  const bounds = { startMs: 0, endMs: horizon };
  const model = { columns, tree, scale: UNFOLDED_TIME, starts: columns.start, ends, own, lanes, bounds };
  return { ...model, growing: isGrowing ? slotsAt(horizon, arraysOf(model)) : undefined };
}

/** The memory of all arrays in something, each once: what is to be moved when it goes to another thread. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const look = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) found.add(part.buffer as ArrayBuffer);
    else if (part instanceof Object) for (const one of Object.values(part)) look(one);
  };
  look(value);
  return [...found];
}

/** The model as it is drawn on another scale; it shares no array of instants with that in real time. */
export function onScale(model: TimelineModel, scale: TimeScale): TimelineModel {
  if (scale.gaps.length === 0) return model;
  const map = (instants: Float64Array) => allDrawn(scale, instants);
  const mapAll = <K extends string>(lists: Readonly<Record<K, Float64Array>>) =>
    Object.fromEntries(Object.entries<Float64Array>(lists).map(([name, list]) => [name, map(list)])) as Record<
      K,
      Float64Array
    >;
  const mapped = {
    ...{ columns: model.columns, tree: model.tree, scale },
    ...{ starts: map(model.starts), ends: map(model.ends) },
    own: { first: model.own.first, segments: map(model.own.segments) },
    lanes: model.lanes.map(({ agent, activity, levels }) => ({
      ...{ agent, activity: mapAll(activity) },
      levels: levels.map(({ positions, intervals, failed }) => {
        return { positions, intervals: mapAll(intervals), failed: map(failed) };
      }),
    })),
    bounds: drawnView(scale, model.bounds),
  };
  const isGrowing = model.growing !== undefined;
  return { ...mapped, growing: isGrowing ? slotsAt(mapped.bounds.endMs, arraysOf(mapped)) : undefined };
}

/**
 * The model at a later horizon, on the model's scale. It shares its arrays with the one it was made of, which is not to be drawn any more: to
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
