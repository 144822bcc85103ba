// A question to measured values or key figures as the URL says it, and as the API is asked. Pure.

import { CHART_SHAPES, type ChartShape } from "../../model/board-grid.ts";
import type { PanelQuestion } from "../../model/config-shapes.ts";
import { FIGURE_NAMES, type FigureName } from "../../model/metric-figures.ts";
import type { Query, QueryChanges } from "../base/place.ts";
import { queryValue } from "../base/place.ts";
import { roundStepMs } from "../base/round-steps.ts";
import { type AskedWindow, windowBounds } from "./asked-window.ts";
import { isSumOf } from "./figure-parts.ts";

/** What key figures can be told apart by. */
export const KEY_FIGURE_GROUPS = ["name", "service", "agent", "model", "tool"] as const;

export type About = { readonly metric: string } | { readonly figure: string; readonly part?: string };

export interface Question {
  /** A metric by its name, or one of the key figures, or a part of it. */
  readonly about: About;
  /** Labels that it is told apart by; of a key figure one at most. */
  readonly by: readonly string[];
  /** Absent: what the metric's kind shows first. Key figures have none. */
  readonly agg?: FigureName;
  /** A duration such as `5m`; absent: what suits the window. */
  readonly step?: string;
  /** Values of labels that it is narrowed to. */
  readonly where: ReadonlyMap<string, readonly string[]>;
  readonly shape: ChartShape;
}

const WHERE = "attr.";

/** The question in the URL; undefined when it names neither a metric nor a figure. */
export function readQuestion(query: Query): Question | undefined {
  const metric = queryValue(query, "metric");
  const figure = queryValue(query, "figure");
  if (metric === undefined && figure === undefined) return undefined;
  const part = queryValue(query, "part");
  const agg = FIGURE_NAMES.find((name) => name === queryValue(query, "agg"));
  const step = queryValue(query, "step");
  const where = [...query].filter(([name]) => name.startsWith(WHERE));
  return {
    about: metric === undefined ? { figure: figure as string, ...(part === undefined ? {} : { part }) } : { metric },
    by: query.get("by") ?? [],
    ...(agg === undefined ? {} : { agg }),
    ...(step === undefined ? {} : { step }),
    where: new Map(where.map(([name, values]) => [name.slice(WHERE.length), values])),
    shape: CHART_SHAPES.find((shape) => shape === queryValue(query, "draw")) ?? "lines",
  };
}

/** What another metric or figure changes in the URL: labels, filters and aggregations are those of the old one. */
export function aboutChanges(query: Query, about: Question["about"]): QueryChanges {
  const old = [...query.keys()].filter((name) => name.startsWith(WHERE));
  return {
    ...Object.fromEntries([...old, "by", "agg", "metric", "figure", "part"].map((name) => [name, undefined])),
    ...about,
  };
}

/** What the URL gets for the values that one label is narrowed to. */
export function whereChange(label: string, values: readonly string[]): QueryChanges {
  return { [WHERE + label]: values };
}

/** The whole question as the URL says it. */
export function questionChanges({ about, by, agg, step, where, shape }: Question): QueryChanges {
  return {
    ...about,
    ...{ by, agg, step, draw: shape === "lines" ? undefined : shape },
    ...Object.fromEntries([...where].map(([label, values]) => [WHERE + label, values])),
  };
}

/** A question as boards keep it. */
export function toPanelQuestion({ about, by, where, ...rest }: Question): PanelQuestion {
  return {
    ...about,
    ...(by.length === 0 ? {} : { by: [...by] }),
    ...(where.size === 0 ? {} : { where: Object.fromEntries([...where].map(([label, of]) => [label, [...of]])) }),
    ...rest,
  };
}

/** The question that a board keeps; undefined when it names neither a metric nor a figure. */
export function fromPanelQuestion(kept: PanelQuestion): Question | undefined {
  const { metric, figure, part, by = [], where = {}, ...rest } = kept;
  if (metric === undefined && figure === undefined) return undefined;
  const about =
    metric === undefined ? { figure: figure as string, ...(part === undefined ? {} : { part }) } : { metric };
  return { about, by, where: new Map(Object.entries(where)), ...rest };
}

/** Which of its labels a question is told apart by: a heatmap shows all groups as one. */
function groupingOf({ by, shape }: Question): Question["by"] {
  return shape === "heatmap" ? [] : by;
}

const SUMS: ReadonlySet<FigureName> = new Set(["count", "sum", "increase", "rate"]);

/** Whether values of different groups may be added; `agg`: what is shown of a metric. */
export function isSum({ about }: Question, agg: FigureName | undefined): boolean {
  return "figure" in about ? isSumOf(about.figure, about.part) : agg !== undefined && SUMS.has(agg);
}

/** Key figures have no shorter ones. */
const FIGURE_STEP_MS_MIN = 60_000;
/** So many bars are wide enough to be told apart, also in a narrow panel; where groups stand side by side, half of it. */
const BAR_STEPS = 48;

/** The step of bars that were asked for without one: lines may have more steps than anybody can tell bars apart. */
function barStep(question: Question, window: AskedWindow, nowMs: number): string {
  const { fromMs, untilMs } = windowBounds(window, nowMs);
  const isWide = question.by.length === 0 || isSum(question, question.agg);
  const leastMs = (untilMs - fromMs) / (isWide ? BAR_STEPS : BAR_STEPS / 2);
  return String(roundStepMs("metric" in question.about ? leastMs : Math.max(FIGURE_STEP_MS_MIN, leastMs)));
}

/** What the API is asked for it. */
export function apiQuestionQuery(question: Question, window: AskedWindow, nowMs: number): Query {
  const { about, agg, step, where, shape } = question;
  const by = groupingOf(question);
  const asked = new Map<string, readonly string[]>([["since", [window.since]]]);
  const set = (name: string, value: string | undefined) => value !== undefined && asked.set(name, [value]);
  set("until", window.until);
  set("step", step ?? (shape === "bars" ? barStep(question, window, nowMs) : undefined));
  if (shape === "heatmap") set("buckets", "true");
  if ("figure" in about) {
    set("metric", about.figure);
    set("by", by[0]);
    for (const [label, values] of where) asked.set(label, values);
    return asked;
  }
  set("name", about.metric);
  set("agg", agg);
  if (by.length > 0) asked.set("by", by);
  for (const [label, values] of where) asked.set(WHERE + label, values);
  return asked;
}
