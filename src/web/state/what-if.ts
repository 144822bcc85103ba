// What-if on the page. The schedule is fetched once; then every place of the slider is answered here, by the code that
// the server has. What is asked is in the URL: `whatif=agent:researcher`, `factor=0.5`.

import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { criticalPath } from "../../analysis/path.ts";
import type { RunPath } from "../../analysis/run-analysis.ts";
import { decodeSchedule } from "../../analysis/schedule-columns.ts";
import { measured, timesOf } from "../../analysis/schedule-times.ts";
import type { ScheduledRun } from "../../analysis/scheduled-run.ts";
import {
  meantRows,
  type Prediction,
  predict,
  type WhatIfChoice,
  type WhatIfTarget,
  whatIfChoices,
} from "../../analysis/what-if.ts";
import { COLUMNS_CONTENT_TYPE } from "../../base/typed-columns.ts";
import { getBytes } from "../base/api.ts";
import { pathOf, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place, setQuery } from "../base/router.ts";
import type { PathScene } from "../plots/draw-path.ts";
import { ghostOf, scheduleRows } from "../plots/ghost.ts";
import { decodeFactor, decodeTarget, encodeTarget } from "../plots/what-if-words.ts";
import type { OpenRun } from "./open-run.ts";

/** Up to so many spans everything follows the slider; its answer takes about a microsecond for eight of them. */
const LIVE_SPANS_MAX = 50_000;
/** Up to so many the critical path does too; of larger runs it is walked when the slider rests. */
const LIVE_PATH_SPANS_MAX = 10_000;
const REST_MS = 150;
/** Work that goes on beside the reader's takes no more than this at a time. */
const SLICE_MS = 12;
/** What the list of savings supposes. */
export const SAVING_FACTOR = 0.5;
const NS_PER_MS = 1e6;

