// What page Now shows: the key figures of the window in the URL, the runs that go on with what their agents did over the
// last minutes, and what failed or stalls.

import { batch, computed, signal } from "@preact/signals";
import type { AgentActivityShape } from "../../model/activity-shapes.ts";
import type { ErrorGroup } from "../../model/error-shapes.ts";
import type { KeyMetrics } from "../../model/key-metrics-shapes.ts";
import type { Run } from "../../model/shapes.ts";
import type { LiveAgent } from "../../model/stream.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { stream } from "../base/page-stream.ts";
import { pathOf, type Query } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { joinStrips, type Strip, withState } from "../plots/strip.ts";
import { askedWindow, windowBounds, windowQuery } from "./asked-window.ts";
import { follow } from "./live.ts";
import { type PlacedRun, withoutLastOver, withRuns } from "./running-places.ts";

/** How far back the strips reach. */
export const STRIP_MS = 5 * 60_000;
/** Runs with strips; of more the number is told. */
export const RUNNING_MAX = 12;
/** Every run has room for so many: it stays as high when more come. */
export const AGENTS_MAX = 4;
const RECENT_MAX = 10;
const TROUBLED_MAX = 4;
const FAILING_MAX = 4;
/** A word-sized drawing with more steps is mostly holes. */
const SPARK_STEPS = 48;
const MIN_MS = 60_000;
/** Key figures change when runs are settled: they are asked for so seldom. */
const FIGURES_EVERY_MS = 10_000;
const LET_GO_EVERY_MS = 1000;
const MS_PER_S = 1000;

export const keyMetrics = new Resource<KeyMetrics>();
/** The newest runs, whatever came of them. */
export const recent = new Resource<readonly Run[]>();
/** Those that failed or stall, newest first. */
export const troubled = new Resource<readonly Run[]>();
/** The kinds of errors of the window that were met most. */
export const failing = new Resource<readonly ErrorGroup[]>();
/**
 * Whether there was anything in them when the page came: what is empty stands below what is not, and later keeps its
 * place, so that nothing moves.
 */
export const hadTroubled = signal<boolean | undefined>(undefined);
export const hadFailing = signal<boolean | undefined>(undefined);
const open = signal<readonly PlacedRun[]>([]);
/** The reader's pointer is on the list of runs that go on: nothing leaves it, and nobody takes a place in it. */
export const isListHeld = signal(false);
const agents = signal<ReadonlyMap<string, readonly LiveAgent[]>>(new Map());
const strips = signal<ReadonlyMap<string, Strip>>(new Map());
const fetched = new Set<string>();

/** Runs that go on, and those that ended and keep their place for a while. */
export const runningRuns = computed(() => open.value.filter(({ run }) => run.agentic));

/** How many of them go on. */
export const runningCount = computed(() => runningRuns.value.filter(({ overAtMs }) => overAtMs === undefined).length);

export function agentsOfRun(runId: string): readonly LiveAgent[] {
  return agents.value.get(runId) ?? [];
}

export function stripOf(runId: string, agent: string): Strip {
  return strips.value.get(stripKey(runId, agent)) ?? [];
}

const asked = computed(() => JSON.stringify([...windowQuery(place.value.query)]));

/** Loads everything and keeps it current until the answered function is called. */
export function loadNow(): () => void {
  void asked.value;
  const window = windowQuery(place.peek().query);
  void keyMetrics.load((signal) =>
    getJson<KeyMetrics>("/key-metrics", {
      query: new Map([...window, ["before", ["true"]], ["step", [sparkStep(window)]]]),
      signal,
    }),
  );
  const failingLoaded = failing.load(async (signal) => {
    const query = new Map([...window, ["limit", [`${FAILING_MAX}`]]]);
    return (await getJson<{ errors: ErrorGroup[] }>("/errors", { query, signal })).errors;
  });
  void loadRuns(recent, { limit: [`${RECENT_MAX}`] });
  const troubledLoaded = loadRuns(troubled, { status: ["failed", "stalled"], limit: [`${TROUBLED_MAX}`] });
  void Promise.all([failingLoaded, troubledLoaded]).then(() =>
    batch(() => {
      hadFailing.value ??= (failing.data.peek() ?? []).length > 0;
      hadTroubled.value ??= (troubled.data.peek() ?? []).length > 0;
    }),
  );
  const lists = follow("runs", refreshLists);
  const figures = setInterval(() => {
    if (!document.hidden) void keyMetrics.refresh();
  }, FIGURES_EVERY_MS);
  const leaving = setInterval(letGo, LET_GO_EVERY_MS);
  const unfollowRuns = stream.followState("runs", undefined, {
    onSnapshot: (items) => takeRuns(items, true),
    onUpdate: (items) => takeRuns(items, false),
  });
  const unfollowAgents = stream.followState("agents", undefined, { onSnapshot: takeAllAgents, onUpdate: takeAgents });
  return () => {
    lists.stop();
    clearInterval(figures);
    clearInterval(leaving);
    unfollowRuns();
    unfollowAgents();
    forget();
  };
}

