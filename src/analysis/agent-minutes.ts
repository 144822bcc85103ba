// An agent's activity by the minute of the clock: what adds up to its figures over any window (rule 6).

import { AGENT_STATES } from "../model/vocabulary.ts";
import type { AgentActivity } from "./run-analysis.ts";

/** Nanoseconds in each state during one minute; waiting includes human. */
export interface AgentMinute {
  /** Minutes since 1970. */
  readonly minute: number;
  llm: number;
  tool: number;
  working: number;
  waiting: number;
  human: number;
  idle: number;
  present: number;
}

const MINUTE_NS = 60_000_000_000;

/** Minutes in order; those without presence are left out. `t0Ns` is what the activity's times count from. */
export function minutesOf({ bounds, states }: AgentActivity, t0Ns: bigint): AgentMinute[] {
  const first = t0Ns / BigInt(MINUTE_NS);
  // How far t0 lies in its minute: exact, unlike t0 itself in a number.
  const shift = Number(t0Ns - first * BigInt(MINUTE_NS));
  const minutes: AgentMinute[] = [];
  for (let i = 0; i < states.length; i++) {
    const state = AGENT_STATES[states[i] as number] as Exclude<(typeof AGENT_STATES)[number], "done">;
    const end = (bounds[i + 1] as number) + shift;
    for (let at = (bounds[i] as number) + shift; at < end; ) {
      const index = Math.floor(at / MINUTE_NS);
      const until = Math.min(end, (index + 1) * MINUTE_NS);
      const minute = minuteAt(minutes, Number(first) + index);
      minute[state] += until - at;
      if (state === "human") minute.waiting += until - at;
      minute.present += until - at;
      at = until;
    }
  }
  return minutes;
}

function minuteAt(minutes: AgentMinute[], minute: number): AgentMinute {
  const last = minutes.at(-1);
  if (last?.minute === minute) return last;
  const added = { minute, llm: 0, tool: 0, working: 0, waiting: 0, human: 0, idle: 0, present: 0 };
  minutes.push(added);
  return added;
}
