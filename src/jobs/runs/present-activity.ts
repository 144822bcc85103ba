import type { AgentActivity } from "../../analysis/run-analysis.ts";
import { formatInstant, nsFromMs } from "../../base/time.ts";
import type { AgentActivityShape } from "../../model/activity-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunColumns } from "../../model/run-columns.ts";
import { AGENT_STATES, type AgentState } from "../../model/vocabulary.ts";

const NS_PER_MS = 1e6;

/** The states of an agent that last beyond an instant (ms since 1970), the newest of them. */
export function presentActivity(
  { t0Ns }: Pick<RunColumns, "t0Ns">,
  name: string,
  { bounds, states }: AgentActivity,
  sinceMs: number,
): AgentActivityShape {
  const since = Number(nsFromMs(sinceMs) - t0Ns);
  const lasting = Array.from(states.keys()).filter((i) => (bounds[i + 1] as number) > since);
  return {
    name,
    states: lasting.slice(-LIMITS.activityStates).map((i) => ({
      state: AGENT_STATES[states[i] as number] as AgentState,
      startedAt: formatInstant(t0Ns + BigInt(Math.round(bounds[i] as number))),
      durationMs: ((bounds[i + 1] as number) - (bounds[i] as number)) / NS_PER_MS,
    })),
  };
}
