// Whose span each span is. A span belongs to the nearest agent span at or above it, through model calls, tools and
// tasks (A1); without one, to the nearest agent that a span at or above it names; else, if it is work (a call, a tool),
// to an agent made up for the run (A13). Structure outside every agent belongs to nobody: its time is orchestration.
//
//   run                        nobody
//   ├ agent boss               boss     ┐ entry: row of boss
//   │ └ tool ask               boss     ┘
//   │   └ agent helper         helper   ┐ entry: row of helper, caller: row of boss
//   │     └ llm                helper   ┘
//   └ llm                      the run's own agent, named after the service
//
// An entry is where an agent's stretch of spans begins: its invocation.

import { NONE, type RunColumns } from "../model/run-columns.ts";
import type { AgentMarks } from "./agent-marks.ts";
import { KIND } from "./codes.ts";
import type { Tree } from "./tree.ts";

export interface Attribution {
  /** Index into `names`, or NONE. */
  readonly agent: Int32Array;
  readonly names: readonly string[];
  /** Whether a convention rather than a name made it an agent. */
  readonly inferred: readonly boolean[];
  /** The entry that the row belongs to, or NONE for rows of nobody. */
  readonly entry: Int32Array;
  /** Of an entry: the entry of another invocation around it, or NONE. */
  readonly caller: Int32Array;
  /** All entries, by start. */
  readonly entries: readonly number[];
  /** The entries of each agent, by start. */
  readonly entriesOf: readonly (readonly number[])[];
}

/** Agents get their index in order of their first span. */
class AgentNames {
  readonly names: string[] = [];
  readonly inferred: boolean[] = [];
  readonly #index = new Map<string, number>();

  index(name: string, inferred: boolean): number {
    let index = this.#index.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.#index.set(name, index);
      this.names.push(name);
      this.inferred.push(inferred);
    } else if (!inferred) this.inferred[index] = false;
    return index;
  }
}

export function attribute(marks: AgentMarks, byStart: Int32Array): Attribution {
  const { columns, tree, kind, labels } = marks;
  const agents = new AgentNames();
  // Agents are numbered by start and not by depth, so that their order is what one sees.
  const named = new Int32Array(columns.count).fill(NONE);
  for (const row of byStart) {
    const label = labels[row] as string;
    if (label !== "") named[row] = agents.index(label, marks.inferred[row] === 1);
  }
  const bySpan = new Int32Array(columns.count).fill(NONE);
  const agent = new Int32Array(columns.count).fill(NONE);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    const above = parent === NONE ? NONE : (bySpan[parent] as number);
    bySpan[row] = kind[row] === KIND.agent ? (named[row] as number) : above;
    if (bySpan[row] !== NONE) agent[row] = bySpan[row] as number;
    else if (named[row] !== NONE) agent[row] = named[row] as number;
    else if (parent !== NONE) agent[row] = agent[parent] as number;
  }
  attributeToRun(columns, tree, kind, agent, agents);
  const entries = findEntries(tree, kind, agent, byStart);
  const used = keepUsed(agents, agent, entries.entries);
  const entriesOf = used.names.map<number[]>(() => []);
  for (const row of entries.entries) entriesOf[agent[row] as number]?.push(row);
  return { agent, ...used, ...entries, entriesOf };
}

const isCall = (kind: number) => kind === KIND.llm || kind === KIND.tool;

/** The kinds of which a trace needs one to be the trace of an agent system. */
export function isAgentic(kind: number): boolean {
  return isCall(kind) || kind === KIND.agent || kind === KIND.run || kind === KIND.task;
}

/** A13: work outside every agent belongs to an agent named after the run; without any other agent everything does. */
function attributeToRun(
  columns: RunColumns,
  tree: Tree,
  kind: Uint8Array,
  agent: Int32Array,
  agents: AgentNames,
): void {
  const alone = agents.names.length === 0;
  let needed = false;
  for (let row = 0; row < columns.count && !needed; row++) {
    const rowKind = kind[row] as number;
    needed = agent[row] === NONE && (alone ? isAgentic(rowKind) : isCall(rowKind));
  }
  if (!needed) return;
  const own = agents.index(ownAgentName(columns, tree), true);
  for (const row of tree.order) {
    if (agent[row] !== NONE) continue;
    const parent = tree.parent[row] as number;
    const inherits = parent !== NONE && agent[parent] === own;
    const isWork = isCall(kind[row] as number) || kind[row] === KIND.retrieval;
    if (alone || inherits || isWork) agent[row] = own;
  }
}

/** The service, unless it is OpenTelemetry's placeholder; else the first root. */
function ownAgentName(columns: RunColumns, tree: Tree): string {
  const root = tree.roots[0];
  if (root === undefined) return "agent";
  const service = columns.texts.text(columns.service[root] as number);
  if (service !== "" && !service.startsWith("unknown_service")) return service;
  return columns.texts.text(columns.name[root] as number) || "agent";
}

function findEntries(
  tree: Tree,
  kind: Uint8Array,
  agent: Int32Array,
  byStart: Int32Array,
): Pick<Attribution, "entry" | "caller" | "entries"> {
  const entry = new Int32Array(tree.count).fill(NONE);
  const caller = new Int32Array(tree.count).fill(NONE);
  // The entry at or above each row, through rows of nobody.
  const around = new Int32Array(tree.count).fill(NONE);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    const above = parent === NONE ? NONE : (around[parent] as number);
    const own = agent[row] as number;
    if (own === NONE) {
      around[row] = above;
      continue;
    }
    const begins = kind[row] === KIND.agent || parent === NONE || agent[parent] !== own;
    entry[row] = begins ? row : (entry[parent] as number);
    around[row] = entry[row] as number;
    if (begins) caller[row] = above;
  }
  const entries: number[] = [];
  for (const row of byStart) if (entry[row] === row) entries.push(row);
  return { entry, caller, entries };
}

/** Drops names that no row ended up with (a name on a span inside another agent), and renumbers. */
function keepUsed(
  agents: AgentNames,
  agent: Int32Array,
  entries: readonly number[],
): Pick<Attribution, "names" | "inferred"> {
  const renumbered = new Int32Array(agents.names.length).fill(NONE);
  const names: string[] = [];
  const inferred: boolean[] = [];
  for (const row of entries) {
    const old = agent[row] as number;
    if (renumbered[old] !== NONE) continue;
    renumbered[old] = names.length;
    names.push(agents.names[old] as string);
    inferred.push(agents.inferred[old] as boolean);
  }
  for (let row = 0; row < agent.length; row++) {
    const old = agent[row] as number;
    if (old !== NONE) agent[row] = renumbered[old] as number;
  }
  return { names, inferred };
}
