import assert from "node:assert/strict";
import { test } from "node:test";
import { agentTowards } from "./graph-steps.ts";
import { decodePlane, encodePlane, fitPlane, movePlane, onPlane, revealOnPlane, zoomPlane } from "./plane.ts";

const SIZE = { width: 800, height: 600 };

test("what fits is seen whole in the middle, and never larger than it is", () => {
  const small = fitPlane({ left: 100, top: 50, width: 200, height: 100 }, SIZE);
  assert.equal(small.scale, 1);
  assert.deepEqual(onPlane(small, { x: 400, y: 300 }), { x: 200, y: 100 });
  const large = fitPlane({ left: -1000, top: 0, width: 4000, height: 100 }, SIZE);
  assert.ok(large.scale < 0.25);
  assert.ok(large.x - 1000 * large.scale >= 0);
});

test("zooming keeps what is at the pointer, moving keeps the scale", () => {
  const plane = { x: 30, y: -20, scale: 0.7 };
  const at = { x: 333, y: 222 };
  const closer = zoomPlane(plane, 1.5, at);
  const [before, after] = [onPlane(plane, at), onPlane(closer, at)];
  assert.ok(Math.abs(before.x - after.x) < 1e-9 && Math.abs(before.y - after.y) < 1e-9);
  assert.deepEqual(movePlane(plane, 5, 6), { x: 35, y: -14, scale: 0.7 });
  assert.ok(zoomPlane(plane, 1e9, at).scale < 10);
  assert.ok(zoomPlane(plane, 1e-9, at).scale > 0);
});

test("a box out of sight comes into sight, one in sight moves nothing", () => {
  const plane = { x: 0, y: 0, scale: 1 };
  const box = (left: number, top: number) => ({ left, top, width: 100, height: 40 });
  assert.deepEqual(revealOnPlane(plane, box(300, 300), SIZE), plane);
  const moved = revealOnPlane(plane, box(900, -50), SIZE);
  assert.ok(moved.x + 1000 <= SIZE.width && moved.y - 50 >= 0);
});

test("planes survive the URL, and anything else is none", () => {
  assert.deepEqual(decodePlane(encodePlane({ x: -12, y: 40, scale: 0.75 })), { x: -12, y: 40, scale: 0.75 });
  for (const text of [undefined, "", "1,2", "1,2,x", "1,2,0", "1,2,3,4"]) assert.equal(decodePlane(text), undefined);
});

test("a step leads to the nearest agent in its direction", () => {
  const at = new Map(
    Object.entries({ a: { x: 0, y: 0 }, b: { x: 300, y: 20 }, c: { x: 300, y: 200 }, d: { x: 0, y: 90 } }),
  );
  assert.equal(agentTowards(at, "a", "right"), "b");
  assert.equal(agentTowards(at, "a", "down"), "d");
  assert.equal(agentTowards(at, "c", "up"), "b");
  assert.equal(agentTowards(at, "c", "left"), "d");
  assert.equal(agentTowards(at, "a", "left"), undefined);
});