function sparkStep(query: Query): string {
  const { fromMs, untilMs } = windowBounds(askedWindow(query), Date.now());
  return `${Math.max(1, Math.ceil((untilMs - fromMs) / SPARK_STEPS / MIN_MS))}m`;
}

function loadRuns(into: Resource<readonly Run[]>, query: Readonly<Record<string, readonly string[]>>): Promise<void> {
  return into.load(async (signal) => {
    const wanted = new Map([["since", ["-30d"]], ...Object.entries(query)]);
    return (await getJson<{ runs: Run[] }>("/runs", { query: wanted, signal })).runs;
  });
}

async function refreshLists(): Promise<boolean> {
  await Promise.all([recent.refresh(), troubled.refresh(), failing.refresh()]);
  return recent.failure.peek() === undefined && troubled.failure.peek() === undefined;
}

function takeRuns(runs: readonly Run[], isAll: boolean): void {
  open.value = withRuns(open.peek(), { runs, isAll, nowMs: Date.now(), isHeld: isListHeld.peek() });
  forgetOthers(new Set(runs.map(({ id }) => id)));
}

function letGo(): void {
  if (isListHeld.peek()) return;
  open.value = withoutLastOver(open.peek(), Date.now());
  forgetOthers(new Set());
}

/** Agents of runs that are not in the list any more, and did not just change. */
function forgetOthers(changed: ReadonlySet<string>): void {
  const there = new Set(open.peek().map(({ run }) => run.id));
  for (const runId of [...agents.peek().keys()]) if (!there.has(runId) && !changed.has(runId)) forgetRun(runId);
}

function takeAllAgents(items: readonly LiveAgent[]): void {
  batch(() => {
    agents.value = new Map();
    takeAgents(items);
  });
}

function takeAgents(items: readonly LiveAgent[]): void {
  const byRun = new Map(agents.peek());
  const states = new Map(strips.peek());
  for (const item of items) {
    const others = byRun.get(item.runId) ?? [];
    const at = others.findIndex(({ name }) => name === item.name);
    byRun.set(item.runId, at < 0 ? [...others, item] : others.with(at, item));
    const key = stripKey(item.runId, item.name);
    states.set(key, withState(states.get(key) ?? [], item.state, Date.parse(item.since)));
    if (!fetched.has(item.runId)) void fetchActivity(item.runId);
  }
  batch(() => {
    agents.value = byRun;
    strips.value = states;
  });
}

/** What the agents of a run did before the page was told of it. */
async function fetchActivity(runId: string): Promise<void> {
  if (fetched.size >= 4 * RUNNING_MAX) return;
  fetched.add(runId);
  try {
    const path = pathOf`/runs/${runId}/activity`;
    const query = new Map([["since", [`-${STRIP_MS / MS_PER_S}s`]]]);
    const { agents: found } = await getJson<{ agents: AgentActivityShape[] }>(path, { query });
    const states = new Map(strips.peek());
    for (const { name, states: told } of found) {
      const before = told.map(({ state, startedAt }) => ({ state, fromMs: Date.parse(startedAt) }));
      const key = stripKey(runId, name);
      states.set(key, joinStrips(before, states.get(key) ?? []));
    }
    strips.value = states;
  } catch (error) {
    // The strip then begins with what the stream tells.
    if (!(error instanceof ApiFailure)) throw error;
  }
}

function forgetRun(runId: string): void {
  const byRun = new Map(agents.peek());
  const states = new Map(strips.peek());
  for (const { name } of byRun.get(runId) ?? []) states.delete(stripKey(runId, name));
  byRun.delete(runId);
  fetched.delete(runId);
  batch(() => {
    agents.value = byRun;
    strips.value = states;
  });
}

function forget(): void {
  fetched.clear();
  batch(() => {
    open.value = [];
    isListHeld.value = false;
    hadTroubled.value = undefined;
    hadFailing.value = undefined;
    agents.value = new Map();
    strips.value = new Map();
  });
}

function stripKey(runId: string, agent: string): string {
  return `${runId}\n${agent}`;
}
