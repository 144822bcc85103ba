import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TraceIndex } from "./trace-index.ts";

const id = (n: number) => Buffer.from(n.toString(16).padStart(32, "0"), "hex");

test("a trace has its first and last offset, its newest sign of life and its earliest start", () => {
  const index = new TraceIndex();
  index.note(id(7), 0, 5, 1000, 900);
  index.note(id(7), 0, 3, 1100, 950);
  index.note(id(7), 0, 9, 1200, 800);
  assert.deepEqual(index.get(id(7).toString("hex")), {
    traceId: id(7).toString("hex"),
    firstOffset: 3,
    lastOffset: 9,
    lastSeenMs: 1200,
    startedMs: 800,
    records: 3,
  });
});

test("a settled trace is forgotten, one with newer records is kept", () => {
  const index = new TraceIndex();
  index.note(id(1), 0, 5, 1, 1);
  index.note(id(2), 0, 6, 1, 1);
  index.settle(id(1).toString("hex"), 5);
  index.settle(id(2).toString("hex"), 5);
  assert.equal(index.get(id(1).toString("hex")), undefined);
  assert.equal(index.get(id(2).toString("hex"))?.lastOffset, 6);
  assert.equal(index.size, 1);
});

test("what is due is cut by the number of traces and of records, but one trace is never too large", () => {
  const index = new TraceIndex();
  for (let n = 1; n <= 4; n++) for (let i = 0; i < 10 * n; i++) index.note(id(n), 0, i, 1, 1);
  const due = (limit: number, records: number) => index.due(5, 100, 10, limit, records).map((entry) => entry.records);
  assert.deepEqual(due(100, 1000), [10, 20, 30, 40]);
  assert.deepEqual(due(2, 1000), [10, 20]);
  assert.deepEqual(due(100, 35), [10, 20]);
  assert.deepEqual(due(100, 5), [10]);
});

test("what changed behind an offset comes with the newest first, and at most so many", () => {
  const index = new TraceIndex();
  for (let n = 1; n <= 5; n++) index.note(id(n), 0, n * 10, 1, 1);
  index.note(id(2), 0, 99, 1, 1);
  const changed = (offset: number, limit: number) =>
    index.changedSince(offset, limit).map((entry) => Number.parseInt(entry.traceId, 16));
  assert.deepEqual(changed(30, 10), [2, 5, 4]);
  assert.deepEqual(changed(0, 2), [2, 5]);
  assert.deepEqual(changed(99, 10), []);
});

test("the index holds what a map would hold, whatever comes and goes", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(3000)), { maxLength: 6000, minLength: 3000 });
  fc.assert(
    fc.property(steps, (list) => {
      const index = new TraceIndex();
      const map = new Map<string, number>();
      let offset = 0;
      for (const [isNote, n] of list) {
        const key = id(n).toString("hex");
        if (isNote) {
          index.note(id(n), 0, ++offset, offset, offset);
          map.set(key, offset);
        } else {
          index.settle(key, offset);
          map.delete(key);
        }
      }
      assert.equal(index.size, map.size);
      for (const [key, last] of map) assert.equal(index.get(key)?.lastOffset, last);
      assert.deepEqual(new Set(index.newest(1e6).map((entry) => entry.traceId)), new Set(map.keys()));
    }),
    { numRuns: 30 },
  );
});
