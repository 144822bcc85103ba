import { POINT_AGENT_NAMES } from "../../dialects/registry.ts";
import type { AttributeValue } from "../../model/foreign-span.ts";
import { isRunId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { TALEA } from "../../model/names.ts";
import { TEMPORALITIES } from "../../model/vocabulary.ts";
import { Cuts } from "../cuts.ts";
import { BAD_TEXT, PARTS_LEFT_OUT, RUN_ID_UNUSABLE, TEXT_CUT, TOO_DEEP, timeProblem } from "../item-checks.ts";
import type { Outcome } from "../outcome.ts";
import { type PointRecord, type PointWriter, pointProblem, type SeriesKey } from "../point-writer.ts";
import { storedText } from "./attributes.ts";
import { isTextBad, isTooDeep, StructureCheck } from "./check.ts";
import { type Decoded, decodeMessage } from "./decode.ts";
import { MESSAGES } from "./descriptors.ts";
import { type Item, type ItemIntakeOptions, takeItems } from "./item-intake.ts";
import { type MetricHead, pointMessage, readMetricHead, walkPoints } from "./metric-points.ts";

/** OTLP's DataPointFlags: the point says that there is no value. */
const NO_RECORDED_VALUE = 1;
/** Attributes of a point that are columns of their own and never labels. */
const NOT_LABELS: ReadonlySet<string> = new Set([TALEA.runId, ...POINT_AGENT_NAMES]);

export interface MetricIntakeOptions extends ItemIntakeOptions {
  readonly writer: PointWriter;
}

type Attributes = readonly (readonly [string, AttributeValue | undefined])[];

/** Takes in ExportMetricsServiceRequests: every data point becomes a point. */
export class MetricIntake {
  readonly #options: MetricIntakeOptions;
  readonly #cuts = new Cuts();

  constructor(options: MetricIntakeOptions) {
    this.#options = options;
  }

  /** As `takeItems`; the outcome counts data points. */
  take(body: Buffer, project: string): Promise<Outcome> {
    return takeItems(this.#options, body, MESSAGES.Metric, (item, outcome) =>
      this.#metric(body, project, item, outcome),
    );
  }

  /** A metric may have a million points: each is read, written and forgotten before the next. */
  *#metric(body: Buffer, project: string, item: Item, outcome: Outcome): Generator<number, void> {
    this.#cuts.begin();
    const head = readMetricHead(body, item.start, item.end, this.#cuts);
    const message = pointMessage(head.data);
    if (message === undefined || head.name === "") {
      let points = 0;
      for (const _ of walkPoints(body, head)) points++;
      outcome.reject("a metric needs a name and data of a known type", Math.max(1, points));
      return;
    }
    if (this.#cuts.bytes > 0) outcome.warn(TEXT_CUT);
    if (isTextBad(item.flaws)) outcome.warn(BAD_TEXT);
    const check = isTooDeep(item.flaws) ? new StructureCheck(body) : undefined;
    for (const { start, end } of walkPoints(body, head)) {
      if (check !== undefined && isTooDeep(check.flaws(start, end, message))) outcome.reject(TOO_DEEP);
      else this.#point(project, head, decodeMessage(body, start, end, message), item, outcome);
      yield end - start;
    }
  }

  #point(project: string, head: MetricHead, point: Decoded, { resource, nowMs }: Item, outcome: Outcome): void {
    if ((Number(point["flags"] ?? 0) & NO_RECORDED_VALUE) !== 0) {
      outcome.accepted++;
      return;
    }
    const timeNs = BigInt((point["timeUnixNano"] as number | bigint | undefined) ?? 0);
    const values = valuesOf(point);
    const problem = timeProblem(Number(timeNs) / 1e6, nowMs) ?? pointProblem(head.kind, values);
    if (problem !== undefined) {
      outcome.reject(problem);
      return;
    }
    this.#cuts.begin();
    const attributes = (point["attributes"] ?? []) as Attributes;
    const labels = this.#labels(attributes, outcome);
    const agent = POINT_AGENT_NAMES.map((name) => attributeText(attributes, name)).find((name) => name !== "");
    const series: SeriesKey = {
      name: head.name,
      kind: head.kind,
      temporality: TEMPORALITIES[head.temporality] ?? "unspecified",
      unit: head.unit,
      description: head.description,
      service: resource.service,
      agent: this.#cuts.name(agent ?? ""),
      attributes: labels,
    };
    const runId = attributeText(attributes, TALEA.runId) || resource.runId;
    const isRun = isRunId(runId);
    this.#options.writer.write(this.#options.commit.batch, project, {
      ...values,
      series,
      timeNs,
      startTimeNs: BigInt((point["startTimeUnixNano"] as number | bigint | undefined) ?? 0),
      runId: isRun ? runId : "",
    });
    outcome.accepted++;
    if (this.#cuts.bytes > 0) outcome.warn(TEXT_CUT);
    if (runId !== "" && !isRun) outcome.warn(RUN_ID_UNUSABLE);
  }

  /** The attributes that are labels, texts by name. */
  #labels(attributes: Attributes, outcome: Outcome): Record<string, string> {
    const labels = new Map<string, string>();
    let isCut = false;
    for (const [name, value] of attributes) {
      if (NOT_LABELS.has(name)) continue;
      if (name.length > LIMITS.attributeKeyBytes || (labels.size >= LIMITS.attributesPerItem && !labels.has(name))) {
        isCut = true;
      } else labels.set(name, this.#cuts.text(storedText(value), LIMITS.labelBytes));
    }
    if (isCut) outcome.warn(PARTS_LEFT_OUT);
    return Object.fromEntries(labels);
  }
}

/** The numbers of a data point of any kind. */
function valuesOf(point: Decoded): Omit<PointRecord, "series" | "timeNs" | "startTimeNs" | "runId"> {
  type Numbers = readonly (number | bigint)[] | undefined;
  const quantiles = point["quantileValues"] as Decoded[] | undefined;
  const positive = point["positive"] as Decoded | undefined;
  const negative = point["negative"] as Decoded | undefined;
  const values = {
    value: numberOf(point["asDouble"] ?? point["asInt"]),
    count: point["count"],
    sum: numberOf(point["sum"]),
    min: numberOf(point["min"]),
    max: numberOf(point["max"]),
    bounds: quantiles?.map((one) => Number(one["quantile"] ?? 0)) ?? (point["explicitBounds"] as Numbers)?.map(Number),
    quantileValues: quantiles?.map((one) => Number(one["value"] ?? 0)),
    buckets: (positive?.["bucketCounts"] ?? point["bucketCounts"]) as Numbers,
    scale: numberOf(point["scale"]),
    zeroCount: point["zeroCount"],
    positiveOffset: numberOf(positive?.["offset"]),
    negativeOffset: numberOf(negative?.["offset"]),
    negativeBuckets: negative?.["bucketCounts"] as Numbers,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function numberOf(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Of several attributes of one name the last holds. */
function attributeText(attributes: Attributes, name: string): string {
  const value = attributes.findLast(([key]) => key === name)?.[1];
  return value === undefined ? "" : storedText(value);
}
