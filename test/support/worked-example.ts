// Worked examples as docs/figures.md has them: a block of spans, and a table of what comes out.
//
//   ```run                            spans in the notation of run-builder.ts; besides them
//   window 10 s                       the window of figures over several runs
//   agent clerk 0-100                 now 80, text <name> <n> characters, event <ms> <type> key=value …
//   ---                               another run
//   agent clerk 50-90
//   ```
//   | figure | value | because |
//   |---|---|---|
//   | `clerk busy` | 100 | … |       a value is a number, `a ÷ b`, `x ± 1.1 %`, `absent`, or a text

import { type KeySums, keyFigures, type Outcomes } from "../../src/analysis/key-metrics.ts";
import { quantile } from "../../src/analysis/quantile.ts";
import type { RunAgent, RunAnalysis, RunInput } from "../../src/analysis/run-analysis.ts";
import type { WhatIfTarget } from "../../src/analysis/what-if.ts";
import { bucketQuantile, bucketsOf } from "../../src/base/histogram.ts";
import type { RunEventRow } from "../../src/model/run-columns.ts";
import { Analysed } from "./analysed.ts";
import { eventOf } from "./run-builder.ts";

export interface WorkedRow {
  readonly name: string;
  readonly value: string;
}

export interface WorkedExample {
  /** Empty for a table that needs no run. */
  readonly block: string;
  readonly rows: readonly WorkedRow[];
}

/** What the code says: a number, a text, or undefined when there is no such figure. */
export type Computed = number | string | undefined;

const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;

/** The tables of figures in a document, each with the run block that stands before it. */
export function examplesOf(markdown: string): WorkedExample[] {
  const parts = markdown.matchAll(/^```run\n([\s\S]*?)^```\n|^\| figure \|.*\n\|[-|]+\n((?:\|.*\n?)*)/gm);
  const examples: WorkedExample[] = [];
  let block = "";
  for (const [, run, table] of parts) {
    if (run !== undefined) block = run;
    if (table === undefined) continue;
    examples.push({ block, rows: table.trim().split("\n").map(rowOf) });
    block = "";
  }
  return examples;
}

function rowOf(line: string): WorkedRow {
  const [, name = "", value = ""] = line.split("|").map((cell) => cell.trim());
  return { name: name.replaceAll("`", ""), value };
}

const DIRECTIVE = /^(?:window|now|text|event) /;

/** The runs of a block, and the length of its window in minutes. */
export class WorkedRuns {
  readonly runs: readonly Analysed[];
  readonly #minutes: number;

  constructor(block: string) {
    this.#minutes = Number(/^window (\d+) s$/m.exec(block)?.[1] ?? Number.NaN) / 60;
    this.runs = block.split(/^---\n/m).map((part) => {
      const lines = part.split("\n");
      const spans = lines.filter((line) => !DIRECTIVE.test(line)).join("\n");
      return new Analysed(spans, inputOf(lines.filter((line) => DIRECTIVE.test(line))));
    });
  }

  compute(name: string): Computed {
    for (const [pattern, compute] of COMPUTED) {
      const match = pattern.exec(name);
      if (match !== null) return compute(this, match.slice(1) as string[]);
    }
    throw new Error(`Nobody knows how to compute "${name}"`);
  }

  get first(): Analysed {
    return this.runs[0] as Analysed;
  }

  agents(name?: string): RunAgent[] {
    return this.runs
      .flatMap(({ analysis }) => analysis.agents)
      .filter((agent) => name === undefined || agent.name === name);
  }

  get windowMs(): number {
    return this.#minutes * 60_000;
  }

