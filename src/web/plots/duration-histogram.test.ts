import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDurationMs } from "../../base/time.ts";
import { bucketBoundsMs, DURATION_BOUNDS_NS, durationBucket } from "../../model/duration-buckets.ts";
import {
  brushedRange,
  bucketAtShare,
  bucketPlace,
  countRuns,
  durationsOf,
  durationText,
  type HistogramBar,
  histogramBars,
  histogramScale,
  scaleLabels,
  shareOf,
} from "./duration-histogram.ts";

const bucketOf = (ms: number) => durationBucket(ms * 1e6);
const bar = (ms: number, count = 1, failed = 0): HistogramBar => ({ bucket: bucketOf(ms), count, failed });

function scaleOf(...bars: HistogramBar[]) {
  const scale = histogramScale(bars);
  assert.ok(scale !== undefined);
  return scale;
}

test("bars stand at the buckets that the API names", () => {
  const buckets = [{ fromMs: 2.24, toMs: 2.5, count: 3, failed: 1 }];
  assert.deepEqual(histogramBars(buckets), [{ bucket: bucketOf(2.3), count: 3, failed: 1 }]);
});

const ends = ({ first, end }: { readonly first: number; readonly end: number }) =>
  [first, end].map((bucket) => bucketBoundsMs(bucket).fromMs);

test("the scale shows all bars with a margin, in powers of ten and four of them at least", () => {
  assert.deepEqual(ends(scaleOf(bar(3000))), [100, 1e6]);
  assert.deepEqual(ends(scaleOf(bar(1), bar(1e6, 99))), [0.1, 1e7]);
  assert.deepEqual(ends(scaleOf(bar(2), bar(5e5))), [1, 1e6]);
  const { highest } = scaleOf(bar(1), bar(1e6, 99));
  assert.ok(highest >= 99 && highest <= 120);
  assert.equal(histogramScale([]), undefined);
  for (const ns of DURATION_BOUNDS_NS) {
    const scale = scaleOf(bar(ns / 1e6));
    assert.ok(scale.first <= durationBucket(ns) && scale.end > durationBucket(ns) && scale.first >= 0, `${ns}`);
    assert.notEqual(bucketBoundsMs(scale.end - 1).fromMs, undefined);
  }
});

test("a live scale grows and never shrinks, and stays the same object when nothing changes", () => {
  const before = scaleOf(bar(10, 50), bar(1e5, 100));
  assert.equal(histogramScale([bar(10, 51)], before), before);
  assert.equal(histogramScale([], before), before);
  const grown = histogramScale([bar(1e7, 500)], before);
  assert.equal(grown?.first, before.first);
  assert.ok(grown !== undefined && grown.end > before.end && grown.highest >= 500);
});

test("what comes near to what is there changes nothing of the scale: labels and bars keep their places", () => {
  const before = scaleOf(bar(800));
  assert.deepEqual(histogramScale([bar(60), bar(800), bar(12_000)], before), before);
});

test("places and shares go there and back", () => {
  const scale = scaleOf(bar(1), bar(1e4));
  for (const ms of [1, 9.7, 250, 3333]) {
    assert.equal(bucketAtShare(scale, shareOf(scale, bucketPlace(ms))), bucketOf(ms), `${ms}`);
  }
  assert.equal(bucketAtShare(scale, -1), scale.first);
  assert.equal(bucketAtShare(scale, 2), scale.end - 1);
});

test("what is brushed is asked for at the buckets' bounds, and open at the ends of the scale", () => {
  const scale = scaleOf(bar(1), bar(1e4));
  const range = { from: bucketOf(100), to: bucketOf(500) };
  assert.deepEqual(durationsOf(scale, range), { minMs: 100, maxMs: 500 });
  assert.deepEqual(brushedRange(scale, 100, 500), range);
  assert.deepEqual(durationsOf(scale, { from: scale.first, to: range.to }), { maxMs: 500 });
  assert.deepEqual(durationsOf(scale, { from: range.from, to: scale.end }), { minMs: 100 });
  assert.equal(brushedRange(scale, undefined, undefined), undefined);
});

test("every bound is said in the URL exactly", () => {
  for (const [bucket] of DURATION_BOUNDS_NS.entries()) {
    const { fromMs } = bucketBoundsMs(bucket);
    const read = parseDurationMs(durationText(fromMs)) ?? Number.NaN;
    assert.equal(durationBucket(Math.round(read * 1e6)), bucket, durationText(fromMs));
  }
  assert.deepEqual([2500, 63_000, 250, 0.5].map(durationText), ["2.5s", "63s", "250ms", "500us"]);
});

test("labels have room", () => {
  const labels = scaleLabels(scaleOf(bar(1), bar(1e6)), 600, 60);
  assert.ok(labels.length >= 3);
  for (const [i, { share }] of labels.entries()) {
    const before = labels[i - 1];
    if (before !== undefined) assert.ok((share - before.share) * 600 >= 60);
  }
});

test("runs are counted over all bars or those of a range", () => {
  const bars = [bar(1, 5, 1), bar(100, 7, 2)];
  assert.deepEqual(countRuns(bars), { count: 12, failed: 3 });
  assert.deepEqual(countRuns(bars, { from: bucketOf(50), to: bucketOf(200) }), { count: 7, failed: 2 });
});
