// What a window is put together from where points are rolled up. Each piece can be found by an index of its own: joined
// by OR, none would be.
//
//    since   minute      hour                    hour      minute   until
//      ├ points ┼─ minutes ─┼──────── hours ────────┼─ minutes ─┼ points ┤     of what is rolled up
//      ├──────────────────── points after the last batch ──────────────┤
//                           ├ minutes after the last of hours ┤

import { instantLiteral } from "../sql.ts";
import type { PointFilter, PointState } from "./points.ts";

/** Conditions on rows of each table, which have no row in common. */
export interface WindowPieces {
  readonly points: readonly string[];
  readonly minutes: readonly string[];
  readonly hours: readonly string[];
}

const NS_PER_MIN = 60_000_000_000n;
const NS_PER_HOUR = 60n * NS_PER_MIN;
export const MS_PER_MIN = 60_000;
export const MS_PER_HOUR = 60 * MS_PER_MIN;

/** Cuts a window. Steps that are not made of whole hours (minutes) do without the hours (minutes). */
export function windowPieces(
  { sinceNs, untilNs }: Pick<PointFilter, "sinceNs" | "untilNs">,
  { through, hoursThrough }: PointState,
  stepMs = MS_PER_HOUR,
): WindowPieces {
  const [minute, minuteEnd] = wholePeriods(sinceNs, untilNs, NS_PER_MIN);
  const [hour, hourEnd] = wholePeriods(sinceNs, untilNs, NS_PER_HOUR);
  if (through <= 0 || minuteEnd <= minute || stepMs % MS_PER_MIN !== 0) {
    return { points: [timeWithin(sinceNs, untilNs)], minutes: [], hours: [] };
  }
  const closed = `through_offset <= ${through}`;
  const points = [
    `offset > ${through} AND ${timeWithin(sinceNs, untilNs)}`,
    ...(sinceNs < minute ? [`offset <= ${through} AND ${timeWithin(sinceNs, minute)}`] : []),
    ...(minuteEnd < untilNs ? [`offset <= ${through} AND ${timeWithin(minuteEnd, untilNs)}`] : []),
  ];
  if (hoursThrough <= 0 || hourEnd <= hour || stepMs % MS_PER_HOUR !== 0) {
    return { points, minutes: [`${closed} AND ${minuteWithin(minute, minuteEnd)}`], hours: [] };
  }
  return {
    points,
    minutes: [
      `${closed} AND through_offset > ${hoursThrough} AND ${minuteWithin(hour, hourEnd)}`,
      ...(minute < hour ? [`${closed} AND ${minuteWithin(minute, hour)}`] : []),
      ...(hourEnd < minuteEnd ? [`${closed} AND ${minuteWithin(hourEnd, minuteEnd)}`] : []),
    ],
    hours: [
      `through_offset <= ${hoursThrough} AND hour >= ${instantLiteral(hour)} AND hour < ${instantLiteral(hourEnd)}`,
    ],
  };
}

function wholePeriods(sinceNs: bigint, untilNs: bigint, period: bigint): readonly [start: bigint, end: bigint] {
  return [((sinceNs + period - 1n) / period) * period, (untilNs / period) * period];
}

function timeWithin(fromNs: bigint, toNs: bigint): string {
  return within("time", fromNs, toNs);
}

function minuteWithin(fromNs: bigint, toNs: bigint): string {
  return within("minute", fromNs, toNs);
}

/** The sort key has the hour: it is what granules are left out by. */
function within(column: string, fromNs: bigint, toNs: bigint): string {
  const [from, to] = [instantLiteral(fromNs), instantLiteral(toNs)];
  return (
    `${column} >= ${from} AND ${column} < ${to} AND toStartOfHour(${column}) >= toStartOfHour(${from}) ` +
    `AND toStartOfHour(${column}) <= toStartOfHour(${to})`
  );
}