  /** A part of one of the five key figures, over all runs. */
  keyFigure(figure: string, part: string): number | undefined {
    const summaries = this.runs.map(({ analysis }) => analysis.summary);
    const agents = this.agents();
    const outcome = (ended: number, failed: number): Outcomes => ({ ended, failed });
    const sums: KeySums = {
      completion: bucketsOf(summaries.map(({ durationNs }) => durationNs / NS_PER_MS)),
      runs: outcome(summaries.length, summaries.filter(({ status }) => status === "failed").length),
      tasks: outcome(sum(agents, "tasks"), sum(agents, "taskErrors")),
      llmCalls: outcome(sum(agents, "llmCalls"), sum(agents, "llmErrors")),
      toolCalls: outcome(sum(agents, "toolCalls"), sum(agents, "toolErrors")),
      busyMs: agents.reduce((all, { activity }) => all + busyOf(activity), 0),
      presentMs: agents.reduce((all, { activity }) => all + activity.present / NS_PER_MS, 0),
      tokensInput: summaries.reduce((all, { tokens }) => all + tokens.input, 0),
      tokensOutput: summaries.reduce((all, { tokens }) => all + tokens.output, 0),
      messages: summaries.reduce((all, { messageCount }) => all + messageCount, 0),
      transferMs: this.runs.reduce((all, { analysis }) => all + transferOf(analysis.figures, analysis.path.total), 0),
      transferOfMs: summaries.reduce((all, { durationNs }) => all + durationNs / NS_PER_MS, 0),
    };
    const found = keyFigures(sums, this.#minutes).find(({ name }) => name === figure);
    return part === "value" ? found?.value : found?.parts[part];
  }
}

function transferOf({ communicationShareOfTime = 0 }: RunAnalysis["figures"], wallNs: number): number {
  return (communicationShareOfTime * wallNs) / NS_PER_MS;
}

function sum(agents: readonly RunAgent[], field: "tasks" | "taskErrors" | CallField): number {
  return agents.reduce((all, agent) => all + agent[field], 0);
}

type CallField = "llmCalls" | "llmErrors" | "toolCalls" | "toolErrors";

function busyOf({ llm, tool, working }: RunAgent["activity"]): number {
  return (llm + tool + working) / NS_PER_MS;
}

/** What lines beside the spans say of a run. */
function inputOf(lines: readonly string[]): Partial<RunInput> {
  const lengths = new Map<string, number>();
  const events: RunEventRow[] = [];
  let now: number | undefined;
  for (const line of lines) {
    const [what, ...words] = line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
    if (what === "text") lengths.set(words[0] as string, Number(words[1]));
    if (what === "now") now = Number(words[0]) * NS_PER_MS;
    if (what === "event") events.push(eventIn(words));
  }
  return {
    ...(lengths.size === 0 ? {} : { partLengths: lengths }),
    ...(now === undefined ? {} : { now, lastReceived: now - 1 }),
    events,
  };
}

function eventIn([ms, type, ...pairs]: readonly string[]): RunEventRow {
  const { agent = "", ...data } = Object.fromEntries(pairs.map((pair) => pair.replaceAll('"', "").split("=")));
  return eventOf(type as string, Number(ms), { agent, data });
}

type Compute = (runs: WorkedRuns, words: readonly string[]) => Computed;

const STATES = "llm|tool|working|waiting|human|idle|present";
const SUMMARY = "messageCount|errorCount|status";

/** Names of figures, the first that fits. */
const COMPUTED: readonly (readonly [RegExp, Compute])[] = [
  [/^(utilization|concurrency|communicationShareOf\w+)$/, ({ first }, [id]) => first.analysis.figures[id as never]],
  [/^criticalPath$/, ({ first }) => ms(first.analysis.figures.criticalPath)],
  [new RegExp(`^(${SUMMARY})$`), ({ first }, [id]) => first.analysis.summary[id as "status"]],
  [/^duration$/, ({ first }) => ms(first.analysis.summary.durationNs)],
  [/^tokens (input|output)$/, ({ first }, [side]) => first.analysis.summary.tokens[side as "input"]],
  [/^(llm|tool) calls$/, ({ first }, [kind]) => first.analysis.summary[`${kind as "llm"}Calls`]],
  [/^cost$/, ({ first: { analysis } }) => (analysis.summary.priced ? analysis.summary.costNano : undefined)],
  [/^unpriced calls$/, ({ first }) => first.analysis.summary.unpricedCalls],
  [
    /^error rate of (llm|tool) calls$/,
    (runs, [kind]) => errorRate(runs, `${kind as "llm"}Calls`, `${kind as "llm"}Errors`),
  ],
  [/^error rate of tasks$/, (runs) => errorRate(runs, "tasks", "taskErrors")],
  [/^findings$/, ({ first }) => first.findings().join(", ")],
  [/^fingerprints$/, ({ first }) => first.analysis.errors.map(({ fingerprint }) => fingerprint).join("; ")],
  [/^origins$/, ({ first }) => first.namesOf(first.analysis.errors.flatMap(({ origins }) => origins)).join(", ")],
  [/^messages$/, ({ first }) => first.messages().map(arrow).join(", ")],
  [/^path$/, ({ first }) => first.path().join(", ")],
  [/^path of (\w+)$/, ({ first }, [agent]) => first.byAgent()[agent as string]],
  [/^path as (\w+)$/, ({ first }, [kind]) => ms(first.analysis.path.byKind[kind as string] ?? 0)],
  [
    /^what-if (\*|\w+=\S+) × ([\d.]+)$/,
    ({ first }, [target, factor]) => first.predictedMs(targetOf(target), Number(factor)),
  ],
  [/^fleet utilization of (\w+)$/, (runs, [name]) => fleet(runs, name, "present")],
  [/^fleet load of (\w+)$/, (runs, [name]) => fleet(runs, name, "window")],
  [/^(\w+_\w+|throughput) (\w+)$/, (runs, [figure, part]) => runs.keyFigure(figure as string, part as string)],
  [/^p(\d+) of ([\d, ]+?)( in buckets)?$/, (_, [q, values, buckets]) => percentile(Number(q) / 100, values, buckets)],
  [/^(\w+) → (\w+) (bytes|tokens|cost|transit p50)$/, ({ first }, words) => edgeFigure(first, words)],
  [
    new RegExp(`^(\\w+) (${STATES})$`),
    ({ first }, [agent, state]) => first.activity(agent as string)[state as string] ?? 0,
  ],
  [/^(\w+) busy$/, ({ first }, [agent]) => busyOf(first.agent(agent as string).activity)],
  [/^(\w+) utilization$/, (runs, [name]) => fleet(runs, name, "present")],
  [/^(\w+) completion$/, ({ first }, [agent]) => listed(first.agent(agent as string).completionMs)],
];

function ms(ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : ns / NS_PER_MS;
}

function listed(values: readonly number[]): Computed {
  return values.length > 1 ? values.join(", ") : values[0];
}

function errorRate(runs: WorkedRuns, ended: "tasks" | CallField, failed: "taskErrors" | CallField): number {
  return sum(runs.agents(), failed) / sum(runs.agents(), ended);
}

/** `a -> b kind rule` without the rule. */
function arrow(message: string): string {
  return message.replace("->", "→").replace(/ \S+$/, "");
}

function targetOf(text: string | undefined): WhatIfTarget {
  const [by, name] = (text ?? "").split("=");
  return name === undefined ? { by: "everything" } : { by: by as "agent", name };
}

function fleet(runs: WorkedRuns, name: string | undefined, of: "present" | "window"): number {
  const agents = runs.agents(name);
  const busy = agents.reduce((all, { activity }) => all + busyOf(activity), 0);
  const present = agents.reduce((all, { activity }) => all + activity.present / NS_PER_MS, 0);
  return busy / (of === "present" ? present : runs.windowMs);
}

function percentile(q: number, text: string | undefined, buckets: string | undefined): number | undefined {
  const values = (text ?? "").split(",").map(Number);
  return buckets === undefined ? quantile(values, q) : bucketQuantile(bucketsOf(values), q);
}

function edgeFigure({ analysis }: Analysed, [from, to, what]: readonly string[]): Computed {
  const edge = analysis.communication.edges.find((one) => one.from === from && one.to === to);
  if (what === "cost") return edge?.costNano;
  return what === "transit p50" ? ms(edge?.transitP50) : edge?.[what as "bytes" | "tokens"];
}

/** Whether a value of a table says what the code computed. */
export function says(value: string, computed: Computed): boolean {
  if (value === "absent") return computed === undefined;
  if (typeof computed === "string") return value === computed;
  if (computed === undefined) return false;
  const [, part, whole] = /^([\d.]+) ÷ ([\d.]+)$/.exec(value) ?? [];
  if (part !== undefined) return Math.abs(computed - Number(part) / Number(whole)) < 1 / NS_PER_S;
  const [, middle, error] = /^([\d.]+) ± ([\d.]+) %$/.exec(value) ?? [];
  if (middle !== undefined) return Math.abs(computed - Number(middle)) <= (Number(middle) * Number(error)) / 100;
  return /^[\d.]+$/.test(value) && Math.abs(computed - Number(value)) < 1 / NS_PER_S;
}
