import { hash } from "node:crypto";
import { FingerprintSet } from "../base/fingerprint-set.ts";
import { LIMITS } from "../model/limits.ts";
import { POINT_KINDS, type PointKind, TEMPORALITIES } from "../model/vocabulary.ts";
import type { ArrayBuilder, Float64Builder, UInt64Builder } from "../store/native/column-builders.ts";
import type { Batch } from "./batch.ts";

/** What the points of one series have in common. */
export interface SeriesKey {
  readonly name: string;
  readonly kind: PointKind;
  readonly temporality: (typeof TEMPORALITIES)[number];
  readonly unit: string;
  readonly description: string;
  readonly service: string;
  readonly agent: string;
  /** Attributes of the point, texts by name. Never a run, trace or span. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** One measured value; what a kind does not have is absent. */
export interface PointRecord {
  readonly series: SeriesKey;
  readonly timeNs: bigint;
  readonly startTimeNs: bigint;
  readonly runId: string;
  readonly traceId?: Buffer;
  readonly spanId?: Buffer;
  readonly value?: number;
  /** Counts are unsigned 64-bit numbers; those that are not exact as a double are bigints, in two's complement. */
  readonly count?: number | bigint;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bounds?: readonly number[];
  readonly buckets?: readonly (number | bigint)[];
  readonly quantileValues?: readonly number[];
  readonly scale?: number;
  readonly zeroCount?: number | bigint;
  readonly positiveOffset?: number;
  readonly negativeOffset?: number;
  readonly negativeBuckets?: readonly (number | bigint)[];
}

/** What OpenTelemetry allows: beyond, a bucket is wider than all numbers or narrower than their precision. */
const SCALE_MIN = -10;
const SCALE_MAX = 20;

/** Why the values of a point of a kind cannot be stored, or undefined. */
export function pointProblem(kind: PointKind, values: Partial<PointRecord>): string | undefined {
  const { value, sum, bounds, buckets, negativeBuckets, quantileValues, scale } = values;
  const isNumber = kind === "gauge" || kind === "counter" || kind === "updown";
  if (isNumber && value === undefined) return "a data point has no value";
  if (!isFiniteIfAny(value) || !isFiniteIfAny(sum)) return "a data point's value or sum is not a finite number";
  for (const list of [bounds, buckets, negativeBuckets, quantileValues]) {
    if ((list?.length ?? 0) > LIMITS.bucketsPerPoint) {
      return `a data point has more than ${LIMITS.bucketsPerPoint} buckets or quantiles`;
    }
  }
  if (kind === "histogram" && !areBuckets(bounds ?? [], buckets ?? [])) {
    return "a histogram must have one bucket more than bounds, and its bounds must rise";
  }
  if (kind === "exponential" && ((scale ?? 0) < SCALE_MIN || (scale ?? 0) > SCALE_MAX)) {
    return `an exponential histogram's scale must be between ${SCALE_MIN} and ${SCALE_MAX}`;
  }
  return undefined;
}

function isFiniteIfAny(value: number | undefined): boolean {
  return value === undefined || Number.isFinite(value);
}

/** No buckets at all are allowed: then only count and sum are known. */
function areBuckets(bounds: readonly number[], buckets: readonly unknown[]): boolean {
  if (buckets.length === 0) return bounds.length === 0;
  return (
    buckets.length === bounds.length + 1 && bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number))
  );
}

const KIND_NUMBER = new Map(POINT_KINDS.map((kind, number) => [kind, number]));
const OVERFLOW = { overflow: "true" };

/** Writes points into a batch. */
export class PointWriter {
  readonly #series: FingerprintSet;
  readonly #seriesMax: number;

  constructor(seriesMax: number = LIMITS.seriesPerProject) {
    this.#series = new FingerprintSet(2 * seriesMax);
    this.#seriesMax = seriesMax;
  }

