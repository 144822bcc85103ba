// Random export requests of OTLP as plain messages: everything that the definitions allow, small.

import fc from "fast-check";
import type { Plain, Signal } from "../support/otlp-proto.ts";

const START_MS = Date.UTC(2001, 0, 1);
const DAY_MS = 86_400_000;

const text = fc.string({ unit: "binary", maxLength: 12 });
/** Names that no dialect knows, and those that plain objects have already. */
const name = fc.oneof(
  fc.constantFrom("x.a", "x.b", "__proto__", "constructor", "toString", "hasOwnProperty", "0", "10", "ключ"),
  text.map((rest) => `x.${rest}`),
);
/** Minus zero is left out, because JSON has none. */
const double = fc.double().map((value) => (value === 0 ? 0 : value));
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String);
const smallInt64 = fc.integer().map(String);
const uint64 = fc.oneof(fc.nat().map(String), fc.bigInt(0n, 2n ** 64n - 1n).map(String));
const uint32 = fc.nat({ max: 0xffff_ffff });
const bytes = fc.uint8Array({ maxLength: 9 });

const anyValue = fc.letrec<{ value: Plain; entry: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.oneof(int64, smallInt64).map((intValue) => ({ intValue })),
    double.map((doubleValue) => ({ doubleValue })),
    bytes.map((bytesValue) => ({ bytesValue })),
    fc.constant({}),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc.array(tie("entry"), { maxLength: 3 }).map((values) => ({ kvlistValue: { values } })),
  ),
  entry: fc.record({ key: fc.oneof(name, text), value: tie("value") }, { requiredKeys: [] }),
}));

const attributes = fc.array(fc.record({ key: name, value: anyValue.value }, { requiredKeys: ["key"] }), {
  maxLength: 5,
});

/** An id: mostly a good one, sometimes absent, zeros, or of a wrong length. */
function id(length: number, mostly: number): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: mostly, arbitrary: fc.uint8Array({ minLength: length, maxLength: length }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(0)) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(length)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 17 }) },
  );
}

/** Nanoseconds of this century. */
function time(mostly: number): fc.Arbitrary<string> {
  const good = fc
    .tuple(fc.integer({ min: START_MS, max: Date.now() + DAY_MS / 2 }), fc.nat({ max: 999_999 }))
    .map(([ms, ns]) => String(BigInt(ms) * 1_000_000n + BigInt(ns)));
  return fc.oneof(
    { weight: mostly, arbitrary: good },
    { weight: 1, arbitrary: fc.constant("0") },
    { weight: 1, arbitrary: fc.constant("18446744073709551615") },
  );
}

/** A message with some of the fields, and always the required ones: without those the item would be rejected. */
function some<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, requiredKeys: (keyof T)[] = []): fc.Arbitrary<Plain> {
  return fc.record(model, { requiredKeys }) as fc.Arbitrary<Plain>;
}

const droppedAttributesCount = fc.nat({ max: 3 });
const flags = uint32;

const spanEvent = some({ timeUnixNano: uint64, name, attributes, droppedAttributesCount });
const spanLink = some({
  ...{ traceId: id(16, 9), spanId: id(8, 9), traceState: text },
  ...{ attributes, droppedAttributesCount, flags },
});

/** An end that lies at most a hundred days behind the start: a longer time is not exact to the nanosecond. */
const span = fc
  .tuple(
    some(
      {
        ...{ traceId: id(16, 30), spanId: id(8, 30), parentSpanId: id(8, 30), traceState: text, name: text, flags },
        kind: fc.oneof(fc.nat({ max: 7 }), fc.integer()),
        status: some({ message: text, code: fc.nat({ max: 4 }) }),
        ...{ attributes, droppedAttributesCount: uint32, droppedEventsCount: uint32, droppedLinksCount: uint32 },
        events: fc.array(spanEvent, { maxLength: 3 }),
        links: fc.array(spanLink, { maxLength: 3 }),
      },
      ["traceId", "spanId"],
    ),
    time(20),
    fc.integer({ min: -1000, max: 8_000_000_000_000 }),
  )
  .map(([fields, startTimeUnixNano, lengthUs]) => {
    const end = BigInt(startTimeUnixNano) + BigInt(lengthUs) * 1000n;
    const endTimeUnixNano = String(end < 0n || end >= 2n ** 64n ? 0n : end);
    return { ...fields, startTimeUnixNano, endTimeUnixNano };
  });

const logRecord = some({
  ...{ timeUnixNano: time(9), observedTimeUnixNano: time(9), severityNumber: fc.integer({ min: -1, max: 30 }) },
  ...{ severityText: text, body: anyValue.value, attributes, droppedAttributesCount, flags },
  ...{ traceId: id(16, 20), spanId: id(8, 20), eventName: name },
});

