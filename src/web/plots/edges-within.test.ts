import assert from "node:assert/strict";
import { test } from "node:test";
import type { Edge, Message } from "../../model/shapes.ts";
import { graphLinks } from "./agent-graph.ts";
import { edgesWithin, linksWithin } from "./edges-within.ts";

function message(from: string, to: string, rest: Partial<Message> = {}): Message {
  const kind = rest.kind ?? "delegate";
  return { runId: "r", from, to, kind, at: "2026-11-22T12:00:00Z", evidence: "sent", confidence: 1, ...rest };
}

const edge = (from: string, to: string, kinds: Edge["kinds"]): Edge => {
  return { from, to, kinds, count: Object.values(kinds).reduce((sum, count) => sum + count, 0), tokens: 900 };
};

const EDGES = [edge("boss", "a", { delegate: 3 }), edge("a", "boss", { reply: 3 }), edge("boss", "b", { handoff: 1 })];
const PART = [
  message("boss", "a", { bytes: 10, transitMs: 4 }),
  message("boss", "a", { bytes: 5, transitMs: 8 }),
  message("a", "boss", { kind: "reply" }),
];

test("edges of a part count its messages, and keep those that have none", () => {
  assert.deepEqual(edgesWithin(EDGES, PART), [
    { from: "boss", to: "a", count: 2, kinds: { delegate: 2 }, bytes: 15, transitMs: { p50: 6, p95: 7.8 } },
    { from: "a", to: "boss", count: 1, kinds: { reply: 1 } },
    { from: "boss", to: "b", count: 0, kinds: {} },
  ]);
});

test("links stay as they are in the whole run, whatever was sent in the part", () => {
  const whole = graphLinks(EDGES);
  const links = linksWithin(whole, edgesWithin(EDGES, []));
  assert.deepEqual(
    links.map(({ key, there, back }) => [key, there.count, back?.count]),
    whole.map(({ key, back }) => [key, 0, back === undefined ? undefined : 0]),
  );
});
