// Prints what is found in each capture of real telemetry beside what has to be found, as a Markdown table. By hand:
// node tools/captures-table.ts

import { analyse } from "../src/analysis/analyse.ts";
import { isBetweenAgents } from "../src/analysis/messages.ts";
import type { RunAnalysis } from "../src/analysis/run-analysis.ts";
import { CAPTURES, type ExpectedCapture, expectedTokens } from "../test/support/captures-oracle.ts";
import { runsOfCapture } from "../test/support/columns-from-drafts.ts";

const COLUMNS = ["capture", "runs", "spans", "agents", "edges", "tokens in / out", "errors"];

/** How much of what is expected was found: `7 of 7`; what is too much is told too. */
function found(actual: readonly string[], expected: readonly string[]): string {
  const rest = [...expected];
  const surplus = actual.filter((one) => {
    const at = rest.indexOf(one);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  const more = surplus.length === 0 ? "" : `, and ${surplus.length} more`;
  return `${expected.length - rest.length} of ${expected.length}${more}`;
}

function agentsOf(analyses: readonly RunAnalysis[]): string[] {
  return [...new Set(analyses.flatMap(({ agents }) => agents.map(({ name }) => name)))];
}

function edgesOf(analyses: readonly RunAnalysis[]): string[] {
  const messages = analyses.flatMap((analysis) => analysis.messages.filter(isBetweenAgents));
  return messages.map(({ from, to, kind, evidence }) => `${from} -> ${to} ${kind} ${evidence}`);
}

function row(name: string, expected: ExpectedCapture): string[] {
  const logs = expected.logs === undefined ? undefined : `${expected.logs}.otlp.json`;
  const analyses = runsOfCapture(`${name}.otlp.json`, logs).map(analyse);
  const sum = (of: (summary: RunAnalysis["summary"]) => number) =>
    analyses.reduce((all, { summary }) => all + of(summary), 0);
  const tokens = [sum((summary) => summary.tokens.input), sum((summary) => summary.tokens.output)];
  return [
    name,
    String(analyses.length),
    String(sum(({ spanCount }) => spanCount)),
    found(agentsOf(analyses), [...expected.agents, ...(expected.inferred ?? [])]),
    found(edgesOf(analyses), expected.messages),
    tokens.map((count, side) => `${count} of ${expectedTokens(name)[side]}`).join(" / "),
    `${sum(({ errorCount }) => errorCount)} of ${expected.errors}`,
  ];
}

const rows = Object.entries(CAPTURES).map(([name, expected]) => row(name, expected));
for (const cells of [COLUMNS, COLUMNS.map(() => "---"), ...rows]) console.log(`| ${cells.join(" | ")} |`);
