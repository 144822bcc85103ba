// Reads measured values that were sent as JSON: every one is a gauge.

import { Compile } from "typebox/compile";
import { isRunId, isSpanId, isTraceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { PointInput } from "../model/shapes.ts";
import { inputTimeNs } from "./input-time.ts";
import { timeProblem } from "./item-checks.ts";
import type { ItemError } from "./item-errors.ts";
import { type JsonKind, withoutNulls } from "./json-intake.ts";
import { type PointRecord, type PointWriter, pointProblem } from "./point-writer.ts";

const checker = Compile(PointInput);
/** Measured values as JSON. */
export function pointKind(writer: PointWriter): JsonKind<PointRecord> {
  return {
    invalid: "point_invalid",
    read: readPoint,
    write: (batch, project, point) => {
      writer.write(batch, project, point);
      return true;
    },
  };
}

/** A sent value, checked, or why it cannot be stored. */
export function readPoint(sent: unknown, nowMs: number): PointRecord | ItemError {
  const value = withoutNulls(sent);
  if (!checker.Check(value)) {
    const [error] = checker.Errors(value);
    return { code: "point_invalid", message: `${error?.instancePath.slice(1) || "the point"} ${error?.message ?? ""}` };
  }
  const runId = value.runId ?? "";
  if (runId !== "" && !isRunId(runId)) return { code: "run_id_invalid", message: "runId must be printable UTF-8" };
  const traceId = value.traceId?.toLowerCase();
  const spanId = value.spanId?.toLowerCase();
  if ((traceId !== undefined && !isTraceId(traceId)) || (spanId !== undefined && !isSpanId(spanId))) {
    return { code: "point_invalid", message: "traceId must be 32 and spanId 16 hexadecimal digits, not all zero" };
  }
  const timeNs = inputTimeNs(value.time ?? value.timestamp, nowMs);
  const problem =
    timeNs === undefined ? "time is neither RFC 3339 nor a number" : timeProblem(Number(timeNs) / 1e6, nowMs);
  if (timeNs === undefined || problem !== undefined) return { code: "time_invalid", message: problem ?? "" };
  const labels = Object.entries(value.attributes ?? {}).map(([name, label]) => [name, String(label)] as const);
  const problemOfValue = labelProblem(labels) ?? pointProblem("gauge", { value: value.value });
  if (problemOfValue !== undefined) return { code: "point_invalid", message: problemOfValue };
  return {
    series: {
      name: value.name,
      kind: "gauge",
      temporality: "unspecified",
      unit: value.unit ?? "",
      description: "",
      service: "",
      agent: value.agentId ?? "",
      attributes: Object.fromEntries(labels),
    },
    timeNs,
    startTimeNs: 0n,
    runId,
    ...(traceId === undefined ? {} : { traceId: Buffer.from(traceId, "hex") }),
    ...(spanId === undefined ? {} : { spanId: Buffer.from(spanId, "hex") }),
    value: value.value,
  };
}

function labelProblem(labels: readonly (readonly [name: string, label: string])[]): string | undefined {
  if (labels.length > LIMITS.attributesPerItem) return `attributes are more than ${LIMITS.attributesPerItem}`;
  for (const [name, label] of labels) {
    if (name.length > LIMITS.attributeKeyBytes) return "attributes have a name that is too long";
    if (label.length > LIMITS.labelBytes) return `attributes.${name} is longer than ${LIMITS.labelBytes} bytes`;
  }
  return undefined;
}