  write(batch: Batch, project: string, point: PointRecord): void {
    const { series } = point;
    const labels = this.#labels(project, series);
    const row = batch.begin("points", project);
    const { columns } = batch.points;
    columns.name.put(row, series.name);
    columns.kind.put(row, KIND_NUMBER.get(series.kind) as number);
    columns.temporality.put(row, TEMPORALITIES.indexOf(series.temporality));
    columns.unit.put(row, series.unit);
    columns.description.put(row, series.description);
    columns.series.putHalves(row, labels.low, labels.high);
    columns.labels.put(row, labels.json);
    columns.service.put(row, series.service);
    columns.agent.put(row, series.agent);
    if (point.runId !== "") columns.run_id.put(row, point.runId);
    if (point.traceId !== undefined) columns.trace_id.put(row, point.traceId);
    if (point.spanId !== undefined) columns.span_id.put(row, point.spanId);
    columns.time.putBigInt(row, point.timeNs);
    columns.start_time.putBigInt(row, point.startTimeNs);
    columns.value.put(row, point.value ?? 0);
    columns.min.put(row, point.min ?? Number.NaN);
    columns.max.put(row, point.max ?? Number.NaN);
    if (point.count !== undefined) putCount(columns.count, row, point.count);
    if (point.sum !== undefined) columns.sum.put(row, point.sum);
    if (point.scale !== undefined) columns.scale.put(row, point.scale);
    if (point.zeroCount !== undefined) putCount(columns.zero_count, row, point.zeroCount);
    if (point.positiveOffset !== undefined) columns.positive_offset.put(row, point.positiveOffset);
    if (point.negativeOffset !== undefined) columns.negative_offset.put(row, point.negativeOffset);
    putNumbers(columns.bounds, row, point.bounds);
    putCounts(columns.buckets, row, point.buckets);
    putCounts(columns.negative_buckets, row, point.negativeBuckets);
    putNumbers(columns.quantile_values, row, point.quantileValues);
  }

  /** The labels as JSON with sorted keys and the series' hash; beyond the limit of series all new ones are one. */
  #labels(project: string, series: SeriesKey): { json: string; low: number; high: number } {
    const labels = labelsOf(series, series.attributes);
    const known = fingerprint(project, series, labels);
    if (this.#series.has(known.low, known.high)) return { json: labels, ...known };
    if (this.#series.size >= this.#seriesMax) {
      const overflow = labelsOf(series, OVERFLOW);
      return { json: overflow, ...fingerprint(project, series, overflow) };
    }
    this.#series.add(known.low, known.high);
    return { json: labels, ...known };
  }
}

function labelsOf(series: SeriesKey, attributes: Readonly<Record<string, string>>): string {
  const labels: Record<string, string> = { ...attributes };
  if (series.service !== "") labels["service"] = series.service;
  if (series.agent !== "") labels["agentId"] = series.agent;
  return JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function fingerprint(project: string, series: SeriesKey, labels: string): { low: number; high: number } {
  const digest = hash("sha256", `${project}\0${series.name}\0${series.kind}\0${series.unit}\0${labels}`, "buffer");
  return { low: digest.readUInt32LE(0), high: digest.readUInt32LE(4) };
}

function putNumbers(column: ArrayBuilder<Float64Builder>, row: number, values: readonly number[] | undefined): void {
  if (values === undefined || values.length === 0) return;
  for (const value of values) column.items.append(value);
  column.put(row, values.length);
}

function putCount(column: UInt64Builder, row: number, value: number | bigint): void {
  if (typeof value === "bigint") column.putBigInt(row, value);
  else column.put(row, value);
}

function putCounts(
  column: ArrayBuilder<UInt64Builder>,
  row: number,
  values: readonly (number | bigint)[] | undefined,
): void {
  if (values === undefined || values.length === 0) return;
  for (const value of values) {
    if (typeof value === "bigint") column.items.appendBigInt(value);
    else column.items.append(value);
  }
  column.put(row, values.length);
}
