// The boards that everybody has. They are data like other boards, kept with the page: nobody changes them, and a copy is
// one's own.

import type { Board, BoardPanel, PanelQuestion } from "../../model/config-shapes.ts";

export interface BuiltInBoard {
  readonly id: string;
  readonly about: string;
  /** It is about one agent: without a choice, about the one that ran most. */
  readonly isOfOneAgent?: true;
  readonly board: Board;
}

type Row = readonly Omit<BoardPanel, "column" | "row">[];

/** Panels row by row, from left to right. */
function rows(...all: readonly Row[]): BoardPanel[] {
  let row = 0;
  return all.flatMap((panels) => {
    const at = row;
    let column = 0;
    row += panels.reduce((most, { height }) => Math.max(most, height), 0);
    return panels.map((panel) => {
      const placed = { ...panel, column, row: at };
      column += panel.width;
      return placed;
    });
  });
}

const third = { width: 4, height: 6 } as const;
const half = { width: 6, height: 7 } as const;

/** A key figure, or a part of it. */
function figure(name: string, more: Partial<PanelQuestion> = {}): PanelQuestion {
  return { figure: name, shape: "lines", ...more };
}

const FLEET: Board = {
  name: "Fleet",
  panels: rows(
    [
      {
        id: "sizes",
        title: "Completion times of runs",
        ...half,
        question: figure("task_completion_time", { shape: "heatmap" }),
      },
      {
        id: "slow",
        title: "Completion time by run, p90",
        ...half,
        question: figure("task_completion_time", { by: ["name"], part: "p90" }),
      },
    ],
    [
      { id: "busy", title: "Utilization by agent", ...half, question: figure("agent_utilization", { by: ["agent"] }) },
      {
        id: "talk",
        title: "Communication overhead by run",
        ...half,
        question: figure("communication_overhead", { by: ["name"] }),
      },
    ],
    [
      { id: "failed", title: "Error rate by run", ...third, question: figure("error_rate", { by: ["name"] }) },
      { id: "failed-tools", title: "Error rate by tool", ...third, question: figure("error_rate", { by: ["tool"] }) },
      {
        id: "failed-models",
        title: "Error rate by model",
        ...third,
        question: figure("error_rate", { by: ["model"] }),
      },
    ],
    [
      { id: "runs", title: "Runs a minute", ...third, question: figure("throughput", { by: ["name"], shape: "bars" }) },
      {
        id: "calls",
        title: "Model calls a minute",
        ...third,
        question: figure("throughput", { by: ["model"], shape: "bars" }),
      },
      {
        id: "tools",
        title: "Tool calls a minute",
        ...third,
        question: figure("throughput", { by: ["tool"], shape: "bars" }),
      },
    ],
  ),
};

const AGENT: Board = {
  name: "One agent",
  panels: rows(
    [
      {
        id: "sizes",
        title: "Completion times of its tasks",
        ...half,
        question: figure("task_completion_time", { shape: "heatmap" }),
      },
      { id: "busy", title: "Utilization", ...half, question: figure("agent_utilization") },
    ],
    [
      { id: "tasks", title: "Tasks a minute", ...third, question: figure("throughput", { shape: "bars" }) },
      { id: "failed", title: "Error rate of its tasks", ...third, question: figure("error_rate") },
      { id: "spent", title: "Money", ...third, question: figure("throughput", { part: "usd", shape: "bars" }) },
    ],
    [
      {
        id: "models",
        title: "Its model calls: p90 of their time",
        ...third,
        question: figure("task_completion_time", { by: ["model"], part: "p90" }),
      },
      {
        id: "tools",
        title: "Its tool calls: p90 of their time",
        ...third,
        question: figure("task_completion_time", { by: ["tool"], part: "p90" }),
      },
      {
        id: "tokens",
        title: "Tokens by model",
        ...third,
        question: figure("throughput", { by: ["model"], part: "tokens", shape: "bars" }),
      },
    ],
  ),
};

const COST: Board = {
  name: "Cost",
  panels: rows(
    [
      { id: "money", title: "Money", ...half, question: figure("throughput", { part: "usd", shape: "bars" }) },
      {
        id: "models",
        title: "Money by model",
        ...half,
        question: figure("throughput", { by: ["model"], part: "usd", shape: "bars" }),
      },
    ],
    [
      {
        id: "agents",
        title: "Money by agent",
        ...half,
        question: figure("throughput", { by: ["agent"], part: "usd", shape: "bars" }),
      },
      {
        id: "runs",
        title: "Money by run",
        ...half,
        question: figure("throughput", { by: ["name"], part: "usd", shape: "bars" }),
      },
    ],
    [
      {
        id: "tokens",
        title: "Tokens by model",
        ...third,
        question: figure("throughput", { by: ["model"], part: "tokens", shape: "bars" }),
      },
      {
        id: "input",
        title: "Tokens in, by agent",
        ...third,
        question: figure("throughput", { by: ["agent"], part: "inputTokens", shape: "bars" }),
      },
      {
        id: "output",
        title: "Tokens out, by agent",
        ...third,
        question: figure("throughput", { by: ["agent"], part: "outputTokens", shape: "bars" }),
      },
    ],
  ),
};

export const BUILT_IN_BOARDS: readonly BuiltInBoard[] = [
  { id: "fleet", about: "The five key figures, and what is around them", board: FLEET },
  { id: "agent", about: "What one agent does, how long it takes, what it costs", isOfOneAgent: true, board: AGENT },
  { id: "cost", about: "Money and tokens by model, agent and run", board: COST },
];
