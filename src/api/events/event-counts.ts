// How many events a search would find: by step of time and level, and by type.

import { msFromNs } from "../../base/time.ts";
import { matchesType } from "../../model/event-types.ts";
import type { StoreClient } from "../../store/client.ts";
import { type SentCount, sentCounts, sentTwinCounts, spanEventCounts } from "../../store/queries/event-counts.ts";
import { type EventQuestion, mayPassDerived, wantedShapes } from "./event-search.ts";

export interface EventCounts {
  readonly total: number;
  /** By level, one number a step. */
  readonly levels: Readonly<Record<string, readonly number[]>>;
  /** Of those without a level: whose type says that something failed. */
  readonly failed: readonly number[];
  readonly types: readonly { readonly type: string; readonly count: number }[];
  readonly otherTypes: number;
}

/** Types that one answer lists, the most frequent ones. */
const TYPES_MAX = 200;
const NO_LEVEL = "unset";

/** Steps of a length that a window touches; the last one holds what is later, from senders with fast clocks. */
export interface EventSteps {
  readonly stepMs: number;
  readonly first: number;
  readonly count: number;
}

export function eventSteps({ window: { sinceNs, untilNs } }: EventQuestion, stepMs: number, nowMs: number): EventSteps {
  const first = Math.floor(msFromNs(sinceNs) / stepMs);
  const end = Math.ceil(Math.min(msFromNs(untilNs), nowMs) / stepMs);
  return { stepMs, first, count: Math.max(1, end - first) };
}

/** Types are counted as if none had been chosen, so that others can be. */
export async function countEvents(
  store: StoreClient,
  project: string,
  { filter: { types, ...filter }, window, origins }: EventQuestion,
  steps: EventSteps,
): Promise<EventCounts> {
  const asked = { ...filter, types: [] };
  const stepped = { ...window, stepMs: steps.stepMs };
  const withSent = origins.includes("sent");
  const withDerived = origins.includes("derived") && mayPassDerived(asked);
  const [sent, twins, derived] = await Promise.all([
    withSent ? sentCounts(store, project, asked, stepped) : [],
    withSent && withDerived ? sentTwinCounts(store, project, asked, stepped) : [],
    withDerived ? derivedCounts(store, project, { filter: asked, window, origins }, steps) : [],
  ]);
  const less = twins.map((twin) => ({ ...twin, count: -twin.count }));
  return sums([...sent, ...less, ...derived], types, steps);
}

async function derivedCounts(
  store: StoreClient,
  project: string,
  { filter, window }: EventQuestion,
  { stepMs }: EventSteps,
): Promise<SentCount[]> {
  const shapes = wantedShapes(filter.types);
  const found = await spanEventCounts(store, project, filter, shapes, { ...window, stepMs });
  return found.map(({ step, phase, kind, failed, handsOver, count }) => {
    const shape = shapes[phase].find(
      (one) => one.kind === kind && one.failed === failed && (kind !== "message" || one.handsOver === handsOver),
    );
    return { step, level: NO_LEVEL, type: shape?.type ?? "", count };
  });
}

function sums(
  counts: readonly SentCount[],
  types: readonly string[],
  { first, count: steps }: EventSteps,
): EventCounts {
  const none = () => new Array<number>(steps).fill(0);
  const levels: Record<string, number[]> = {};
  const failed = none();
  const byType = new Map<string, number>();
  let total = 0;
  for (const { step, level, type, count } of counts) {
    byType.set(type, (byType.get(type) ?? 0) + count);
    if (!matchesType(type, types)) continue;
    total += count;
    const at = Math.min(Math.max(step - first, 0), steps - 1);
    levels[level] ??= none();
    (levels[level] as number[])[at] = (levels[level][at] as number) + count;
    if (level === NO_LEVEL && type.endsWith(".failed")) failed[at] = (failed[at] as number) + count;
  }
  const all = [...byType].filter(([, count]) => count > 0).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    ...{ total, levels, failed },
    types: all.slice(0, TYPES_MAX).map(([type, count]) => ({ type, count })),
    otherTypes: all.slice(TYPES_MAX).length,
  };
}
