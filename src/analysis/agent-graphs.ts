// Agents in nested graphs (LangGraph). A span says in which graphs it ran: `supervisor:<id>|agent:<id>` is the node
// `agent` inside the graph that the node `supervisor` called.
//
//   supervisor            path supervisor:1            → agent "supervisor" (A3: something ran inside this path)
//   └ supervisor          path supervisor:1            hidden: the compiled graph of the same name (A5)
//     ├ agent             path supervisor:1|agent:2    a node of the agent, not an agent
//     │ └ ChatOpenAI      path supervisor:1|agent:2
//     └ tools             path supervisor:1|tools:3    a tool node is never an agent, nor what runs right below it

import { HINTS } from "../model/draft.ts";
import { NONE, type RunColumns } from "../model/run-columns.ts";
import { type AgentMarks, promote, subtreeCounts } from "./agent-marks.ts";
import { isStructural, KIND } from "./codes.ts";

const TOOL_NODE = "tools";

/** A3 and A5: a graph with nodes of its own is an agent; the compiled graph below its node is the same agent. */
export function promoteGraphAgents(marks: AgentMarks): void {
  const { columns, tree, kind, labels, hidden } = marks;
  const paths = graphPaths(columns);
  const agentPaths = new Set<string>();
  for (const [row, path] of paths) {
    const graph = path.slice(0, Math.max(0, path.lastIndexOf("|")));
    const name = nodeName(graph);
    const named = labels[row] as string;
    if (name !== "" && name !== TOOL_NODE && (named === "" || named === name)) agentPaths.add(graph);
  }
  if (agentPaths.size === 0) return;
  for (const row of tree.order) {
    const path = paths.get(row);
    if (path === undefined || !agentPaths.has(path) || !isStructural(kind[row] as number)) continue;
    const parent = tree.parent[row] as number;
    if (parent === NONE || paths.get(parent) !== path) promote(marks, row, nodeName(path));
    else if (kind[parent] === KIND.agent && columns.name[parent] === columns.name[row]) hidden[row] = 1;
  }
}

/** A4: a node of the outermost graph that calls a model and a tool is an agent, as far as one can guess. */
export function promoteGraphNodes(marks: AgentMarks): void {
  const { columns, tree, kind, inferred } = marks;
  const candidates: number[] = [];
  for (const [row, path] of graphPaths(columns)) {
    const parent = tree.parent[row] as number;
    const top = parent === NONE || hintedPath(columns, parent) !== path;
    const name = nodeName(path);
    if (!path.includes("|") && top && name !== TOOL_NODE && isStructural(kind[row] as number)) candidates.push(row);
  }
  if (candidates.length === 0) return;
  const below = subtreeCounts(marks);
  const agentAbove = new Uint8Array(tree.count);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    agentAbove[row] = kind[row] === KIND.agent || (parent !== NONE && agentAbove[parent]) ? 1 : 0;
  }
  for (const row of candidates) {
    const calls = (below.llm[row] as number) > 0 && (below.tool[row] as number) > 0;
    if (!calls || below.agent[row] !== 0 || agentAbove[row] || marks.labels[row] !== "") continue;
    promote(marks, row, nodeName(hintedPath(columns, row)));
    inferred[row] = 1;
  }
}

function graphPaths(columns: RunColumns): Map<number, string> {
  const paths = new Map<number, string>();
  for (const [row, hints] of columns.hints) {
    const path = hints.get(HINTS.graphPath);
    if (path !== undefined && path !== "") paths.set(row, path);
  }
  return paths;
}

function hintedPath(columns: RunColumns, row: number): string {
  return columns.hints.get(row)?.get(HINTS.graphPath) ?? "";
}

/** The name of the innermost node of a path. */
function nodeName(path: string): string {
  const node = path.slice(path.lastIndexOf("|") + 1);
  const id = node.indexOf(":");
  return id < 0 ? node : node.slice(0, id);
}
