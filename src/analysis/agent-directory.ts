// Finds the agent that a source means: by its name, the name as tools spell it (`transfer_to_research_expert`), its
// instance, or the id of the graph node that runs it (A9).

import { HINTS } from "../model/draft.ts";
import { NONE, type RunColumns } from "../model/run-columns.ts";
import type { Attribution } from "./attribution.ts";
import { hintOf, isStructural } from "./codes.ts";
import type { Tree } from "./tree.ts";

export class AgentDirectory {
  readonly #names: readonly string[];
  readonly #exact = new Map<string, number>();
  readonly #folded = new Map<string, number>();

  constructor(columns: RunColumns, tree: Tree, kind: Uint8Array, attribution: Attribution) {
    this.#names = attribution.names;
    for (const [agent, name] of attribution.names.entries()) this.#learn(name, agent);
    for (const row of attribution.entries) {
      const agent = attribution.agent[row] as number;
      this.#learn(columns.texts.text(columns.agentInstance[row] as number), agent);
      this.#learn(hintOf(columns, row, HINTS.graphNode), agent);
      if (columns.hints.size > 0) this.#learnNodes(columns, tree, kind, row, agent);
    }
  }

  /** The agent's index, or NONE when no agent of the run goes by this name. */
  find(name: string): number {
    if (name === "") return NONE;
    return this.#exact.get(name) ?? this.#folded.get(folded(name)) ?? NONE;
  }

  /** The agent's own name where it is known, else the name as it is. */
  nameOf(name: string): string {
    const agent = this.find(name);
    return agent === NONE ? name : (this.#names[agent] as string);
  }

  /** The graph nodes right around an invocation are other names of its agent. */
  #learnNodes(columns: RunColumns, tree: Tree, kind: Uint8Array, entry: number, agent: number): void {
    for (let row = tree.parent[entry] as number; row !== NONE; row = tree.parent[row] as number) {
      if (!isStructural(kind[row] as number)) return;
      const node = hintOf(columns, row, HINTS.graphNode);
      if (node === "") continue;
      this.#learn(node, agent);
      return;
    }
  }

  /** The first agent to go by a name keeps it. */
  #learn(name: string, agent: number): void {
    if (name === "") return;
    if (!this.#exact.has(name)) this.#exact.set(name, agent);
    const key = folded(name);
    if (key !== "" && !this.#folded.has(key)) this.#folded.set(key, agent);
  }
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
