import assert from "node:assert/strict";
import { test } from "node:test";
import { anyValue, attributesOf, nanosecondsOf } from "./otlp-json.ts";

test("values are written as OTLP/JSON has them", () => {
  const cases: readonly (readonly [unknown, object])[] = [
    ["a", { stringValue: "a" }],
    [true, { boolValue: true }],
    [7, { intValue: "7" }],
    [1.5, { doubleValue: 1.5 }],
    [2 ** 60, { doubleValue: 2 ** 60 }],
    [Number.NaN, { doubleValue: "NaN" }],
    [Number.NEGATIVE_INFINITY, { doubleValue: "-Infinity" }],
    [2n ** 62n, { intValue: "4611686018427387904" }],
    [undefined, {}],
    [Uint8Array.of(1, 2, 3), { bytesValue: "AQID" }],
    [new Date(0), { stringValue: "1970-01-01T00:00:00.000Z" }],
    [new Error("no"), { stringValue: "Error: no" }],
    [["a", 1], { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }] } }],
    [{ a: { b: true }, c: undefined }, { kvlistValue: { values: [{ key: "a", value: anyValue({ b: true }) }] } }],
  ];
  for (const [value, expected] of cases) assert.deepEqual(anyValue(value), expected);
});

test("an object that contains itself ends somewhere", () => {
  const loop: unknown[] = [];
  loop.push(loop);
  assert.match(JSON.stringify(anyValue(loop)), /\[…\]/);
});

test("attributes without a value are left out, and those that are not to be kept", () => {
  const attributes = { a: 1, b: undefined, c: "x" };
  assert.deepEqual(
    attributesOf(attributes).map(({ key }) => key),
    ["a", "c"],
  );
  assert.deepEqual(
    attributesOf(attributes, (value) => value !== "x").map(({ key }) => key),
    ["a"],
  );
});

test("times keep their nanoseconds", () => {
  assert.equal(nanosecondsOf([1_795_699_295, 5]), "1795699295000000005");
});
