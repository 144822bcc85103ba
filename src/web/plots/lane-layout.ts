import { LANE_STATES, type Lane, type LaneState } from "./lanes.ts";

/** Where lanes and their levels lie, in pixels from the top of the first. Pure. */
export interface LaneLayout {
  readonly lanes: readonly LanePlace[];
  readonly height: number;
}

export interface LanePlace {
  readonly lane: Lane;
  readonly top: number;
  readonly height: number;
  readonly levelHeight: number;
}

const LANE_HEIGHT_MIN = 26;
/** So many agents are rather all seen than each span named. */
const LANES_MANY = 10;
const LEVEL_PX_SMALL = 5;
const LEVEL_PX_MAX = 13;
const PADDING = 4;
export const STRIP_HEIGHT = 5;
const STRIP_GAP = 3;
export const LEVEL_GAP = 1;
const ABOVE_AND_BELOW = 2 * PADDING + STRIP_HEIGHT + STRIP_GAP;
/** Two levels at their full height. */
const STEADY_STACK = 2 * (LEVEL_PX_MAX + LEVEL_GAP);
export const STEADY_LANE_HEIGHT = ABOVE_AND_BELOW + STEADY_STACK;

/** Every lane as high as it needs to be. */
export function layoutLanes(lanes: readonly Lane[]): LaneLayout {
  return stacked(lanes, ({ levels: { length: count } }) => {
    const levelHeight = lanes.length > LANES_MANY ? LEVEL_PX_SMALL : count <= 2 ? LEVEL_PX_MAX : count === 3 ? 10 : 7;
    return { levelHeight, height: Math.max(LANE_HEIGHT_MIN, ABOVE_AND_BELOW + count * (levelHeight + LEVEL_GAP)) };
  });
}

/** Of a run that goes on: all lanes of one height, so that none moves while others come and get more levels. */
export function layoutSteadyLanes(lanes: readonly Lane[]): LaneLayout {
  return stacked(lanes, ({ levels }) => ({
    levelHeight: Math.min(LEVEL_PX_MAX, Math.floor(STEADY_STACK / Math.max(1, levels.length)) - LEVEL_GAP),
    height: STEADY_LANE_HEIGHT,
  }));
}

function stacked(
  lanes: readonly Lane[],
  sizeOf: (lane: Lane) => { readonly height: number; readonly levelHeight: number },
): LaneLayout {
  let top = 0;
  const places = lanes.map((lane): LanePlace => {
    const place = { lane, top, ...sizeOf(lane) };
    top += place.height;
    return place;
  });
  return { lanes: places, height: top };
}

export function stripTop({ top }: LanePlace): number {
  return top + PADDING;
}

export function levelTop(place: LanePlace, level: number): number {
  return stripTop(place) + STRIP_HEIGHT + STRIP_GAP + level * (place.levelHeight + LEVEL_GAP);
}

export function laneAt({ lanes }: LaneLayout, y: number): LanePlace | undefined {
  return lanes.find(({ top, height }) => y >= top && y < top + height);
}

/** The level at a height; undefined on the strip and between levels. */
export function levelAt(place: LanePlace, y: number): number | undefined {
  const level = Math.floor((y - levelTop(place, 0)) / (place.levelHeight + LEVEL_GAP));
  return level >= 0 && level < place.lane.levels.length ? level : undefined;
}

/** What the agent does at an instant: the strongest state; undefined: none of its spans is open. */
export function stateAt({ activity }: Lane, ms: number): LaneState | undefined {
  return LANE_STATES.toReversed().find((state) => {
    const intervals = activity[state];
    const at = firstEndingAfter(intervals, ms);
    return at < intervals.length && (intervals[at] as number) <= ms;
  });
}

/** Index of the start of the first interval that ends after an instant. */
export function firstEndingAfter(intervals: Float64Array, ms: number): number {
  let low = 0;
  let high = intervals.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((intervals[2 * middle + 1] as number) > ms) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
}
