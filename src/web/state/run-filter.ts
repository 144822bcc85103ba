import { parseDurationMs } from "../../base/time.ts";
import type { Run } from "../../model/shapes.ts";
import { type Query, queryValue } from "../base/place.ts";
import { askedWindow, instantMs } from "./asked-window.ts";
import { RUN_FACETS, type RunFacet } from "./run-query.ts";

const VALUES: Readonly<Record<RunFacet, (run: Run) => readonly (string | undefined)[]>> = {
  status: ({ status }) => [status],
  agent: ({ agents }) => agents,
  model: ({ models }) => models,
  service: ({ service }) => [service],
  tag: ({ tags }) => tags,
  name: ({ name }) => [name],
  session: ({ session }) => [session],
  user: ({ user }) => [user],
};

/**
 * Whether a run passes the filters of a URL, as the API would say. Undefined when only the server can tell: for a text
 * that is searched, and for a value that it may read in another way.
 */
export function passesQuery(run: Run, query: Query, nowMs: number): boolean | undefined {
  if ((queryValue(query, "q") ?? "") !== "") return undefined;
  const { since, until } = askedWindow(query);
  const untilMs = until === undefined ? undefined : instantMs(until, nowMs);
  const bounds = [
    within(Date.parse(run.startedAt), instantMs(since, nowMs), untilMs),
    within(run.durationMs, durationMs(query, "minDuration"), durationMs(query, "maxDuration"), true),
    flagged(run.errorCount > 0, queryValue(query, "hasError")),
    // Without `all` only what has agents in it is listed.
    queryValue(query, "all") === "true" || run.agentic,
  ];
  if (bounds.includes(undefined)) return undefined;
  if (bounds.includes(false)) return false;
  return RUN_FACETS.every(({ name }) => {
    const wanted = query.get(name);
    return wanted === undefined || wanted.some((value) => VALUES[name](run).includes(value));
  });
}

/** NaN stands for a border that is not understood, undefined for none. */
function within(
  value: number,
  from: number | undefined,
  to: number | undefined,
  isLastIn = false,
): boolean | undefined {
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined;
  if (from !== undefined && value < from) return false;
  return to === undefined || value < to || (isLastIn && value === to);
}

function durationMs(query: Query, name: string): number | undefined {
  const text = queryValue(query, name);
  return text === undefined ? undefined : (parseDurationMs(text) ?? Number.NaN);
}

function flagged(value: boolean, wanted: string | undefined): boolean | undefined {
  if (wanted === undefined) return true;
  return wanted === "true" || wanted === "false" ? value === (wanted === "true") : undefined;
}
