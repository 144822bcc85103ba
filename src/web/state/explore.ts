// The metrics explorer: what there is to ask about, and the answer to the question in the URL, kept current.

import { computed } from "@preact/signals";
import type { Metric } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import { formatQuery } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { type AskedWindow, askedWindow } from "./asked-window.ts";
import { apiQuestionQuery, type Question, readQuestion } from "./question.ts";
import { type Answer, askQuestion } from "./question-answer.ts";
import type { Facets } from "./run-facets.ts";

const REFRESH_EVERY_MS = 10_000;

export const metricCatalog = new Resource<readonly Metric[]>();
export const exploreAnswer = new Resource<Answer>();
export const exploreQuestion = computed(() => readQuestion(place.value.query));

/** The metric that is asked about, as far as the window has it. */
export const exploreMetric = computed(() => {
  const about = exploreQuestion.value?.about;
  if (about === undefined || !("metric" in about)) return undefined;
  return metricCatalog.data.value?.find(({ name }) => name === about.metric);
});

const askedCatalog = computed(() => JSON.stringify(askedWindow(place.value.query)));
const askedAnswer = computed(() => {
  const question = exploreQuestion.value;
  if (question === undefined) return undefined;
  const query = apiQuestionQuery(question, askedWindow(place.value.query), Date.now());
  return `${JSON.stringify(question.about)}?${formatQuery(query)}`;
});
let catalogLast: string | undefined;
let answerLast: string | undefined;

/** Loads what the URL asks for and keeps it current until the answered function is called. */
export function loadExplore(): () => void {
  const window = askedWindow(place.peek().query);
  if (askedCatalog.value !== catalogLast || metricCatalog.failure.peek() !== undefined) {
    catalogLast = askedCatalog.value;
    void metricCatalog.load((signal) => fetchCatalog(window, signal));
  }
  const question = exploreQuestion.peek();
  const asked = askedAnswer.value;
  if (question === undefined) exploreAnswer.clear();
  else {
    if (asked?.split("?")[0] !== answerLast?.split("?")[0]) exploreAnswer.clear();
    void exploreAnswer.load((signal) => askQuestion(question, window, signal));
  }
  answerLast = asked;
  const refreshing = setInterval(() => {
    if (document.hidden || window.until !== undefined) return;
    void metricCatalog.refresh();
    void exploreAnswer.refresh();
  }, REFRESH_EVERY_MS);
  return () => clearInterval(refreshing);
}

async function fetchCatalog(window: AskedWindow, signal: AbortSignal): Promise<readonly Metric[]> {
  const query = new Map(Object.entries(window).map(([name, value]) => [name, [value]]));
  return (await getJson<{ metrics: Metric[] }>("/metrics", { query, signal })).metrics;
}

interface LabelValue {
  readonly value: string;
  readonly count: number;
}

/** The values that a label has in the window: of a metric with their points, of key figures with their runs. */
export async function fetchLabelValues(
  { about }: Question,
  label: string,
  signal: AbortSignal,
): Promise<readonly LabelValue[]> {
  const window = Object.entries(askedWindow(place.peek().query)).map(([name, value]) => [name, [value]] as const);
  if ("figure" in about) {
    const { facets } = await getJson<{ facets: Facets }>("/runs/facets", { query: new Map(window), signal });
    return facets[label] ?? [];
  }
  const query = new Map([...window, ["name", [about.metric]] as const, ["by", [label]] as const]);
  const { metrics } = await getJson<{ metrics: { group: Record<string, string>; count?: number }[] }>(
    "/metrics/summary",
    { query, signal },
  );
  const values = metrics.map(({ group, count = 0 }) => ({ value: group[label] ?? "", count }));
  return values.filter(({ value }) => value !== "").toSorted((a, b) => b.count - a.count);
}
