// The state channels: `runs` and `agents` tell what changed of the runs that go on, whole items at a time; they are the
// same figures that lists answer, made by the same analysis. Nothing is done while nobody subscribes.
//
//   commit ─▶ which traces have new records (from the index of what is not settled) ─▶ analysed, at most 4 times a
//   second and never for more than a quarter of the time ─▶ items that pass a feed's filter ─▶ its subscribers
//
// A run also changes when nothing comes: it is quiet, then it stalls, then it is given up. Open runs are looked at again
// at those times.

import { getOrMake } from "../../analysis/get-or-make.ts";
import type { Clock } from "../../base/time.ts";
import type { RunFacts } from "../../jobs/runs/analysed-run.ts";
import type { RunReference } from "../../jobs/runs/run-directory.ts";
import { isPassing } from "../../live/passing-failure.ts";
import { LIMITS } from "../../model/limits.ts";
import type { LiveAgent, StreamFilter, StreamItems } from "../../model/stream.ts";
import { isOpenRun } from "../../model/vocabulary.ts";
import { RunList, type RunListParts } from "../runs/run-list.ts";
import { KeyMetricsTicker } from "./key-metrics-ticker.ts";
import { type StateChannel, StateFeed, type StateSink } from "./state-feed.ts";

export interface StateHubParts extends RunListParts {
  readonly clock: Clock;
  /** Whether ingest has so much to do that figures wait. */
  readonly isBusy: () => boolean;
  readonly timings: { readonly quietMs: number; readonly stallAfterMs: number; readonly abandonAfterMs: number };
  readonly onFault: (error: unknown) => void;
}

/** Of more runs that changed at once the newest are told, and all get a snapshot when there is less to do. */
const CHANGED_MAX = 200;
/** Runs that are looked at because time has passed: those with news go before. */
const DUE_MAX = 50;
const EVERY_MS = 1000 / LIMITS.stateUpdatesPerS;
const BUSY_EVERY_MS = 2_000;
/** Of the time at most a quarter is spent on it. */
const PAUSE_FACTOR = 3;
const SLACK_MS = 50;
const ANALYSIS_AGE_MS_MAX = 1_100;

