import assert from "node:assert/strict";
import { test } from "node:test";
import { chartOf, plainType } from "./result-chart.ts";

const column = (name: string, type: string) => ({ name, type });

test("a time and numbers are lines in the order of time, a series a column", () => {
  const chart = chartOf(
    [
      column("hour", "DateTime('UTC')"),
      column("n", "UInt64"),
      column("note", "String"),
      column("usd", "Nullable(Float64)"),
    ],
    [
      { hour: "2026-03-01T01:00:00Z", n: 2, note: "x", usd: null },
      { hour: "2026-03-01T00:00:00Z", n: 1, note: "y", usd: 0.5 },
      { hour: null, n: 9, note: "", usd: 9 },
    ],
  );
  assert.deepEqual(chart, {
    kind: "line",
    x: "hour",
    xs: [1772323200, 1772326800],
    names: [],
    series: [
      { name: "n", values: [1, 2] },
      { name: "usd", values: [0.5, undefined] },
    ],
    left: 0,
  });
});

test("a text behind the time tells series apart, the largest first, and says how many are left out", () => {
  const rows = Array.from({ length: 15 }, (_, i) => ({ day: "2026-03-01", agent: `a${i}`, busy: `${i}.5` }));
  const chart = chartOf(
    [column("day", "Date"), column("agent", "LowCardinality(String)"), column("busy", "Decimal(9, 1)")],
    [...rows, { day: "2026-03-02", agent: "a14", busy: "1" }],
  );
  assert.equal(chart?.kind, "line");
  assert.equal(chart?.left, 3);
  assert.deepEqual(chart?.series[0], { name: "a14", values: [14.5, 1] });
  assert.deepEqual(chart?.series[1], { name: "a13", values: [13.5, undefined] });
});

test("a text and numbers are bars, as many as can be told apart", () => {
  const rows = Array.from({ length: 70 }, (_, i) => ({ kind: i === 0 ? null : `k${i}`, n: i }));
  const chart = chartOf([column("kind", "Enum8('a' = 1)"), column("n", "Int32")], rows);
  assert.equal(chart?.kind, "bar");
  assert.equal(chart?.left, 10);
  assert.deepEqual(chart?.names.slice(0, 2), ["NULL", "k1"]);
  assert.deepEqual(chart?.series[0]?.values.slice(0, 2), [0, 1]);
});

test("what has no time or text first, no number, or no rows has no chart", () => {
  assert.equal(chartOf([column("n", "UInt8"), column("m", "UInt8")], [{ n: 1, m: 2 }]), undefined);
  assert.equal(chartOf([column("a", "String"), column("b", "String")], [{ a: "", b: "" }]), undefined);
  assert.equal(chartOf([column("a", "String"), column("b", "UInt8")], []), undefined);
  assert.equal(chartOf([], []), undefined);
  assert.equal(plainType("LowCardinality(Nullable(String))"), "String");
});
