// What a question for a run's events says, and the page of them in the shape of the API.

import type { HistoryPage, HistoryQuery } from "../../jobs/runs/history-page.ts";
import { presentEvent } from "../../live/timed-event.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunEvent } from "../../model/shapes.ts";
import { readOffset } from "../query-values.ts";

interface RawEventQuery {
  readonly after?: string;
  readonly types?: readonly string[];
  readonly agent?: readonly string[];
  readonly order?: "time" | "offset";
  readonly limit?: number;
}

/** Reads the query parameters. Throws ApiError. */
export function readEventQuery({ after, types, agent, order, limit }: RawEventQuery): HistoryQuery {
  if (after !== undefined) readOffset(after, "after");
  return {
    after,
    types: types?.flatMap((list) => list.split(",")) ?? [],
    agents: agent,
    order: order ?? "time",
    limit: limit ?? LIMITS.pageSizeMax,
  };
}

export function eventPage(
  { events: found, hasMore }: HistoryPage,
  runId: string,
): { readonly events: RunEvent[]; readonly nextOffset: string | undefined } {
  const events = found.map((event) => presentEvent(event, runId));
  return { events, nextOffset: hasMore ? events.at(-1)?.offset : undefined };
}
