import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyMetricSeries } from "../../model/key-metrics-shapes.ts";
import { changeOf, formatFigure, formatRate, lonelyValues, valuesByStep } from "./key-figure-texts.ts";

function metric(more: Partial<KeyMetricSeries>): KeyMetricSeries {
  return { name: "task_completion_time", unit: "ms", parts: {}, series: [], ...more };
}

test("durations change by per cent, shares by points", () => {
  const faster = metric({ value: 80, before: { value: 100, parts: {} } });
  assert.deepEqual(changeOf(faster), { text: "−20 %", judgement: "better" });
  const failing = metric({ name: "error_rate", unit: "1", value: 0.1, before: { value: 0.025, parts: {} } });
  assert.deepEqual(changeOf(failing), { text: "+7.5 points", judgement: "worse" });
  const busier = metric({ name: "throughput", unit: "1/min", value: 2, before: { value: 1, parts: {} } });
  assert.deepEqual(changeOf(busier), { text: "+100 %", judgement: "neither" });
});

test("without something to compare with there is no change, and noise is none", () => {
  assert.equal(changeOf(metric({ value: 80 })), undefined);
  assert.equal(changeOf(metric({ before: { value: 80, parts: {} } })), undefined);
  assert.equal(changeOf(metric({ value: 100.1, before: { value: 100, parts: {} } }))?.text, "as before");
});

test("what is not known is a dash, never 0", () => {
  for (const unit of ["ms", "1", "1/min"]) assert.equal(formatFigure(unit, undefined), "–");
  assert.equal(formatFigure("1/min", 0), "0 / min");
});

test("what is rare is told by the hour or by the day", () => {
  assert.equal(formatRate(12.34), "12 / min");
  assert.equal(formatRate(0.25), "15 / h");
  assert.equal(formatRate(3 / 1440), "3 / day");
  assert.equal(formatRate(0.4 / 1440), "0.4 / day");
});

test("values without neighbours are found, so that they can be drawn as points", () => {
  assert.deepEqual(lonelyValues([1, undefined, 2, 3, undefined, 4]), [0, 5]);
});

test("steps in which nothing ended stay gaps", () => {
  const at = (minute: number) => new Date(minute * 60_000).toISOString();
  const series = [
    { at: at(0), value: 5, parts: {} },
    { at: at(2), value: 7, parts: {} },
    { at: at(9), value: 1, parts: {} },
  ];
  const window = { since: new Date(30_000).toISOString(), until: at(4), stepMs: 60_000 };
  assert.deepEqual(valuesByStep(metric({ series }), window), [5, undefined, 7, undefined]);
});
