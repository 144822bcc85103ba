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
const PADDING = 4;
export const STRIP_HEIGHT = 5;
const STRIP_GAP = 3;
export const LEVEL_GAP = 1;

export function layoutLanes(lanes: readonly Lane[]): LaneLayout {
  const places: LanePlace[] = [];
  let top = 0;
  for (const lane of lanes) {
    const count = lane.levels.length;
    const levelHeight = lanes.length > LANES_MANY ? LEVEL_PX_SMALL : count <= 2 ? 13 : count === 3 ? 10 : 7;
    const stack = count * (levelHeight + LEVEL_GAP);
    const height = Math.max(LANE_HEIGHT_MIN, 2 * PADDING + STRIP_HEIGHT + STRIP_GAP + stack);
    places.push({ lane, top, height, levelHeight });
    top += height;
  }
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
