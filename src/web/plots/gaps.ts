// Where nothing happens in a run: no agent works, all of them wait for a person or are not there. What an agent does is
// its spans' own time; where agents were told to wait by events, which spans do not show, it is what the server says they
// did. Pure.

import type { ActivityColumns } from "../../analysis/activity-columns.ts";
import { AGENT_STATES, SPAN_KINDS, SPAN_TRAITS, type SpanKind } from "../../model/vocabulary.ts";
import type { Gap, TimeScale } from "./time-scale.ts";
import { timeScale } from "./time-scale.ts";
import type { TimelineModel } from "./timeline-model.ts";

const NS_PER_MS = 1e6;
/** Edges are exact; gaps that are shorter than two of these parts of the run are not looked for. */
const BINS = 4096;
const GAP_MS_MIN = 1000;
/** Share of the run without longer gaps. */
const GAP_SHARE_MIN = 0.05;
/** So wide is a folded gap, as a share of the rest; all together at most half of it. */
const WIDTH_SHARE = 0.03;
const WIDTHS_SHARE_MAX = 0.5;
/** With others below them and without an agent these only hold them together: while nobody works there, nothing happens. */
const HOLDERS: ReadonlySet<SpanKind> = new Set(["run", "task", "step", "other"]);
const WORK: ReadonlySet<string> = new Set(["llm", "tool", "working"]);

/** The gaps that are worth folding, in order. `activity`: what agents did, where events tell of it. */
export function foldableGaps(model: TimelineModel, activity?: ActivityColumns): Gap[] {
  const { startMs, endMs } = model.bounds;
  const quiet = new Quiet(startMs, endMs);
  addSpans(quiet, model, activity !== undefined);
  if (activity !== undefined) addActivity(quiet, activity);
  // Whatever comes next in a run that goes on ends its last gap.
  const gaps = quiet.gaps().filter((gap) => gap.endMs < endMs || model.growing === undefined);
  return longOnes(gaps, endMs - startMs);
}

/** How long all gaps are together. */
export function gapsMs(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** The time scale with these gaps folded, of a run that is so long. */
export function foldedScale(gaps: readonly Gap[], runMs: number): TimeScale {
  const rest = Math.max(runMs - gapsMs(gaps), 1);
  return timeScale(gaps, rest * Math.min(WIDTH_SHARE, WIDTHS_SHARE_MAX / Math.max(1, gaps.length)));
}

/** As many of the longest as there are of which each is a good part of what is left beside them. */
function longOnes(gaps: readonly Gap[], runMs: number): Gap[] {
  const byLength = gaps.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs));
  let rest = runMs;
  let count = 0;
  for (const [i, { startMs, endMs }] of byLength.entries()) {
    const length = endMs - startMs;
    if (length < GAP_MS_MIN) break;
    rest -= length;
    if (length >= rest * GAP_SHARE_MIN) count = i + 1;
  }
  return byLength.slice(0, count).sort((a, b) => a.startMs - b.startMs);
}

function addSpans(quiet: Quiet, { columns, tree, own, lanes }: TimelineModel, onlyAgentless: boolean): void {
  const { kind, agent, traits } = columns;
  for (let p = 0; p < tree.rows.length; p++) {
    const row = tree.rows[p] as number;
    const isAgents = (agent[row] as number) >= 0;
    const mayHold = lanes.length > 0 && (tree.size[p] as number) > 1;
    if (isAgents ? onlyAgentless : mayHold && HOLDERS.has(SPAN_KINDS[kind[row] as number] as SpanKind)) continue;
    if (((traits[row] as number) & SPAN_TRAITS.waitsForHuman) !== 0) continue;
    for (let i = own.first[p] as number; i < (own.first[p + 1] as number); i++) {
      quiet.add(own.segments[2 * i] as number, own.segments[2 * i + 1] as number);
    }
  }
}

function addActivity(quiet: Quiet, { count, state, start, end }: ActivityColumns): void {
  for (let i = 0; i < count; i++) {
    if (!WORK.has(AGENT_STATES[state[i] as number] as string)) continue;
    quiet.add((start[i] as number) / NS_PER_MS, (end[i] as number) / NS_PER_MS);
  }
}

/** What is left when intervals are taken out of a stretch of time, found in one pass over them in any order. */
class Quiet {
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #binMs: number;
  /** How many intervals begin (+) and end (−) to cover whole bins there. */
  readonly #change = new Int32Array(BINS + 2);
  readonly #firstStart = new Float64Array(BINS + 1).fill(Number.POSITIVE_INFINITY);
  readonly #lastEnd = new Float64Array(BINS + 1).fill(Number.NEGATIVE_INFINITY);

  constructor(startMs: number, endMs: number) {
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#binMs = Math.max(endMs - startMs, Number.MIN_VALUE) / BINS;
  }

  add(fromMs: number, toMs: number): void {
    const from = Math.max(fromMs, this.#startMs);
    const to = Math.min(toMs, this.#endMs);
    if (!(to >= from)) return;
    const first = this.#binOf(from);
    const last = this.#binOf(to);
    this.#firstStart[first] = Math.min(this.#firstStart[first] as number, from);
    this.#lastEnd[last] = Math.max(this.#lastEnd[last] as number, to);
    this.#change[first] = (this.#change[first] as number) + 1;
    this.#change[last + 1] = (this.#change[last + 1] as number) - 1;
  }

  /** Stretches over at least one whole bin that nothing touches, with exact edges. */
  gaps(): Gap[] {
    const gaps: Gap[] = [];
    let covering = 0;
    let gapFrom: number | undefined = this.#startMs;
    for (let bin = 0; bin <= BINS; bin++) {
      covering += this.#change[bin] as number;
      if (covering === 0) {
        // Nothing reaches over from the bin before: its last end is where the gap begins.
        gapFrom ??= this.#lastEnd[bin - 1] as number;
      } else if (gapFrom !== undefined) {
        gaps.push({ startMs: gapFrom, endMs: this.#firstStart[bin] as number });
        gapFrom = undefined;
      }
    }
    if (gapFrom !== undefined) gaps.push({ startMs: gapFrom, endMs: this.#endMs });
    return gaps.filter(({ startMs, endMs }) => endMs > startMs);
  }

  #binOf(ms: number): number {
    return Math.min(BINS, Math.floor((ms - this.#startMs) / this.#binMs));
  }
}
