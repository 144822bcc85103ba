// What the reader does with a run's timeline: selection and folds here, time in timeline-time.ts. All of it is in the URL
// (timeline-url.ts); everything else follows from it and the skeleton (timeline-picture.ts).

import { batch } from "@preact/signals";
import { isFolded, revealed, UNFOLDED, withToggled } from "../plots/folds.ts";
import { isSeriesFolded, withSeriesRevealed, withSeriesToggled } from "../plots/repeats.ts";
import { rowOfSpan, spanIdAt } from "../plots/skeleton.ts";
import { nextAgent, nextError } from "../plots/span-search.ts";
import { realView } from "../plots/time-scale.ts";
import { revealRange } from "../plots/viewport.ts";
import { TimelineTime } from "./timeline-time.ts";

export class Timeline extends TimelineTime {
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
}
