// Takes in RunEvents that were sent as JSON.

import { Compile } from "typebox/compile";
import type { Clock } from "../base/time.ts";
import { formatOffset, isRunId, isSpanId, isTraceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { type Accepted, RunEventInput } from "../model/shapes.ts";
import type { EventRecord, EventWriter } from "./event-writer.ts";
import type { GroupCommit } from "./group-commit.ts";
import { inputTimeNs } from "./input-time.ts";
import { timeProblem } from "./item-checks.ts";
import type { JsonItem } from "./json-items.ts";
import { Slices } from "./slices.ts";

export interface EventIntakeOptions {
  readonly commit: GroupCommit;
  readonly clock: Clock;
  readonly writer: EventWriter;
}

/** Why one item of a request was not stored. */
export interface ItemError {
  readonly code: "event_invalid" | "run_id_missing" | "run_id_invalid" | "time_invalid" | "too_large";
  readonly message: string;
}

const checker = Compile(RunEventInput);
const EVENTS_PER_CHECK = 64;
const NO_PARTS = [] as const;

/** The fields that a RunEvent has; any other is kept in its data. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set(Object.keys(RunEventInput.properties));

export class EventIntake {
  readonly #options: EventIntakeOptions;

  constructor(options: EventIntakeOptions) {
    this.#options = options;
  }

  /** Resolves when every accepted event is on disk. Throws JournalUnavailableError when they cannot be stored now. */
  async take(items: readonly JsonItem[], project: string): Promise<Accepted> {
    const { commit, clock, writer } = this.#options;
    const slices = new Slices();
    const answer: Accepted = { accepted: 0, rejected: 0, duplicates: 0, errors: [] };
    const ticket = commit.begin();
    let lastOffset = 0;
    for (let i = 0; i < items.length; i++) {
      if (i % EVENTS_PER_CHECK === 0) {
        if (slices.isOver) await slices.pause();
        await commit.room();
      }
      const nowMs = clock.nowMs();
      const event = readEvent(items[i] as JsonItem, nowMs);
      if ("code" in event) {
        answer.rejected++;
        answer.errors.push({ index: i, code: event.code, message: event.message });
        continue;
      }
      answer.accepted++;
      if (writer.write(commit.batch, project, event, nowMs)) lastOffset = commit.batch.lastOffset;
      else answer.duplicates++;
    }
    await commit.committed(ticket);
    return lastOffset === 0 ? answer : { ...answer, offset: formatOffset(lastOffset) };
  }
}

/** A sent event, checked, or why it cannot be stored. */
export function readEvent(item: JsonItem, nowMs: number): EventRecord | ItemError {
  if ("problem" in item) return { code: "event_invalid", message: item.problem };
  const { value } = item;
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
  if (data.length > LIMITS.eventDataBytes) {
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

function dataOf(value: RunEventInput): string {
  const data: Record<string, unknown> = { ...(value.data ?? value.event_data) };
  for (const [name, other] of Object.entries(value)) if (!KNOWN_FIELDS.has(name)) data[name] ??= other;
  return Object.keys(data).length === 0 ? "" : JSON.stringify(data);
}

function firstProblem(value: unknown): string {
  if (typeof value !== "object" || value === null) return "an event must be a JSON object";
  const [error] = checker.Errors(value);
  return error === undefined ? "not a RunEvent" : `${error.instancePath.slice(1) || "the event"} ${error.message}`;
}
