import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeViewport,
  encodeViewport,
  fit,
  lengthMs,
  msOf,
  pan,
  revealRange,
  type Viewport,
  xOf,
  zoomAt,
  zoomTo,
} from "./viewport.ts";

const RUN: Viewport = { startMs: 0, endMs: 1000 };
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

test("the whole run has a little room on both sides", () => {
  assert.deepEqual(fit(RUN), { startMs: -20, endMs: 1020 });
  assert.ok(lengthMs(fit({ startMs: 5, endMs: 5 })) > 0);
});

test("zooming keeps the instant under the pointer where it is", () => {
  const before = fit(RUN);
  const after = zoomAt(before, 0.5, 300, RUN);
  near(lengthMs(after), lengthMs(before) / 2);
  near(xOf(after, 800, 300), xOf(before, 800, 300));
});

test("zooming out ends at the whole run, zooming in at a tenth of a microsecond", () => {
  assert.deepEqual(zoomAt({ startMs: 100, endMs: 200 }, 1e9, 150, RUN), fit(RUN));
  near(lengthMs(zoomAt(fit(RUN), 1e-12, 500, RUN)), 0.0001);
});

test("panning stops at the ends of the run", () => {
  const view = { startMs: 100, endMs: 300 };
  assert.deepEqual(pan(view, -500, RUN), { startMs: -20, endMs: 180 });
  assert.deepEqual(pan(view, 5000, RUN), { startMs: 820, endMs: 1020 });
});

test("a drawn range may be drawn from either end", () => {
  assert.deepEqual(zoomTo(300, 100, RUN), { startMs: 100, endMs: 300 });
});

test("a span out of sight is brought into sight without changing the zoom, if it fits", () => {
  const view = { startMs: 0, endMs: 100 };
  assert.equal(revealRange(view, 50, 80, RUN), view);
  assert.deepEqual(revealRange(view, 500, 520, RUN), { startMs: 460, endMs: 560 });
  assert.ok(lengthMs(revealRange(view, 300, 800, RUN)) > 500);
});

test("pixels and instants are each other's inverse", () => {
  const view = { startMs: 12.5, endMs: 340.25 };
  near(msOf(view, 777, xOf(view, 777, 99.9)), 99.9);
});

test("a viewport survives the URL to a ten-thousandth of what is seen", () => {
  const view = { startMs: 123.456789, endMs: 124.987654 };
  const decoded = decodeViewport(encodeViewport(view));
  assert.ok(decoded);
  assert.ok(Math.abs(decoded.startMs - view.startMs) < lengthMs(view) / 1e4);
  assert.equal(encodeViewport({ startMs: -20, endMs: 15_660_000.123 }), "-20,15660000");
  assert.equal(encodeViewport(undefined), undefined);
});

test("what is no range shows the whole run", () => {
  for (const text of ["", "5", "5,", "9,3", "a,b", "1,2,3", "0,Infinity", undefined]) {
    assert.equal(decodeViewport(text), undefined, text);
  }
});
