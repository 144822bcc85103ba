import { computed, signal } from "@preact/signals";
import type { Span } from "../../model/shapes.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { formatQuery, pathOf, type Query } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { go, place } from "../base/router.ts";
import { DEFAULT_SINCE } from "./asked-window.ts";

/** A span as `/spans` finds it: without its run and what only a whole run tells. */
export type FoundSpan = Omit<Span, "runId" | "ownMs" | "counted"> & {
  readonly inputPreview?: string;
  readonly outputPreview?: string;
};
interface SpanPage {
  readonly spans: readonly FoundSpan[];
  readonly nextCursor?: string;
}

const PAGE_ROWS = 100;
const PASSED_ON = ["q", "kind", "status", "agent", "model", "tool", "service", "name", "since", "until", "minDuration"];

export const foundSpans = new Resource<SpanPage>();
/** Why the run of a found span could not be opened. */
export const openFailure = signal<ApiFailure | undefined>(undefined);
const asked = computed(() => formatQuery(spanQuery(place.value.query)));

function spanQuery(query: Query): Map<string, readonly string[]> {
  const known = new Map([...query].filter(([name]) => PASSED_ON.includes(name) || name.startsWith("attr.")));
  if (!known.has("since")) known.set("since", [DEFAULT_SINCE]);
  return known;
}

/** Searches for what the URL asks. */
export function loadSearch(): undefined {
  void asked.value;
  const query = spanQuery(place.peek().query);
  void foundSpans.load((signal) => fetchPage(query, undefined, signal));
  return undefined;
}

export async function loadMoreSpans(): Promise<void> {
  const shown = foundSpans.data.peek();
  if (shown?.nextCursor === undefined || foundSpans.isLoading.peek()) return;
  const query = spanQuery(place.peek().query);
  await foundSpans.load(async (signal) => {
    const page = await fetchPage(query, shown.nextCursor, signal);
    return { ...page, spans: [...shown.spans, ...page.spans] };
  });
}

function fetchPage(query: Query, cursor: string | undefined, signal: AbortSignal): Promise<SpanPage> {
  const full = new Map(query).set("limit", [String(PAGE_ROWS)]);
  if (cursor !== undefined) full.set("cursor", [cursor]);
  return getJson<SpanPage>("/spans", { query: full, signal });
}

/** Opens the run of a found span with the span selected. */
export async function openFoundSpan({ traceId, id }: FoundSpan): Promise<void> {
  try {
    const { runId } = await getJson<{ runId: string }>(pathOf`/traces/${traceId}`);
    openFailure.value = undefined;
    go(`${pathOf`/runs/${runId}`}?span=${id}`);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    openFailure.value = error;
  }
}
