// Short forms in which tests say what they expect of an analysis: names and milliseconds.

import { analyseForQuestions } from "../../src/analysis/analyse.ts";
import { isBetweenAgents } from "../../src/analysis/messages.ts";
import { type ResolvedRun, resolveRun } from "../../src/analysis/resolved-run.ts";
import type { RunAnalysis, RunInput } from "../../src/analysis/run-analysis.ts";
import { type WhatIfTarget, whatIf } from "../../src/analysis/what-if.ts";
import { NONE, type RunColumns } from "../../src/model/run-columns.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../../src/model/vocabulary.ts";
import { inputOf, rowOf, type TestSpan } from "./run-builder.ts";

const NS_PER_MS = 1e6;

export class Analysed {
  readonly input: RunInput;
  readonly columns: RunColumns;
  readonly analysis: RunAnalysis;
  readonly #model: ReturnType<typeof analyseForQuestions>["model"];

  constructor(spans: string | readonly TestSpan[], rest: Partial<RunInput> = {}) {
    this.input = inputOf(spans, rest);
    this.columns = this.input.columns;
    const { analysis, model } = analyseForQuestions(this.input);
    this.analysis = analysis;
    this.#model = model;
  }

  /** The path as `name time`, adjacent pieces of one span together. */
  path(): string[] {
    return this.analysis.path.segments.map(
      ({ row, kind, duration }) => `${this.#nameOf(row)} ${kind} ${duration / NS_PER_MS}`,
    );
  }

  /** The spans that count as work. */
  work(): ResolvedRun["work"] {
    return resolveRun(this.input).work;
  }

  byAgent(): Readonly<Record<string, number>> {
    return inMs(this.analysis.path.byAgent);
  }

  /** An agent's sums, those that are not 0. */
  activity(name: string): Readonly<Record<string, number>> {
    const { bounds: _, states: __, ...sums } = this.agent(name).activity;
    return inMs(Object.fromEntries(Object.entries(sums).filter(([, ns]) => ns > 0)));
  }

  agent(name: string): RunAnalysis["agents"][number] {
    const agent = this.analysis.agents.find((candidate) => candidate.name === name);
    if (agent === undefined) throw new Error(`No agent ${name}`);
    return agent;
  }

  agents(): string[] {
    return this.analysis.agents.map(({ name }) => name);
  }

  /** Messages between agents: `a -> b kind rule`. */
  messages(): string[] {
    const counted = this.analysis.messages.filter(isBetweenAgents);
    return counted.map(({ from, to, kind, evidence }) => `${from} -> ${to} ${kind} ${evidence}`);
  }

  predictedMs(target: WhatIfTarget, factor: number): number {
    const answer = whatIf(this.#model, target, factor);
    if (answer === undefined) throw new Error("Nothing to be faster");
    return answer.predictedMs;
  }

  ask(target: WhatIfTarget, factor: number): ReturnType<typeof whatIf> {
    return whatIf(this.#model, target, factor);
  }

  /** Kind, agent and status of a span, and whether its usage counts. */
  span(id: string): { kind: string; agent: string; status: string; counted: boolean; ownMs: number; hidden: boolean } {
    const row = rowOf(this.columns, id);
    const { rows, agents } = this.analysis;
    const agent = rows.agent[row] as number;
    return {
      kind: SPAN_KINDS[rows.kind[row] as number] as string,
      agent: agent === NONE ? "" : (agents[agent]?.name ?? "?"),
      status: SPAN_STATUSES[rows.status[row] as number] as string,
      counted: rows.counted[row] === 1,
      ownMs: (rows.own[row] as number) / NS_PER_MS,
      hidden: rows.hidden[row] === 1,
    };
  }

  /** The names of spans by their rows. */
  namesOf(rows: readonly number[]): string[] {
    return rows.map((row) => this.#nameOf(row));
  }

  findings(): string[] {
    return this.analysis.findings.map(({ id }) => id);
  }

  #nameOf(row: number): string {
    return row === NONE ? "-" : this.columns.texts.text(this.columns.name[row] as number);
  }
}

function inMs(sums: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(sums).map(([name, ns]) => [name, ns / NS_PER_MS]));
}
