// What the reader does with a run's timeline: selection, zoom, folds, scroll. All of it is in the URL (timeline-url.ts);
// everything else follows from it and the skeleton.

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ActivityColumns } from "../../analysis/activity-columns.ts";
import { type Folds, foldedPositions, isFolded, revealed, UNFOLDED, withToggled } from "../plots/folds.ts";
import { foldableGaps, foldedScale, gapsMs } from "../plots/gaps.ts";
import type { Ghost } from "../plots/ghost.ts";
import { happeningFrom, nsOf } from "../plots/happenings.ts";
import {
  type FoldedRepeats,
  isSeriesFolded,
  REPEATS_SHOWN,
  type Repeats,
  repeatsOf,
  visibleWithRepeats,
  withSeriesRevealed,
  withSeriesToggled,
} from "../plots/repeats.ts";
import { rowOfSpan, type SpanColumns, spanIdAt } from "../plots/skeleton.ts";
import { nextAgent, nextError } from "../plots/span-search.ts";
import { lineOfPosition, visiblePositions } from "../plots/span-tree.ts";
import { drawnOf, drawnView, realView, type TimeScale, UNFOLDED_TIME } from "../plots/time-scale.ts";
import { buildModel, grownTo, onScale } from "../plots/timeline-model.ts";
import { fit, lengthMs, pan, revealRange, type Viewport, zoomAt, zoomTo } from "../plots/viewport.ts";

