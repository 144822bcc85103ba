// What the agents of a run did at each instant as typed arrays: all that the page needs of it to play the run back. One
// row is a stretch of one state; those of an agent follow each other without a gap, then come those of the next.

import { formatInstant } from "../base/time.ts";
import { type ColumnType, decodeColumns, encodeColumns } from "../base/typed-columns.ts";
import { AGENT_STATES } from "../model/vocabulary.ts";
import type { RunAgent } from "./run-analysis.ts";

const TYPES = {
  agent: "u32",
  state: "u8",
  start: "f64",
  end: "f64",
} as const satisfies Readonly<Record<string, ColumnType>>;

interface ActivityHead {
  readonly runId: string;
  /** Start of the earliest span, RFC 3339. */
  readonly t0: string;
  /** `firstStart`: of the agent's first span, nanoseconds after t0. */
  readonly agents: readonly { readonly name: string; readonly firstStart: number }[];
  /** AGENT_STATES. */
  readonly states: readonly string[];
  readonly count: number;
}

export interface ActivityColumns extends ActivityHead {
  /** Index into `agents`. */
  readonly agent: Uint32Array;
  /** Index into `states`. */
  readonly state: Uint8Array;
  /** Nanoseconds after t0. */
  readonly start: Float64Array;
  readonly end: Float64Array;
}

export function encodeActivity(
  runId: string,
  t0Ns: bigint,
  agents: readonly Pick<RunAgent, "name" | "firstStart" | "activity">[],
): Uint8Array {
  const columns = { agent: [], state: [], start: [], end: [] } as Record<keyof typeof TYPES, number[]>;
  for (const [agent, { activity }] of agents.entries()) {
    for (const [i, state] of activity.states.entries()) {
      columns.agent.push(agent);
      columns.state.push(state);
      columns.start.push(activity.bounds[i] as number);
      columns.end.push(activity.bounds[i + 1] as number);
    }
  }
  const head: ActivityHead = {
    ...{ runId, t0: formatInstant(t0Ns), states: AGENT_STATES, count: columns.agent.length },
    agents: agents.map(({ name, firstStart }) => ({ name, firstStart })),
  };
  return encodeColumns({ ...head, columns }, TYPES);
}

/** What `encodeActivity` made bytes of. Throws when the buffer is something else or is cut off. */
export function decodeActivity(buffer: ArrayBuffer): ActivityColumns {
  const { columns, ...head } = decodeColumns<ActivityHead>(buffer);
  return { ...head, ...columns } as unknown as ActivityColumns;
}
