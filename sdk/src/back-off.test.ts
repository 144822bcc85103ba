import assert from "node:assert/strict";
import { test } from "node:test";
import { backOffMs, retryAfterMs } from "./back-off.ts";
import { LIMITS } from "./limits.ts";

test("pauses double up to a limit, and chance takes at most half of one", () => {
  assert.deepEqual(
    [0, 1, 2].map((tries) => backOffMs(tries, undefined, () => 1)),
    [500, 1000, 2000],
  );
  assert.equal(
    backOffMs(0, undefined, () => 0),
    250,
  );
  assert.equal(
    backOffMs(1000, undefined, () => 1),
    LIMITS.backOffMs,
  );
});

test("what the server asks for holds, within reason", () => {
  assert.equal(
    backOffMs(9, 1200, () => 0),
    1200,
  );
  assert.equal(
    backOffMs(0, 1e9, () => 0),
    LIMITS.retryAfterMs,
  );
});

test("Retry-After is seconds or a date; anything else is nothing", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00Z");
  assert.equal(retryAfterMs("2", nowMs), 2000);
  assert.equal(retryAfterMs("0", nowMs), 0);
  assert.equal(retryAfterMs("Thu, 01 Jan 2026 00:00:03 GMT", nowMs), 3000);
  assert.equal(retryAfterMs("Thu, 01 Jan 2025 00:00:03 GMT", nowMs), 0);
  for (const header of [undefined, "", "soon"]) assert.equal(retryAfterMs(header, nowMs), undefined);
});
