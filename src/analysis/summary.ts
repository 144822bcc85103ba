// A run in one row. Session, user and name come from the first root, else from the first span that has them; tags are
// all spans' tags.

import { HINTS } from "../model/draft.ts";
import { isAgentic } from "./attribution.ts";
import { hintOf, KIND } from "./codes.ts";
import { failedRows } from "./errors.ts";
import { factOf } from "./facts.ts";
import { isBetweenAgents } from "./messages.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { RunInput, RunMessage, RunSummary } from "./run-analysis.ts";
import { outcomeOf } from "./status.ts";
import { addTokens, hasUsage, noTokens } from "./usage.ts";

export function summarize(run: ResolvedRun, input: RunInput, messages: readonly RunMessage[]): RunSummary {
  const { columns, tree } = run;
  const root = tree.roots[0];
  const service = columns.texts.text((root === undefined ? 0 : columns.service[root]) as number);
  return {
    id: input.runId,
    name: nameOf(run),
    ...outcomeOf(run, input),
    service: service === "" ? firstText(run, columns.service) : service,
    session: stated(run, columns.session, "session"),
    user: stated(run, columns.user, "user"),
    tags: [...new Set([...columns.tags.values()].flat())].sort(),
    ...callSums(run),
    spanCount: columns.count,
    eventCount: input.events.length,
    errorCount: failedRows(run).length,
    messageCount: messages.filter(isBetweenAgents).length,
    agentic: hasAgenticPart(run),
  };
}

type CallSums = Pick<
  RunSummary,
  "models" | "tokens" | "costNano" | "priced" | "unpricedCalls" | "llmCalls" | "toolCalls"
>;

function callSums({ columns, kind, usage, hidden }: ResolvedRun): CallSums {
  const tokens = noTokens();
  const models = new Set<string>();
  const sums = { costNano: 0, priced: false, unpricedCalls: 0, llmCalls: 0, toolCalls: 0 };
  for (let row = 0; row < columns.count; row++) {
    if (kind[row] === KIND.tool && !hidden[row]) sums.toolCalls++;
    if (kind[row] !== KIND.llm) continue;
    addTokens(tokens, usage, row);
    const model = columns.texts.text(columns.model[row] as number);
    if (model !== "") models.add(model);
    sums.llmCalls++;
    sums.costNano += usage.cost[row] as number;
    if (usage.priced[row]) sums.priced = true;
    else if (hasUsage(usage, row)) sums.unpricedCalls++;
  }
  return { tokens, models: [...models].sort(), ...sums };
}

/** A stated name, else the first root's; of a root that is no part of an agent system the topmost span that is. */
function nameOf(run: ResolvedRun): string {
  const { columns, tree, kind, events } = run;
  const root = tree.roots[0];
  if (root === undefined) {
    const name = events.find(({ type }) => type === "run.started")?.data["name"];
    return typeof name === "string" ? name : "";
  }
  const named = hintOf(columns, root, HINTS.runName) || firstHinted(run);
  if (named !== "") return named;
  const topmost = kind[root] === KIND.other ? (tree.order.find((row) => kind[row] !== KIND.other) ?? root) : root;
  return columns.texts.text(columns.name[topmost] as number);
}

function firstHinted({ columns, hinted }: ResolvedRun): string {
  for (const row of hinted) {
    const name = hintOf(columns, row, HINTS.runName);
    if (name !== "") return name;
  }
  return "";
}

/** The first root's text, else the first span's that has one; a fact stands where a span has none. */
function stated(run: ResolvedRun, column: Uint32Array, field: "session" | "user"): string {
  const { columns, tree, facts } = run;
  const root = tree.roots[0];
  if (root === undefined) return "";
  const own = columns.texts.text(column[root] as number) || factOf(facts, root, field) || firstText(run, column);
  if (own !== "") return own;
  for (const row of [...facts.keys()].sort((a, b) => a - b)) {
    const text = factOf(facts, row, field);
    if (text !== "") return text;
  }
  return "";
}

function firstText({ columns }: ResolvedRun, column: Uint32Array): string {
  for (let row = 0; row < columns.count; row++) if (column[row] !== 0) return columns.texts.text(column[row] as number);
  return "";
}

function hasAgenticPart({ kind, events }: ResolvedRun): boolean {
  return kind.some(isAgentic) || events.some(({ type }) => /^(?:run|agent|task|llm|tool)\./.test(type));
}
