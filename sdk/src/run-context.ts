// What the SDK carries along with OpenTelemetry's context: the run's id as W3C baggage, so that other processes get it
// too, and the agent that is at work here, which they do not.

import { type Context, context, createContextKey, propagation } from "@opentelemetry/api";
import { NAMES } from "./names.ts";

export interface CurrentAgent {
  readonly name: string;
  readonly instance: string | undefined;
}

const AGENT = createContextKey("@talea/sdk agent");

/** The explicit id of the run that a context is inside of. */
export function runIdIn(at: Context): string | undefined {
  return propagation.getBaggage(at)?.getEntry(NAMES.runId)?.value;
}

export function withRunId(at: Context, runId: string): Context {
  const baggage = propagation.getBaggage(at) ?? propagation.createBaggage();
  return propagation.setBaggage(at, baggage.setEntry(NAMES.runId, { value: runId }));
}

/** The agent whose callback is running. */
export function agentIn(at: Context = context.active()): CurrentAgent | undefined {
  return at.getValue(AGENT) as CurrentAgent | undefined;
}

export function withAgent(at: Context, agent: CurrentAgent): Context {
  return at.setValue(AGENT, agent);
}
