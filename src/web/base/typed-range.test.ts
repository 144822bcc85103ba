import { strict as assert } from "node:assert";
import { test } from "node:test";
import { parseTypedRange } from "./typed-range.ts";

const NOW = new Date(2026, 10, 26, 15, 30).getTime();
const at = (day: number, hours = 0, minutes = 0) => new Date(2026, 10, day, hours, minutes).toISOString();
const parse = (text: string) => parseTypedRange(text, NOW);

test("a length of time is a relative range and stays one", () => {
  assert.deepEqual(parse("3h"), { since: "-3h" });
  assert.deepEqual(parse(" last 90 min "), { since: "-90m" });
  assert.deepEqual(parse("2w"), { since: "-14d" });
  assert.deepEqual(parse("last week"), { since: "-7d" });
  assert.deepEqual(parse("last 7 days"), { since: "-7d" });
  assert.deepEqual(parse("1.5h"), { since: "-1.5h" });
});

test("a day is the whole of it, today until now", () => {
  assert.deepEqual(parse("yesterday"), { since: at(25), until: at(26) });
  assert.deepEqual(parse("today"), { since: at(26) });
  assert.deepEqual(parse("2026-11-20"), { since: at(20), until: at(21) });
});

test("an instant is a beginning, two are a window, and an hour alone is of the first one's day", () => {
  assert.deepEqual(parse("2026-11-26 10:00"), { since: at(26, 10) });
  assert.deepEqual(parse("9:15"), { since: at(26, 9, 15) });
  assert.deepEqual(parse("2026-11-20 10:00 – 12:30"), { since: at(20, 10), until: at(20, 12, 30) });
  assert.deepEqual(parse("2026-11-20 to 2026-11-22"), { since: at(20), until: at(23) });
  assert.deepEqual(parse("10:00–12:30"), { since: at(26, 10), until: at(26, 12, 30) });
  assert.deepEqual(parse("10:00-12:30"), { since: at(26, 10), until: at(26, 12, 30) });
  assert.deepEqual(parse("yesterday - now"), { since: at(25) });
  assert.deepEqual(parse("2026-11-20T10:00:00Z"), { since: "2026-11-20T10:00:00.000Z" });
});

test("what is no range is none", () => {
  for (const text of [
    ...["", "soon", "2026-02-30", "2026-13-01", "25:00", "2026-11-27", "2026-11-26 16:00", "3 lightyears", "0h", "."],
    ...["2026-11-22 to 2026-11-20", "2026-11-20 10:00 – 9:00", "a - b - c", "2026-11-20Tnonsense"],
  ]) {
    assert.equal(parse(text), undefined, text);
  }
});
