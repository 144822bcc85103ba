import { type Static, Type } from "typebox";
import { METRIC_KINDS, type MetricKind, type PointKind } from "../../model/vocabulary.ts";
import type { PointFilter } from "../../store/queries/points.ts";
import { ApiError } from "../errors.ts";
import { readWindow, texts, windowParameters } from "../query-values.ts";

/** The filters of metrics as query parameters. */
export const metricFilterParameters = {
  name: texts("Metrics of this name"),
  kind: Type.Optional(Type.Array(Type.Unsafe<MetricKind>({ type: "string", enum: [...METRIC_KINDS] }))),
  unit: texts("Metrics of this unit"),
  agent: texts("Points about this agent"),
  service: texts("Points of this service"),
  runId: texts("Points of this run"),
  ...windowParameters,
};
export const METRIC_FILTER_NOTE = "Also `attr.<key>=<value>` for any label";

export const byParameter = texts("Keys of labels to group by; `service` and `agentId` are labels too");

const filterQuery = Type.Object(metricFilterParameters);
export type MetricFilterQuery = Static<typeof filterQuery>;

const ATTRIBUTE_PREFIX = "attr.";
const GROUP_KEYS_MAX = 8;

/** The filter that a query string asks for. Throws ApiError. */
export function readMetricFilter(query: MetricFilterQuery, nowMs: number): PointFilter {
  const { name, unit, agent, service, runId, kind } = query;
  const labels = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(query as Record<string, unknown>)) {
    if (!key.startsWith(ATTRIBUTE_PREFIX)) continue;
    labels.set(key.slice(ATTRIBUTE_PREFIX.length), Array.isArray(value) ? value.map(String) : [String(value)]);
  }
  const given = Object.entries({ name, unit, agent, service, runId, kind: kind?.flatMap(pointKinds) });
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...readWindow(query, nowMs),
    labels,
  };
}

/** The keys to group by, each once. Throws ApiError. */
export function readGroupKeys(by: readonly string[] | undefined): string[] {
  const keys = [...new Set((by ?? []).flatMap((list) => list.split(",")))].filter((key) => key !== "");
  if (keys.length <= GROUP_KEYS_MAX) return keys;
  throw new ApiError("bad_request", `by may name ${GROUP_KEYS_MAX} labels at most.`);
}

/** How points of a metric's kind are stored. */
function pointKinds(kind: MetricKind): PointKind[] {
  return kind === "histogram" ? ["histogram", "exponential"] : [kind];
}

export function metricKind(kind: PointKind): MetricKind {
  return kind === "exponential" ? "histogram" : kind;
}
