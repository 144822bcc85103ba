// The run that is open: its facts, its skeleton, what the reader does with them, and the parts that are fetched only
// when they are looked at.

import { computed, effect, signal } from "@preact/signals";
import { parseInstant } from "../../base/time.ts";
import type { Agent, Edge, Finding, Message, Run, RunEvent, Span } from "../../model/shapes.ts";
import { getBytes, getJson } from "../base/api.ts";
import { pathOf, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { COLUMNS_CONTENT_TYPE, decodeSkeleton } from "../plots/skeleton.ts";
import { type CriticalPath, pathLine } from "./critical-path.ts";
import { follow } from "./live.ts";
import { type LoadedSkeleton, Timeline } from "./timeline.ts";
import { bindTimeline } from "./timeline-url.ts";

export type RunDetail = Run & {
  readonly agentDetails: readonly Agent[];
  readonly edges: readonly Edge[];
  readonly findings: readonly Finding[];
};
export interface RunMessages {
  readonly messages: readonly Message[];
  readonly edges: readonly Edge[];
}
export interface EventPage {
  readonly events: readonly RunEvent[];
  readonly nextOffset?: string;
}

/** The selection may run over many spans: only where it rests the span is fetched. */
const SPAN_AFTER_MS = 60;
const EVENTS_PAGE_ROWS = 500;

export const RUN_TABS = ["timeline", "messages", "agents", "events"] as const;
export type RunTab = (typeof RUN_TABS)[number];
export const runTab = computed<RunTab>(
  () => RUN_TABS.find((tab) => tab === queryValue(place.value.query, "view")) ?? "timeline",
);

export class OpenRun {
  readonly id: string;
  readonly detail = new Resource<RunDetail>();
  readonly skeleton = new Resource<LoadedSkeleton>();
  readonly span = new Resource<Span>();
  readonly path = new Resource<CriticalPath>();
  readonly messages = new Resource<RunMessages>();
  readonly events = new Resource<EventPage>();
  readonly timeline: Timeline;
  /** The critical path while it is shown. */
  readonly pathLine;
  /** Busy share by agent. */
  readonly utilization;
  readonly #path: string;
  /** A very large run comes first as it was sent; then it is asked for with agents and kinds resolved. */
  #wantsResolved = false;

  constructor(id: string) {
    this.id = id;
    this.#path = pathOf`/runs/${id}`;
    this.timeline = new Timeline(this.skeleton.data);
    this.utilization = computed<ReadonlyMap<string, number>>(
      () => new Map(this.detail.data.value?.agentDetails.map(({ name, utilization }) => [name, utilization])),
    );
    this.pathLine = computed(() => {
      const path = this.path.data.value;
      const columns = this.timeline.model.value?.columns;
      const startedAt = this.detail.data.value?.startedAt;
      if (!this.timeline.isPathShown.value || !path || !columns || startedAt === undefined) return undefined;
      return pathLine(columns, path, msBetween(columns.t0, startedAt));
    });
  }

  /** Loads, and keeps current while the run goes on, until the answered function is called. */
  open(): () => void {
    void this.loadDetail();
    void this.loadSkeleton();
    const stops = [
      bindTimeline(this.timeline),
      effect(() => this.#loadSelectedSpan(this.timeline.selected.value)),
      effect(() => {
        if (this.timeline.isPathShown.value && this.path.data.peek() === undefined) this.loadPath();
      }),
      effect(() => this.#loadTab(runTab.value)),
      follow({ runId: this.id }, () => this.#refresh()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  loadDetail(): Promise<void> {
    return this.detail.load((signal) => getJson<RunDetail>(this.#path, { signal }));
  }

  async loadSkeleton(): Promise<void> {
    await this.skeleton.load(async (signal) => {
      const query = new Map(this.#wantsResolved ? [["resolved", ["true"]]] : []);
      const bytes = await getBytes(`${this.#path}/spans`, COLUMNS_CONTENT_TYPE, { query, signal });
      const columns = decodeSkeleton(bytes);
      return { columns, nowMs: Date.now() - Date.parse(columns.t0) };
    });
    if (this.skeleton.data.peek()?.columns.resolved !== false || this.#wantsResolved) return;
    this.#wantsResolved = true;
    await this.skeleton.refresh();
  }

  loadPath(): void {
    void this.path.load((signal) => getJson<CriticalPath>(`${this.#path}/critical-path`, { signal }));
  }

  async loadMoreEvents(): Promise<void> {
    const shown = this.events.data.peek();
    if (shown?.nextOffset === undefined || this.events.isLoading.peek()) return;
    await this.events.load(async (signal) => {
      const page = await this.#fetchEvents(shown.nextOffset, signal);
      return { ...page, events: [...shown.events, ...page.events] };
    });
  }

  #loadTab(tab: RunTab): void {
    if (tab === "messages" && this.messages.data.peek() === undefined) {
      void this.messages.load((signal) => getJson<RunMessages>(`${this.#path}/messages`, { signal }));
    }
    if (tab === "events" && this.events.data.peek() === undefined) {
      void this.events.load((signal) => this.#fetchEvents(undefined, signal));
    }
  }

  #fetchEvents(after: string | undefined, signal: AbortSignal): Promise<EventPage> {
    const query = new Map([["limit", [String(EVENTS_PAGE_ROWS)]]]);
    if (after !== undefined) query.set("after", [after]);
    return getJson<EventPage>(`${this.#path}/events`, { query, signal });
  }

  #loadSelectedSpan(spanId: string | undefined): (() => void) | undefined {
    if (spanId === undefined) {
      this.span.clear();
      return undefined;
    }
    const load = () => {
      void this.span.load((signal) => getJson<Span>(this.#path + pathOf`/spans/${spanId}`, { signal }));
    };
    if (this.span.data.peek() === undefined) {
      load();
      return undefined;
    }
    const timer = window.setTimeout(load, SPAN_AFTER_MS);
    return () => clearTimeout(timer);
  }

  /** A run that is over changes only when something late arrives, which its span count tells. */
  async #refresh(): Promise<boolean> {
    const before = this.detail.data.peek();
    await this.detail.refresh();
    const after = this.detail.data.peek();
    if (after !== undefined && before !== undefined && (isOpen(after) || after.spanCount !== before.spanCount)) {
      await this.skeleton.refresh();
      if (runTab.peek() === "messages") await this.messages.refresh();
      if (this.timeline.isPathShown.peek()) await this.path.refresh();
    }
    return this.detail.failure.peek() === undefined;
  }
}

function isOpen({ status }: Run): boolean {
  return status === "running" || status === "stalled";
}

function msBetween(from: string, to: string): number {
  return Number((parseInstant(to) ?? 0n) - (parseInstant(from) ?? 0n)) / 1e6;
}

/** The run on the page, if one is open. */
export const openRun = signal<OpenRun | undefined>(undefined);

/** Opens a run until the answered function is called. */
export function showRun(id: string): () => void {
  const run = openRun.peek()?.id === id ? (openRun.peek() as OpenRun) : new OpenRun(id);
  openRun.value = run;
  return run.open();
}
