import { MATRIX_ORDERS, type MatrixOrder } from "../plots/edge-matrix.ts";
import { EDGE_MEASURES, MEASURE_HINTS, MEASURE_TITLES } from "../plots/edge-measures.ts";
import { edgeMeasure, matrixOrder, showMeasure, showOrder } from "../state/graph-look.ts";
import { Choice } from "../widgets/choice.tsx";

const MEASURES = EDGE_MEASURES.map((value) => ({ value, title: MEASURE_TITLES[value], hint: MEASURE_HINTS[value] }));

const ORDER_WORDS: Readonly<Record<MatrixOrder, readonly [title: string, hint: string]>> = {
  total: ["By total", "Those who send and receive most first"],
  groups: ["By groups", "Those who speak much to each other side by side"],
  name: ["By name", "From a to z"],
};
const ORDERS = MATRIX_ORDERS.map((value) => ({ value, title: ORDER_WORDS[value][0], hint: ORDER_WORDS[value][1] }));

/** What edges are compared by. */
export function MeasureChoice() {
  return <Choice label="Measure" options={MEASURES} selected={edgeMeasure.value} onSelect={showMeasure} />;
}

/** How a matrix is ordered. */
export function OrderChoice() {
  return <Choice label="Order of the agents" options={ORDERS} selected={matrixOrder.value} onSelect={showOrder} />;
}
