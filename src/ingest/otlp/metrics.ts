import { attributeKey } from "../../model/attribute-keys.ts";
import type { AttributeValue } from "../../model/foreign-span.ts";
import { isRunId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { TALEA } from "../../model/names.ts";
import { TEMPORALITIES } from "../../model/vocabulary.ts";
import { timeProblem } from "../item-checks.ts";
import type { Outcome } from "../outcome.ts";
import type { PointRecord, PointWriter, SeriesKey } from "../point-writer.ts";
import { storedText } from "./attributes.ts";
import type { ResourceContext } from "./contexts.ts";
import { type Decoded, decodeMessage } from "./decode.ts";
import { MESSAGES } from "./descriptors.ts";
import { type ItemIntakeOptions, takeItems } from "./item-intake.ts";

/** OTLP's DataPointFlags: the point says that there is no value. */
const NO_RECORDED_VALUE = 1;
const GEN_AI_AGENT = "gen_ai.agent.name";
/** Attributes of a point that are columns of their own and never labels. */
const NOT_LABELS: ReadonlySet<string> = new Set([TALEA.runId, TALEA.agent, GEN_AI_AGENT]);
// Registered so that the name has a number on resources too.
attributeKey(TALEA.runId);

export interface MetricIntakeOptions extends ItemIntakeOptions {
  readonly writer: PointWriter;
}

type Attributes = readonly (readonly [string, AttributeValue | undefined])[];

/** Takes in ExportMetricsServiceRequests: every data point becomes a point. */
export class MetricIntake {
  readonly #options: MetricIntakeOptions;

  constructor(options: MetricIntakeOptions) {
    this.#options = options;
  }

  /** As `takeItems`; the outcome counts data points. */
  take(body: Buffer, project: string): Promise<Outcome> {
    return takeItems(this.#options, body, MESSAGES.Metric, ({ start, end, resource, nowMs }, outcome) =>
      this.#metric(project, decodeMessage(body, start, end, MESSAGES.Metric), resource, outcome, nowMs),
    );
  }

  #metric(project: string, metric: Decoded, resource: ResourceContext, outcome: Outcome, nowMs: number): void {
    const { kind, points, temporality } = dataPoints(metric);
    const name = String(metric["name"] ?? "").slice(0, LIMITS.nameBytes);
    if (kind === undefined || name === "") {
      outcome.reject("a metric needs a name and data of a known type", Math.max(1, points.length));
      return;
    }
    for (const point of points) {
      if ((Number(point["flags"] ?? 0) & NO_RECORDED_VALUE) !== 0) {
        outcome.accepted++;
        continue;
      }
      const timeNs = BigInt((point["timeUnixNano"] as number | bigint | undefined) ?? 0);
      const problem = timeProblem(Number(timeNs) / 1e6, nowMs);
      if (problem !== undefined) {
        outcome.reject(problem);
        continue;
      }
      const attributes = (point["attributes"] ?? []) as Attributes;
      const series: SeriesKey = {
        name,
        kind,
        temporality,
        unit: String(metric["unit"] ?? ""),
        description: String(metric["description"] ?? ""),
        service: resource.service,
        agent: attributeText(attributes, TALEA.agent) || attributeText(attributes, GEN_AI_AGENT),
        attributes: labels(attributes),
      };
      const runId = attributeText(attributes, TALEA.runId) || resource.runId;
      this.#options.writer.write(this.#options.commit.batch, project, {
        series,
        timeNs,
        startTimeNs: BigInt((point["startTimeUnixNano"] as number | bigint | undefined) ?? 0),
        runId: isRunId(runId) ? runId : "",
        ...valuesOf(point),
      });
      outcome.accepted++;
    }
  }
}

interface DataPoints {
  readonly kind: SeriesKey["kind"] | undefined;
  readonly temporality: SeriesKey["temporality"];
  readonly points: readonly Decoded[];
}

function dataPoints(metric: Decoded): DataPoints {
  for (const field of ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const) {
    const data = metric[field] as Decoded | undefined;
    if (data === undefined) continue;
    const points = (data["dataPoints"] ?? []) as Decoded[];
    const temporality = TEMPORALITIES[Number(data["aggregationTemporality"] ?? 0)] ?? "unspecified";
    if (field === "sum") return { kind: data["isMonotonic"] === true ? "counter" : "updown", temporality, points };
    return { kind: field === "exponentialHistogram" ? "exponential" : field, temporality, points };
  }
  return { kind: undefined, temporality: "unspecified", points: [] };
}

/** The numbers of a data point of any kind. */
function valuesOf(point: Decoded): Partial<PointRecord> {
  const numbers = (name: string) => (point[name] as (number | bigint)[] | undefined)?.map(Number);
  const quantiles = point["quantileValues"] as Decoded[] | undefined;
  const positive = point["positive"] as Decoded | undefined;
  const negative = point["negative"] as Decoded | undefined;
  const values = {
    value: numberOf(point["asDouble"] ?? point["asInt"]),
    count: numberOf(point["count"]),
    sum: numberOf(point["sum"]),
    min: numberOf(point["min"]),
    max: numberOf(point["max"]),
    bounds: quantiles?.map((one) => Number(one["quantile"] ?? 0)) ?? numbers("explicitBounds"),
    quantileValues: quantiles?.map((one) => Number(one["value"] ?? 0)),
    buckets: (positive?.["bucketCounts"] as (number | bigint)[] | undefined)?.map(Number) ?? numbers("bucketCounts"),
    scale: numberOf(point["scale"]),
    zeroCount: numberOf(point["zeroCount"]),
    positiveOffset: numberOf(positive?.["offset"]),
    negativeOffset: numberOf(negative?.["offset"]),
    negativeBuckets: (negative?.["bucketCounts"] as (number | bigint)[] | undefined)?.map(Number),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function numberOf(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function attributeText(attributes: Attributes, name: string): string {
  const value = attributes.find(([key]) => key === name)?.[1];
  return value === undefined ? "" : storedText(value);
}

function labels(attributes: Attributes): Record<string, string> {
  const kept = attributes.filter(([name]) => !NOT_LABELS.has(name)).slice(0, LIMITS.attributesPerItem);
  return Object.fromEntries(kept.map(([name, value]) => [name, storedText(value).slice(0, LIMITS.attributeKeyBytes)]));
}
