import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Edge } from "../../../model/shapes.ts";
import { formatCounted } from "../../base/format.ts";
import { go, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { drawEdgeMatrix, type MatrixScene } from "../../plots/draw-edge-matrix.ts";
import {
  edgeMatrix,
  formatMeasure,
  MATRIX_MEASURES,
  type MatrixMeasure,
  matrixLayout,
  movedPair,
  pairAt,
} from "../../plots/edge-matrix.ts";
import { Plot } from "../../plots/plot.tsx";
import { matrixMeasure } from "../../state/communication.ts";
import { inks } from "../../state/inks.ts";
import { runsOfEdge } from "./edge-columns.tsx";

const TITLES: Readonly<Record<MatrixMeasure, string>> = {
  messages: "Messages",
  tokens: "Tokens",
  cost: "Cost",
  way: "Way p50",
};

/** Senders down, receivers across. The table beside it says the same to those who do not see it. */
export function EdgeMatrixView({ edges }: { readonly edges: ReadonlySignal<readonly Edge[]> }) {
  const room = useSignal(0);
  const hovered = useSignal<MatrixScene["hovered"]>(undefined);
  const matrix = useComputed(() => edgeMatrix(edges.value, matrixMeasure.value));
  const layout = useComputed(() => matrixLayout(matrix.value.agents.length, room.value));
  const scene = useRef(
    useComputed<MatrixScene>(() => ({
      ...{ matrix: matrix.value, layout: layout.value, hovered: hovered.value, inks: inks.value },
    })),
  ).current;
  const cell = useComputed(() =>
    matrix.value.cells.find(({ from, to }) => from === hovered.value?.from && to === hovered.value.to),
  );
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { agents } = matrix.peek();
    hovered.value = pairAt(layout.peek(), agents.length, event.clientX - box.left, event.clientY - box.top);
  };
  const open = () => {
    const edge = cell.peek()?.edge;
    if (edge !== undefined) go(runsOfEdge(edge));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") return open();
    const moved = movedPair(hovered.peek(), event.key, matrix.peek().agents.length);
    if (moved === undefined) return;
    event.preventDefault();
    hovered.value = moved;
  };
  return (
    <div class="matrix-scroll">
      <MeasureChoice />
      <p class="matrix-readout muted" role="status">
        {readout(cell.value?.edge) ?? "Senders down, receivers across. A click shows the runs of the two."}
      </p>
      <div
        class="matrix"
        role="application"
        aria-label="Matrix of communication: arrow keys move, Enter shows the runs of the two"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
        tabIndex={0}
        onKeyDown={press}
        ref={(element) => {
          const width = element?.parentElement?.clientWidth ?? 0;
          if (width > 0 && width !== room.peek()) room.value = width;
        }}
        style={{ width: `${layout.value.widthPx}px`, height: `${layout.value.heightPx}px` }}
        onPointerMove={point}
        onPointerLeave={() => (hovered.value = undefined)}
        onClick={open}
      >
        <Plot scene={scene} draw={drawEdgeMatrix} />
      </div>
    </div>
  );
}

function MeasureChoice() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own
    <div class="time-range" role="group" aria-label="Measure">
      {MATRIX_MEASURES.map((measure) => (
        <button
          key={measure}
          type="button"
          class="button quiet"
          aria-pressed={matrixMeasure.value === measure}
          onClick={() => setQuery({ measure: measure === "messages" ? undefined : measure }, "step")}
        >
          {TITLES[measure]}
        </button>
      ))}
    </div>
  );
}

function readout(edge: Edge | undefined): string | undefined {
  if (edge === undefined) return undefined;
  const { from, to, count, tokens, cost, transitMs } = edge;
  const parts = [
    formatCounted(count, "message"),
    `${formatMeasure(tokens, "tokens")} tokens`,
    formatMeasure(cost?.usd, "cost"),
    `${formatMeasure(transitMs?.p50, "way")} on the way`,
  ];
  return `${visibleLine(from, 60)} → ${visibleLine(to, 60)}: ${parts.join(", ")}`;
}
