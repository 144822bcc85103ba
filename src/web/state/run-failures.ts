import { computed } from "@preact/signals";
import { getJson } from "../base/api.ts";
import { Resource } from "../base/resource.ts";
import { rowOfSpan } from "../plots/skeleton.ts";
import { openRun } from "./open-run.ts";
import type { FoundSpan } from "./search.ts";

const FAILURES_MAX = 100;

const found = new Resource<{ readonly spans: readonly FoundSpan[] }>();

/** The spans of the open run that failed, first to last, as far as they were found. */
export const failingSpans = computed<readonly FoundSpan[]>(() => {
  const columns = openRun.value?.timeline.built.value?.columns;
  if (columns === undefined) return [];
  return (found.data.value?.spans ?? []).filter(({ id }) => rowOfSpan(columns, id) >= 0).toReversed();
});

/** Fetches them ahead: when a run is printed, nothing can be waited for. */
export function loadFailures(): void {
  const run = openRun.peek()?.detail.data.peek();
  found.clear();
  if (run === undefined || run.errorCount === 0) return;
  const until = new Date(Date.parse(run.startedAt) + run.durationMs + 1000).toISOString();
  const asked = { status: ["error"], since: [run.startedAt], until: [until], limit: [String(FAILURES_MAX)] };
  void found.load((signal) => getJson("/spans", { query: new Map(Object.entries(asked)), signal }));
}
