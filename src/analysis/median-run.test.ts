import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { RunOfName } from "../model/run-of-name.ts";
import { medianRun } from "./median-run.ts";

const run = (id: string, durationNs: number, rest: Partial<RunOfName> = {}): RunOfName => ({
  ...{ id, durationNs, tokens: undefined, costNano: undefined },
  ...rest,
});

test("the median is one of the runs, also of an even number", () => {
  assert.equal(medianRun([run("c", 30), run("a", 10), run("b", 20)])?.id, "b");
  const even = medianRun([run("d", 40), run("c", 30), run("a", 10), run("b", 20)]);
  assert.deepEqual([even?.id, even?.runs, even?.durationNs], ["b", 4, { p50: 25, p90: 37 }]);
  assert.equal(medianRun([]), undefined);
});

test("runs that do not say their tokens or cost are left out of those, and only of those", () => {
  const median = medianRun([run("a", 1, { tokens: 100 }), run("b", 2), run("c", 3, { tokens: 300 })]);
  assert.equal(median?.id, "b");
  assert.deepEqual(median?.tokens, { p50: 200, p90: 280 });
  assert.equal(median?.costNano, undefined);
});
