import assert from "node:assert/strict";
import { test } from "node:test";
import { formatQuery, parseQuery } from "../base/place.ts";
import {
  apiErrorFacetQuery,
  apiErrorQuery,
  apiErrorsQuery,
  errorsHref,
  inWindowHref,
  isErrorsNarrowed,
} from "./error-query.ts";

const QUERY = parseQuery("q=boom&agent=a&agent=b&kind=llm&since=-1h&sort=-runs&selected=x");

test("the API is asked for what the URL filters, in a window of a day, and for nothing else", () => {
  assert.equal(formatQuery(apiErrorsQuery(QUERY)), "q=boom&agent=a&agent=b&kind=llm&since=-1h&sort=-runs");
  assert.equal(formatQuery(apiErrorsQuery(parseQuery("zoom=1"))), "since=-24h");
  assert.equal(formatQuery(apiErrorQuery(QUERY)), "agent=a&agent=b&kind=llm&since=-1h");
  assert.equal(formatQuery(apiErrorFacetQuery(QUERY)), "since=-1h&hasError=true");
});

test("a window of time or an order narrows nothing", () => {
  assert.equal(isErrorsNarrowed(parseQuery("since=-1h&sort=runs&selected=x")), false);
  assert.equal(isErrorsNarrowed(parseQuery("q=x")), true);
  assert.equal(isErrorsNarrowed(parseQuery("service=x")), true);
});

test("links keep what was chosen, and elsewhere the window alone", () => {
  assert.equal(errorsHref("/errors/f1", QUERY), "/errors/f1?q=boom&agent=a&agent=b&kind=llm&since=-1h&sort=-runs");
  assert.equal(inWindowHref("/search", QUERY, { tool: "a b" }), "/search?since=-1h&tool=a%20b");
  assert.equal(inWindowHref("/search", parseQuery("")), "/search");
});
