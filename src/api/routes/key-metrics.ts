import { Type } from "typebox";
import {
  addKeySums,
  KEY_METRICS,
  type KeyFigure,
  type KeyMetricDefinition,
  type KeySums,
  keyFigures,
} from "../../analysis/key-metrics.ts";
import { present } from "../../base/present.ts";
import { formatInstant, msFromNs, nsFromMs } from "../../base/time.ts";
import { type Explanation, type KeyMetricSeries, KeyMetrics } from "../../model/key-metrics-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { ApiError } from "../errors.ts";
import {
  KEY_METRICS_BY,
  type KeyMetricsBy,
  type KeySumsQuestion,
  type KeySumsRow,
  keySums,
} from "../figures/key-sums.ts";
import { readStep, secondsInStep, windowUntil } from "../metrics/steps.ts";
import { flag, readWindow, text, texts, windowParameters } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { completionBuckets, presentBuckets } from "../value-buckets.ts";

const query = Type.Object({
  ...windowParameters,
  step: text("Length of a step: milliseconds, or 1h; whole minutes; by default about 120 steps"),
  by: Type.Optional(
    Type.Unsafe<KeyMetricsBy>({
      type: "string",
      enum: [...KEY_METRICS_BY],
      description: "Figures apart by run name, service, agent, model or tool; absent: over all runs",
    }),
  ),
  name: texts("Runs of these names"),
  service: texts("Of these services"),
  agent: texts("Of these agents"),
  model: texts("Calls of these models"),
  tool: texts("Calls of these tools"),
  metric: Type.Optional(
    Type.Array(Type.Unsafe<KeyMetricSeries["name"]>({ type: "string", enum: KEY_METRICS.map(({ name }) => name) }), {
      description: "Only these figures",
    }),
  ),
  before: flag("Also the figures of the window of equal length before"),
  explain: flag("Also how each figure was made"),
  buckets: flag("Also how many completion times fell into which bucket, step by step"),
});

const MIN_MS = 60_000;
const S_PER_MIN = 60;
const MS_PER_S = 1000;

const keyMetrics = route({
  url: "/api/v1/key-metrics",
  summary: "The five key figures as series: completion time, utilization, communication, errors, throughput",
  description:
    "Over what ended in the window and is settled (a run is settled some seconds after its end): runs, or the tasks of " +
    "agents (`by=agent`), or calls (`by=model`, `by=tool`). Steps begin at multiples of their length since 1970, UTC. " +
    "Figures of steps of an hour or more come from hourly sums. Percentiles err by at most 1.1 %.",
  tag: "Analysis",
  query,
  answer: KeyMetrics,
  handle: async ({ parts, project, query }) => {
    const nowMs = parts.clock.nowMs();
    const window = readWindow(query, nowMs);
    const stepMs = wholeMinutes(readStep(query.step, window, nowMs));
    const { by, name, service, agent, model, tool } = query;
    const question = { ...window, by, filter: { name, service, agent, model, tool }, figures: query.metric };
    const [rows, before] = await parts.settleGate.read(() =>
      Promise.all([
        keySums(parts.store, project, { ...question, stepS: stepMs / MS_PER_S }),
        query.before ? keySums(parts.store, project, beforeIt(question, nowMs)) : [],
      ]),
    );
    const groups = largestGroups(rows);
    const shown = groups.slice(0, LIMITS.keyMetricGroups);
    if (pointsOf(shown, query.buckets ?? false) > LIMITS.keyMetricPoints) {
      throw new ApiError("bad_request", "That are too many groups and steps for one answer: make the step longer.");
    }
    const minutes = (windowUntil(window, nowMs) - msFromNs(window.sinceNs)) / MIN_MS;
    const earlier = new Map(before.map(({ group, sums }) => [group, keyFigures(sums, minutes)]));
    const secondsOf = secondsInStep(window, stepMs, nowMs);
    return {
      since: formatInstant(window.sinceNs),
      until: formatInstant(nsFromMs(windowUntil(window, nowMs))),
      stepMs,
      ...present({ by }),
      groups: shown.map(([group, steps]) => ({
        ...(by === undefined ? {} : { group }),
        metrics: presentMetrics({
          ...{ steps, stepMs, minutes, secondsOf, before: earlier.get(group), isExplained: query.explain ?? false },
          withBuckets: query.buckets ?? false,
        }).filter((one) => query.metric?.includes(one.name) ?? true),
      })),
      ...(groups.length > shown.length ? { truncated: true } : {}),
    };
  },
});

