import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../../model/shapes.ts";
import { parseQuery } from "../base/place.ts";
import { apiEventQuery, isTailed, passesRest, streamFilter } from "./event-query.ts";

const EVENT: RunEvent = {
  ...{ offset: "1", id: "1", type: "tool.failed", time: "2026-03-01T00:00:00.000000000Z", derived: true },
  ...{ agentId: "Ann", runId: "r1", data: { name: "search", error: "The Harbour is closed" } },
};

test("the API is asked by its own names, for events of both origins, over a day unless said otherwise", () => {
  const asked = Object.fromEntries(apiEventQuery(parseQuery("type=log&run=r1&selected=4&tail=1")));
  assert.deepEqual(asked, { origin: ["sent", "derived"], type: ["log"], runId: ["r1"], since: ["-24h"] });
});

test("the stream filters what it can: one agent, one run, types, the least level", () => {
  assert.deepEqual(streamFilter(parseQuery("type=tool.*&type=log&agent=Ann&run=r1&level=error&level=warn")), {
    ...{ agent: "Ann", runId: "r1", types: ["tool.*", "log"], level: "warn" },
  });
  assert.deepEqual(streamFilter(parseQuery("agent=Ann&agent=Bob&q=x")), {});
});

test("the page filters the rest: texts, several agents and runs, levels that are none of the chosen", () => {
  const passes = (query: string, more: Partial<RunEvent> = {}) => passesRest(parseQuery(query))({ ...EVENT, ...more });
  assert.ok(passes("q=harbour") && passes("q=ann") && passes("q=TOOL.") && !passes("q=nothing"));
  assert.ok(passes("agent=Ann&agent=Bob") && !passes("agent=Eve&agent=Bob"));
  assert.ok(passes("run=r1&run=r2") && !passes("run=r3&run=r2"));
  assert.ok(passes("level=unset") && !passes("level=warn&level=fatal", { level: "error" }));
});

test("a window that has an end has no tail", () => {
  assert.ok(isTailed(parseQuery("tail=1&since=-1h")));
  assert.ok(!isTailed(parseQuery("tail=1&until=2026-03-01T00:00:00Z")) && !isTailed(parseQuery("")));
});
