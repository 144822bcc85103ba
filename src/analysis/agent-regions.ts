// Agents that no span stands for: only the spans inside them carry their name or their instance.

import { HINTS } from "../model/draft.ts";
import { NONE } from "../model/run-columns.ts";
import { type AgentMarks, promote } from "./agent-marks.ts";
import { hasTrait, hintOf, isStructural, KIND } from "./codes.ts";

/**
 * LangChain's `lc_agent_name` stands on every span below an agent: the topmost span of each stretch of one name is the
 * agent. Only where the dialect says that the name is a convention: elsewhere an agent's name on a model call or a step
 * means just that.
 */
export function promoteRegions(marks: AgentMarks): void {
  const { columns, tree, kind, labels } = marks;
  const nearest = new Array<string>(tree.count);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    const above = parent === NONE ? "" : (nearest[parent] as string);
    const label = labels[row] as string;
    const convention = label !== "" && label !== above && hasTrait(columns, row, "agentInferred");
    if (convention && isStructural(kind[row] as number)) promote(marks, row, label);
    nearest[row] = label === "" ? above : label;
  }
}

/**
 * A8: Claude's sub-agents have no span; the spans inside one carry its instance. The span right below the tool that
 * started it (the tool's execution) becomes the agent.
 */
export function promoteInstances(marks: AgentMarks): void {
  const { columns, tree, kind, labels } = marks;
  for (const row of tree.order) {
    const instance = columns.agentInstance[row] as number;
    if (instance === 0 || kind[row] === KIND.agent) continue;
    const found = startingTool(marks, row);
    if (found === undefined || found.below === row || !isStructural(kind[found.below] as number)) continue;
    const target = hintOf(columns, found.tool, HINTS.target);
    promote(marks, found.below, (labels[row] as string) || target || columns.texts.text(instance));
  }
}

/** The nearest tool above that starts agents, and the span right below it; nothing when an agent comes first. */
function startingTool({ columns, tree, kind }: AgentMarks, row: number): { tool: number; below: number } | undefined {
  let below = row;
  for (let at = tree.parent[row] as number; at !== NONE; at = tree.parent[at] as number) {
    if (kind[at] === KIND.agent) return undefined;
    const starts = kind[at] === KIND.tool && hintOf(columns, at, HINTS.toolType) === "agent";
    if (starts) return { tool: at, below };
    below = at;
  }
  return undefined;
}
