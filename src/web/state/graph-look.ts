// How edges between agents are looked at, in a run or over the fleet. All of it is in the URL: `measure`, `order` and
// `cell` of the matrix, `plane` of the graph.

import { computed } from "@preact/signals";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { MATRIX_ORDERS, type MatrixOrder } from "../plots/edge-matrix.ts";
import { EDGE_MEASURES, type EdgeMeasure } from "../plots/edge-measures.ts";
import { decodePlane, encodePlane, type Plane } from "../plots/plane.ts";

/** The first one where the URL names none. */
function oneOf<T extends string>(name: string, values: readonly [T, ...T[]]) {
  return computed<T>(() => values.find((value) => value === queryValue(place.value.query, name)) ?? values[0]);
}

export const edgeMeasure = oneOf<EdgeMeasure>("measure", EDGE_MEASURES);
export const matrixOrder = oneOf<MatrixOrder>("order", MATRIX_ORDERS);

/** Pixels of a cell; undefined: so that all fit. */
export const matrixCellPx = computed(() => {
  const px = Number(queryValue(place.value.query, "cell"));
  return Number.isSafeInteger(px) && px > 0 ? px : undefined;
});

const planeText = computed(() => queryValue(place.value.query, "plane"));
/** Undefined: the whole graph. */
export const graphPlane = computed(() => decodePlane(planeText.value));

export function showMeasure(measure: EdgeMeasure): void {
  setQuery({ measure: measure === EDGE_MEASURES[0] ? undefined : measure }, "step");
}

export function showOrder(order: MatrixOrder): void {
  setQuery({ order: order === MATRIX_ORDERS[0] ? undefined : order }, "step");
}

export function showCellPx(px: number | undefined): void {
  setQuery({ cell: px === undefined ? undefined : String(px) }, "quiet");
}

export function showPlane(plane: Plane | undefined): void {
  setQuery({ plane: plane && encodePlane(plane) }, "quiet");
}
