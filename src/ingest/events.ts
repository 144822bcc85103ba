// Reads RunEvents that were sent as JSON.

import { Compile } from "typebox/compile";
import { isRunId, isSpanId, isTraceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { RunEventInput } from "../model/shapes.ts";
import { Cuts } from "./cuts.ts";
import type { EventRecord, EventWriter } from "./event-writer.ts";
import { inputTimeNs } from "./input-time.ts";
import { timeProblem } from "./item-checks.ts";
import type { ItemError } from "./item-errors.ts";
import { type JsonKind, withoutNulls } from "./json-intake.ts";

const checker = Compile(RunEventInput);
const NO_PARTS = [] as const;

/** The fields that a RunEvent has; any other is kept in its data. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(RunEventInput.properties));

/** RunEvents as JSON. */
export function eventKind(writer: EventWriter): JsonKind<EventRecord> {
  const cuts = new Cuts();
  return {
    invalid: "event_invalid",
    read: readEvent,
    write: (batch, project, event, nowMs) => writer.write(batch, project, event, nowMs, cuts),
  };
}

/** A sent event, checked, or why it cannot be stored. */
export function readEvent(sent: unknown, nowMs: number): EventRecord | ItemError {
  const value = withoutNulls(sent);
  if (!checker.Check(value)) return { code: "event_invalid", message: firstProblem(value) };
  const type = value.type ?? value.event_type;
  if (type === undefined || type === "") {
    return { code: "event_invalid", message: "type is missing: name what happened, for example `task.started`" };
  }
  const runId = value.runId ?? value.run_id ?? "";
  const traceId = (value.traceId ?? "").toLowerCase();
  const idProblem = idsProblem(runId, traceId, value);
  if (idProblem !== undefined) return idProblem;
  const timeNs = inputTimeNs(value.time ?? value.timestamp, nowMs);
  const problem =
    timeNs === undefined ? "time is neither RFC 3339 nor a number" : timeProblem(Number(timeNs) / 1e6, nowMs);
  if (timeNs === undefined || problem !== undefined) return { code: "time_invalid", message: problem ?? "" };
  const data = dataOf(value);
  if (data.length > LIMITS.eventDataBytes || Buffer.byteLength(data) > LIMITS.eventDataBytes) {
    return { code: "too_large", message: `data is larger than ${LIMITS.eventDataBytes} bytes` };
  }
  return {
    id: value.id ?? "",
    runId,
    traceId: traceId === "" ? undefined : Buffer.from(traceId, "hex"),
    spanId: idBytes(value.spanId),
    parentSpanId: idBytes(value.parentSpanId),
    type,
    timeNs,
    agent: value.agentId ?? value.agent_id ?? "",
    agentInstance: value.agentInstance ?? "",
    to: value.to ?? "",
    level: value.level ?? "unset",
    service: "",
    scope: "",
    resource: "",
    message: value.message ?? "",
    data,
    input: NO_PARTS,
    output: NO_PARTS,
    facts: NO_PARTS,
    about: "",
  };
}

function idsProblem(runId: string, traceId: string, value: RunEventInput): ItemError | undefined {
  if (runId === "" && traceId === "") {
    return { code: "run_id_missing", message: "runId is missing: name the run, or the trace by traceId" };
  }
  if (runId !== "" && !isRunId(runId)) {
    return { code: "run_id_invalid", message: `runId must be printable UTF-8 of at most ${LIMITS.runIdBytes} bytes` };
  }
  if (traceId !== "" && !isTraceId(traceId)) {
    return { code: "event_invalid", message: "traceId must be 32 hexadecimal digits that are not all zero" };
  }
  for (const name of ["spanId", "parentSpanId"] as const) {
    const id = value[name];
    if (id !== undefined && id !== "" && !isSpanId(id.toLowerCase())) {
      return { code: "event_invalid", message: `${name} must be 16 hexadecimal digits that are not all zero` };
    }
  }
  return undefined;
}

function idBytes(id: string | undefined): Buffer | undefined {
  return id === undefined || id === "" ? undefined : Buffer.from(id, "hex");
}

/** The data in either spelling, and every field that a RunEvent does not have. */
function dataOf(value: RunEventInput): string {
  // Without a prototype, because `__proto__` is a name like any other here.
  const data: Record<string, unknown> = Object.assign(Object.create(null), value.event_data, value.data);
  for (const [name, other] of Object.entries(value)) if (!KNOWN_FIELDS.has(name)) data[name] ??= other;
  return Object.keys(data).length === 0 ? "" : JSON.stringify(data);
}

function firstProblem(value: unknown): string {
  if (typeof value !== "object" || value === null) return "an event must be a JSON object";
  const [error] = checker.Errors(value);
  return error === undefined ? "not a RunEvent" : `${error.instancePath.slice(1) || "the event"} ${error.message}`;
}
