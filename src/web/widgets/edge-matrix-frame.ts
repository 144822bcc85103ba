// A matrix on the screen: what its parts share.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { MatrixScene } from "../plots/draw-edge-matrix.ts";
import { cellOf, type EdgeMatrix, edgeMatrix, type MatrixCell, type MatrixPair } from "../plots/edge-matrix.ts";
import { type MatrixLayout, matrixLayout } from "../plots/matrix-layout.ts";
import type { EdgeMatrixProps } from "./edge-matrix.tsx";

export interface MatrixHover extends MatrixPair {
  /** In pixels of the window. */
  readonly x: number;
  readonly y: number;
}

export class MatrixFrame {
  readonly room = signal({ width: 0, height: 0 });
  readonly scroll = signal({ x: 0, y: 0 });
  readonly hover: Signal<MatrixHover | undefined> = signal(undefined);
  readonly matrix: ReadonlySignal<EdgeMatrix>;
  readonly layout: ReadonlySignal<MatrixLayout>;
  readonly selected: ReadonlySignal<MatrixPair | undefined>;
  readonly scene: ReadonlySignal<MatrixScene>;
  /** The cell under the pointer, if the two spoke. */
  readonly hovered: ReadonlySignal<MatrixCell | undefined>;
  readonly #props: EdgeMatrixProps;

  constructor(props: EdgeMatrixProps) {
    this.#props = props;
    const { edges, measure, order, cellPx, inks, selected } = props;
    this.matrix = computed(() => edgeMatrix(edges.value, measure.value, order.value));
    this.layout = computed(() => matrixLayout(this.matrix.value.agents.length, this.room.value, cellPx.value));
    this.selected = computed(() => {
      const pair = selected.value;
      const { agents } = this.matrix.value;
      const [from, to] = [agents.indexOf(pair?.from ?? ""), agents.indexOf(pair?.to ?? "")];
      return from < 0 || to < 0 ? undefined : { from, to };
    });
    this.hovered = computed(() => cellOf(this.matrix.value, this.hover.value));
    this.scene = computed(() => ({
      matrix: this.matrix.value,
      measure: measure.value,
      layout: this.layout.value,
      inks: inks.value,
      scroll: this.scroll.value,
      hovered: this.hover.value,
      selected: this.selected.value,
    }));
  }

  select(pair: MatrixPair | undefined): void {
    const { agents } = this.matrix.peek();
    const [from, to] = [agents[pair?.from ?? -1], agents[pair?.to ?? -1]];
    this.#props.onSelect(from === undefined || to === undefined ? undefined : { from, to });
  }

  open(pair: MatrixPair | undefined): void {
    const cell = cellOf(this.matrix.peek(), pair);
    if (cell !== undefined) this.#props.onOpen(cell.edge);
  }
}
