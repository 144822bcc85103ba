import { type Static, Type } from "typebox";
import { parseInstant } from "../../base/time.ts";
import type { Run } from "../../model/shapes.ts";
import { RUN_STATUSES } from "../../model/vocabulary.ts";
import type { RunFilter, RunSort, RunSortField } from "../../store/queries/runs.ts";
import { tracesWithText } from "../../store/queries/text-search.ts";
import type { ApiParts } from "../api-parts.ts";
import { ApiError } from "../errors.ts";
import { flag, readDuration, readWindow, text, texts, windowParameters } from "../query-values.ts";

const SORT_FIELDS: readonly RunSortField[] = ["startedAt", "durationMs", "cost", "tokens", "errorCount"];

/** The filters of runs as query parameters. */
export const runFilterParameters = {
  status: Type.Optional(Type.Array(Type.Unsafe<Run["status"]>({ type: "string", enum: [...RUN_STATUSES] }))),
  agent: texts("Runs in which this agent took part"),
  name: texts("Runs of this name"),
  session: texts("Runs of this session"),
  user: texts("Runs that this user asked for"),
  service: texts("Runs whose root is of this service"),
  model: texts("Runs in which this model answered"),
  tag: texts("Runs with this tag"),
  q: text("Text in names, errors and contents"),
  ...windowParameters,
  minDuration: text("Runs that took at least this long: milliseconds, or 1.5s"),
  maxDuration: text("Runs that took at most this long"),
  hasError: flag("Runs with, or without, spans that failed"),
  all: flag("Also traces without agents in them"),
};
const filterQuery = Type.Object(runFilterParameters);
export type RunFilterQuery = Static<typeof filterQuery>;

/** The filter that a query string asks for; the searched text is looked up by the caller. Throws ApiError. */
export function readRunFilter(query: RunFilterQuery, nowMs: number): Omit<RunFilter, "text"> {
  const { status, agent, name, session, user, service, model, tag, hasError } = query;
  const minDurationMs = readDuration(query.minDuration, "minDuration");
  const maxDurationMs = readDuration(query.maxDuration, "maxDuration");
  const lists = { status, agent, name, session, user, service, model, tag };
  const given = Object.entries({ ...lists, hasError, minDurationMs, maxDurationMs }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...Object.fromEntries(given), ...readWindow(query, nowMs), all: query.all ?? false };
}

/** The filter with the traces that hold the searched text. Throws ApiError. */
export async function fullRunFilter(
  { store, clock }: Pick<ApiParts, "store" | "clock">,
  project: string,
  query: RunFilterQuery,
): Promise<RunFilter> {
  const filter = readRunFilter(query, clock.nowMs());
  if (query.q === undefined || query.q === "") return filter;
  const traceIds = await tracesWithText(store, project, query.q, filter.sinceNs, filter.untilNs);
  return { ...filter, text: { text: query.q, traceIds } };
}

/** `field` or `-field`; newest first when nothing is said. Throws ApiError. */
export function readRunSort(sort: string | undefined): RunSort {
  if (sort === undefined) return { field: "startedAt", descending: true };
  const descending = sort.startsWith("-");
  const field = (descending ? sort.slice(1) : sort) as RunSortField;
  if (SORT_FIELDS.includes(field)) return { field, descending };
  throw new ApiError(
    "bad_request",
    `sort must be one of ${SORT_FIELDS.join(", ")}, with - before it for the largest first.`,
  );
}

/** What a run sorts by, as the store would compare it. */
export function sortValue(run: Run, { field }: RunSort): bigint {
  switch (field) {
    case "startedAt":
      return parseInstant(run.startedAt) ?? 0n;
    case "durationMs":
      return BigInt(Math.round(run.durationMs * 1e6));
    case "cost":
      return BigInt(Math.round((run.cost.usd ?? 0) * 1e9));
    case "tokens":
      return BigInt(run.tokens.input + run.tokens.output);
    default:
      return BigInt(run.errorCount);
  }
}

/** Whether a run that is not settled passes a filter: the same as the store's conditions. */
export function passesFilter(run: Run, filter: RunFilter): boolean {
  const startedNs = parseInstant(run.startedAt) ?? 0n;
  const anyOf = (wanted: readonly string[] | undefined, values: readonly (string | undefined)[]) =>
    wanted === undefined || wanted.length === 0 || wanted.some((value) => values.includes(value));
  return (
    startedNs >= filter.sinceNs &&
    startedNs < filter.untilNs &&
    anyOf(filter.status, [run.status]) &&
    anyOf(filter.name, [run.name]) &&
    anyOf(filter.session, [run.session]) &&
    anyOf(filter.user, [run.user]) &&
    anyOf(filter.service, [run.service]) &&
    anyOf(filter.agent, run.agents) &&
    anyOf(filter.model, run.models) &&
    anyOf(filter.tag, run.tags) &&
    (filter.minDurationMs === undefined || run.durationMs >= filter.minDurationMs) &&
    (filter.maxDurationMs === undefined || run.durationMs <= filter.maxDurationMs) &&
    (filter.hasError === undefined || run.errorCount > 0 === filter.hasError) &&
    (filter.all || run.agentic) &&
    passesText(run, filter.text)
  );
}

function passesText(run: Run, search: RunFilter["text"]): boolean {
  if (search === undefined) return true;
  if (run.name.toLowerCase().includes(search.text.toLowerCase())) return true;
  return run.traces.some((id) => search.traceIds.includes(id));
}
