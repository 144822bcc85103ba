import assert from "node:assert/strict";
import { test } from "node:test";
import { figureUnit, formatValue, readableUnit } from "./value-units.ts";

test("values read by their units", () => {
  const read: readonly [string | undefined, number, string][] = [
    ["ms", 467, "467 ms"],
    ["s", 4.68, "4.68 s"],
    ["1", 0.12, "12 %"],
    ["1/min", 12, "12 / min"],
    ["By", 1_200, "1.2 kB"],
    ["USD", 0.043, "$0.043"],
    ["{token}", 12_400, "12.4k token"],
    ["By/s", 512, "512 B / s"],
    ["/s", 0.25, "0.25 / s"],
    [undefined, 0.0421, "0.0421"],
  ];
  for (const [unit, value, text] of read) assert.equal(formatValue(unit, value), text);
});

test("what is not known is a dash, never 0", () => {
  assert.equal(formatValue("ms", undefined), "–");
  assert.equal(formatValue(undefined, Number.NaN), "–");
});

test("a count has no unit, a rate is per second", () => {
  assert.equal(figureUnit("ms", "count"), undefined);
  assert.equal(figureUnit("By", "rate"), "By/s");
  assert.equal(figureUnit("1", "rate"), "/s");
  assert.equal(figureUnit("ms", "p90"), "ms");
});

test("the unit 1 is a share only where nothing exceeds 1, and never of counts", () => {
  assert.equal(readableUnit("1", "gauge", 0.9), "1");
  assert.equal(readableUnit("1", "gauge", 7), undefined);
  assert.equal(readableUnit("1", "counter", 1), undefined);
  assert.equal(readableUnit("ms", "gauge", 7), "ms");
});
