// Takes in measured values that were sent as JSON: every one is a gauge.

import { Compile } from "typebox/compile";
import type { Clock } from "../base/time.ts";
import { formatOffset, isRunId, isSpanId, isTraceId } from "../model/ids.ts";
import { type Accepted, PointInput } from "../model/shapes.ts";
import type { GroupCommit } from "./group-commit.ts";
import { inputTimeNs } from "./input-time.ts";
import { timeProblem } from "./item-checks.ts";
import type { JsonItem } from "./json-items.ts";
import type { PointRecord, PointWriter } from "./point-writer.ts";
import { Slices } from "./slices.ts";

export interface PointIntakeOptions {
  readonly commit: GroupCommit;
  readonly clock: Clock;
  readonly writer: PointWriter;
}

interface ItemError {
  readonly code: "point_invalid" | "run_id_invalid" | "time_invalid";
  readonly message: string;
}

const checker = Compile(PointInput);
const POINTS_PER_CHECK = 64;

export class PointIntake {
  readonly #options: PointIntakeOptions;

  constructor(options: PointIntakeOptions) {
    this.#options = options;
  }

  /** As EventIntake.take. */
  async take(items: readonly JsonItem[], project: string): Promise<Accepted> {
    const { commit, clock, writer } = this.#options;
    const slices = new Slices();
    const answer: Accepted = { accepted: 0, rejected: 0, duplicates: 0, errors: [] };
    const ticket = commit.begin();
    let lastOffset = 0;
    for (let i = 0; i < items.length; i++) {
      if (i % POINTS_PER_CHECK === 0) {
        if (slices.isOver) await slices.pause();
        await commit.room();
      }
      const point = readPoint(items[i] as JsonItem, clock.nowMs());
      if ("code" in point) {
        answer.rejected++;
        answer.errors.push({ index: i, ...point });
        continue;
      }
      answer.accepted++;
      writer.write(commit.batch, project, point);
      lastOffset = commit.batch.lastOffset;
    }
    await commit.committed(ticket);
    return lastOffset === 0 ? answer : { ...answer, offset: formatOffset(lastOffset) };
  }
}

function readPoint(item: JsonItem, nowMs: number): PointRecord | ItemError {
  if ("problem" in item) return { code: "point_invalid", message: item.problem };
  const { value } = item;
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
  const attributes = Object.entries(value.attributes ?? {}).map(([name, label]) => [name, String(label)]);
  return {
    series: {
      name: value.name,
      kind: "gauge",
      temporality: "unspecified",
      unit: value.unit ?? "",
      description: "",
      service: "",
      agent: value.agentId ?? "",
      attributes: Object.fromEntries(attributes) as Record<string, string>,
    },
    timeNs,
    startTimeNs: 0n,
    runId,
    ...(traceId === undefined ? {} : { traceId: Buffer.from(traceId, "hex") }),
    ...(spanId === undefined ? {} : { spanId: Buffer.from(spanId, "hex") }),
    value: value.value,
  };
}
