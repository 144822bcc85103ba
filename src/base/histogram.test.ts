import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bucketIndex, bucketMidpoint, bucketQuantile, bucketsOf } from "./histogram.ts";

test("a bucket's midpoint errs by at most 1.1 %", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (value) => {
      const error = Math.abs(bucketMidpoint(bucketIndex(value)) - value) / value;
      assert.ok(error <= 0.0109, `${value} errs by ${error}`);
    }),
  );
});

test("a quantile from buckets is that of the values, to the width of a bucket", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 1 }),
      fc.constantFrom(0, 0.5, 0.9, 0.99, 1),
      (values, q) => {
        const sorted = [...values].sort((a, b) => a - b);
        const rank = q * (sorted.length - 1);
        const [below, above] = [sorted[Math.floor(rank)] as number, sorted[Math.ceil(rank)] as number];
        const exact = below + (above - below) * (rank - Math.floor(rank));
        const estimate = bucketQuantile(bucketsOf(values), q) as number;
        assert.ok(Math.abs(estimate - exact) / exact <= 0.0109, `${estimate} for ${exact}`);
      },
    ),
  );
});

test("zero has a bucket of its own, and nothing has no quantile", () => {
  assert.equal(bucketQuantile(bucketsOf([0, 0]), 0.5), 0);
  assert.equal(bucketQuantile(bucketsOf([]), 0.5), undefined);
});
