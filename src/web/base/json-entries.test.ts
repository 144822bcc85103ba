import assert from "node:assert/strict";
import { test } from "node:test";
import { ENTRIES_MAX, type EntryRange, entryRanges, jsonText } from "./json-entries.ts";

test("up to a hundred entries are shown themselves, more in at most a hundred ranges", () => {
  assert.deepEqual(entryRanges({ from: 0, until: 100 }), []);
  assert.deepEqual(entryRanges({ from: 0, until: 230 }), [
    { from: 0, until: 100 },
    { from: 100, until: 200 },
    { from: 200, until: 230 },
  ]);
  assert.equal(entryRanges({ from: 0, until: 10_000 }).length, 100);
  assert.equal(entryRanges({ from: 0, until: 100_000 }).length, 10);
});

test("every entry is reached by opening ranges, each of them once, and few are open at a time", () => {
  const reached: number[] = [];
  let mostInOne = 0;
  const open = (range: EntryRange) => {
    const ranges = entryRanges(range);
    mostInOne = Math.max(mostInOne, ranges.length);
    if (ranges.length > 0) for (const inner of ranges) open(inner);
    else for (let i = range.from; i < range.until; i++) reached.push(i);
  };
  open({ from: 0, until: 123_456 });
  assert.deepEqual(
    reached,
    Array.from({ length: 123_456 }, (_, i) => i),
  );
  assert.ok(mostInOne <= ENTRIES_MAX);
});

test("a value is written indented, and one that is very deep without indents", () => {
  assert.equal(jsonText({ a: [1, "x"], b: null }), '{\n  "a": [\n    1,\n    "x"\n  ],\n  "b": null\n}');
  const deep = `${'{"a":['.repeat(30_000)}{"b":1,"c":"x","d":[]}${"]}".repeat(30_000)}`;
  assert.equal(jsonText(JSON.parse(deep)), deep);
  const wide = { deep: JSON.parse(deep), list: Array.from({ length: 200_000 }, (_, i) => i) };
  assert.equal(jsonText(wide), `{"deep":${deep},"list":${JSON.stringify(wide.list)}}`);
});
