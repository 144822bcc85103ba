import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalText, instantOf, jsonText, listOf, parseMaybeJson, readValue, toJson, unflatten } from "./values.ts";

test("JSON in a text is read, also when it holds a text with JSON", () => {
  assert.deepEqual(parseMaybeJson('{"a":1}'), { a: 1 });
  assert.deepEqual(parseMaybeJson(JSON.stringify(JSON.stringify([1]))), [1]);
  assert.equal(parseMaybeJson('"write"'), "write");
  assert.equal(parseMaybeJson("write"), undefined);
  assert.equal(parseMaybeJson('{"a":'), undefined, "JSON that was cut");
  assert.equal(parseMaybeJson("12"), undefined, "a number is a text");
});

test("equal values have one spelling", () => {
  assert.equal(canonicalText('{ "a": [1, 2] }'), '{"a":[1,2]}');
  assert.equal(canonicalText("[oops"), "[oops");
});

test("flattened lists are sorted as numbers and holes are closed", () => {
  const tree = unflatten([
    ["10.text", "c"],
    ["2.text", "b"],
    ["0.text", "a"],
    ["0.more.1", true],
  ]);
  assert.deepEqual(
    listOf(tree).map((item) => (item as { text: string }).text),
    ["a", "b", "c"],
  );
  assert.deepEqual(listOf(unflatten([["4000000000.x", 1]])).length, 1);
});

test("a name that would reach into prototypes is a name", () => {
  const tree = unflatten([
    ["__proto__.polluted", "yes"],
    ["constructor.prototype.polluted", "yes"],
  ]);
  assert.equal(({} as { polluted?: string }).polluted, undefined);
  assert.equal(JSON.stringify(tree).includes("polluted"), true);
});

test("bytes become base64, and a tree that is too deep is cut", () => {
  assert.equal(toJson(Uint8Array.of(1, 2, 3)), "AQID");
  let deep: readonly unknown[] = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assert.ok(jsonText(toJson(deep as never)).length < 200);
  assert.equal(jsonText(deep as never), "", "what cannot be written is nothing");
});

test("a date may stand in quotes", () => {
  assert.equal(instantOf('"2026-11-22T22:42:49.740Z"'), 1795387369740000000n);
  assert.equal(instantOf("yesterday"), undefined);
  assert.equal(instantOf(""), undefined);
});

test("reading what was written gives the value, whatever it is", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      if (typeof value !== "object" || value === null) return;
      assert.deepEqual(readValue(JSON.stringify(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});
