// What lies behind one edge of page Communication: its messages and the runs that have any, page by page, kept current.

import { computed } from "@preact/signals";
import type { EdgeRun, SentMessage } from "../../model/key-metrics-shapes.ts";
import { getJson } from "../base/api.ts";
import { queryValue } from "../base/place.ts";
import { place } from "../base/router.ts";
import { currentWindow } from "./agents.ts";
import { LiveList } from "./live-list.ts";

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

export const edgeMessages = new LiveList<SentMessage>(messageKey);
export const edgeRuns = new LiveList<EdgeRun>(({ run }) => run.id);
let asked: string | undefined;

/** What tells a message from all others, before and after its run is settled. */
export function messageKey({ runId, at, kind, spanId, fromSpanId, toSpanId }: SentMessage): string {
  return [runId, at, kind, spanId, fromSpanId, toSpanId].join(" ");
}

/** Loads the newest of an edge, or forgets them. */
export function loadEdge(ends: EdgeEnds | undefined): void {
  const key = ends && JSON.stringify([ends.from, ends.to]);
  if (key !== asked) for (const one of [edgeMessages, edgeRuns]) one.clear();
  asked = key;
  if (ends === undefined) return;
  void edgeMessages.load(async (cursor, signal) => {
    const query = pageQuery(ends, cursor);
    const { messages, nextCursor } = await getJson<MessagePage>("/communication/messages", { query, ...given(signal) });
    return { rows: messages, nextCursor };
  });
  void edgeRuns.load(async (cursor, signal) => {
    const query = pageQuery(ends, cursor);
    const { runs, nextCursor } = await getJson<RunPage>("/communication/runs", { query, ...given(signal) });
    return { rows: runs, nextCursor };
  });
}

/** Fetches what is shown of the edge anew; answers whether that succeeded. */
export async function refreshEdge(): Promise<boolean> {
  if (asked === undefined) return true;
  const all = await Promise.all([edgeMessages, edgeRuns].map((list) => list.refresh()));
  return all.every(Boolean);
}

function given(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function pageQuery(ends: EdgeEnds, cursor: string | undefined) {
  const { from, to } = ends;
  return currentWindow({ from, to, limit: String(PAGE_ROWS), ...(cursor === undefined ? {} : { cursor }) });
}
