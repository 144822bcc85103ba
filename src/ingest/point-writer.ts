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
  readonly count?: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bounds?: readonly number[];
  readonly buckets?: readonly number[];
  readonly quantileValues?: readonly number[];
  readonly scale?: number;
  readonly zeroCount?: number;
  readonly positiveOffset?: number;
  readonly negativeOffset?: number;
  readonly negativeBuckets?: readonly number[];
}

const KIND_NUMBER = new Map(POINT_KINDS.map((kind, number) => [kind, number]));
const OVERFLOW = { overflow: "true" };

/** Writes points into a batch. */
export class PointWriter {
  readonly #series = new FingerprintSet(2 * LIMITS.seriesPerProject);

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
    if (point.count !== undefined) columns.count.put(row, point.count);
    if (point.sum !== undefined) columns.sum.put(row, point.sum);
    if (point.scale !== undefined) columns.scale.put(row, point.scale);
    if (point.zeroCount !== undefined) columns.zero_count.put(row, point.zeroCount);
    if (point.positiveOffset !== undefined) columns.positive_offset.put(row, point.positiveOffset);
    if (point.negativeOffset !== undefined) columns.negative_offset.put(row, point.negativeOffset);
    putNumbers(columns.bounds, row, point.bounds);
    putNumbers(columns.buckets, row, point.buckets);
    putNumbers(columns.negative_buckets, row, point.negativeBuckets);
    putNumbers(columns.quantile_values, row, point.quantileValues);
  }

  /** The labels as JSON with sorted keys and the series' hash; beyond the limit of series all new ones are one. */
  #labels(project: string, series: SeriesKey): { json: string; low: number; high: number } {
    const labels = labelsOf(series, series.attributes);
    const known = fingerprint(project, series, labels);
    if (this.#series.has(known.low, known.high)) return { json: labels, ...known };
    if (this.#series.size >= LIMITS.seriesPerProject) {
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

function putNumbers(
  column: ArrayBuilder<Float64Builder> | ArrayBuilder<UInt64Builder>,
  row: number,
  values: readonly number[] | undefined,
): void {
  if (values === undefined || values.length === 0) return;
  const count = Math.min(values.length, LIMITS.bucketsPerPoint);
  for (let i = 0; i < count; i++) column.items.append(values[i] as number);
  column.put(row, count);
}
