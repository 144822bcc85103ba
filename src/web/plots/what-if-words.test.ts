import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeFactor, decodeTarget, encodeTarget, factorInWords } from "./what-if-words.ts";

test("a target in the URL is its sort and its name, whatever the name", () => {
  for (const text of ["agent:researcher", "tool:a:b", "model:gpt-4o/2026", "*", "agent:"]) {
    const target = decodeTarget(text);
    assert.equal(target && encodeTarget(target), text);
  }
  for (const text of [undefined, "", "1", "span:x", "agent"]) assert.equal(decodeTarget(text), undefined);
});

test("a factor that the slider has no place for is the usual one", () => {
  assert.deepEqual(["0", "0.25", "2"].map(decodeFactor), [0, 0.25, 2]);
  for (const text of [undefined, "", "x", "-1", "3", "NaN", "Infinity"]) assert.equal(decodeFactor(text), 0.5);
});

test("factors read as people say them", () => {
  const words = [
    [0, "takes no time"],
    [0.25, "4 times as fast"],
    [0.5, "twice as fast"],
    [0.85, "1.18 times as fast"],
    [1, "as fast as it was"],
    [1.5, "1.5 times as slow"],
    [2, "twice as slow"],
  ] as const;
  for (const [factor, text] of words) assert.equal(factorInWords(factor), text);
});
