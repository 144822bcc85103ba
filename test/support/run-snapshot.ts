// A run's analysis as text that people can read and diff: its tree, agents, messages and totals.

import type { RunAnalysis, RunInput } from "../../src/analysis/run-analysis.ts";
import { NONE } from "../../src/model/run-columns.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../../src/model/vocabulary.ts";

const NAME_LENGTH = 60;

export function snapshotOf({ columns }: RunInput, analysis: RunAnalysis): string {
  const { summary } = analysis;
  const about = [
    ...(summary.session === "" ? [] : [`session ${summary.session}`]),
    ...(summary.user === "" ? [] : [`user ${summary.user}`]),
    ...(summary.tags.length === 0 ? [] : [`tags ${summary.tags.join(",")}`]),
  ];
  const head = `== run ${summary.name}: ${summary.status}, ${ms(summary.durationNs)}, ${columns.traces.length} trace(s)`;
  return [
    [head, ...about].join(", "),
    ...treeLines(columns, analysis),
    "-- agents",
    ...analysis.agents.map(agentLine),
    "-- messages",
    ...analysis.messages.map(messageLine),
    "-- totals",
    ...totalLines(analysis),
    "",
  ].join("\n");
}

function ms(ns: number | undefined): string {
  return ns === undefined ? "-" : `${(ns / 1e6).toFixed(1)} ms`;
}

function percent(share: number | undefined): string {
  return share === undefined ? "-" : `${(share * 100).toFixed(0)} %`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, NAME_LENGTH);
}

/** The spans that views show, children by start. */
function treeLines(columns: RunInput["columns"], { rows, agents }: RunAnalysis): string[] {
  const children = new Map<number, number[]>();
  for (let row = 0; row < columns.count; row++) {
    if (rows.hidden[row]) continue;
    const parent = rows.shownParent[row] as number;
    children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const lines: string[] = [];
  const open = (children.get(NONE) ?? []).map((row) => ({ row, depth: 0 }));
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { row, depth } = next;
    const below = (children.get(row) ?? []).toSorted(
      (a, b) => (columns.start[a] as number) - (columns.start[b] as number),
    );
    open.unshift(...below.map((child) => ({ row: child, depth: depth + 1 })));
    const kind = SPAN_KINDS[rows.kind[row] as number];
    const status = SPAN_STATUSES[rows.status[row] as number];
    const agent = agents[rows.agent[row] as number];
    const usage = rows.counted[row] ? ` ${rows.tokensInput[row]}/${rows.tokensOutput[row]} tokens` : "";
    const error =
      status === "error" ? ` error: ${oneLine(columns.texts.text(columns.statusMessage[row] as number))}` : "";
    const name = oneLine(columns.texts.text(columns.name[row] as number));
    const time = ms((columns.end[row] as number) - (columns.start[row] as number));
    lines.push(`${"  ".repeat(depth + 1)}${kind} ${name} <${agent?.name ?? "-"}> ${time}${usage}${error}`);
  }
  const hidden = rows.hidden.reduce((sum, flag) => sum + flag, 0);
  return hidden === 0 ? lines : [...lines, `  (${hidden} hidden)`];
}

function agentLine(agent: RunAnalysis["agents"][number], _: number, all: RunAnalysis["agents"]): string {
  const { activity } = agent;
  const parent = all[agent.parent];
  return [
    `  ${agent.name}${agent.inferred ? " (inferred)" : ""}${parent === undefined ? "" : ` below ${parent.name}`}:`,
    `llm ${ms(activity.llm)}, tool ${ms(activity.tool)}, working ${ms(activity.working)}, waiting ${ms(activity.waiting)},`,
    `human ${ms(activity.human)}, idle ${ms(activity.idle)};`,
    `${agent.invocations.length} invocation(s), ${agent.llmCalls} call(s), ${agent.toolCalls} tool(s),`,
    `${agent.tasks} task(s) of which ${agent.taskErrors} failed, ${agent.tokens.input}/${agent.tokens.output} tokens`,
  ].join(" ");
}

function messageLine(message: RunAnalysis["messages"][number]): string {
  const { from, to, kind, at, transit, bytes, tokens, evidence, confidence } = message;
  const size = bytes === undefined ? "" : `, ${bytes} characters`;
  const spent = tokens === undefined ? "" : `, ~${tokens} tokens`;
  const way = transit === undefined ? "" : `, arrives after ${ms(transit)}`;
  return `  ${ms(at)} ${from} -> ${to} ${kind} (${evidence}, ${confidence})${way}${size}${spent}`;
}

function totalLines({ summary, figures, path, findings, errors }: RunAnalysis): string[] {
  const { tokens } = summary;
  const cache = `cache ${tokens.cacheRead}/${tokens.cacheWrite}, reasoning ${tokens.reasoning}`;
  const kinds = Object.entries(path.byKind).map(([kind, ns]) => `${kind} ${ms(ns)}`);
  return [
    `  tokens ${tokens.input}/${tokens.output} (${cache}); ${summary.llmCalls} call(s), ${summary.toolCalls} tool(s)`,
    `  ${summary.priced ? `cost ${summary.costNano} nano-USD` : "no cost"}, ${summary.unpricedCalls} unpriced`,
    `  ${summary.errorCount} error(s) in ${errors.length} group(s)`,
    `  utilization ${percent(figures.utilization)}, concurrency ${figures.concurrency?.toFixed(2) ?? "-"}`,
    `  communication: ${percent(figures.communicationShareOfTime)} of time, ${percent(figures.communicationShareOfTokens)} of tokens`,
    `  critical path ${ms(path.total)}: ${kinds.join(", ")}`,
    ...findings.map(({ id, message }) => `  finding ${id}: ${message}`),
  ];
}
