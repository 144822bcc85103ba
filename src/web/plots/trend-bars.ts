// Counts over time as bars with a scale below them. Pure.

import { roundStepMs } from "../base/round-steps.ts";

const DAY_MS = 86_400_000;
/** Below this a clock says more than a date. */
const CLOCK_MS_MAX = 1.5 * DAY_MS;

export interface TrendBar {
  readonly count: number;
  /** Of the highest bar: 0…1. */
  readonly share: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TrendLabel {
  /** Where it stands in the window: 0…1. */
  readonly share: number;
  readonly text: string;
}

export function trendBars(trend: readonly number[], sinceMs: number, stepMs: number): TrendBar[] {
  const highest = Math.max(1, ...trend);
  return trend.map((count, i) => ({
    count,
    share: count / highest,
    fromMs: sinceMs + i * stepMs,
    toMs: sinceMs + (i + 1) * stepMs,
  }));
}

/** Round instants of the reader's zone, so many at most, each said so that it is told apart from the others. */
export function trendLabels(sinceMs: number, untilMs: number, most: number): TrendLabel[] {
  const lengthMs = untilMs - sinceMs;
  if (!(lengthMs > 0)) return [];
  const stepMs = roundStepMs(lengthMs / most);
  return roundInstants(sinceMs, untilMs, stepMs).map((ms) => ({
    share: (ms - sinceMs) / lengthMs,
    text: isMidnight(ms) && lengthMs <= CLOCK_MS_MAX ? dayOf(new Date(ms)) : trendInstant(ms, lengthMs),
  }));
}

/** Multiples of a step since the midnight before; days begin at midnight also where the clock was changed. */
function roundInstants(sinceMs: number, untilMs: number, stepMs: number): number[] {
  const midnight = new Date(sinceMs);
  midnight.setHours(0, 0, 0, 0);
  const instants: number[] = [];
  if (stepMs < DAY_MS) {
    const first = midnight.getTime() + Math.ceil((sinceMs - midnight.getTime()) / stepMs) * stepMs;
    for (let ms = first; ms <= untilMs; ms += stepMs) instants.push(ms);
    return instants;
  }
  for (; midnight.getTime() <= untilMs; midnight.setDate(midnight.getDate() + stepMs / DAY_MS)) {
    if (midnight.getTime() >= sinceMs) instants.push(midnight.getTime());
  }
  return instants;
}

function isMidnight(ms: number): boolean {
  const date = new Date(ms);
  return date.getHours() + date.getMinutes() + date.getSeconds() === 0;
}

function dayOf(date: Date): string {
  return `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** In the reader's zone: `22:37`, `22:37:45` where minutes are too coarse, `11-22 08:00`, or `11-22` of a long window. */
export function trendInstant(ms: number, windowMs: number): string {
  const date = new Date(ms);
  const clock = [date.getHours(), date.getMinutes()].map(twoDigits).join(":");
  const day = dayOf(date);
  if (windowMs <= 10 * 60_000) return `${clock}:${twoDigits(date.getSeconds())}`;
  if (windowMs <= CLOCK_MS_MAX) return clock;
  return windowMs <= 10 * DAY_MS ? `${day} ${clock}` : day;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
