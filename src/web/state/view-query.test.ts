import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuery } from "../base/place.ts";
import { isSameQuery, viewHref, viewQuery, viewSummary } from "./view-query.ts";

test("a view keeps filters, order and window as they stand, and not what is selected or marked", () => {
  const query = parseQuery("status=failed&selected=a&since=-7d&mark=b&mark=c&sort=-cost");
  assert.equal(viewQuery(query), "status=failed&since=-7d&sort=-cost");
});

test("the same question in another order is the same", () => {
  assert.ok(isSameQuery("agent=a&agent=b&since=-1h", "since=-1h&agent=b&agent=a"));
  assert.ok(!isSameQuery("agent=a", "agent=a&agent=b"));
  assert.ok(!isSameQuery("since=-1h", "since=-2h"));
  assert.ok(isSameQuery("", ""));
});

test("a view leads to a path of this page and nowhere else", () => {
  assert.equal(viewHref({ path: "/runs", query: "status=failed&q=a%26b" }), "/runs?status=failed&q=a%26b");
  assert.equal(viewHref({ path: "/runs", query: "" }), "/runs");
  for (const path of ["//evil.example", "/\\evil.example", "https://evil.example", "runs", "/runs?x=1", "/a#b"]) {
    assert.equal(viewHref({ path, query: "" }), undefined, path);
  }
});

test("a summary says filters first, the window last, and counts what it leaves out", () => {
  assert.equal(
    viewSummary("since=-7d&agent=ada&agent=bob&agent=cyd&status=failed"),
    "agent ada, bob +1 · status failed · since -7d",
  );
  assert.equal(viewSummary(""), "");
});
