// What agents did over the last minutes, for the strips of page Now: fetched once for each run, then carried on by what
// the stream tells.
//
//   fetched:  llm────┤tool──┤                     told: waiting since 12:04:09
//   strip:    llm────┤tool──┤waiting──────▶ now

import type { AgentState } from "../../model/vocabulary.ts";

/** A state that lasts until the next one begins, or until now. */
export interface StripState {
  readonly state: AgentState;
  readonly fromMs: number;
}

/** In order of time. */
export type Strip = readonly StripState[];

/** States that are kept of an agent; of more, the oldest go. */
const STATES_MAX = 2_000;

/** The strip with a state that began; one that began before the last known one takes nothing back. */
export function withState(strip: Strip, state: AgentState, fromMs: number): Strip {
  const last = strip.at(-1);
  if (last?.state === state) return strip;
  if (last !== undefined && fromMs < last.fromMs) return [...strip, { state, fromMs: last.fromMs }].slice(-STATES_MAX);
  return [...strip, { state, fromMs }].slice(-STATES_MAX);
}

/** What was fetched, and behind it what was told meanwhile; the last that was told counts whatever its clock says. */
export function joinStrips(fetched: Strip, told: Strip): Strip {
  const end = fetched.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY;
  let joined = fetched;
  for (const [i, { state, fromMs }] of told.entries()) {
    if (fromMs >= end || i === told.length - 1) joined = withState(joined, state, fromMs);
  }
  return joined;
}

/** A part of a strip that is drawn: where in the window it lies, 0…1. */
export interface StripPart {
  readonly state: AgentState;
  readonly from: number;
  readonly to: number;
}

/** The parts of a strip in the window that ends now. Parts that would be narrower than a pixel go to their neighbour. */
export function stripParts(strip: Strip, nowMs: number, windowMs: number, widthPx: number): StripPart[] {
  const startMs = nowMs - windowMs;
  const parts: StripPart[] = [];
  for (const [i, { state, fromMs }] of strip.entries()) {
    const toMs = Math.min(nowMs, strip[i + 1]?.fromMs ?? nowMs);
    if (toMs <= startMs || state === "done") continue;
    const from = Math.max(0, (fromMs - startMs) / windowMs);
    const to = (toMs - startMs) / windowMs;
    const last = parts.at(-1);
    if (last !== undefined && (to - from) * widthPx < 1 && from - last.to < 1e-9) {
      parts[parts.length - 1] = { ...last, to };
    } else {
      parts.push({ state, from, to });
    }
  }
  return parts;
}