export class WhatIf {
  readonly schedule = new Resource<ScheduledRun>();
  readonly choices: ReadonlySignal<readonly WhatIfChoice[]>;
  readonly target: ReadonlySignal<WhatIfTarget | undefined>;
  /** Where the slider is. */
  readonly factor: ReadonlySignal<number>;
  /** Undefined while the schedule is on its way, and when the run has nothing by the name of the target. */
  readonly prediction: ReadonlySignal<Prediction | undefined>;
  readonly measuredPath: ReadonlySignal<RunPath | undefined>;
  /** May come a moment after the prediction. */
  readonly predictedPath = signal<RunPath | undefined>(undefined);
  /** By target as the URL spells it: what it would save to have it twice as fast, in ms; grows while it is computed. */
  readonly savings = signal<ReadonlyMap<string, number>>(new Map());
  readonly #run: OpenRun;
  readonly #rows = computed(() => {
    const columns = this.#run.skeleton.data.value?.columns;
    const schedule = this.schedule.data.value?.schedule;
    return columns === undefined || schedule === undefined ? undefined : scheduleRows(columns, schedule);
  });
  readonly #pathScene = computed(() => {
    const rows = this.#rows.value;
    const path = this.predictedPath.value;
    return rows === undefined || path === undefined ? undefined : sceneOf(rows, path);
  });
  readonly #named = computed(() => queryValue(place.value.query, "whatif"));
  readonly #held = signal<number | undefined>(undefined);

  constructor(run: OpenRun) {
    this.#run = run;
    const askedFactor = computed(() => decodeFactor(queryValue(place.value.query, "factor")));
    this.choices = computed(() => {
      const schedule = this.schedule.data.value;
      return schedule === undefined ? [] : whatIfChoices(schedule);
    });
    this.target = computed(() => {
      const named = decodeTarget(this.#named.value);
      if (named !== undefined || this.schedule.data.value === undefined) return named;
      return this.choices.value[0]?.target ?? { by: "everything" };
    });
    this.factor = computed(() => this.#held.value ?? askedFactor.value);
    this.prediction = computed(() => {
      const schedule = this.schedule.data.value;
      const target = this.target.value;
      if (schedule === undefined || target === undefined) return undefined;
      return predict(schedule, target, askedFactor.value);
    });
    this.measuredPath = computed(() => {
      const run = this.schedule.data.value;
      return run === undefined ? undefined : criticalPath(run, timesOf(run.schedule, measured(run.schedule)));
    });
  }

  /** Loads and answers until the answered function is called. */
  open(): () => void {
    void this.load();
    const stops = [
      effect(() => this.#refreshWithSkeleton()),
      effect(() => this.#walkPath()),
      effect(() => this.#showGhost()),
      effect(() => this.#findSavings()),
      effect(() => {
        // Opened without naming anything: what was chosen then stays chosen.
        const target = this.target.value;
        if (this.#named.value === "" && target !== undefined) this.choose(target);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#run.timeline.ghost.value = undefined;
    };
  }

  load(): Promise<void> {
    const path = pathOf`/runs/${this.#run.id}/schedule`;
    return this.schedule.load(async (signal) => decodeSchedule(await getBytes(path, COLUMNS_CONTENT_TYPE, { signal })));
  }

  choose(target: WhatIfTarget): void {
    setQuery({ whatif: encodeTarget(target) }, "quiet");
  }

  /** While the slider is held. */
  slide(factor: number): void {
    if ((this.schedule.data.peek()?.schedule.count ?? 0) > LIVE_SPANS_MAX) this.#held.value = factor;
    else this.settle(factor);
  }

  settle(factor: number): void {
    batch(() => {
      this.#held.value = undefined;
      setQuery({ factor: String(factor) }, "quiet");
    });
  }

  /** Of a run that goes on, the schedule is fetched again whenever its spans were. */
  #refreshWithSkeleton(): void {
    const skeleton = this.#run.skeleton.data.value;
    const known = this.schedule.data.peek();
    if (skeleton === undefined || known === undefined) return;
    if (this.#run.isOpen.peek() !== false || skeleton.columns.count !== known.schedule.count) {
      void this.schedule.refresh();
    }
  }

  #walkPath(): (() => void) | undefined {
    const run = this.schedule.data.value;
    const times = this.prediction.value?.times;
    if (run === undefined || times === undefined) {
      this.predictedPath.value = undefined;
      return undefined;
    }
    const walk = () => {
      this.predictedPath.value = criticalPath(run, times);
    };
    if (run.schedule.count <= LIVE_PATH_SPANS_MAX) {
      walk();
      return undefined;
    }
    const timer = window.setTimeout(walk, REST_MS);
    return () => clearTimeout(timer);
  }

  #showGhost(): void {
    const run = this.schedule.data.value;
    const rows = this.#rows.value;
    const times = this.prediction.value?.times;
    const target = this.target.value;
    const isMeant = run === undefined || target === undefined ? undefined : meantRows(run, target);
    if (run === undefined || rows === undefined || times === undefined || isMeant === undefined) {
      this.#run.timeline.ghost.value = undefined;
      return;
    }
    const ghost = ghostOf(rows, run.schedule, times, isMeant);
    this.#run.timeline.ghost.value = { ...ghost, path: this.#pathScene.value };
  }

  /** What every choice would save, one after the other; what has no work on the path saves nothing. */
  #findSavings(): (() => void) | undefined {
    const run = this.schedule.data.value;
    if (run === undefined) return undefined;
    const found = new Map<string, number>();
    const left = [...this.choices.value.values()];
    let timer: number | undefined;
    const slice = () => {
      const begun = performance.now();
      while (left.length > 0 && performance.now() - begun < SLICE_MS) {
        const { target, onPathMs } = left.shift() as WhatIfChoice;
        const savedMs = onPathMs === 0 ? 0 : (predict(run, target, SAVING_FACTOR)?.savedMs ?? 0);
        found.set(encodeTarget(target), savedMs);
      }
      this.savings.value = new Map(found);
      timer = left.length > 0 ? window.setTimeout(slice) : undefined;
    };
    timer = window.setTimeout(slice);
    return () => clearTimeout(timer);
  }
}

/** The path by rows of the skeleton. */
function sceneOf(rows: Int32Array, { segments }: RunPath): PathScene {
  const shown = new Map<number, number>();
  for (const [row, at] of rows.entries()) if (at >= 0) shown.set(at, row);
  const isOn = new Uint8Array(rows.length);
  const onRows = new Int32Array(segments.length);
  const times = new Float64Array(2 * segments.length);
  for (const [i, { row, start, duration }] of segments.entries()) {
    const at = shown.get(row) ?? -1;
    onRows[i] = at;
    times[2 * i] = start / NS_PER_MS;
    times[2 * i + 1] = (start + duration) / NS_PER_MS;
    if (at >= 0) isOn[at] = 1;
  }
  return { rows: onRows, times, isOn };
}
