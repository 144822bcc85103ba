// What the agents of the open run did, as far as any instant: for playing it back, and for views that show the time
// cursor. Fetched once somebody looks.

import { computed, effect, type ReadonlySignal } from "@preact/signals";
import { type ActivityColumns, decodeActivity } from "../../analysis/activity-columns.ts";
import { COLUMNS_CONTENT_TYPE } from "../../base/typed-columns.ts";
import { getBytes } from "../base/api.ts";
import { pathOf } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { type Replay, replayOf } from "../plots/replay.ts";
import type { OpenRun } from "./open-run.ts";

export class RunPast {
  readonly activity = new Resource<ActivityColumns>();
  readonly replay: ReadonlySignal<Replay | undefined>;
  readonly #run: OpenRun;

  constructor(run: OpenRun) {
    this.#run = run;
    this.replay = computed(() => {
      const columns = run.timeline.built.value?.columns;
      const activity = this.activity.data.value;
      return columns === undefined || activity === undefined ? undefined : replayOf(columns, activity);
    });
  }

  /** Fetches it, and keeps it current while the run goes on, until the answered function is called. */
  keep(): () => void {
    if (this.activity.data.peek() === undefined && !this.activity.isLoading.peek()) void this.#load();
    return effect(() => {
      const skeleton = this.#run.skeleton.data.value;
      // What agents did changes with every span of a run that goes on.
      if (skeleton !== undefined && this.#run.isOpen.peek() !== false && this.activity.data.peek() !== undefined) {
        void this.activity.refresh();
      }
    });
  }

  #load(): Promise<void> {
    const path = pathOf`/runs/${this.#run.id}/activity`;
    return this.activity.load(async (signal) => decodeActivity(await getBytes(path, COLUMNS_CONTENT_TYPE, { signal })));
  }
}

const pasts = new WeakMap<OpenRun, RunPast>();

/** The past of a run: what was fetched of it serves all who look. */
export function pastOf(run: OpenRun): RunPast {
  const known = pasts.get(run);
  if (known !== undefined) return known;
  const past = new RunPast(run);
  pasts.set(run, past);
  return past;
}
