import { randomUUID } from "node:crypto";
import { context, isSpanContextValid, type Span, trace } from "@opentelemetry/api";
import { NAMES, SCOPE } from "./names.ts";
import { attributesOf } from "./otlp-json.ts";
import { quietly } from "./quietly.ts";
import { agentIn, runIdIn } from "./run-context.ts";
import { currentClient } from "./shared-client.ts";
import { resourceJson, scopeJson } from "./span-json.ts";
import type { ResourceShape } from "./span-shape.ts";

/** From OpenTelemetry's severity ranges. */
const SEVERITY = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;

export interface EventOptions {
  /** The agent that it is about; the one whose callback is running without it. */
  readonly agent?: string | undefined;
  /** Whom it is meant for. */
  readonly to?: string | undefined;
  readonly message?: string | undefined;
  readonly level?: keyof typeof SEVERITY | undefined;
  /** The run's own id, where no `run` is around it. */
  readonly runId?: string | undefined;
  /** Two events with one id are one. */
  readonly id?: string | undefined;
  readonly time?: Date | undefined;
  /** The span that it belongs to; the active one without it. */
  readonly span?: Span | undefined;
}

export type EventData = Readonly<Record<string, unknown>>;

/**
 * Emits a RunEvent: an immutable fact about the run, at this instant. The type is one of Talea's or a dotted name of your
 * own. Never throws; what cannot be delivered is counted.
 */
export function logEvent(type: string, data: EventData = {}, options: EventOptions = {}): void {
  quietly(() => {
    const client = currentClient();
    const span = options.span ?? trace.getActiveSpan();
    client.events.add({
      json: JSON.stringify(record(type, data, options, span)),
      resource: resourceJson(client.resourceOf(span as { resource?: ResourceShape } | undefined)),
      scope: scopeJson(SCOPE),
    });
  }, undefined);
}

function record(type: string, data: EventData, options: EventOptions, span: Span | undefined): object {
  const agent = agentIn();
  const ids = span !== undefined && isSpanContextValid(span.spanContext()) ? span.spanContext() : undefined;
  return {
    timeUnixNano: options.time === undefined ? instant() : `${options.time.getTime()}000000`,
    eventName: type,
    severityNumber: options.level === undefined ? undefined : SEVERITY[options.level],
    traceId: ids?.traceId,
    spanId: ids?.spanId,
    body: options.message === undefined ? undefined : { stringValue: options.message },
    attributes: [
      ...attributesOf(data),
      ...attributesOf({
        [NAMES.eventId]: options.id ?? randomUUID(),
        [NAMES.runId]: options.runId ?? runIdIn(context.active()),
        [NAMES.agent]: options.agent ?? agent?.name,
        [NAMES.agentInstance]: options.agent === undefined ? agent?.instance : undefined,
        [NAMES.eventTo]: options.to,
      }),
    ],
  };
}

let lastMs = 0;
let within = 0;

/** The time in nanoseconds. Events of one millisecond get a microsecond each, so that their order is that of the calls. */
function instant(): string {
  const nowMs = Date.now();
  within = nowMs === lastMs ? Math.min(within + 1, 999) : 0;
  lastMs = nowMs;
  return `${nowMs}${String(within).padStart(3, "0")}000`;
}
