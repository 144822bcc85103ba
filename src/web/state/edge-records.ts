// What lies behind one edge of page Communication: its messages and the runs that have any, page by page.

import { computed } from "@preact/signals";
import type { EdgeRun, SentMessage } from "../../model/key-metrics-shapes.ts";
import { getJson } from "../base/api.ts";
import { queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { currentWindow } from "./agents.ts";

export interface EdgeEnds {
  readonly from: string;
  readonly to: string;
}

interface MessagePage {
  readonly messages: readonly SentMessage[];
  readonly nextCursor?: string;
}
interface RunPage {
  readonly runs: readonly EdgeRun[];
  readonly nextCursor?: string;
}

const PAGE_ROWS = 30;

export const EDGE_LISTS = ["messages", "runs"] as const;
export type EdgeList = (typeof EDGE_LISTS)[number];
export const edgeList = computed<EdgeList>(
  () => EDGE_LISTS.find((list) => list === queryValue(place.value.query, "list")) ?? "messages",
);

export const edgeMessages = new Resource<MessagePage>();
export const edgeRuns = new Resource<RunPage>();
let asked: string | undefined;

/** Loads the newest of an edge, or forgets them. */
export function loadEdge(ends: EdgeEnds | undefined): void {
  const key = ends && JSON.stringify([ends.from, ends.to]);
  if (key !== asked) for (const one of [edgeMessages, edgeRuns]) one.clear();
  asked = key;
  if (ends === undefined) return;
  void edgeMessages.load((signal) => messagePage(ends, undefined, signal));
  void edgeRuns.load((signal) => runPage(ends, undefined, signal));
}

export async function loadMoreMessages(ends: EdgeEnds): Promise<void> {
  const shown = edgeMessages.data.peek();
  if (shown?.nextCursor === undefined || edgeMessages.isLoading.peek()) return;
  await edgeMessages.load(async (signal) => {
    const more = await messagePage(ends, shown.nextCursor, signal);
    return { ...more, messages: [...shown.messages, ...more.messages] };
  });
}

export async function loadMoreRuns(ends: EdgeEnds): Promise<void> {
  const shown = edgeRuns.data.peek();
  if (shown?.nextCursor === undefined || edgeRuns.isLoading.peek()) return;
  await edgeRuns.load(async (signal) => {
    const more = await runPage(ends, shown.nextCursor, signal);
    return { ...more, runs: [...shown.runs, ...more.runs] };
  });
}

function messagePage(ends: EdgeEnds, cursor: string | undefined, signal: AbortSignal): Promise<MessagePage> {
  return getJson<MessagePage>("/communication/messages", { query: pageQuery(ends, cursor), signal });
}

function runPage(ends: EdgeEnds, cursor: string | undefined, signal: AbortSignal): Promise<RunPage> {
  return getJson<RunPage>("/communication/runs", { query: pageQuery(ends, cursor), signal });
}

function pageQuery({ from, to }: EdgeEnds, cursor: string | undefined) {
  return currentWindow({ from, to, limit: String(PAGE_ROWS), ...(cursor === undefined ? {} : { cursor }) });
}
