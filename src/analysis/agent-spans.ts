// Which spans are invocations of agents. Most dialects say so; the conventions of others show only in the neighbours of
// a span. Numbers are the rules of docs/dialects.md.

import type { RunColumns } from "../model/run-columns.ts";
import { promoteGraphAgents, promoteGraphNodes } from "./agent-graphs.ts";
import type { AgentMarks } from "./agent-marks.ts";
import { promoteInstances, promoteRegions } from "./agent-regions.ts";
import { mergeWrappers, unwrapUnnamed } from "./agent-wrappers.ts";
import { hasTrait, KIND } from "./codes.ts";
import { factOf, type RowFacts } from "./facts.ts";
import { getOrMake } from "./get-or-make.ts";
import type { Tree } from "./tree.ts";

export function resolveAgentSpans(
  columns: RunColumns,
  tree: Tree,
  kind: Uint8Array,
  hidden: Uint8Array,
  facts: RowFacts,
): AgentMarks {
  const labels = new Array<string>(columns.count);
  const cleaned = new Map<number, string>();
  for (let row = 0; row < columns.count; row++) {
    const text = columns.agent[row] as number;
    labels[row] =
      text === 0
        ? cleanName(factOf(facts, row, "agent"))
        : getOrMake(cleaned, text, () => cleanName(columns.texts.text(text)));
  }
  const marks: AgentMarks = { columns, tree, kind, hidden, labels, inferred: new Uint8Array(columns.count) };
  for (let row = 0; row < columns.count; row++) {
    if (!hasTrait(columns, row, "definition")) continue;
    if (kind[row] === KIND.agent) kind[row] = KIND.other;
    labels[row] = "";
  }
  if (columns.hints.size > 0) {
    promoteGraphAgents(marks);
    promoteGraphNodes(marks);
  }
  promoteRegions(marks);
  promoteInstances(marks);
  unwrapUnnamed(marks);
  mergeWrappers(marks);
  nameAgents(marks);
  return marks;
}

function nameAgents({ columns, kind, labels, inferred }: AgentMarks): void {
  for (let row = 0; row < columns.count; row++) {
    if (kind[row] !== KIND.agent || labels[row] !== "") continue;
    const spanName = cleanName(columns.texts.text(columns.name[row] as number).replace(/^invoke_agent\s+/, ""));
    if (hasTrait(columns, row, "agentInferred")) {
      labels[row] = `unnamed (${columns.texts.text(columns.model[row] as number) || spanName})`;
      inferred[row] = 1;
    } else labels[row] = spanName === "" ? "unnamed" : spanName;
  }
}

/** Some frameworks name an agent by the text of its role, with line breaks and indentation. */
function cleanName(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
