// What the reader does with a run's time: the cursor, the zoomed window, folded gaps.

import { batch } from "@preact/signals";
import { happeningFrom, nsOf } from "../plots/happenings.ts";
import { drawnOf, realView } from "../plots/time-scale.ts";
import { fit, lengthMs, pan, type Viewport, zoomAt, zoomTo } from "../plots/viewport.ts";
import { TimelinePicture } from "./timeline-picture.ts";

const NS_PER_MS = 1e6;

export class TimelineTime extends TimelinePicture {
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

  toggleGaps(): void {
    if (this.gaps.peek().length > 0) this.wantsGapsFolded.value = !this.areGapsFolded.peek();
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
