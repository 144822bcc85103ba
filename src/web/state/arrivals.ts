// What arrived last: for whoever has just connected something and waits for it.

import { batch, effect, signal } from "@preact/signals";
import type { Run } from "../../model/shapes.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { stream } from "../base/page-stream.ts";
import { serverStatus } from "./server-status.ts";

/** A run of which something arrived. */
export interface Arrival {
  readonly runId: string;
  readonly runName: string;
  readonly service: string;
  readonly at: string;
  /** It came while the reader looked. */
  readonly isNew: boolean;
}

/** Undefined while nothing is known to have arrived. */
export const lastArrival = signal<Arrival | undefined>(undefined);
/** Whether it is known what arrived before. */
export const isArrivalKnown = signal(false);

/** Follows what arrives, until the answered function is called. */
export function followArrivals(): () => void {
  batch(() => {
    lastArrival.value = undefined;
    isArrivalKnown.value = false;
  });
  void findLast(false);
  const unfollow = stream.followState("runs", undefined, { onSnapshot: () => undefined, onUpdate: take });
  let known: number | undefined;
  // The stream tells of agents at work only: what else arrives shows in what the store has, and is listed then.
  const stopCounting = effect(() => {
    const stored = serverStatus.data.value?.stored;
    if (stored === undefined) return;
    const count = stored.spans + stored.events;
    if (known !== undefined && count > known) void findLast(true);
    known = count;
  });
  return () => {
    unfollow();
    stopCounting();
  };
}

async function findLast(isNew: boolean): Promise<void> {
  try {
    const query = new Map([
      ["all", ["true"]],
      ["since", ["-30d"]],
      ["limit", ["1"]],
    ]);
    const [run] = (await getJson<{ runs: Run[] }>("/runs", { query })).runs;
    if (run !== undefined && (isNew || lastArrival.peek() === undefined)) {
      lastArrival.value = arrivalOf(run, isNew ? new Date().toISOString() : (run.endedAt ?? run.startedAt), isNew);
    }
    isArrivalKnown.value = true;
  } catch (error) {
    // What arrives from now on is told all the same.
    if (!(error instanceof ApiFailure)) throw error;
  }
}

function take(runs: readonly Run[]): void {
  const [first, ...others] = runs.filter(({ spanCount, eventCount }) => spanCount + eventCount > 0);
  if (first === undefined) return;
  const newest = others.reduce((a, b) => (b.startedAt > a.startedAt ? b : a), first);
  batch(() => {
    lastArrival.value = arrivalOf(newest, new Date().toISOString(), true);
    isArrivalKnown.value = true;
  });
}

function arrivalOf({ id, name, service }: Run, at: string, isNew: boolean): Arrival {
  return { runId: id, runName: name, service, at, isNew };
}