/** A skeleton and when it was fetched: there open spans end until the clock moves on. Both in ms since 1970. */
export interface LoadedSkeleton {
  readonly columns: SpanColumns;
  readonly t0Ms: number;
  readonly fetchedAtMs: number;
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

const NS_PER_MS = 1e6;
const NO_REPEATS: Repeats = { series: new Map(), heads: new Int32Array(0) };
const NOTHING: Viewport = { startMs: 0, endMs: 1 };
/** Gaps of more than this share of a run leave no room for the rest. */
const FOLDED_SHARE = 0.75;

export class Timeline {
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
    this.visible = computed(() => {
      const model = this.built.value;
      if (model === undefined) return new Int32Array(0);
      const folded = foldedPositions(model.tree, this.folds.value);
      if (!this.foldedRepeats.value.isOn) return visiblePositions(model.tree, folded);
      return visibleWithRepeats(model.tree, folded, this.repeats.value, this.foldedRepeats.value);
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

  placeCursor(ms: number): void {
    this.cursorMs.value = this.within(ms);
  }

  /** Nothing is left to be played back then. */
  removeCursor(): void {
    batch(() => {
      this.cursorMs.value = undefined;
      this.isPlaybackOpen.value = false;
    });
  }

  /** To where the selected span begins; without one, to the beginning of what is seen. */
  placeCursorAtSelection(): void {
    const model = this.model.peek();
    const row = model?.tree.rows[this.selectedPosition.peek()];
    const start = row === undefined ? undefined : model?.columns.start[row];
    this.placeCursor(start ?? this.zoom.peek()?.startMs ?? this.bounds().startMs);
  }

  /** To the next start or end of a span, or the one before. */
  stepCursor(step: 1 | -1): void {
    const columns = this.built.peek()?.columns;
    const at = this.cursorMs.peek();
    if (at === undefined) this.placeCursorAtSelection();
    if (columns === undefined || at === undefined) return;
    const ns = happeningFrom(columns, nsOf(this.within(at)), step);
    if (ns !== undefined) this.placeCursor(ns / NS_PER_MS);
  }

  /** The nearest instant of the run. */
  within(ms: number): number {
    const { startMs, endMs } = this.bounds();
    return Math.min(Math.max(ms, startMs), endMs);
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

  toggleGaps(): void {
    if (this.gaps.peek().length > 0) this.wantsGapsFolded.value = !this.areGapsFolded.peek();
  }

  /** Selects a span and brings it into sight, in the list and in time. */
  select(position: number): void {
    const model = this.model.peek();
    if (model === undefined || position < 0 || position >= model.tree.rows.length) return;
    const row = model.tree.rows[position] as number;
    batch(() => {
      this.folds.value = revealed(this.folds.peek(), model.tree, position);
      if (this.foldedRepeats.peek().isOn) {
        const { foldedRepeats, repeats } = this;
        foldedRepeats.value = withSeriesRevealed(foldedRepeats.peek(), model.tree, repeats.peek(), position);
      }
      this.selected.value = spanIdAt(model.columns, row);
      const drawn = this.drawn.peek();
      if (this.zoom.peek() !== undefined && drawn !== undefined) {
        const view = this.view.peek();
        const [start, end] = [drawn.starts[row] as number, drawn.ends[row] as number];
        const seen = revealRange(view, start, end, drawn.bounds);
        if (seen !== view) this.zoom.value = realView(drawn.scale, seen);
      }
      this.revealWishes.value++;
    });
  }

  /** Selects a span by its id; plumbing is shown when the span is part of it. False: the run has no such span. */
  selectSpan(spanId: string): boolean {
    const columns = this.model.peek()?.columns;
    const row = columns === undefined ? -1 : rowOfSpan(columns, spanId);
    if (row < 0) return false;
    if ((this.model.peek()?.tree.positions[row] as number) < 0) this.showHidden.value = true;
    this.select(this.model.peek()?.tree.positions[row] as number);
    return true;
  }

  clearSelection(): void {
    this.selected.value = undefined;
  }

  /** Moves the selection by lines; without one, to the first line in sight. */
  moveLine(by: number): void {
    const visible = this.visible.peek();
    if (visible.length === 0) return;
    const line = this.selectedLine.peek();
    const next = line < 0 ? this.topLine.peek() : Math.min(Math.max(line + by, 0), visible.length - 1);
    this.select(visible[next] as number);
  }

  /** Folds the series that begins with the selected span, or the span; one without children or folded already gives the selection to its parent. */
  foldOrUp(): void {
    const model = this.model.peek();
    const position = this.selectedPosition.peek();
    if (model === undefined || position < 0) return;
    if (this.hasSeriesAt(position) && !this.isSeriesFoldedAt(position)) this.toggleSeries(position);
    else if (this.canFold(position) && !this.isSeriesFoldedAt(position) && !this.isFoldedAt(position))
      this.toggleFold(position);
    else this.select(model.tree.parent[position] as number);
  }

  /** Opens the series that is folded to the selected span, or unfolds the span; an open one gives the selection to its first child. */
  unfoldOrDown(): void {
    const position = this.selectedPosition.peek();
    if (this.isSeriesFoldedAt(position)) this.toggleSeries(position);
    else if (position < 0 || !this.canFold(position)) return;
    else if (this.isFoldedAt(position)) this.toggleFold(position);
    else this.select(position + 1);
  }

  canFold(position: number): boolean {
    return ((this.model.peek()?.tree.size[position] as number) ?? 1) > 1;
  }

  isFoldedAt(position: number): boolean {
    const tree = this.model.peek()?.tree;
    if (tree === undefined) return false;
    return isFolded(this.folds.peek(), tree.rows[position] as number, tree.depth[position] as number);
  }

  /** Whether a series begins with a span, and series are folded unless they were opened. */
  hasSeriesAt(position: number): boolean {
    return this.foldedRepeats.peek().isOn && position >= 0 && this.repeats.peek().series.has(position);
  }

  isSeriesFoldedAt(position: number): boolean {
    const tree = this.model.peek()?.tree;
    return (
      tree !== undefined && this.hasSeriesAt(position) && isSeriesFolded(this.foldedRepeats.peek(), tree, position)
    );
  }

  toggleSeries(position: number): void {
    const row = this.model.peek()?.tree.rows[position];
    if (row !== undefined) this.foldedRepeats.value = withSeriesToggled(this.foldedRepeats.peek(), row);
  }

  /** Folds all spans that repeat, or shows them all. */
  toggleRepeats(): void {
    const isOn = !this.foldedRepeats.peek().isOn;
    this.foldedRepeats.value = { isOn, opened: new Set() };
    this.revealWishes.value++;
  }

  /** What the mark of a line does. */
  toggleMark(position: number): void {
    const isSeries = this.isSeriesFoldedAt(position) || (this.hasSeriesAt(position) && !this.canFold(position));
    if (isSeries) this.toggleSeries(position);
    else this.toggleFold(position);
  }

  toggleFold(position: number): void {
    const row = this.model.peek()?.tree.rows[position];
    if (row !== undefined) this.folds.value = withToggled(this.folds.peek(), row);
  }

  foldAll(): void {
    this.folds.value = { depth: 1, toggled: new Set() };
  }

  unfoldAll(): void {
    this.folds.value = UNFOLDED;
  }

  selectError(step: 1 | -1): void {
    const tree = this.model.peek()?.tree;
    if (tree !== undefined) this.select(nextError(tree, this.selectedPosition.peek(), step));
  }

  selectAgent(step: 1 | -1): void {
    const model = this.model.peek();
    if (model === undefined) return;
    const agents = model.lanes.map(({ agent }) => agent);
    this.select(nextAgent(model.columns, model.tree, agents, this.selectedPosition.peek(), step));
  }

  /** Zooms around an instant, or the middle of what is seen. */
  zoomBy(factor: number, atMs?: number): void {
    const view = this.view.peek();
    const at = atMs === undefined ? (view.startMs + view.endMs) / 2 : drawnOf(this.scale.peek(), atMs);
    this.zoom.value = this.#unlessWhole(zoomAt(view, factor, at, this.drawnBounds()));
  }

  /** Moves what is seen by a share of its length. */
  panBy(share: number): void {
    const view = this.view.peek();
    this.zoom.value = this.#unlessWhole(pan(view, share * (view.endMs - view.startMs), this.drawnBounds()));
  }

  showWhole(): void {
    this.zoom.value = undefined;
  }

  /** Whether something that lasts from one instant to another is part of the zoomed window. */
  isInWindow(fromMs: number, toMs = fromMs): boolean {
    const zoom = this.zoom.value;
    return zoom === undefined || (toMs >= zoom.startMs && fromMs <= zoom.endMs);
  }

  zoomToRange(fromMs: number, toMs: number): void {
    this.zoom.value = zoomTo(fromMs, toMs, this.bounds());
  }

  /** The whole run; when it is seen already, the selected span. */
  fitAll(): void {
    const model = this.model.peek();
    const row = model?.tree.rows[this.selectedPosition.peek()];
    if (this.zoom.peek() !== undefined || model === undefined || row === undefined) {
      this.zoom.value = undefined;
      return;
    }
    const start = model.columns.start[row] as number;
    this.zoomToRange(start, model.ends[row] as number);
  }

  /** What is drawn as a window of real time. A view of the whole run follows it while it grows. */
  #unlessWhole(view: Viewport): Viewport | undefined {
    const isWhole = lengthMs(view) >= lengthMs(fit(this.drawnBounds())) * 0.9999;
    return isWhole ? undefined : realView(this.scale.peek(), view);
  }
}
