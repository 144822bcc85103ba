// What a run's timeline shows: what the reader chose, and what follows from that and the skeleton.
//
//   skeleton ─▶ built ─▶ model (grown to the present) ─▶ drawn (gaps folded)      all of them TimelineModels
//                 ├────▶ gaps ─▶ scale ──────────────────────▲
//                 └────▶ repeats, folds ─▶ visible (lines) ─▶ selectedLine

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ActivityColumns } from "../../analysis/activity-columns.ts";
import { type Folds, foldedPositions, UNFOLDED, visibleUnder } from "../plots/folds.ts";
import { foldableGaps, foldedScale, gapsMs } from "../plots/gaps.ts";
import type { Ghost } from "../plots/ghost.ts";
import { type FoldedRepeats, REPEATS_SHOWN, type Repeats, repeatsOf, visibleWithRepeats } from "../plots/repeats.ts";
import { rowOfSpan, type SpanColumns } from "../plots/skeleton.ts";
import { lineOfPosition } from "../plots/span-tree.ts";
import { drawnOf, drawnView, type TimeScale, UNFOLDED_TIME } from "../plots/time-scale.ts";
import { buildModel, grownTo, onScale, type TimelineModel } from "../plots/timeline-model.ts";
import { fit, lengthMs, type Viewport } from "../plots/viewport.ts";

/** A skeleton and when it was fetched: there open spans end until the clock moves on. Both in ms since 1970. */
export interface LoadedSkeleton {
  readonly columns: SpanColumns;
  readonly t0Ms: number;
  readonly fetchedAtMs: number;
  /** What was made of it already, plumbing shown or not. */
  readonly made?: { readonly model: TimelineModel; readonly showHidden: boolean };
}

/** Where the pointer is: over a span, or only at an instant. */
export interface Hover {
  readonly position: number;
  /** Over a line of the waterfall, which may stand for more than its span. */
  readonly isInRows: boolean;
  readonly ms: number;
  /** In pixels of the window. */
  readonly x: number;
  readonly y: number;
}

const NO_REPEATS: Repeats = { series: new Map(), heads: new Int32Array(0) };
const NOTHING: Viewport = { startMs: 0, endMs: 1 };
/** Gaps of more than this share of a run leave no room for the rest. */
const FOLDED_SHARE = 0.75;

export class TimelinePicture {
  readonly selected = signal<string | undefined>(undefined);
  readonly isPanelOpen = signal(true);
  /** Undefined: the whole run, also while it grows. */
  readonly zoom = signal<Viewport | undefined>(undefined);
  readonly folds = signal<Folds>(UNFOLDED);
  /** Whether spans that repeat are folded to one line a series. */
  readonly foldedRepeats = signal<FoldedRepeats>(REPEATS_SHOWN);
  readonly showHidden = signal(false);
  /** Whether messages are arrows between lanes; undefined: where they are few. */
  readonly wantsArrows = signal<boolean | undefined>(undefined);
  /** Whether gaps are folded; undefined: where they are nearly all of a run. */
  readonly wantsGapsFolded = signal<boolean | undefined>(undefined);
  readonly isPathShown = signal(false);
  /** The first line that is seen of the waterfall. */
  readonly topLine = signal(0);
  readonly hover = signal<Hover | undefined>(undefined);
  /** The time cursor, in ms after t0. All views share it, and a playback moves it. */
  readonly cursorMs = signal<number | undefined>(undefined);
  readonly isPlaybackOpen = signal(false);
  /** While it plays. */
  readonly isCursorMoving = signal(false);
  /** Where spans would be, while a what-if is open. */
  readonly ghost = signal<Ghost | undefined>(undefined);
  /** Counts wishes to bring the selected line into sight. */
  readonly revealWishes = signal(0);

  /** Until when open spans have grown, in ms since 1970. */
  readonly #present = signal(0);

  /** What follows from the skeleton; its open spans end where `model` has them now. */
  readonly built;
  /** The same, grown to the present. */
  readonly model;
  /** Stretches in which nothing happens, and that are worth folding. */
  readonly gaps;
  readonly areGapsFolded;
  /** Time as it is drawn. */
  readonly scale;
  /** The model as it is drawn, grown to the present. */
  readonly drawn;
  /** Its lanes do not change while it grows. */
  readonly drawnLanes;
  /** Series of spans that repeat. */
  readonly repeats;
  readonly visible;
  readonly view;
  readonly selectedPosition;
  readonly selectedLine;
  /** Position that the pointer is over, −1: none. */
  readonly hoveredPosition;

