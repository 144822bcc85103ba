// How long the runs of the list lasted: its histogram, kept current, on a scale that stays while it is the same question.

import { computed, signal } from "@preact/signals";
import { parseDurationMs } from "../../base/time.ts";
import type { DurationBucket } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import { formatQuery, type QueryChanges, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place, setQuery } from "../base/router.ts";
import { isBoolean, storedSetting } from "../base/stored-setting.ts";
import {
  type BucketRange,
  brushedRange,
  durationsOf,
  durationText,
  type HistogramScale,
  histogramBars,
  histogramScale,
} from "../plots/duration-histogram.ts";
import { follow } from "./live.ts";
import { apiDurationQuery } from "./run-query.ts";

/** All runs are counted each time. */
const PAUSE_MS_MIN = 2000;
const PAUSE_FACTOR = 6;

/** Whether the reader wants to see it. */
export const isHistogramOpen = storedSetting("runs.durations", true, isBoolean);

const durations = new Resource<readonly DurationBucket[]>();
export const durationBars = computed(() => histogramBars(durations.data.value ?? []));
export const isCounting = durations.isLoading;
const asked = computed(() => formatQuery(apiDurationQuery(place.value.query)));
let askedLast: string | undefined;

const scaleOfQuestion = signal<{ readonly question: string; readonly scale: HistogramScale | undefined } | undefined>(
  undefined,
);
export const durationScale = computed(() => scaleOfQuestion.value?.scale);

/** What is brushed while the pointer is down; the URL says the rest of the time. */
export const brushing = signal<BucketRange | undefined>(undefined);

/** What is chosen, as places on the scale. */
export const chosenRange = computed<BucketRange | undefined>(() => {
  const scale = durationScale.value;
  if (scale === undefined) return undefined;
  if (brushing.value !== undefined) return brushing.value;
  const { query } = place.value;
  return brushedRange(
    scale,
    durationOf(queryValue(query, "minDuration")),
    durationOf(queryValue(query, "maxDuration")),
  );
});

function durationOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDurationMs(text);
}

/** Filters the list by a range of buckets. */
export function chooseRange(range: BucketRange, as: "step" | "quiet"): void {
  const scale = durationScale.peek();
  if (scale === undefined) return;
  const { minMs, maxMs } = durationsOf(scale, range);
  const text = (ms: number | undefined) => (ms === undefined ? undefined : durationText(ms));
  setQuery({ minDuration: text(minMs), maxDuration: text(maxMs) } satisfies QueryChanges, as);
}

export function clearRange(): void {
  setQuery({ minDuration: undefined, maxDuration: undefined }, "step");
}

/** Counts what the URL asks for, unless nobody sees it, and again when runs changed, until the answered function is called. */
export function loadDurations(): (() => void) | undefined {
  if (!isHistogramOpen.value) return undefined;
  const question = asked.value;
  const query = apiDurationQuery(place.peek().query);
  const fetch = async (signal: AbortSignal) => {
    const { buckets } = await getJson<{ buckets: DurationBucket[] }>("/runs/durations", { query, signal });
    takeScale(question, buckets);
    return buckets;
  };
  if (question === askedLast && durations.data.peek() !== undefined) void durations.refresh();
  else void durations.load(fetch);
  askedLast = question;
  const refresh = async () => {
    await durations.refresh();
    return durations.failure.peek() === undefined;
  };
  return follow("runs", refresh, {
    pauseMs: (tookMs) => Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * tookMs),
  }).stop;
}

function takeScale(question: string, buckets: readonly DurationBucket[]): void {
  const before = scaleOfQuestion.peek();
  const scale = histogramScale(histogramBars(buckets), before?.question === question ? before.scale : undefined);
  scaleOfQuestion.value = { question, scale };
}
