// How the page stays current. Whatever shows something that may change follows a topic of the live stream and says how
// to fetch it anew; nothing is fetched unless the stream told of a change.

import type { Run } from "../../model/shapes.ts";
import { stream } from "../base/page-stream.ts";
import { Refresher } from "./refresher.ts";

export type Topic = "runs" | "agents" | { readonly runId: string };

export interface FollowOptions {
  /**
   * The least pause after a fetch that took so many milliseconds. Unless given: at most twice a second, and for no more
   * than a quarter of the time.
   */
  readonly pauseMs?: (tookMs: number) => number;
  /**
   * Takes the runs that changed (`isAll`: all that go on) and answers whether something must be fetched all the same.
   * Unless given every change is fetched.
   */
  readonly takeRuns?: (runs: readonly Run[], isAll: boolean) => boolean;
}

const PAUSE_MS_MIN = 500;
const PAUSE_FACTOR = 3;

/** A refresh on the topic of a follower. */
export interface Followed {
  /** Fetches, as if the stream had told of a change. */
  readonly refresh: () => void;
  readonly stop: () => void;
}

/** Calls `refresh` when the topic has changed, one call at a time, until it is stopped. */
export function follow(topic: Topic, refresh: () => Promise<boolean>, options: FollowOptions = {}): Followed {
  const { pauseMs = calmly, takeRuns = () => true } = options;
  const refresher = new Refresher(refresh, {
    pauseMs,
    isHidden: () => document.hidden,
    nowMs: () => performance.now(),
  });
  const resume = () => refresher.resume();
  document.addEventListener("visibilitychange", resume);
  let isFirst = true;
  const takeAll = (runs: readonly Run[]) => {
    const mustAsk = topic !== "agents" && takeRuns(runs, true);
    // While the connection was lost anything may have happened, also to what no longer goes on.
    if (mustAsk || !isFirst) refresher.ask();
    isFirst = false;
  };
  const takeSome = (runs: readonly Run[]) => {
    if (takeRuns(runs, false)) refresher.ask();
  };
  const ask = () => refresher.ask();
  const unfollow =
    topic === "agents"
      ? stream.followState("agents", undefined, { onSnapshot: () => takeAll([]), onUpdate: ask })
      : stream.followState("runs", topic === "runs" ? undefined : topic, { onSnapshot: takeAll, onUpdate: takeSome });
  return {
    refresh: ask,
    stop: () => {
      unfollow();
      refresher.stop();
      document.removeEventListener("visibilitychange", resume);
    },
  };
}

function calmly(tookMs: number): number {
  return Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * tookMs);
}