  /**
   * `isOver`: the run has ended, and nothing of it grows. `activity`: what its agents did, where their spans do not tell
   * all of it.
   */
  constructor(
    skeleton: ReadonlySignal<LoadedSkeleton | undefined>,
    isOver: ReadonlySignal<boolean>,
    activity: ReadonlySignal<ActivityColumns | undefined>,
  ) {
    // That a run is over changes nothing where nothing was open: a large model is not made twice.
    const nowMs = computed(() => {
      const loaded = skeleton.value;
      if (loaded === undefined || !loaded.columns.duration.includes(-1) || isOver.value) return undefined;
      return loaded.fetchedAtMs - loaded.t0Ms;
    });
    this.built = computed(() => {
      const loaded = skeleton.value;
      if (loaded?.made?.showHidden === this.showHidden.value) return loaded.made.model;
      return loaded && buildModel(loaded.columns, this.showHidden.value, nowMs.value);
    });
    this.model = computed(() => {
      const built = this.built.value;
      const loaded = skeleton.value;
      if (built?.growing === undefined || loaded === undefined) return built;
      return grownTo(built, this.#present.value - loaded.t0Ms);
    });
    this.gaps = computed(() => {
      const built = this.built.value;
      return built === undefined ? [] : foldableGaps(built, activity.value);
    });
    this.areGapsFolded = computed(() => {
      const runMs = lengthMs(this.built.value?.bounds ?? NOTHING);
      const isMostly = isOver.value && gapsMs(this.gaps.value) > runMs * FOLDED_SHARE;
      return this.gaps.value.length > 0 && (this.wantsGapsFolded.value ?? isMostly);
    });
    this.scale = computed<TimeScale>(() => {
      const built = this.built.value;
      if (built === undefined || !this.areGapsFolded.value) return UNFOLDED_TIME;
      return foldedScale(this.gaps.value, lengthMs(built.bounds));
    });
    const drawnBuilt = computed(() => this.built.value && onScale(this.built.value, this.scale.value));
    this.drawnLanes = computed(() => drawnBuilt.value?.lanes ?? []);
    this.drawn = computed(() => {
      const model = this.model.value;
      const drawn = drawnBuilt.value;
      if (drawn === this.built.value || model === undefined || drawn === undefined) return model;
      return grownTo(drawn, drawnOf(drawn.scale, model.bounds.endMs));
    });
    this.repeats = computed<Repeats>(() => {
      const built = this.built.value;
      return built === undefined ? NO_REPEATS : repeatsOf(built.columns, built.tree);
    });
    // Kept: a reader who folds a span of a very large run unfolds it again.
    const all = computed(() => {
      const built = this.built.value;
      return built === undefined ? new Int32Array(0) : visibleUnder(built.tree, UNFOLDED);
    });
    this.visible = computed(() => {
      const model = this.built.value;
      if (model === undefined) return new Int32Array(0);
      const folds = this.folds.value;
      if (this.foldedRepeats.value.isOn) {
        const folded = foldedPositions(model.tree, folds);
        return visibleWithRepeats(model.tree, folded, this.repeats.value, this.foldedRepeats.value);
      }
      const isUnfolded = folds.depth === undefined && folds.toggled.size === 0;
      return isUnfolded ? all.value : visibleUnder(model.tree, folds);
    });
    this.view = computed<Viewport>(() => {
      const zoom = this.zoom.value;
      return zoom === undefined ? fit(this.drawnBounds()) : drawnView(this.scale.value, zoom);
    });
    this.selectedPosition = computed(() => {
      const model = this.built.value;
      const id = this.selected.value;
      if (model === undefined || id === undefined) return -1;
      return model.tree.positions[rowOfSpan(model.columns, id)] ?? -1;
    });
    this.hoveredPosition = computed(() => this.hover.value?.position ?? -1);
    this.selectedLine = computed(() =>
      this.selectedPosition.value < 0 ? -1 : lineOfPosition(this.visible.value, this.selectedPosition.value),
    );
  }

  /** Lets open spans grow. */
  advanceTo(nowMs: number): void {
    this.#present.value = nowMs;
  }

  bounds(): Viewport {
    return this.model.value?.bounds ?? NOTHING;
  }

  drawnBounds(): Viewport {
    return this.drawn.value?.bounds ?? NOTHING;
  }
}
