import assert from "node:assert/strict";
import { test } from "node:test";
import { EventRate } from "./event-rate.ts";

test("a rate is over the last whole seconds, and falls to nothing when nothing comes", () => {
  const rate = new EventRate();
  assert.equal(rate.perSecond(0), undefined);
  rate.add(500, 10_200);
  assert.equal(rate.perSecond(10_900), undefined, "the second goes on");
  rate.add(1500, 11_100);
  assert.equal(rate.perSecond(11_500), 500);
  assert.equal(rate.perSecond(12_000), 1000);
  assert.equal(rate.perSecond(30_000), 0);
});
