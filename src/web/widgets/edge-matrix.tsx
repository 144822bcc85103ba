import "./edge-matrix.css";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Edge } from "../../model/shapes.ts";
import { useCommands } from "../base/commands.ts";
import type { Inks } from "../plots/canvas.ts";
import { drawEdgeMatrix } from "../plots/draw-edge-matrix.ts";
import type { MatrixOrder, MatrixPair } from "../plots/edge-matrix.ts";
import type { EdgeMeasure } from "../plots/edge-measures.ts";
import { pairAt, scrollToPair } from "../plots/matrix-layout.ts";
import { Plot } from "../plots/plot.tsx";
import { EdgeFigures } from "./edge-figures.tsx";
import { matrixActions } from "./edge-matrix-commands.ts";
import { MatrixFrame } from "./edge-matrix-frame.ts";
import { MATRIX_COMMANDS } from "./edge-matrix-keys.ts";
import { MatrixTwin } from "./edge-matrix-twin.tsx";
import { Readout } from "./readout.tsx";

/** Two agents by name: a sender and a receiver. */
export interface EdgePair {
  readonly from: string;
  readonly to: string;
}

export interface EdgeMatrixProps {
  readonly label: string;
  readonly edges: ReadonlySignal<readonly Edge[]>;
  readonly measure: ReadonlySignal<EdgeMeasure>;
  readonly order: ReadonlySignal<MatrixOrder>;
  readonly inks: ReadonlySignal<Inks>;
  /** Pixels of a cell; undefined: so that all fit. */
  readonly cellPx: ReadonlySignal<number | undefined>;
  readonly onCellPx: (px: number | undefined) => void;
  readonly selected: ReadonlySignal<EdgePair | undefined>;
  readonly onSelect: (pair: EdgePair | undefined) => void;
  /** A double click, or Enter, on two that spoke. */
  readonly onOpen: (edge: Edge) => void;
}

/** Senders down, receivers across, shaded by a measure; totals at its edges. What does not fit scrolls. */
export function EdgeMatrix(props: EdgeMatrixProps) {
  const frame = useSignal(new MatrixFrame(props)).value;
  const scroller = useRef<HTMLElement>(null);
  useCommands(MATRIX_COMMANDS, () => matrixActions(frame, props));
  useEffect(() => followSize(scroller.current, frame), []);
  const selected = frame.selected.value;
  useLayoutEffect(() => reveal(scroller.current, frame), [selected, frame.room.value.width > 0]);
  const { widthPx, heightPx, cellPx } = frame.layout.value;
  const pick = (event: MouseEvent) => pairUnder(scroller.current, frame, event);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys select, on the whole page
    <section
      ref={scroller}
      class="edge-matrix"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      data-agents={frame.matrix.value.agents.length}
      data-edges={frame.matrix.value.cells.length}
      data-cell-px={cellPx}
      onScroll={(event) => {
        frame.scroll.value = { x: event.currentTarget.scrollLeft, y: event.currentTarget.scrollTop };
      }}
      onPointerMove={(event) => {
        const pair = pick(event);
        frame.hover.value = pair && { ...pair, x: event.clientX, y: event.clientY };
      }}
      onPointerLeave={() => {
        frame.hover.value = undefined;
      }}
      onClick={(event) => frame.select(pick(event))}
      onDblClick={(event) => frame.open(pick(event))}
    >
      <div class="edge-matrix-extent" style={{ width: `${widthPx}px`, height: `${heightPx}px` }}>
        <div class="edge-matrix-seen">
          <Plot scene={frame.scene} draw={drawEdgeMatrix} />
        </div>
      </div>
      <MatrixTwin matrix={frame.matrix.value} measure={props.measure.value} selected={selected} />
      <MatrixReadout frame={frame} />
    </section>
  );
}

/** What the pointer is over, if the two spoke. */
function MatrixReadout({ frame }: { readonly frame: MatrixFrame }) {
  const hover = frame.hover.value;
  const cell = frame.hovered.value;
  if (hover === undefined || cell === undefined) return null;
  return (
    <Readout x={hover.x} y={hover.y}>
      <EdgeFigures edge={cell.edge} />
    </Readout>
  );
}

function followSize(element: HTMLElement | null, { room }: MatrixFrame): (() => void) | undefined {
  if (element === null) return undefined;
  const observer = new ResizeObserver(() => {
    room.value = { width: element.clientWidth, height: element.clientHeight };
  });
  observer.observe(element);
  return () => observer.disconnect();
}

function reveal(element: HTMLElement | null, { selected, layout, room }: MatrixFrame): void {
  const pair = selected.peek();
  if (element === null || pair === undefined || room.peek().width === 0) return;
  const scroll = { x: element.scrollLeft, y: element.scrollTop };
  const target = scrollToPair(layout.peek(), pair, scroll, room.peek());
  element.scrollTo(target.x, target.y);
}

function pairUnder(element: HTMLElement | null, frame: MatrixFrame, event: MouseEvent): MatrixPair | undefined {
  if (element === null) return undefined;
  const box = element.getBoundingClientRect();
  const point = { x: event.clientX - box.left, y: event.clientY - box.top };
  return pairAt(frame.layout.peek(), frame.matrix.peek().agents.length, point, frame.scroll.peek());
}
