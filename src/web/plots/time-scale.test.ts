import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { allDrawn, drawnOf, drawnView, type Gap, realOf, realView, timeScale, UNFOLDED_TIME } from "./time-scale.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);

/** Gaps apart from each other, from lengths of stretches in turn: work, gap, work, … */
const gapLists = fc
  .array(fc.tuple(fc.nat({ max: 5_000 }), fc.integer({ min: 1, max: 10_000_000 })), { maxLength: 8 })
  .map((lengths): Gap[] => {
    let at = 0;
    return lengths.map(([work, gap]) => {
      const startMs = at + work + 1;
      at = startMs + gap;
      return { startMs, endMs: at };
    });
  });
const instants = fc.array(fc.double({ min: -1e5, max: 1e8, noNaN: true }), { minLength: 2, maxLength: 30 });

test("time that is drawn never runs back, and leads back to its instants", () => {
  fc.assert(
    fc.property(gapLists, fc.integer({ min: 1, max: 2000 }), instants, (gaps, width, at) => {
      const scale = timeScale(gaps, width);
      const sorted = at.toSorted((a, b) => a - b);
      for (const [i, ms] of sorted.entries()) {
        assert.ok(i === 0 || drawnOf(scale, ms) >= drawnOf(scale, sorted[i - 1] ?? ms));
        const back = realOf(scale, drawnOf(scale, ms));
        assert.ok(Math.abs(back - ms) <= 1e-6 * Math.max(1, Math.abs(ms)), `${ms} became ${back}`);
      }
    }),
    { seed, numRuns: 300 },
  );
});

test("outside of gaps time is as long as it was, and each gap as wide as all, unless it is shorter", () => {
  fc.assert(
    fc.property(gapLists, fc.integer({ min: 1, max: 2000 }), (gaps, width) => {
      const scale = timeScale(gaps, width);
      let before = 0;
      let sum = 0;
      for (const { startMs, endMs } of gaps) {
        assert.ok(Math.abs(drawnOf(scale, startMs) - drawnOf(scale, before) - (startMs - before)) < 1e-6);
        const drawn = drawnOf(scale, endMs) - drawnOf(scale, startMs);
        assert.ok(Math.abs(drawn - Math.min(width, endMs - startMs)) < 1e-6);
        sum += startMs - before + drawn;
        before = endMs;
      }
      assert.ok(Math.abs(drawnOf(scale, before) - sum) < 1e-6, "the sum of all stretches");
      assert.ok(Math.abs(drawnOf(scale, before + 500) - drawnOf(scale, before) - 500) < 1e-6);
    }),
    { seed, numRuns: 300 },
  );
});

test("an instant within a gap stands in proportion", () => {
  const scale = timeScale([{ startMs: 10, endMs: 90 }], 2);
  assert.deepEqual(
    [-5, 0, 10, 50, 90, 100].map((ms) => drawnOf(scale, ms)),
    [-5, 0, 10, 11, 12, 22],
  );
  assert.deepEqual(
    [-5, 10, 11, 12, 22].map((at) => realOf(scale, at)),
    [-5, 10, 50, 90, 100],
  );
  assert.deepEqual(drawnView(scale, { startMs: 5, endMs: 95 }), { startMs: 5, endMs: 17 });
  assert.deepEqual(realView(scale, { startMs: 5, endMs: 17 }), { startMs: 5, endMs: 95 });
});

test("without gaps nothing is made anew", () => {
  const list = Float64Array.from([1, 2]);
  assert.equal(timeScale([], 5), UNFOLDED_TIME);
  assert.equal(allDrawn(UNFOLDED_TIME, list), list);
  assert.equal(drawnOf(UNFOLDED_TIME, 17.5), 17.5);
});