/** Sums of agents' time are kept by the minute. */
function wholeMinutes(stepMs: number): number {
  return Math.ceil(stepMs / MIN_MS) * MIN_MS;
}

function beforeIt<Q extends KeySumsQuestion>(question: Q, nowMs: number): Q {
  const { sinceNs } = question;
  const lengthNs = nsFromMs(windowUntil(question, nowMs)) - sinceNs;
  return { ...question, sinceNs: sinceNs > lengthNs ? sinceNs - lengthNs : 0n, untilNs: sinceNs };
}

/** How much an answer holds: steps, or what they have in buckets. */
function pointsOf(groups: readonly (readonly [string, readonly KeySumsRow[]])[], withBuckets: boolean): number {
  const sizeOf = ({ sums }: KeySumsRow) => (withBuckets ? Math.max(1, sums.completion.indexes.length) : 1);
  return groups.reduce((sum, [, steps]) => sum + steps.reduce((all, step) => all + sizeOf(step), 0), 0);
}

/** Groups with their steps, those with most that ended first. Without any row: one group, of nothing. */
function largestGroups(rows: readonly KeySumsRow[]): [group: string, steps: readonly KeySumsRow[]][] {
  const groups = [...Map.groupBy(rows, ({ group }) => group)];
  if (groups.length === 0) return [["", []]];
  const endedIn = (steps: readonly KeySumsRow[]) => steps.reduce((sum, { sums }) => sum + endedOf(sums), 0);
  const size = new Map(groups.map(([group, steps]) => [group, endedIn(steps)]));
  return groups.sort(([a], [b]) => (size.get(b) ?? 0) - (size.get(a) ?? 0) || (a < b ? -1 : 1));
}

function endedOf({ runs, tasks, llmCalls, toolCalls }: KeySums): number {
  return (runs ?? tasks ?? llmCalls ?? toolCalls)?.ended ?? 0;
}

interface Presented {
  readonly steps: readonly KeySumsRow[];
  readonly stepMs: number;
  readonly minutes: number;
  readonly secondsOf: (step: number) => number;
  readonly before: readonly KeyFigure[] | undefined;
  readonly isExplained: boolean;
  readonly withBuckets: boolean;
}

function presentMetrics(presented: Presented): KeyMetricSeries[] {
  const { steps, stepMs, minutes, secondsOf, before, isExplained, withBuckets } = presented;
  const total = addKeySums(steps.map(({ sums }) => sums));
  const bySteps = steps.map(({ step, sums }) => ({
    at: formatInstant(nsFromMs(step * stepMs)),
    figures: keyFigures(sums, secondsOf(step) / S_PER_MIN),
  }));
  return keyFigures(total, minutes).map(({ name, unit, value, parts }, i) => {
    const earlier = before?.[i];
    return {
      ...{ name, unit, ...present({ value }), parts },
      ...(earlier === undefined ? {} : { before: { ...present({ value: earlier.value }), parts: earlier.parts } }),
      ...(isExplained ? { explain: explain(KEY_METRICS[i] as KeyMetricDefinition, total, minutes) } : {}),
      series: bySteps.flatMap(({ at, figures }) => {
        const figure = figures[i];
        if (figure === undefined || Object.keys(figure.parts).length === 0) return [];
        return [{ at, ...present({ value: figure.value }), parts: figure.parts }];
      }),
      ...(withBuckets && name === "task_completion_time" ? completionByStep(steps, stepMs) : {}),
    };
  });
}

function completionByStep(steps: readonly KeySumsRow[], stepMs: number): Pick<KeyMetricSeries, "buckets"> {
  const byStep = steps.map(({ step, sums }) => ({ step, buckets: completionBuckets(sums.completion) }));
  return { buckets: [], ...presentBuckets(byStep, stepMs) };
}

function explain({ formula, doc }: KeyMetricDefinition, sums: KeySums, minutes: number): Explanation {
  const numbers: Record<string, number> = { minutes };
  for (const [name, value] of Object.entries(sums)) {
    if (typeof value === "number") numbers[name] = value;
    else if (typeof value === "object" && "ended" in value) {
      numbers[`${name}Ended`] = value.ended;
      numbers[`${name}Failed`] = value.failed;
    }
  }
  return {
    formula,
    meaning: doc,
    counted: "What ended in the window and is settled; open runs are not in it. Percentiles are of buckets 2.2 % wide.",
    inputs: numbers,
  };
}

/** The key figures over a window. */
export const KEY_METRIC_ROUTES: readonly Route[] = [keyMetrics];
