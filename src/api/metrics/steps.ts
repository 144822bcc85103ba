// Steps of time: a window cut at multiples of a length since 1970, in UTC. The first and the last may be cut off.

import { msFromNs } from "../../base/time.ts";
import { LIMITS } from "../../model/limits.ts";
import { ApiError } from "../errors.ts";
import { readDuration, type TimeWindow } from "../query-values.ts";

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const ROUND_STEPS_MS = [S, 5 * S, 10 * S, 30 * S, MIN, 5 * MIN, 15 * MIN, 30 * MIN, H, 3 * H, 6 * H, 12 * H, 24 * H];
const DAY_MS = 24 * H;
/** About as many steps as a chart shows. */
const STEPS_WANTED = 120;

/** The part of a window that has happened: figures per time are of it. */
export function windowUntil({ untilNs }: TimeWindow, nowMs: number): number {
  return Math.min(msFromNs(untilNs), nowMs);
}

/** The length of a step that was asked for, else a round one that suits the window. Throws ApiError. */
export function readStep(step: string | undefined, window: TimeWindow, nowMs: number): number {
  const lengthMs = Math.max(1, windowUntil(window, nowMs) - msFromNs(window.sinceNs));
  const asked = readDuration(step, "step");
  if (asked === undefined) {
    const suits = ROUND_STEPS_MS.find((ms) => lengthMs / ms <= STEPS_WANTED);
    return suits ?? Math.ceil(lengthMs / STEPS_WANTED / DAY_MS) * DAY_MS;
  }
  if (!Number.isInteger(asked) || asked < 1) {
    throw new ApiError("bad_request", "step must be a whole number of milliseconds, or a duration such as 1m.");
  }
  if (lengthMs / asked <= LIMITS.seriesSteps) return asked;
  throw new ApiError(
    "bad_request",
    `The window has more than ${LIMITS.seriesSteps} steps of ${asked} ms: make the step longer or the window shorter.`,
  );
}

/** How long a step lies inside the window so far, in seconds. */
export function secondsInStep(window: TimeWindow, stepMs: number | undefined, nowMs: number): (step: number) => number {
  const [since, until] = [msFromNs(window.sinceNs), windowUntil(window, nowMs)];
  return (step) => {
    const from = stepMs === undefined ? since : Math.max(since, step * stepMs);
    const to = stepMs === undefined ? until : Math.min(until, (step + 1) * stepMs);
    // What a sender with a fast clock sent lies in a step to come: it is taken whole.
    return to > from ? (to - from) / S : (stepMs ?? S) / S;
  };
}
