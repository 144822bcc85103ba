import { present } from "../base/present.ts";
import { formatInstant } from "../base/time.ts";
import { formatOffset } from "../model/ids.ts";
import type { RunEventRow } from "../model/run-columns.ts";
import type { RunEvent } from "../model/shapes.ts";

/** An event with its absolute time. */
export type TimedEvent = Omit<RunEventRow, "time"> & { readonly timeNs: bigint; readonly derived: boolean };

/** The event in the shape of the API. */
export function presentEvent(event: TimedEvent, runId: string | undefined): RunEvent {
  return {
    offset: formatOffset(event.offset, event.index),
    id: event.id,
    type: event.type,
    time: formatInstant(event.timeNs),
    derived: event.derived,
    ...present({
      runId,
      agentId: event.agent,
      agentInstance: event.agentInstance,
      to: event.toAgent,
      spanId: event.spanId,
      traceId: event.traceId,
      parentSpanId: event.parentId,
      level: event.level,
      service: event.service,
      message: event.message,
      data: Object.keys(event.data).length === 0 ? undefined : event.data,
    }),
  };
}
