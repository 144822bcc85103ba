import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { KeyMetrics } from "../../../model/key-metrics-shapes.ts";
import { agentHue } from "../../base/agent-color.ts";
import { formatCount, formatDuration, formatMoney, formatShare } from "../../base/format.ts";
import { setQuery } from "../../base/router.ts";
import { stepsOf } from "../../plots/step-chart.ts";
import { agentFigures, agentModels } from "../../state/agent.ts";
import { completionChart, errorChart, modelChart, stateChart, taskChart } from "../../state/agent-series.ts";
import { FailureNotice } from "../../widgets/notices.tsx";
import { type ChartDefinition, StepCharts } from "./step-charts.tsx";

const NO_STEPS: Pick<KeyMetrics, "since" | "until" | "stepMs"> = {
  ...{ since: "1970-01-01T00:00:00Z", until: "1970-01-01T00:00:00Z", stepMs: 1 },
};

/** How the agent did over the window, on one axis of time. */
export function AgentCharts({ name }: { readonly name: string }) {
  const figures = agentFigures.data.value;
  const models = agentModels.data.value;
  const cursor = useSignal<number | undefined>(undefined);
  const charts = useMemo(() => chartsOf(figures, models), [figures, models]);
  const failure = agentFigures.failure.value ?? agentModels.failure.value;
  return (
    <>
      {failure && <FailureNotice failure={failure} onRetry={() => agentFigures.retry()} />}
      <StepCharts
        label="The agent over time"
        charts={charts}
        steps={stepsOf(figures ?? NO_STEPS)}
        hue={agentHue(name)}
        cursor={cursor}
        onBrush={(fromMs, untilMs) => {
          const instant = (ms: number) => new Date(ms).toISOString();
          setQuery({ since: instant(fromMs), until: instant(untilMs) }, "step");
        }}
      />
    </>
  );
}

const EMPTY = { shape: "stack", layers: [] } as const;
const isWhole = (value: number) => Number.isInteger(value);
const money = (value: number) => formatMoney(value);

function chartsOf(figures: KeyMetrics | undefined, models: KeyMetrics | undefined): readonly ChartDefinition[] {
  return [
    {
      id: "states",
      title: "Utilization",
      hint: "How many of it were in which state at once, on average over each step",
      chart: figures ? stateChart(figures) : EMPTY,
      total: "share",
      format: (value) => (value === 0 ? "0" : String(Number(value.toPrecision(2)))),
    },
    {
      id: "completion",
      title: "Completion time",
      hint: "Of its tasks that ended in each step",
      chart: figures ? completionChart(figures) : EMPTY,
      total: "figure",
      figures: partsOf(figures, "task_completion_time", { p50: "p50", p90: "p90", p99: "p99" }),
      format: formatDuration,
    },
    {
      id: "tasks",
      title: "Throughput",
      hint: "Its tasks that ended in each step, by outcome",
      chart: figures ? taskChart(figures) : EMPTY,
      total: "sum",
      format: (value) => (isWhole(value) ? formatCount(value) : ""),
    },
    {
      id: "errors",
      title: "Error rate",
      hint: "Failed ÷ ended in each step: tasks, model calls and tool calls",
      chart: figures ? errorChart(figures) : EMPTY,
      total: "figure",
      figures: partsOf(figures, "error_rate", { Tasks: "tasks", "Model calls": "llmCalls", "Tool calls": "toolCalls" }),
      format: formatShare,
    },
    {
      id: "money",
      title: "Cost by model",
      hint: "Of its model calls in each step; calls without a known price are not in it",
      chart: models ? modelChart(models, "usdPerMin") : EMPTY,
      total: "sum",
      format: money,
    },
    {
      id: "tokens",
      title: "Tokens by model",
      hint: "Read and written in each step",
      chart: models ? modelChart(models, "tokensPerMin") : EMPTY,
      total: "sum",
      format: (value) => formatCount(Math.round(value)),
    },
  ];
}

/** The values of the whole window by the labels of a chart's lines. */
function partsOf(
  figures: KeyMetrics | undefined,
  name: string,
  parts: Readonly<Record<string, string>>,
): ReadonlyMap<string, number | undefined> {
  const metric = figures?.groups[0]?.metrics.find((one) => one.name === name);
  return new Map(Object.entries(parts).map(([label, part]) => [label, metric?.parts[part]]));
}
