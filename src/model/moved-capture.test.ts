import assert from "node:assert/strict";
import { test } from "node:test";
import { captureBounds, movedRequest } from "./moved-capture.ts";

const SPAN = {
  ...{ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", parentSpanId: "" },
  ...{ name: "plan", startTimeUnixNano: "1795000000000000001", endTimeUnixNano: "1795000003000000000" },
};
const request = (spans: readonly object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const MASK = new Uint8Array(16).fill(0x5a);

function spansOf(moved: unknown): (typeof SPAN)[] {
  const { resourceSpans } = moved as { resourceSpans: { scopeSpans: { spans: (typeof SPAN)[] }[] }[] };
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

test("a capture lasts from its first to its last instant; a time of 0 is none", () => {
  const open = { ...SPAN, startTimeUnixNano: "1795000001000000000", endTimeUnixNano: "0" };
  assert.deepEqual(captureBounds([request([open]), request([SPAN])]), {
    startNs: 1_795_000_000_000_000_001n,
    endNs: 1_795_000_003_000_000_000n,
  });
  assert.deepEqual(captureBounds([]), { startNs: 0n, endNs: 0n });
});

test("a moved request keeps its lengths of time to the nanosecond and who belongs to whom", () => {
  const child = { ...SPAN, spanId: "00f067aa0ba902b7", parentSpanId: SPAN.spanId, endTimeUnixNano: "0" };
  const traces: string[] = [];
  const [parent, below] = spansOf(movedRequest(request([SPAN, child]), 7n, MASK, (id) => traces.push(id)));
  assert.equal(parent?.startTimeUnixNano, "1795000000000000008");
  assert.equal(parent?.endTimeUnixNano, "1795000003000000007");
  assert.equal(below?.endTimeUnixNano, "0");
  assert.notEqual(parent?.traceId, SPAN.traceId);
  assert.equal(parent?.parentSpanId, "");
  assert.equal(below?.parentSpanId, parent?.spanId);
  assert.equal(below?.traceId, parent?.traceId);
  assert.deepEqual(traces, [parent?.traceId, parent?.traceId]);
  assert.equal(parent?.name, "plan");
});
