import assert from "node:assert/strict";
import { test } from "node:test";
import { madeEdges, madeGraph, manyEdges } from "../../../test/support/browser-graph.ts";
import { shuffled } from "../../../test/support/browser-messages.ts";
import { findLink, graphLinks, graphNodes } from "./agent-graph.ts";
import { formatMeasure, measureOfLink } from "./edge-measures.ts";

const words = (lines: readonly string[]) =>
  graphLinks(madeEdges(lines)).map(
    ({ from, to, there, back }) => `${from}>${to} ${there.count}${back === undefined ? "" : `+${back.count}`}`,
  );

test("answers stand on the line of what they answer", () => {
  assert.deepEqual(words(["boss delegate a 14", "a reply boss 13", "boss handoff b 1"]), ["boss>a 14+13", "boss>b 1"]);
});

test("two who both begin have a line each", () => {
  assert.deepEqual(words(["a send b 3", "b send a 2"]), ["a>b 3", "b>a 2"]);
});

test("words that are only read have a line of their own, unless there is one already", () => {
  assert.deepEqual(words(["a reads b 0", "b send c 2", "c reads b 0"]), ["a>b 0", "b>c 2+0"]);
});

test("where both only answer, or only read, one line stands for both", () => {
  assert.deepEqual(words(["a reply b 2", "b reply a 5"]), ["b>a 5+2"]);
  assert.deepEqual(words(["b reads a 0", "a reads b 0"]), ["a>b 0+0"]);
});

test("every edge is on one link, and the order in which they came changes nothing", () => {
  const edges = manyEdges(60, 400);
  const links = graphLinks(edges);
  const onLinks = links.flatMap(({ there, back }) => (back === undefined ? [there] : [there, back]));
  assert.equal(onLinks.length, edges.length);
  assert.equal(new Set(onLinks).size, edges.length);
  assert.deepEqual(graphLinks(shuffled(edges)), links);
});

test("agents have a node each, also those that only edges name or none does", () => {
  const links = graphLinks(madeEdges(["boss send a", "a send b"]));
  const nodes = graphNodes([{ name: "lonely" }, { name: "boss", utilization: 0.5 }], links);
  assert.deepEqual(nodes, [{ name: "a" }, { name: "b" }, { name: "boss", utilization: 0.5 }, { name: "lonely" }]);
});

test("a link is found from either end, and measures know what they do not know", () => {
  const graph = madeGraph(["boss delegate a 4", "a reply boss 4", "a reads c 0"]);
  const link = findLink(graph, "a", "boss");
  assert.equal(link?.from, "boss");
  assert.ok(link);
  assert.deepEqual(
    (["count", "tokens", "cost", "latency"] as const).map((measure) => measureOfLink(link, measure)),
    [8, 80, undefined, 8],
  );
  const read = findLink(graph, "a", "c");
  assert.ok(read);
  assert.equal(measureOfLink(read, "latency"), undefined);
  assert.equal(findLink(graph, "c", "a"), undefined);
  assert.equal(formatMeasure(undefined, "cost"), "–");
});
