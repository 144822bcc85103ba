import assert from "node:assert/strict";
import { test } from "node:test";
import { madeGraph, manyEdges } from "../../../test/support/browser-graph.ts";
import { shuffled } from "../../../test/support/browser-messages.ts";
import { type AgentGraph, graphLinks, graphNodes } from "./agent-graph.ts";
import { linkCurves } from "./graph-curves.ts";
import { keptApart } from "./graph-layers.ts";
import { layoutGraph } from "./graph-layout.ts";
import { type GraphPlaces, grownPlaces, laidOut, layoutTask, NO_PLACES } from "./graph-places.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "./graph-sizes.ts";

const lay = (graph: AgentGraph): GraphPlaces => laidOut(graph, layoutGraph(layoutTask(graph)));
const many = (agents: number, edges: number): AgentGraph => {
  const links = graphLinks(manyEdges(agents, edges));
  return { nodes: graphNodes([], links), links };
};

const TEAM = ["boss delegate a 3", "a reply boss 3", "boss delegate b 2", "b reply boss 2", "b send c", "c send a"];
const GRAPHS = {
  "one agent": madeGraph([], ["alone"]),
  "agents that do not speak": madeGraph([], ["a", "b", "c", "d", "e", "f", "g"]),
  "a team, and who does not speak": madeGraph(TEAM, ["x", "y"]),
  "a circle": madeGraph(["a send b", "b send c", "c send a", "a send a"]),
  "more than dagre takes": many(50, 160),
  "500 agents": many(500, 5000),
};

function assertApart({ at }: GraphPlaces): void {
  const all = [...at];
  for (const [i, [name, one]] of all.entries()) {
    for (const [other, two] of all.slice(i + 1)) {
      const isApart = Math.abs(one.x - two.x) >= NODE_WIDTH || Math.abs(one.y - two.y) >= NODE_HEIGHT;
      assert.ok(isApart, `${name} covers ${other}`);
    }
  }
}

for (const [name, graph] of Object.entries(GRAPHS)) {
  test(`${name}: all have a place, none covers another, every line has its ends`, () => {
    const places = lay(graph);
    assert.deepEqual(
      [...places.at.keys()],
      graph.nodes.map((node) => node.name),
    );
    assertApart(places);
    const curves = linkCurves(graph.links, places);
    assert.equal(curves.size, graph.links.length);
    for (const curve of curves.values()) {
      assert.ok(curve.length >= 4);
      assert.ok(curve.every(Number.isFinite));
    }
  });
}

test("the same graph is laid out the same way, in whatever order its edges came", () => {
  for (const [agents, count] of [
    [12, 20],
    [80, 300],
  ] as const) {
    const edges = manyEdges(agents, count);
    const [one, two] = [edges, shuffled(edges)].map((all) => {
      const links = graphLinks(all);
      return lay({ nodes: graphNodes([], links), links });
    });
    assert.deepEqual(two, one);
  }
});

test("small graphs of every shape come to an end, circles too", () => {
  for (let shape = 0; shape < 60; shape++) {
    const agents = 2 + (shape % 20);
    const graph = many(agents, Math.min(agents * (agents - 1), 1 + ((shape * 7) % 40)));
    assert.equal(lay(graph).at.size, graph.nodes.length);
  }
});

test("whoever calls stands left of whom it calls", () => {
  const chain = madeGraph(["a delegate b", "b delegate c", "c delegate d"]);
  for (const graph of [chain, { ...chain, nodes: graphNodes([{ name: "lonely" }], chain.links) }]) {
    const { at } = lay(graph);
    const xs = ["a", "b", "c", "d"].map((name) => at.get(name)?.x ?? Number.NaN);
    for (const [i, x] of xs.slice(1).entries()) assert.ok(x > (xs[i] as number));
  }
});

test("500 agents and 5,000 edges are laid out in a bounded number of steps", () => {
  const graph = many(500, 5000);
  const task = layoutTask(graph);
  const begun = performance.now();
  const { x, y } = layoutGraph(task);
  // A tenth of a second where nothing else runs; a layout that goes wrong takes minutes.
  assert.ok(performance.now() - begun < 5000);
  const width = Math.max(...x) - Math.min(...x);
  const height = Math.max(...y) - Math.min(...y);
  assert.ok(width / height > 0.5 && width / height < 5, `${width} × ${height}`);
});

test("agents that are known stay where they are when others come", () => {
  const before = madeGraph(TEAM);
  const placed = lay(before);
  const after = madeGraph([...TEAM, "boss delegate d", "d send e", "f send boss"], ["lonely"]);
  const grown = grownPlaces(placed, after);
  for (const [name, place] of placed.at) assert.deepEqual(grown.at.get(name), place);
  assert.equal(grown.at.size, after.nodes.length);
  assertApart(grown);
  assert.ok((grown.at.get("d")?.x ?? 0) > (grown.at.get("boss")?.x ?? 0));
  assert.ok((grown.at.get("e")?.x ?? 0) > (grown.at.get("d")?.x ?? 0));
  assert.ok((grown.at.get("f")?.x ?? 0) < (grown.at.get("boss")?.x ?? 0));
});

test("a graph that comes one edge at a time has a place for all, and none covers another", () => {
  const edges = manyEdges(40, 120);
  let places = NO_PLACES;
  for (let count = 1; count <= edges.length; count++) {
    const links = graphLinks(edges.slice(0, count));
    places = grownPlaces(places, { nodes: graphNodes([], links), links });
  }
  assert.equal(places.at.size, 40);
  assertApart(places);
});

test("nothing moves when only figures change, and whoever is gone has no place", () => {
  const placed = lay(madeGraph(TEAM));
  assert.equal(grownPlaces(placed, madeGraph([...TEAM, "a send c 9"])), placed);
  assert.deepEqual([...grownPlaces(placed, madeGraph(["boss delegate a"])).at.keys()], ["a", "boss"]);
});

test("places that keep a distance are the nearest to those that are wanted", () => {
  assert.deepEqual(keptApart([0, 50, 90], 10), [0, 50, 90]);
  assert.deepEqual(keptApart([5, 5], 10), [0, 10]);
  assert.deepEqual(keptApart([0, 1, 2, 100], 10), [-9, 1, 11, 100]);
});
