import assert from "node:assert/strict";
import { test } from "node:test";
import { formatQuery, parseQuery } from "../base/place.ts";
import {
  apiDurationQuery,
  apiFacetQuery,
  apiRunQuery,
  isNarrowed,
  jumpChanges,
  nextSort,
  readSort,
} from "./run-query.ts";

test("the API is asked for what the URL filters, in a window of a day, and for nothing else", () => {
  const query = parseQuery("status=failed&agent=a&agent=b&selected=x&zoom=1,2&sort=-cost");
  assert.equal(formatQuery(apiRunQuery(query)), "status=failed&agent=a&agent=b&sort=-cost&since=-24h");
  assert.equal(formatQuery(apiFacetQuery(query)), "status=failed&agent=a&agent=b&since=-24h");
});

test("a window of time or an order narrows nothing", () => {
  assert.equal(isNarrowed(parseQuery("since=-1h&sort=cost&selected=x")), false);
  assert.equal(isNarrowed(parseQuery("q=x")), true);
});

test("a column is sorted largest first, then smallest first; newest first needs no words", () => {
  assert.deepEqual(readSort(undefined), { field: "startedAt", isDescending: true });
  assert.deepEqual(readSort("-cost"), { field: "cost", isDescending: true });
  assert.deepEqual(readSort("nonsense"), { field: "startedAt", isDescending: true });
  assert.equal(nextSort(readSort(undefined), "cost"), "-cost");
  assert.equal(nextSort(readSort("-cost"), "cost"), "cost");
  assert.equal(nextSort(readSort("cost"), "cost"), "-cost");
  assert.equal(nextSort(readSort(undefined), "startedAt"), "startedAt");
  assert.equal(nextSort(readSort("startedAt"), "startedAt"), undefined);
});

test("the histogram is asked for without the range that is chosen from it", () => {
  const query = parseQuery("status=failed&minDuration=1s&maxDuration=2s&sort=-cost&since=-1h");
  assert.equal(formatQuery(apiDurationQuery(query)), "status=failed&since=-1h");
  assert.equal(isNarrowed(parseQuery("maxDuration=2s")), true);
});

test("a jump ends the window at the instant, and moves its beginning only when that lies behind", () => {
  const nowMs = Date.parse("2026-01-31T00:00:00Z");
  const at = (text: string) => Date.parse(text);
  assert.deepEqual(jumpChanges(parseQuery("since=-30d"), at("2026-01-15T00:00:00Z"), nowMs), {
    since: "-30d",
    until: "2026-01-15T00:00:00.000Z",
  });
  assert.deepEqual(jumpChanges(parseQuery(""), at("2026-01-15T00:00:00Z"), nowMs), {
    since: "2026-01-14T00:00:00.000Z",
    until: "2026-01-15T00:00:00.000Z",
  });
  assert.deepEqual(
    jumpChanges(parseQuery("since=2026-01-20T00:00:00Z&until=2026-01-22T00:00:00Z"), at("2026-01-10T00:00:00Z"), nowMs),
    { since: "2026-01-08T00:00:00.000Z", until: "2026-01-10T00:00:00.000Z" },
  );
  assert.deepEqual(jumpChanges(parseQuery("since=yesterday"), at("2026-01-15T00:00:00Z"), nowMs), {
    since: "2026-01-14T00:00:00.000Z",
    until: "2026-01-15T00:00:00.000Z",
  });
});
