// The figures of a run: each defined here once, with the words that explain it in the docs and on the page.

import type { RunAgent, RunCommunication, RunFigures, RunPath } from "./run-analysis.ts";

export interface FigureContext {
  readonly agents: readonly RunAgent[];
  readonly communication: RunCommunication;
  readonly path: RunPath;
}

export interface Figure {
  readonly id: keyof RunFigures;
  readonly unit: "share" | "count" | "ns";
  readonly doc: string;
  /** Undefined where it cannot be known. */
  compute(context: FigureContext): number | undefined;
}

export const FIGURES: readonly Figure[] = [
  {
    id: "utilization",
    unit: "share",
    doc: "Σ busy ÷ Σ present over the run's agents. Busy: in model calls, tools and own work; present: from the start of an agent's first span to the end of its last.",
    compute: ({ agents }) => ratio(busyOf(agents), sum(agents.map(({ activity }) => activity.present))),
  },
  {
    id: "concurrency",
    unit: "count",
    doc: "Σ busy of the run's agents ÷ wall time: how many agents are busy at once on average.",
    compute: ({ agents, path }) => (agents.length === 0 ? undefined : ratio(busyOf(agents), path.total)),
  },
  {
    id: "communicationShareOfTime",
    unit: "share",
    doc: "Transfers on the critical path ÷ wall time: time that passed between one agent's work and another's. 0 with a single agent.",
    compute: ({ communication }) => communication.shareOfTime,
  },
  {
    id: "communicationShareOfTokens",
    unit: "share",
    doc: "Tokens that agents read and wrote of each other's messages ÷ all tokens of model calls, estimated from the lengths of texts. Absent where contents were not captured.",
    compute: ({ communication }) => communication.shareOfTokens,
  },
  {
    id: "communicationShareOfCost",
    unit: "share",
    doc: "What those tokens cost ÷ the cost of all model calls.",
    compute: ({ communication }) => communication.shareOfCost,
  },
  {
    id: "criticalPath",
    unit: "ns",
    doc: "The chain of work and transfers that decided when the run ended; its segments fill the wall time.",
    compute: ({ path }) => (path.total > 0 ? path.total : undefined),
  },
];

export function figuresOf(context: FigureContext): RunFigures {
  const entries = FIGURES.map(({ id, compute }) => [id, compute(context)] as const);
  return Object.fromEntries(entries) as unknown as RunFigures;
}

/** Transfers on the critical path ÷ wall time; a single agent has nobody to talk to. */
export function shareOfTime(agentCount: number, path: RunPath): number | undefined {
  if (path.total === 0) return undefined;
  return agentCount < 2 ? 0 : (path.byKind["transfer"] ?? 0) / path.total;
}

function busyOf(agents: readonly RunAgent[]): number {
  return sum(agents.map(({ activity }) => activity.llm + activity.tool + activity.working));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}
