import { strict as assert } from "node:assert";
import { test } from "node:test";
import { parseQuery } from "../base/place.ts";
import { askedWindow, windowBounds, windowQuery } from "./asked-window.ts";

const DAY_MS = 86_400_000;

test("a window has its bounds, and ends at the latest now", () => {
  assert.deepEqual(windowBounds({ since: "-1h" }, 3_600_000), { fromMs: 0, untilMs: 3_600_000 });
  assert.deepEqual(windowBounds({ since: "1970-01-01T00:00:10Z", until: "2030-01-01T00:00:00Z" }, 60_000), {
    fromMs: 10_000,
    untilMs: 60_000,
  });
});

test("times that mean none are as if they were not there", () => {
  for (const text of ["yesterday", "", "-soon", "9e99"]) {
    assert.deepEqual(windowBounds({ since: text, until: text }, 3 * DAY_MS), {
      fromMs: 2 * DAY_MS,
      untilMs: 3 * DAY_MS,
    });
  }
});

test("the API is asked for the URL's window, by default the last day", () => {
  assert.deepEqual(askedWindow(parseQuery("")), { since: "-24h" });
  const asked = windowQuery(parseQuery("since=-1h&until=now&agent=a"), { by: "agent" });
  assert.deepEqual(
    [...asked],
    [
      ["since", ["-1h"]],
      ["until", ["now"]],
      ["by", ["agent"]],
    ],
  );
});
