// The shapes of `/api/v1/key-metrics` and `/api/v1/communication`.

import { type Static, Type } from "typebox";
import { Cost, Edge, Message, Run, stepBuckets } from "./shapes.ts";

const parts = Type.Record(Type.String(), Type.Number(), {
  description: "What the figure consists of: percentiles, sums, rates by kind",
});
const value = Type.Optional(Type.Number({ description: "The figure; absent when there was nothing to measure" }));

export const Explanation = Type.Object(
  {
    formula: Type.String({ description: "How the figure is computed" }),
    meaning: Type.String(),
    counted: Type.String({ description: "What is in it, and what is not" }),
    inputs: Type.Record(Type.String(), Type.Number(), { description: "The sums that it was computed from" }),
  },
  { $id: "Explanation" },
);
export type Explanation = Static<typeof Explanation>;

export const KeyMetricSeries = Type.Object(
  {
    name: Type.Unsafe<
      "task_completion_time" | "agent_utilization" | "communication_overhead" | "error_rate" | "throughput"
    >({
      type: "string",
      enum: ["task_completion_time", "agent_utilization", "communication_overhead", "error_rate", "throughput"],
    }),
    unit: Type.String({ description: "`ms`, `1` for shares, `1/min`" }),
    value,
    parts,
    before: Type.Optional(
      Type.Object({ value, parts }, { description: "The same over the window of equal length before, if asked for" }),
    ),
    explain: Type.Optional(Explanation),
    series: Type.Array(
      Type.Object({ at: Type.String({ format: "date-time", description: "Start of the step" }), value, parts }),
      { description: "By step, in the order of time; steps in which nothing ended are left out" },
    ),
    buckets: stepBuckets,
  },
  { $id: "KeyMetricSeries" },
);
export type KeyMetricSeries = Static<typeof KeyMetricSeries>;

export const KeyMetrics = Type.Object(
  {
    since: Type.String({ format: "date-time" }),
    until: Type.String({ format: "date-time" }),
    stepMs: Type.Number(),
    by: Type.Optional(Type.String()),
    groups: Type.Array(
      Type.Object({
        group: Type.Optional(Type.String({ description: "The value of `by`; absent without `by`" })),
        metrics: Type.Array(KeyMetricSeries),
      }),
    ),
    truncated: Type.Optional(Type.Boolean({ description: "true: there are more groups; these have most" })),
  },
  { $id: "KeyMetrics" },
);
export type KeyMetrics = Static<typeof KeyMetrics>;

export const CommunicationAgent = Type.Object(
  {
    name: Type.String(),
    sent: Type.Integer(),
    received: Type.Integer(),
    tokens: Type.Optional(Type.Integer({ description: "Of the messages that it sent or received" })),
  },
  { $id: "CommunicationAgent" },
);

export const Communication = Type.Object(
  {
    edges: Type.Array(Edge, { description: "By sender and receiver, those with most messages first" }),
    agents: Type.Array(CommunicationAgent),
    total: Type.Object({
      count: Type.Integer({ description: "Messages between agents" }),
      bytes: Type.Optional(Type.Integer()),
      tokens: Type.Optional(Type.Integer({ description: "Read and written of them" })),
      tokensEstimated: Type.Optional(Type.Boolean()),
      cost: Type.Optional(Cost),
      shareOfTime: Type.Optional(Type.Number({ description: "Transfers on critical paths ÷ wall time, 0…1" })),
      shareOfTokens: Type.Optional(Type.Number({ description: "Tokens of messages ÷ all tokens, 0…1" })),
    }),
    truncated: Type.Optional(Type.Boolean({ description: "true: there are more edges" })),
    explain: Type.Optional(Explanation),
  },
  { $id: "Communication" },
);
export type Communication = Static<typeof Communication>;

export const SentMessage = Type.Object({ ...Message.properties, runName: Type.String() }, { $id: "SentMessage" });
export type SentMessage = Static<typeof SentMessage>;

export const EdgeRun = Type.Object({ run: Run, edge: Edge }, { $id: "EdgeRun" });
export type EdgeRun = Static<typeof EdgeRun>;
