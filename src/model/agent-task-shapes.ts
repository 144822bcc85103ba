// The shape of `/api/v1/agents/{name}/tasks`.

import { type Static, Type } from "typebox";

export const AgentTask = Type.Object(
  {
    runId: Type.String(),
    runName: Type.String(),
    spanId: Type.String({ description: "The span of the task, or of the invocation that is it" }),
    name: Type.String({ description: "What the span is called" }),
    startedAt: Type.String({ format: "date-time" }),
    durationMs: Type.Optional(Type.Number({ description: "Absent while it goes on" })),
    outcome: Type.Unsafe<"completed" | "failed" | "open">({ type: "string", enum: ["completed", "failed", "open"] }),
    error: Type.Optional(Type.String({ description: "What the span says of its failure, cut" })),
  },
  { $id: "AgentTask" },
);
export type AgentTask = Static<typeof AgentTask>;

export const AgentTasks = Type.Object({
  tasks: Type.Array(AgentTask, { description: "The newest first" }),
  runs: Type.Integer({ description: "Runs that were looked through: the newest that the agent took part in" }),
  runsLeftOut: Type.Optional(Type.Integer({ description: "Of them: too large to be looked through for a list" })),
});
export type AgentTasks = Static<typeof AgentTasks>;
