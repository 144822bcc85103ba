import { type Static, Type } from "typebox";
import { AGENT_STATES, type AgentState } from "./vocabulary.ts";

/** What an agent did when. */
export const AgentActivityShape = Type.Object(
  {
    name: Type.String(),
    states: Type.Array(
      Type.Object({
        state: Type.Unsafe<AgentState>({ type: "string", enum: [...AGENT_STATES] }),
        startedAt: Type.String({ format: "date-time" }),
        durationMs: Type.Number({ description: "How long, in milliseconds; of an open run's last state until now" }),
      }),
      { description: "In order of time, one right after the other" },
    ),
  },
  { $id: "AgentActivity" },
);
export type AgentActivityShape = Static<typeof AgentActivityShape>;
