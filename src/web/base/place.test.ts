import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlace, matchPath, parsePlace, pathOf, queryValue, withChanges } from "./place.ts";

test("a place survives the URL, with repeated names and their order", () => {
  const href = "/runs?status=failed&agent=boss&agent=a%26b&zoom=12.5,340";
  const place = parsePlace(href);
  assert.deepEqual(place.query.get("agent"), ["boss", "a&b"]);
  assert.equal(queryValue(place.query, "zoom"), "12.5,340");
  assert.equal(formatPlace(place), href);
});

test("an empty path is the root, and a fragment is no part of a place", () => {
  assert.deepEqual(parsePlace(""), { path: "/", query: new Map() });
  assert.equal(formatPlace(parsePlace("/runs#x")), "/runs");
});

test("a change sets, replaces and takes away, and leaves the place before it alone", () => {
  const { query } = parsePlace("/runs?q=old&tag=x");
  const changed = withChanges(query, { q: "new", tag: undefined, agent: ["a", "b"], model: [] });
  assert.equal(formatPlace({ path: "/", query: changed }), "/?q=new&agent=a&agent=b");
  assert.equal(queryValue(query, "q"), "old");
});

test("a path is matched part by part and its values are decoded", () => {
  assert.deepEqual(matchPath("/runs/:id", "/runs/a%2Fb"), { id: "a/b" });
  assert.deepEqual(matchPath("/runs", "/runs/"), {});
  assert.equal(matchPath("/runs/:id", "/runs"), undefined);
  assert.equal(matchPath("/runs/:id", "/agents/x"), undefined);
  assert.equal(matchPath("/runs/:id", "/runs/"), undefined);
  assert.equal(matchPath("/runs/:id", "/runs/%E0%A4"), undefined);
});

test("values in a path are encoded", () => {
  assert.equal(pathOf`/agents/${"a/b c"}/x`, "/agents/a%2Fb%20c/x");
});
