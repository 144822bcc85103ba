// A Metric is a head and, in one of five data messages, its points. Both are found without decoding the points.

import { LIMITS } from "../../model/limits.ts";
import type { PointKind } from "../../model/vocabulary.ts";
import type { Cuts } from "../cuts.ts";
import { MESSAGES, type Message, without } from "./descriptors.ts";
import { WIRE, WireReader } from "./wire.ts";

/** Metric's oneof, by field number. */
const DATA = { gauge: 5, sum: 7, histogram: 9, exponential: 10, summary: 11 } as const;

const POINT_MESSAGES: Readonly<Record<number, Message>> = {
  [DATA.gauge]: without(MESSAGES.NumberDataPoint, "exemplars"),
  [DATA.sum]: without(MESSAGES.NumberDataPoint, "exemplars"),
  [DATA.histogram]: without(MESSAGES.HistogramDataPoint, "exemplars"),
  [DATA.exponential]: without(MESSAGES.ExponentialHistogramDataPoint, "exemplars"),
  [DATA.summary]: MESSAGES.SummaryDataPoint,
};

interface Range {
  readonly start: number;
  readonly end: number;
}

export interface MetricHead {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: PointKind;
  /** OTLP's number. */
  readonly temporality: number;
  /** The field of the data message, 0 when there is none. */
  readonly data: number;
  /** The data message, in as many pieces as it came. */
  readonly pieces: readonly Range[];
}

/** The message that the points of a data message are. */
export function pointMessage(data: number): Message | undefined {
  return POINT_MESSAGES[data];
}

/** Reads the Metric `bytes[start, end)`, whose structure was checked, but for its points. */
export function readMetricHead(bytes: Buffer, start: number, end: number, cuts: Cuts): MetricHead {
  const texts = ["", "", "", ""];
  let data = 0;
  let pieces: Range[] = [];
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  while (wire.tag()) {
    wire.skip();
    const { field } = wire;
    if (field >= 1 && field <= 3) texts[field] = bytes.toString("utf8", wire.start, wire.stop);
    else if (POINT_MESSAGES[field] !== undefined) {
      if (field !== data) pieces = [];
      data = field;
      pieces.push({ start: wire.start, end: wire.stop });
    }
  }
  const [, name = "", description = "", unit = ""] = texts;
  const { temporality, isMonotonic } = readSumHead(bytes, pieces);
  return {
    name: cuts.name(name),
    description: cuts.text(description, LIMITS.nameBytes),
    unit: cuts.name(unit),
    kind: kindOf(data, isMonotonic),
    temporality,
    data,
    pieces,
  };
}

function kindOf(data: number, isMonotonic: boolean): PointKind {
  if (data === DATA.sum) return isMonotonic ? "counter" : "updown";
  if (data === DATA.histogram) return "histogram";
  if (data === DATA.exponential) return "exponential";
  return data === DATA.summary ? "summary" : "gauge";
}

/** What Sum, Histogram and ExponentialHistogram say besides their points: it mostly stands behind them. */
function readSumHead(bytes: Buffer, pieces: readonly Range[]): { temporality: number; isMonotonic: boolean } {
  let temporality = 0;
  let isMonotonic = false;
  const wire = new WireReader();
  for (const { start, end } of pieces) {
    wire.reset(bytes, start, end);
    while (wire.tag()) {
      if (wire.wire !== WIRE.varint) wire.skip();
      else if (wire.field === 2) temporality = wire.varint32();
      else if (wire.field === 3) isMonotonic = wire.varint64() !== 0;
      else wire.skip();
    }
  }
  return { temporality, isMonotonic };
}

/** Where each point lies. The range is valid until the next. */
export function* walkPoints(bytes: Buffer, { pieces }: MetricHead): Generator<Range, void> {
  const wire = new WireReader();
  for (const { start, end } of pieces) {
    wire.reset(bytes, start, end);
    while (wire.tag()) {
      wire.skip();
      if (wire.field === 1) yield { start: wire.start, end: wire.stop };
    }
  }
}
