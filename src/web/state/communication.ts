// What page Communication shows: who speaks to whom over the window in the URL.

import { computed } from "@preact/signals";
import type { Communication } from "../../model/key-metrics-shapes.ts";
import { getJson } from "../base/api.ts";
import { formatQuery, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { follow } from "./live.ts";
import { DEFAULT_SINCE } from "./run-query.ts";

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