const exemplars = fc.array(
  some({ filteredAttributes: attributes, timeUnixNano: uint64, asDouble: double, spanId: bytes, traceId: bytes }),
  { maxLength: 2 },
);
const point = { attributes, startTimeUnixNano: uint64, timeUnixNano: time(20), flags: fc.constantFrom(0, 0, 0, 1, 2) };
const numberPoint = fc
  .tuple(
    some({ ...point, exemplars }, ["timeUnixNano"]),
    fc.oneof(
      fc.record({ asDouble: fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: double }) }),
      fc.record({ asInt: fc.oneof(int64, smallInt64) }),
      fc.constant({}),
    ),
  )
  .map(([fields, value]) => ({ ...fields, ...value }));

/** Bounds that rise, and mostly one bucket more than there are bounds. */
const buckets = fc.oneof(
  {
    weight: 1,
    arbitrary: some({ bucketCounts: fc.array(uint64, { maxLength: 3 }), explicitBounds: fc.array(finite) }),
  },
  {
    weight: 9,
    arbitrary: fc.uniqueArray(finite, { maxLength: 4 }).chain((bounds) => {
      const explicitBounds = bounds.sort((a, b) => a - b);
      const length = { minLength: bounds.length + 1, maxLength: bounds.length + 1 };
      return fc.array(uint64, length).map((bucketCounts) => ({ explicitBounds, bucketCounts }));
    }),
  },
);
const summaries = { count: uint64, sum: finite };
const histogramPoint = fc
  .tuple(some({ ...point, ...summaries, min: finite, max: finite, exemplars }, ["timeUnixNano"]), buckets)
  .map(([fields, counts]) => ({ ...fields, ...counts }));
const sides = some({
  offset: fc.integer(),
  bucketCounts: fc.array(uint64, { maxLength: 5 }),
});
const exponentialPoint = some(
  {
    ...{ ...point, ...summaries, min: finite, max: finite, exemplars, zeroCount: uint64, zeroThreshold: finite },
    ...{ scale: fc.integer({ min: -11, max: 21 }), positive: sides, negative: sides },
  },
  ["timeUnixNano"],
);
const quantileValues = fc.array(some({ quantile: finite, value: finite }), { maxLength: 3 });
const summaryPoint = some({ ...point, ...summaries, quantileValues }, ["timeUnixNano"]);

const aggregationTemporality = fc.nat({ max: 3 });
const points = (one: fc.Arbitrary<Plain>) => fc.array(one, { maxLength: 3 });
const metricData = fc.oneof(
  fc.record({ gauge: fc.record({ dataPoints: points(numberPoint) }) }),
  fc.record({ sum: some({ dataPoints: points(numberPoint), aggregationTemporality, isMonotonic: fc.boolean() }) }),
  fc.record({ histogram: some({ dataPoints: points(histogramPoint), aggregationTemporality }) }),
  fc.record({ exponentialHistogram: some({ dataPoints: points(exponentialPoint), aggregationTemporality }) }),
  fc.record({ summary: fc.record({ dataPoints: points(summaryPoint) }) }),
  { weight: 1, arbitrary: fc.constant({}) },
);
const metric = fc
  .tuple(some({ name, description: text, unit: text, metadata: attributes }, ["name"]), metricData)
  .map(([fields, data]) => ({ ...fields, ...data }));

const resource = fc.tuple(attributes, fc.option(text, { nil: undefined })).map(([own, service]) => ({
  attributes: service === undefined ? own : [...own, { key: "service.name", value: { stringValue: service } }],
}));
const scope = some({ name, version: text, attributes, droppedAttributesCount });

/** The names of the frames around a signal's items. */
export const FRAMES = {
  traces: { request: "resourceSpans", scopes: "scopeSpans", items: "spans" },
  logs: { request: "resourceLogs", scopes: "scopeLogs", items: "logRecords" },
  metrics: { request: "resourceMetrics", scopes: "scopeMetrics", items: "metrics" },
} as const;

const ITEMS: Readonly<Record<Signal, fc.Arbitrary<Plain>>> = { traces: span, logs: logRecord, metrics: metric };

/** Random export requests of a signal. */
export function exportRequests(signal: Signal): fc.Arbitrary<Plain> {
  const frame = FRAMES[signal];
  const scoped = some({ scope, schemaUrl: text, [frame.items]: fc.array(ITEMS[signal], { maxLength: 4 }) });
  const ofResource = some({ resource, schemaUrl: text, [frame.scopes]: fc.array(scoped, { maxLength: 3 }) });
  return fc.record({ [frame.request]: fc.array(ofResource, { maxLength: 3 }) });
}
