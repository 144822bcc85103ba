// The run that is open: its facts, its skeleton, what the reader does with them, and the parts that are fetched only
// when they are looked at.

import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { parseInstant } from "../../base/time.ts";
import { COLUMNS_CONTENT_TYPE } from "../../base/typed-columns.ts";
import type { Agent, Edge, Finding, Message, Run, Span } from "../../model/shapes.ts";
import { isOpenRun } from "../../model/vocabulary.ts";
import { getBytes, getJson } from "../base/api.ts";
import { pathOf, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { decodeSkeleton, rowsOfSpans } from "../plots/skeleton.ts";
import { type CriticalPath, pathLine } from "./critical-path.ts";
import { follow } from "./live.ts";
import { LiveAgents } from "./live-agents.ts";
import { ModelMaker } from "./model-maker.ts";
import { RunEvents } from "./run-events.ts";
import { shownFinding } from "./run-finding.ts";
import { pastOf } from "./run-past.ts";
import { Timeline } from "./timeline.ts";
import type { LoadedSkeleton } from "./timeline-picture.ts";
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

/** The selection may run over many spans: only where it rests the span is fetched. */
const SPAN_AFTER_MS = 60;
/** Of about 80,000 spans: drawing them is prepared in a worker. */
const MADE_IN_WORKER_BYTES_MIN = 5_000_000;
/** The detail of a large run needs all of it, its figures do not. */
const SUMMARY_AFTER_MS = 150;
/** A run that changes is fetched so often at most, and for no more than a quarter of the time. */
const REFRESH_PAUSE_MS = 250;
const REFRESH_PAUSE_FACTOR = 3;

export const RUN_TABS = [
  "timeline",
  "sequence",
  "graph",
  "conversation",
  "messages",
  "agents",
  "events",
  "compare",
] as const;
export type RunTab = (typeof RUN_TABS)[number];
/** Views that need the run's messages. */
const MESSAGE_TABS: ReadonlySet<RunTab> = new Set<RunTab>(["sequence", "messages"]);
export const runTab = computed<RunTab>(
  () => RUN_TABS.find((tab) => tab === queryValue(place.value.query, "view")) ?? "timeline",
);

const NO_FINDINGS: readonly Finding[] = [];
const NO_ROWS: ReadonlySet<number> = new Set();
/** With more messages arrows are drawn only when they are asked for. */
const ARROWS_USUAL_MAX = 300;

export class OpenRun {
  readonly id: string;
  readonly detail = new Resource<RunDetail>();
  /** Asked for where the detail is long in coming. */
  readonly summary = new Resource<Run>();
  /** Its figures: of the detail, or of the summary until that is there. */
  readonly figures: ReadonlySignal<Run | undefined>;
  /** The detail with what the stream told since it was fetched. */
  readonly facts;
  readonly skeleton = new Resource<LoadedSkeleton>();
  readonly span = new Resource<Span>();
  readonly path = new Resource<CriticalPath>();
  readonly messages = new Resource<RunMessages>();
  readonly events: RunEvents;
  readonly liveAgents: LiveAgents;
  readonly timeline: Timeline;
  /** Whether it goes on, as far as it was fetched; undefined until that is known. */
  readonly isOpen;
  /** It goes on, or ended before the reader's eyes: what is shown of it keeps its place. */
  readonly isSeenLive: ReadonlySignal<boolean>;
  /** The critical path while it is shown. */
  readonly pathLine;
  /** Busy share by agent. */
  readonly utilization;
  /** Rows of the spans of the finding that is looked at. */
  readonly markedRows: ReadonlySignal<ReadonlySet<number>>;
  /** Messages are arrows between the lanes of the timeline. */
  readonly areArrowsShown;
  /** Only a part of the run's time is looked at: a zoomed window, or what was before the time cursor. */
  readonly isPartial;
  readonly #path: string;
  readonly #isKnown = computed(() => this.detail.data.value !== undefined);
  /** Agents waited for people: their spans need not tell of it. */
  readonly #hasTold = computed(() => this.detail.data.value?.agentDetails.some(({ humanMs }) => humanMs > 0) ?? false);
  /** A very large run comes first as it was sent; then it is asked for with agents and kinds resolved. */
  #wantsResolved = false;
  /** Nothing was fetched but what it was opened with. */
  #isFresh = true;
  readonly #heard = signal<Run | undefined>(undefined);
  readonly #wasOpen = signal(false);
  /** What the stream said of it last, as far as it matters. */
  #lastHeard: string | undefined;

  constructor(id: string) {
    this.id = id;
    this.#path = pathOf`/runs/${id}`;
    this.events = new RunEvents(id);
    this.liveAgents = new LiveAgents(id);
    this.facts = computed<RunDetail | undefined>(() => {
      const detail = this.detail.data.value;
      return detail === undefined ? undefined : { ...detail, ...this.#heard.value };
    });
    this.figures = computed(() => this.facts.value ?? this.summary.data.value);
    this.isOpen = computed(() => {
      const known = this.detail.data.value ?? this.summary.data.value;
      return known === undefined ? undefined : isOpenRun(known);
    });
    this.isSeenLive = computed(() => this.isOpen.value === true || this.#wasOpen.value);
    this.timeline = new Timeline(
      this.skeleton.data,
      computed(() => this.isOpen.value === false),
      computed(() => (this.#hasTold.value ? pastOf(this).activity.data.value : undefined)),
    );
    this.utilization = computed<ReadonlyMap<string, number>>(
      () => new Map(this.detail.data.value?.agentDetails.map(({ name, utilization }) => [name, utilization])),
    );
    const named = computed(() => shownFinding(this.detail.data.value?.findings ?? NO_FINDINGS));
    this.markedRows = computed(() => {
      const columns = this.timeline.built.value?.columns;
      const spanIds = named.value?.spanIds ?? [];
      if (columns === undefined || spanIds.length === 0) return NO_ROWS;
      return new Set(rowsOfSpans(columns, new Set(spanIds)).values());
    });
    this.areArrowsShown = computed(() => {
      const count = this.figures.value?.messageCount ?? 0;
      return count > 0 && (this.timeline.wantsArrows.value ?? count <= ARROWS_USUAL_MAX);
    });
    this.isPartial = computed(
      () => this.timeline.zoom.value !== undefined || this.timeline.cursorMs.value !== undefined,
    );
    this.pathLine = computed(() => {
      const path = this.path.data.value;
      const columns = this.timeline.built.value?.columns;
      const startedAt = this.figures.value?.startedAt;
      if (!this.timeline.isPathShown.value || !path || !columns || startedAt === undefined) return undefined;
      return pathLine(columns, path, msBetween(columns.t0, startedAt));
    });
  }

  /** Loads, and keeps current while the run goes on, until the answered function is called. */
  open(): () => void {
    // Asked for first: the detail needs far more of a large run.
    void this.loadSkeleton();
    void this.loadDetail();
    const stops = [
      bindTimeline(this.timeline, this.id),
      effect(() => this.#loadSelectedSpan(this.timeline.selected.value)),
      effect(() => {
        if (this.timeline.isPathShown.value && this.path.data.peek() === undefined) this.loadPath();
      }),
      effect(() => this.#loadTab(runTab.value)),
      effect(() => (this.#hasTold.value ? untracked(() => pastOf(this).keep()) : undefined)),
      effect(() => {
        if (this.isOpen.value) this.#wasOpen.value = true;
      }),
      effect(() => (this.isOpen.value ? this.liveAgents.follow() : undefined)),
      follow({ runId: this.id }, () => this.#refresh(), {
        pauseMs: (tookMs) => Math.max(REFRESH_PAUSE_MS, REFRESH_PAUSE_FACTOR * tookMs),
        takeRuns: (runs) => this.#isNews(runs),
      }).stop,
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  async loadDetail(): Promise<void> {
    const askSummary = () => void this.summary.load((signal) => getJson<Run>(`${this.#path}/summary`, { signal }));
    const timer = this.detail.data.peek() === undefined ? window.setTimeout(askSummary, SUMMARY_AFTER_MS) : undefined;
    await this.detail.load((signal) => getJson<RunDetail>(this.#path, { signal }));
    clearTimeout(timer);
  }

  async loadSkeleton(): Promise<void> {
    await this.skeleton.load((signal) => this.#fetchSkeleton(signal));
    if (this.skeleton.data.peek()?.columns.resolved !== false || this.#wantsResolved) return;
    this.#wantsResolved = true;
    await this.skeleton.refresh();
  }

  async #fetchSkeleton(signal: AbortSignal): Promise<LoadedSkeleton> {
    const query = new Map([["resolved", [String(this.#wantsResolved)]]]);
    let maker: ModelMaker | undefined;
    const willBe = (sizeBytes: number) => {
      if (sizeBytes >= MADE_IN_WORKER_BYTES_MIN) maker = new ModelMaker();
    };
    signal.addEventListener("abort", () => maker?.stop());
    try {
      const bytes = await getBytes(`${this.#path}/spans`, COLUMNS_CONTENT_TYPE, { query, signal, willBe });
      const showHidden = this.timeline.showHidden.peek();
      const { columns, model } = (await maker?.make(bytes, showHidden)) ?? { columns: decodeSkeleton(bytes) };
      return {
        ...{ columns, t0Ms: Date.parse(columns.t0), fetchedAtMs: Date.now() },
        ...(model === undefined ? {} : { made: { model, showHidden } }),
      };
    } finally {
      maker?.stop();
    }
  }

  loadPath(): void {
    void this.path.load((signal) => getJson<CriticalPath>(`${this.#path}/critical-path`, { signal }));
  }

  #loadTab(tab: RunTab): (() => void) | undefined {
    if (this.#needsMessages(tab) && this.messages.data.peek() === undefined) {
      void this.messages.load((signal) => getJson<RunMessages>(`${this.#path}/messages`, { signal }));
    }
    return tab === "events" ? this.#showEvents() : undefined;
  }

  /** The timeline has them as arrows; of a part of a run, the graph's edges are counted here. */
  #needsMessages(tab: RunTab): boolean {
    if (tab === "timeline") return this.areArrowsShown.value;
    return MESSAGE_TABS.has(tab) || (tab === "graph" && this.isPartial.value);
  }

  #showEvents(): (() => void) | undefined {
    if (!this.#isKnown.value) return undefined;
    // Whoever follows a run goes on when it ends: the last events come after its status.
    if (this.isOpen.peek() || this.events.isFollowed) return this.events.follow();
    this.events.load();
    return undefined;
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

  /** Whether the stream told of something that is not shown: time alone changes nothing that must be fetched. */
  #isNews([run]: readonly Run[]): boolean {
    if (run === undefined) return false;
    const detail = this.detail.data.peek();
    const before = this.#lastHeard ?? (detail === undefined ? undefined : factsOf(detail));
    this.#lastHeard = factsOf(run);
    this.#heard.value = run;
    return before !== this.#lastHeard;
  }

  async #refresh(): Promise<boolean> {
    await this.detail.idle();
    const shown = this.detail.data.peek();
    // Heard of a run that is over while it was being fetched: nothing has changed since.
    if (shown !== undefined && !isOpenRun(shown) && factsOf(shown) === this.#lastHeard && this.#isFresh) return true;
    this.#isFresh = false;
    const heard = this.#heard.peek();
    // Only then the detail: when it says that the run is over, the spans must have ended, or they would jump back.
    await this.skeleton.refresh();
    await this.detail.refresh();
    if (this.#heard.peek() === heard) this.#heard.value = undefined;
    if (this.#needsMessages(runTab.peek())) await this.messages.refresh();
    if (this.timeline.isPathShown.peek()) await this.path.refresh();
    const span = this.span.data.peek();
    if (span !== undefined && span.endedAt === undefined) await this.span.refresh();
    return this.detail.failure.peek() === undefined;
  }
}

/** All that tells one state of a run from another; not how long it has taken so far. */
function factsOf({ status, spanCount, eventCount, errorCount, endedAt, agents, tokens, cost }: Run): string {
  return JSON.stringify([status, spanCount, eventCount, errorCount, endedAt, agents.length, tokens, cost]);
}

/** An instant in ms after the run's first span, as all views count. */
export function msInRun(run: OpenRun, instant: string): number {
  const t0 = run.timeline.built.value?.columns.t0 ?? run.detail.data.value?.startedAt ?? instant;
  return msBetween(t0, instant);
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
