// The open run beside another: which one, as the URL says (`with=<id>` or `with=median`), the comparison, and what the
// reader does with it (`change=…`, `same=shown`, `unfold=…`).

import { batch, computed, effect, signal } from "@preact/signals";
import type { Comparison } from "../../model/comparison-shapes.ts";
import { SPAN_CHANGES } from "../../model/comparison-words.ts";
import type { Run } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import { queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place, setQuery } from "../base/router.ts";
import { type ComparedRow, comparedRows, keyOfSpan, type RowChoice } from "../plots/compared-rows.ts";
import type { OpenRun } from "./open-run.ts";
import { Refresher } from "./refresher.ts";

export const MEDIAN = "median";

const OTHERS_MAX = 30;
const OTHERS_DAYS = 30;
const MS_PER_DAY = 86_400_000;
/** A run that goes on is compared anew at most so often, and for no more than a tenth of the time. */
const PAUSE_MS_MIN = 1000;
const PAUSE_FACTOR = 10;

const CHOICES: readonly RowChoice[] = [...SPAN_CHANGES, "words"];

export class OpenComparison {
  /** What the open run is compared with: an id, MEDIAN, or nothing yet. */
  readonly with = computed(() => queryValue(place.value.query, "with"));
  readonly answer = new Resource<Comparison>();
  /** Runs of the same name, the newest first, without the open one. */
  readonly others = new Resource<readonly Run[]>();
  readonly choices = computed<ReadonlySet<RowChoice>>(() => {
    const asked = place.value.query.get("change") ?? [];
    return new Set(CHOICES.filter((choice) => asked.includes(choice)));
  });
  readonly isSameShown = computed(() => queryValue(place.value.query, "same") === "shown");
  readonly rows = computed<readonly ComparedRow[]>(() =>
    comparedRows(this.answer.data.value?.spans ?? [], {
      choices: this.choices.value,
      isSameShown: this.isSameShown.value,
      unfolded: new Set(place.value.query.get("unfold")),
    }),
  );
  /** The longest time of any span on either side: bars are drawn to its scale. */
  readonly longestMs = computed(() =>
    (this.answer.data.value?.spans ?? []).reduce((most, { durationMs: { a = 0, b = 0 } }) => Math.max(most, a, b), 0),
  );
  /** The line that is selected: the selected span's, unless the reader is at one that the open run does not have. */
  readonly selected = computed(() => this.#elsewhere.value ?? this.#run.timeline.selected.value);
  /** Counts wishes to bring the selected line into sight. */
  readonly revealWishes = computed(() => this.#run.timeline.revealWishes.value + this.#wishes.value);
  readonly #wishes = signal(0);
  readonly #elsewhere = signal<string | undefined>(undefined);
  readonly #run: OpenRun;
  readonly #name = computed(() => this.#run.detail.data.value?.name);

  constructor(run: OpenRun) {
    this.#run = run;
  }

  /** Compares with what the URL names, again when the run has changed, until the answered function is called. */
  open(): () => void {
    const refresher = new Refresher(() => this.#refresh(), {
      pauseMs: (tookMs) => Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * tookMs),
      isHidden: () => document.hidden,
      nowMs: () => performance.now(),
    });
    const resume = () => refresher.resume();
    document.addEventListener("visibilitychange", resume);
    let compared: unknown;
    const stops = [
      effect(() => this.#compare(this.with.value)),
      effect(() => this.#loadOthers(this.#name.value)),
      effect(() => {
        const detail = this.#run.detail.data.value;
        if (compared !== undefined && detail !== compared) refresher.ask();
        compared = detail;
      }),
      // Whatever is selected in the run is what the reader looks at.
      effect(() => {
        if (this.#run.timeline.selected.value !== undefined) this.#elsewhere.value = undefined;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      refresher.stop();
      document.removeEventListener("visibilitychange", resume);
    };
  }

  compareWith(other: string): void {
    setQuery({ with: other, change: undefined, unfold: undefined }, "step");
  }

  /** Chooses the lines of a change, or no longer. */
  toggleChoice(choice: RowChoice): void {
    const before = this.choices.peek();
    const after = before.has(choice) ? [...before].filter((other) => other !== choice) : [...before, choice];
    setQuery({ change: after }, "step");
  }

  showSame(isShown: boolean): void {
    setQuery({ same: isShown ? "shown" : undefined, unfold: undefined }, "quiet");
  }

  /** Selects the span of a line in the run; one that the run does not have only here. */
  selectRow(key: string): void {
    const row = this.rows.peek().find((one) => one.key === key);
    if (row === undefined) return;
    if (row.type === "span" && row.span.bId !== undefined && this.#run.timeline.selectSpan(row.span.bId)) return;
    batch(() => {
      this.#run.timeline.clearSelection();
      this.#elsewhere.value = key;
      this.#wishes.value++;
    });
  }

  /** Unfolds what is the same; of a span shows the details. */
  openRow(row: ComparedRow): void {
    if (row.type === "same") {
      const unfolded = place.peek().query.get("unfold") ?? [];
      setQuery({ unfold: [...unfolded, row.key] }, "quiet");
    } else {
      this.selectRow(row.key);
      this.#run.timeline.isPanelOpen.value = true;
    }
  }

  /** Brings the span where the runs part into the lines and selects it. */
  selectParting(): void {
    const parting = this.answer.data.peek()?.parting;
    if (parting === undefined) return;
    const key = keyOfSpan(parting);
    if (!this.rows.peek().some((row) => row.key === key)) setQuery({ change: undefined }, "quiet");
    this.selectRow(key);
    this.#run.timeline.isPanelOpen.value = true;
  }

  #compare(other: string | undefined): void {
    this.#elsewhere.value = undefined;
    if (other === undefined) {
      this.answer.clear();
      return;
    }
    const query = new Map([
      ["a", [other]],
      ["b", [this.#run.id]],
    ]);
    // The old comparison is of other runs: nothing of it may stay.
    this.answer.clear();
    void this.answer.load((signal) => getJson<Comparison>("/compare", { query, signal }));
  }

  async #refresh(): Promise<boolean> {
    if (this.with.peek() === undefined) return true;
    await this.answer.refresh();
    return this.answer.failure.peek() === undefined;
  }

  #loadOthers(name: string | undefined): void {
    const startedAt = this.#run.detail.data.peek()?.startedAt;
    if (name === undefined || startedAt === undefined) return;
    const since = new Date(Date.parse(startedAt) - OTHERS_DAYS * MS_PER_DAY).toISOString();
    const query = new Map([
      ["name", [name]],
      ["since", [since]],
      ["all", ["true"]],
      ["limit", [String(OTHERS_MAX + 1)]],
    ]);
    void this.others.load(async (signal) => {
      const { runs } = await getJson<{ runs: readonly Run[] }>("/runs", { query, signal });
      return runs.filter(({ id }) => id !== this.#run.id).slice(0, OTHERS_MAX);
    });
  }
}
