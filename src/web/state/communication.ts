// What page Communication shows: who speaks to whom over the window in the URL.

import { computed } from "@preact/signals";
import type { Communication } from "../../model/key-metrics-shapes.ts";
import { getJson } from "../base/api.ts";
import { formatQuery, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { MATRIX_MEASURES, type MatrixMeasure } from "../plots/edge-matrix.ts";
import { follow } from "./live.ts";
import { DEFAULT_SINCE } from "./run-query.ts";

export const COMMUNICATION_VIEWS = ["matrix", "table"] as const;
export type CommunicationView = (typeof COMMUNICATION_VIEWS)[number];
export const communicationView = computed<CommunicationView>(
  () => COMMUNICATION_VIEWS.find((view) => view === queryValue(place.value.query, "view")) ?? "matrix",
);
/** What the matrix is shaded by. */
export const matrixMeasure = computed<MatrixMeasure>(
  () => MATRIX_MEASURES.find((measure) => measure === queryValue(place.value.query, "measure")) ?? "messages",
);

export const communication = new Resource<Communication>();

const asked = computed(() => formatQuery(questionOf(place.value.query)));

function questionOf(query: Query): Query {
  const until = queryValue(query, "until");
  const agents = query.get("agent") ?? [];
  return new Map([
    ["since", [queryValue(query, "since") ?? DEFAULT_SINCE]],
    ...(until === undefined ? [] : [["until", [until]] as const]),
    ...(agents.length === 0 ? [] : [["agent", agents] as const]),
  ]);
}

/** Loads it and keeps it current until the answered function is called. */
export function loadCommunication(): () => void {
  void asked.value;
  const query = questionOf(place.peek().query);
  void communication.load((signal) => getJson<Communication>("/communication", { query, signal }));
  const { stop } = follow("agents", async () => {
    await communication.refresh();
    return communication.failure.peek() === undefined;
  });
  return stop;
}
