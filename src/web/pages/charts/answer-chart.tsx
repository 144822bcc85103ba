import type { Signal } from "@preact/signals";
import { formatCounted } from "../../base/format.ts";
import type { Question } from "../../state/question.ts";
import type { Answer } from "../../state/question-answer.ts";
import { formatValue } from "../../state/value-units.ts";
import { HeatChart } from "./heat-chart.tsx";
import { TimeChart } from "./time-chart.tsx";

interface AnswerChartProps {
  readonly question: Question;
  readonly answer: Answer;
  readonly onBrush: (fromMs: number, untilMs: number) => void;
  readonly cursor?: Signal<number | undefined>;
  /** The legend tells of the whole window while nothing is pointed at. */
  readonly withTotals?: boolean;
}

/** The chart of a question's answer, in the shape that the question has. */
export function AnswerChart({ question: { shape }, answer, onBrush, cursor, withTotals = false }: AnswerChartProps) {
  const common = {
    ...{ window: answer.window, onBrush },
    format: (value: number | undefined) => formatValue(answer.unit, value),
    ...(cursor === undefined ? {} : { cursor }),
  };
  if (shape === "heatmap" && answer.steps !== undefined) {
    return <HeatChart {...common} label="Values by size over time" steps={answer.steps} />;
  }
  const { drawn } = answer;
  const totals = withTotals && drawn !== undefined;
  return (
    <TimeChart
      {...common}
      label={`${formatCounted(answer.series.length, "series", "series")} over time`}
      series={answer.series}
      shape={shape !== "bars" ? "lines" : answer.isSum ? "stacked bars" : "bars"}
      {...(totals ? { totals: new Map(answer.rows.map(({ label, values }) => [label, values[drawn]])) } : {})}
    />
  );
}
