// Context across processes, as W3C headers: `traceparent` and `tracestate` say where in which trace, `baggage` carries
// the run's id. The process's own propagator goes first, so that what the user has set up (B3, …) is carried too; what it
// leaves out of the two is added here, so that joining a run does not depend on it.

import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { NAMES } from "./names.ts";
import { quietly } from "./quietly.ts";
import { runIdIn, withRunId } from "./run-context.ts";

type Carrier = Record<string, string>;
/** Headers as they come: of Node's `http`, of `fetch`, or plain. */
export type IncomingHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<[string, string]>;

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Adds the headers that let another process go on with this trace and run, and returns them. */
export function inject<H extends object = Carrier>(headers: H = {} as H): H & Carrier {
  const carrier = headers as H & Carrier;
  quietly(() => {
    const at = context.active();
    propagation.inject(at, carrier);
    w3cPropagator.inject(at, carrier, { set: setMissing });
  }, undefined);
  return carrier;
}

/** Runs a callback where the headers come from: what it starts belongs to the sender's trace and run. */
export function extract<T>(headers: IncomingHeaders, work: () => T): T {
  return context.with(
    quietly(() => contextOf(plain(headers)), context.active()),
    work,
  );
}

function contextOf(carrier: Carrier): Context {
  const usual = propagation.extract(context.active(), carrier);
  const span = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, carrier));
  const joined = span === undefined ? w3cPropagator.extract(usual, carrier, GETTER) : usual;
  const runId = runIdIn(joined) ?? runIdOf(carrier["baggage"]);
  return runId === undefined || runIdIn(joined) === runId ? joined : withRunId(joined, runId);
}

/** Header names in lower case, several values of one joined. */
function plain(headers: IncomingHeaders): Carrier {
  const entries = Symbol.iterator in headers ? [...(headers as Iterable<[string, string]>)] : Object.entries(headers);
  const carrier: Carrier = {};
  for (const [name, value] of entries) {
    if (value !== undefined) carrier[name.toLowerCase()] = Array.isArray(value) ? value.join(",") : String(value);
  }
  return carrier;
}

const GETTER: TextMapGetter<Carrier> = {
  get: (carrier, key) => carrier[key],
  keys: (carrier) => Object.keys(carrier),
};

/** W3C trace context and baggage, as far as Talea needs it: of the baggage, the run's id alone. */
export const w3cPropagator: TextMapPropagator = {
  fields: () => ["traceparent", "tracestate", "baggage"],
  inject(at: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(at);
    if (span !== undefined && isSpanContextValid(span)) {
      const flags = (span.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, "0");
      setter.set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-${flags}`);
      const state = span.traceState?.serialize();
      if (state) setter.set(carrier, "tracestate", state);
    }
    const runId = runIdIn(at);
    if (runId !== undefined) setter.set(carrier, "baggage", `${NAMES.runId}=${encodeURIComponent(runId)}`);
  },
  extract(at: Context, carrier: unknown, getter: TextMapGetter): Context {
    const found = TRACEPARENT.exec(one(getter.get(carrier, "traceparent")).trim());
    const [, traceId = "", spanId = "", flags = "00"] = found ?? [];
    const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
    const joined = isSpanContextValid(span) ? trace.setSpanContext(at, span) : at;
    const runId = runIdOf(one(getter.get(carrier, "baggage")));
    return runId === undefined ? joined : withRunId(joined, runId);
  },
};

function one(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(",") : value) ?? "";
}

function runIdOf(baggage: string | undefined): string | undefined {
  for (const member of (baggage ?? "").split(",")) {
    const [name, value = ""] = (member.split(";", 1)[0] ?? "").split("=", 2).map((part) => part.trim());
    if (name === NAMES.runId && value !== "") return quietly(() => decodeURIComponent(value), undefined);
  }
  return undefined;
}

function setMissing(carrier: unknown, key: string, value: string): void {
  const headers = carrier as Carrier;
  const known = headers[key];
  if (known === undefined) headers[key] = value;
  // Someone else's baggage without the run: a list that one more member is added to.
  else if (key === "baggage" && !known.includes(NAMES.runId)) headers[key] = `${known},${value}`;
}
