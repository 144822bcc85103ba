import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketBoundsMs, DURATION_BOUNDS_NS, durationBucket } from "./duration-buckets.ts";

test("bounds ascend in whole nanoseconds, each about an eighth larger than the one before", () => {
  for (const [i, bound] of DURATION_BOUNDS_NS.entries()) {
    assert.ok(Number.isSafeInteger(bound), `${bound}`);
    const before = DURATION_BOUNDS_NS[i - 1];
    if (before === undefined || before === 0) continue;
    assert.ok(bound / before > 1.1 && bound / before < 1.15, `${before} → ${bound}`);
  }
});

test("a bucket takes its beginning and leaves its end", () => {
  for (const [i, bound] of DURATION_BOUNDS_NS.entries()) {
    assert.equal(durationBucket(bound), i);
    if (i > 0) assert.equal(durationBucket(bound - 1), i - 1);
  }
});

test("bounds are what people would say", () => {
  assert.deepEqual(bucketBoundsMs(durationBucket(2.6e9)), { fromMs: 2500, toMs: 2800 });
  assert.deepEqual(bucketBoundsMs(0), { fromMs: 0, toMs: 0.001 });
  assert.equal(bucketBoundsMs(durationBucket(1e17)).toMs, undefined);
});
