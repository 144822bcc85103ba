import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../../model/shapes.ts";
import { parseQuery } from "../base/place.ts";
import { passesQuery } from "./run-filter.ts";

const NOW_MS = Date.parse("2026-11-22T12:00:00Z");
const RUN = {
  ...{ id: "r", name: "incident", status: "running", startedAt: "2026-11-22T11:59:30.000000000Z", durationMs: 30_000 },
  ...{ service: "desk", user: "ann", tags: ["blue"], agents: ["boss", "scout"], models: ["m-1"], errorCount: 0 },
  agentic: true,
} as unknown as Run;

const passes = (query: string, run: Run = RUN) => passesQuery(run, parseQuery(query), NOW_MS);

test("values of one filter are alternatives, different filters must all hold", () => {
  assert.equal(passes(""), true);
  assert.equal(passes("status=failed&status=running&agent=scout"), true);
  assert.equal(passes("status=running&agent=nobody"), false);
  assert.equal(passes("model=m-1&service=desk&user=ann&tag=blue&name=incident"), true);
  assert.equal(passes("session=s"), false);
});

test("the window of time is a day unless the URL says another", () => {
  const old = { ...RUN, startedAt: "2026-11-20T11:00:00.000000000Z" };
  assert.equal(passes("", old), false);
  assert.equal(passes("since=-7d", old), true);
  assert.equal(passes("since=2026-11-20T00:00:00Z&until=2026-11-21T00:00:00Z", old), true);
  assert.equal(passes("since=2026-11-20T00:00:00Z&until=2026-11-21T00:00:00Z"), false);
});

test("durations, errors, and runs without agents are judged as the API does", () => {
  assert.equal(passes("minDuration=30s&maxDuration=30000"), true);
  assert.equal(passes("minDuration=31s"), false);
  assert.equal(passes("hasError=true"), false);
  assert.equal(passes("hasError=false"), true);
  assert.equal(passes("", { ...RUN, agentic: false }), false);
  assert.equal(passes("all=true", { ...RUN, agentic: false }), true);
});

test("a searched text and values that are not understood are left to the server", () => {
  assert.equal(passes("q=weather"), undefined);
  assert.equal(passes("since=yesterday"), undefined);
  assert.equal(passes("minDuration=long"), undefined);
  assert.equal(passes("hasError=perhaps"), undefined);
});
