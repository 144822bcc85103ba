import assert from "node:assert/strict";
import { test } from "node:test";
import { formatQuery, parseQuery } from "../base/place.ts";
import { apiFacetQuery, apiRunQuery, isNarrowed, nextSort, readSort } from "./run-query.ts";

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
