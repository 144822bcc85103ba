// The live stream's protocol, as JSON texts over WebSocket (`/api/v1/stream`) and as server-sent events on the same
// path. Clients subscribe to channels; each subscription has an id of the client's choice, which all its answers carry.
//
//   events                     a log: every RunEvent once, in the order of offsets; resumed by `after`
//   runs, agents, key-metrics  state: a `snapshot`, then `update`s with whole items that changed
//
//   client  subscribe ─▶  server  subscribed {offset}
//                                 event … | events …      behind `after`, first from the store, then as it happens
//                                 caught-up {offset}      from here on it is live
//                                 progress {offset}       nothing passed the filter up to here: resume from it
//                                 gap {from, to}          what lies between is beyond retention, or was not yet known
//                                                         to belong to the run when it went by: read it by the API
//
// A client that reads too slowly is put back into replay from where it is and loses nothing.

import { type Static, Type } from "typebox";
import { LIMITS } from "./limits.ts";
import type { Run, RunEvent } from "./shapes.ts";
import { type AgentState, EVENT_LEVELS, type SpanKind } from "./vocabulary.ts";

export const STREAM_CHANNELS = ["events", "runs", "agents", "key-metrics"] as const;
export type StreamChannel = (typeof STREAM_CHANNELS)[number];

const words = <const W extends readonly string[]>(values: W) =>
  Type.Unsafe<W[number]>({ type: "string", enum: [...values] });

/** What a subscription lets through; all that is stated must hold. */
export const StreamFilter = Type.Object(
  {
    runId: Type.Optional(Type.String({ minLength: 1, maxLength: 4 * LIMITS.runIdBytes })),
    agent: Type.Optional(Type.String({ maxLength: LIMITS.nameBytes })),
    /** Types of events, also as `tool.*`; any of them. */
    types: Type.Optional(Type.Array(Type.String({ maxLength: LIMITS.eventTypeBytes }), { maxItems: 64 })),
    /** The least level; events without one have `unset`, which is below all others. */
    level: Type.Optional(words(EVENT_LEVELS)),
  },
  { additionalProperties: false },
);
export type StreamFilter = Static<typeof StreamFilter>;

export const SubscribeMessage = Type.Object({
  op: Type.Literal("subscribe"),
  id: Type.String({ maxLength: 256 }),
  channel: words(STREAM_CHANNELS),
  filter: Type.Optional(StreamFilter),
  /** `events` only: deliver what lies behind this offset first. */
  after: Type.Optional(Type.String()),
  /** `events` only: several events in a frame; far cheaper for both sides. */
  batch: Type.Optional(Type.Boolean()),
});
export type SubscribeMessage = Static<typeof SubscribeMessage>;

export const UnsubscribeMessage = Type.Object({ op: Type.Literal("unsubscribe"), id: Type.String({ maxLength: 256 }) });
export type UnsubscribeMessage = Static<typeof UnsubscribeMessage>;

export type ClientMessage = SubscribeMessage | UnsubscribeMessage;

/** An agent in a run that is going on, as the channel `agents` tells it. `runId` and `name` together are its identity. */
export interface LiveAgent {
  readonly runId: string;
  readonly runName: string;
  readonly name: string;
  /** `done` when its last span has ended, or its run has. */
  readonly state: AgentState;
  /** Since when, RFC 3339. */
  readonly since: string;
  /** What it has open, outermost first; the last is what it does now. */
  readonly openSpans: readonly {
    readonly id: string;
    readonly kind: SpanKind;
    readonly name: string;
    readonly startedAt: string;
  }[];
  /** What its last `state.changed` said. */
  readonly lastChange?: { readonly [key: string]: unknown };
}

/** One of the five key figures over the last minutes, as the channel `key-metrics` tells them. */
export interface KeyMetric {
  readonly name: "task_completion_time" | "agent_utilization" | "communication_overhead" | "error_rate" | "throughput";
  /** `ms`, `1` for shares, `1/min`. */
  readonly unit: string;
  /** The figure itself; absent when nothing ended in the window. */
  readonly value?: number;
  /** The window, minutes. */
  readonly windowMin: number;
  /** What it consists of, for example p50 and p99. */
  readonly parts: Readonly<Record<string, number>>;
}

/** What an item of each state channel is. */
export interface StreamItems {
  readonly runs: Run;
  readonly agents: LiveAgent;
  readonly "key-metrics": KeyMetric;
}

export interface StreamedEvent {
  readonly offset: string;
  readonly event: RunEvent;
}

export type ServerMessage =
  | { readonly op: "subscribed"; readonly id: string; readonly offset: string }
  | ({ readonly op: "event"; readonly id: string } & StreamedEvent)
  | { readonly op: "events"; readonly id: string; readonly events: readonly StreamedEvent[] }
  | { readonly op: "caught-up"; readonly id: string; readonly offset: string }
  | { readonly op: "progress"; readonly id: string; readonly offset: string; readonly waiting?: string }
  | { readonly op: "gap"; readonly id: string; readonly from: string; readonly to: string }
  | { readonly op: "snapshot"; readonly id: string; readonly items: readonly StreamItems[keyof StreamItems][] }
  | { readonly op: "update"; readonly id: string; readonly items: readonly StreamItems[keyof StreamItems][] }
  | { readonly op: "unsubscribed"; readonly id: string }
  | { readonly op: "error"; readonly id?: string; readonly code: string; readonly message: string };