export class StateHub {
  readonly #parts: StateHubParts;
  readonly #feeds = new Map<string, StateFeed>();
  /** When each open run may change although nothing comes. */
  readonly #dueMs = new Map<string, number>();
  readonly #keyMetrics: KeyMetricsTicker;
  #seenOffset = 0;
  /** Some changes were passed over. */
  #isBehind = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: StateHubParts) {
    this.#parts = parts;
    this.#keyMetrics = new KeyMetricsTicker(parts);
  }

  /** Sends a snapshot and then what changes, until the answered function is called. */
  subscribe(channel: StateChannel, project: string, filter: StreamFilter, sink: StateSink): () => void {
    if (channel === "key-metrics") return this.#keyMetrics.subscribe(project, sink);
    const key = JSON.stringify([channel, project, filter.runId, filter.agent]);
    const feed = getOrMake(this.#feeds, key, () => new StateFeed(channel, project, filter));
    if (this.#timer === undefined) this.#begin();
    const leave = feed.add(sink, () => this.#snapshot(feed));
    return () => {
      leave();
      if (feed.isEmpty) this.#feeds.delete(key);
    };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#keyMetrics.close();
  }

  /** Everything that changed before is in the snapshots. */
  #begin(): void {
    const { unsettled } = this.#parts;
    this.#seenOffset = newestOf([...unsettled.traces.changedSince(0, 1), ...unsettled.runs()], 0);
    this.#dueMs.clear();
    this.#schedule(EVERY_MS);
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#tick(), ms).unref();
  }

  async #tick(): Promise<void> {
    if (this.#feeds.size === 0 || this.#isClosed) {
      this.#timer = undefined;
      return;
    }
    const startMs = performance.now();
    try {
      if (!this.#parts.isBusy()) await this.#update();
    } catch (error) {
      // The store is away: what changed stays to be told.
      if (!isPassing(error)) this.#parts.onFault(error);
    }
    const tookMs = performance.now() - startMs;
    if (!this.#isClosed)
      this.#schedule(Math.max(this.#parts.isBusy() ? BUSY_EVERY_MS : EVERY_MS, PAUSE_FACTOR * tookMs));
  }

  async #update(): Promise<void> {
    for (const feed of this.#feeds.values()) await feed.refreshStale();
    const { unsettled, directory, analyst } = this.#parts;
    const traces = unsettled.traces.changedSince(this.#seenOffset, CHANGED_MAX + 1);
    const runs = unsettled.runs().filter(({ lastOffset }) => lastOffset > this.#seenOffset);
    const newest = newestOf([...traces, ...runs], this.#seenOffset);
    const isMuch = traces.length > CHANGED_MAX || runs.length > CHANGED_MAX;
    const due = isMuch ? [] : this.#due();
    if (!isMuch && this.#isBehind) {
      this.#isBehind = false;
      for (const feed of this.#feeds.values()) feed.outdate();
    }
    if (traces.length + runs.length + due.length === 0) return;
    this.#isBehind ||= isMuch;
    const changed = traces.slice(0, CHANGED_MAX);
    const named = runs.slice(-CHANGED_MAX);
    for (const project of new Set([...this.#feeds.values()].map((feed) => feed.project))) {
      const references = new Map<string, RunReference>();
      const ids = [...named.map(({ runId }) => runId), ...due];
      const found = await Promise.all([
        changed.length === 0
          ? []
          : directory.ofTraces(
              project,
              changed.map(({ traceId }) => traceId),
            ),
        ids.length === 0 ? [] : directory.ofIds(project, ids),
      ]);
      for (const reference of found.flat()) references.set(reference.id, reference);
      const facts = await analyst.factsOf([...references.values()]);
      for (const one of facts) this.#watch(one);
      for (const feed of this.#feeds.values()) {
        if (feed.project === project) feed.update(facts.flatMap((one) => itemsOf(feed, one)));
      }
    }
    this.#seenOffset = newest;
  }

  async #snapshot(feed: StateFeed): Promise<readonly StreamItems["runs" | "agents"][]> {
    const { runId } = feed.filter;
    const facts =
      runId === undefined
        ? await new RunList(this.#parts).unsettled(feed.project, LIMITS.snapshotItems, undefined, LIMITS.snapshotItems)
        : await this.#parts.analyst.factsOf([await this.#parts.directory.find(feed.project, runId)]);
    for (const one of facts) this.#watch(one);
    return facts.flatMap((one) => itemsOf(feed, one)).slice(0, LIMITS.snapshotItems);
  }

  /** Notes when a run may change by itself. */
  #watch({ run }: RunFacts): void {
    const id = run.id;
    this.#dueMs.delete(id);
    if (!isOpenRun(run) || this.#dueMs.size >= LIMITS.runsTracked) return;
    const nowMs = this.#parts.clock.nowMs();
    const seenMs = Math.max(0, ...run.traces.map((trace) => this.#parts.unsettled.traces.get(trace)?.lastSeenMs ?? 0));
    const lastSeenMs = Math.max(seenMs, this.#parts.unsettled.run(id)?.lastSeenMs ?? 0);
    const { quietMs, stallAfterMs, abandonAfterMs } = this.#parts.timings;
    const next = [quietMs, stallAfterMs, abandonAfterMs]
      // Twice, because an analysis may be one of a moment ago.
      .flatMap((after) => [after + SLACK_MS, after + SLACK_MS + ANALYSIS_AGE_MS_MAX])
      .map((after) => lastSeenMs + after)
      .find((ms) => ms > nowMs);
    if (next !== undefined) this.#dueMs.set(id, next);
  }

  /** The open runs whose time has come. */
  #due(): string[] {
    const nowMs = this.#parts.clock.nowMs();
    const due: string[] = [];
    for (const [id, dueMs] of this.#dueMs) {
      if (dueMs <= nowMs) due.push(id);
      if (due.length >= DUE_MAX) break;
    }
    for (const id of due) this.#dueMs.delete(id);
    return due;
  }
}

function newestOf(entries: readonly { readonly lastOffset: number }[], atLeast: number): number {
  return entries.reduce((newest, { lastOffset }) => Math.max(newest, lastOffset), atLeast);
}

/** The items that a run yields in a channel, those that pass the filter. */
function itemsOf({ channel, filter }: StateFeed, facts: RunFacts): StreamItems["runs" | "agents"][] {
  const { run } = facts;
  if (filter.runId !== undefined && filter.runId !== run.id && !run.traces.includes(filter.runId)) return [];
  if (channel === "agents") {
    return liveAgents(facts).filter(({ name }) => filter.agent === undefined || name === filter.agent);
  }
  if (!run.agentic && filter.runId === undefined) return [];
  return filter.agent === undefined || run.agents.includes(filter.agent) ? [run] : [];
}

/** In a run that is over, every agent is done. */
function liveAgents({ run, agents, live }: RunFacts): readonly LiveAgent[] {
  if (isOpenRun(run)) return live;
  const since = run.endedAt ?? run.startedAt;
  return agents.map(({ name }) => ({
    ...{ runId: run.id, runName: run.name, name, since },
    ...{ state: "done", openSpans: [] },
  }));
}
