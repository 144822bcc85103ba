// A run played back: the time cursor moves (`run.timeline.cursorMs`, in the URL as `at`), and what each agent did, and
// what had been counted, follows from the skeleton and the agents' activity, here on the page.

import { batch, computed, type ReadonlySignal } from "@preact/signals";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { nsOf } from "../plots/happenings.ts";
import { countersAt, type Replay, type ReplayCounters } from "../plots/replay.ts";
import { drawnOf, realOf } from "../plots/time-scale.ts";
import type { OpenRun } from "./open-run.ts";
import { pastOf, type RunPast } from "./run-past.ts";

/** Times as fast as it was. */
export const SPEEDS = [0.1, 1, 2, 5, 10, 20, 50, 100] as const;
type Speed = (typeof SPEEDS)[number];
/** Without a speed in the URL the whole run takes about so long. */
const WHOLE_RUN_MS = 20_000;
/** After a page was out of sight, time goes on where it was. */
const FRAME_MS_MAX = 250;

export class Playback {
  readonly past: RunPast;
  readonly replay: ReadonlySignal<Replay | undefined>;
  /** Where the cursor is, nanoseconds after t0, within the run. */
  readonly at: ReadonlySignal<number>;
  readonly counters: ReadonlySignal<ReplayCounters | undefined>;
  readonly speed: ReadonlySignal<Speed>;
  readonly isPlaying: ReadonlySignal<boolean>;
  readonly #run: OpenRun;
  #frame: number | undefined;

  constructor(run: OpenRun) {
    this.#run = run;
    const { timeline } = run;
    this.isPlaying = timeline.isCursorMoving;
    this.past = pastOf(run);
    this.replay = this.past.replay;
    this.at = computed(() => nsOf(timeline.within(timeline.cursorMs.value ?? 0)));
    this.counters = computed(() => {
      const replay = this.replay.value;
      return replay === undefined ? undefined : countersAt(replay, this.at.value);
    });
    const named = computed(() => Number(queryValue(place.value.query, "speed")));
    this.speed = computed(() => SPEEDS.find((speed) => speed === named.value) ?? this.#usualSpeed());
  }

  /** Loads, and plays when asked, until the answered function is called. */
  open(): () => void {
    const stop = this.past.keep();
    return () => {
      stop();
      this.pause();
    };
  }

  /** Moves the cursor, and rests there. */
  seek(ms: number): void {
    batch(() => {
      this.pause();
      this.#run.timeline.placeCursor(ms);
    });
  }

  /** To the next start or end of a span, or the one before. */
  step(step: 1 | -1): void {
    batch(() => {
      this.pause();
      this.#run.timeline.stepCursor(step);
    });
  }

  setSpeed(speed: number): void {
    setQuery({ speed: String(speed) }, "quiet");
  }

  changeSpeed(step: 1 | -1): void {
    const index = SPEEDS.indexOf(this.speed.peek()) + step;
    const speed = SPEEDS[index];
    if (speed !== undefined) this.setSpeed(speed);
  }

  toggle(): void {
    if (this.isPlaying.peek()) this.pause();
    else this.play();
  }

  /** Plays on; from the end, from the beginning. */
  play(): void {
    const { timeline } = this.#run;
    if (this.isPlaying.peek()) return;
    const isAtEnd = timeline.within(timeline.cursorMs.peek() ?? 0) >= timeline.bounds().endMs;
    batch(() => {
      if (isAtEnd) timeline.cursorMs.value = timeline.bounds().startMs;
      timeline.isCursorMoving.value = true;
    });
    let last = performance.now();
    const frame = (now: number) => {
      const passedMs = Math.min(Math.max(0, now - last), FRAME_MS_MAX);
      last = now;
      const next = this.#later(timeline.cursorMs.peek() ?? 0, passedMs * this.speed.peek());
      if (next >= timeline.bounds().endMs) {
        this.seek(next);
        return;
      }
      timeline.cursorMs.value = next;
      this.#frame = requestAnimationFrame(frame);
    };
    this.#frame = requestAnimationFrame(frame);
  }

  pause(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#run.timeline.isCursorMoving.value = false;
  }

  /** Folded gaps take no longer than they are wide. */
  #later(ms: number, byMs: number): number {
    const scale = this.#run.timeline.scale.peek();
    return realOf(scale, drawnOf(scale, ms) + byMs);
  }

  #usualSpeed(): Speed {
    const { startMs, endMs } = this.#run.timeline.drawnBounds();
    const wanted = (endMs - startMs) / WHOLE_RUN_MS;
    return SPEEDS.find((speed) => speed >= wanted) ?? 100;
  }
}
