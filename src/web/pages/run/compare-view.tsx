import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Comparison, RunMedian } from "../../../model/comparison-shapes.ts";
import { useCommands } from "../../base/commands.ts";
import { formatCounted, formatDuration, formatMoney } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { OpenComparison } from "../../state/open-comparison.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { CompareBar, CompareChoice } from "./compare-bar.tsx";
import { CompareFigures } from "./compare-figures.tsx";
import { COMPARE_COMMANDS } from "./compare-keys.ts";
import { CompareSpans } from "./compare-spans.tsx";

/** The open run (B) beside another (A). */
export function CompareView({ run }: { readonly run: OpenRun }) {
  const comparison = useSignal(new OpenComparison(run)).value;
  useEffect(() => comparison.open(), []);
  const isChosen = useComputed(() => comparison.with.value !== undefined).value;
  return (
    <div class="compare">
      <CompareBar run={run} comparison={comparison} />
      {isChosen ? (
        <Loaded from={comparison.answer}>{(answer) => <Compared comparison={comparison} answer={answer} />}</Loaded>
      ) : (
        <CompareChoice comparison={comparison} />
      )}
    </div>
  );
}

interface ComparedProps {
  readonly comparison: OpenComparison;
  readonly answer: Comparison;
}

function Compared({ comparison, answer }: ComparedProps) {
  useCommands(COMPARE_COMMANDS, () => ({ parting: () => comparison.selectParting() }));
  return (
    <>
      {answer.median !== undefined && <MedianLine median={answer.median} />}
      <PartingLine comparison={comparison} answer={answer} />
      <CompareFigures answer={answer} />
      <CompareSpans comparison={comparison} answer={answer} />
    </>
  );
}

function MedianLine({ median: { name, runs, durationMs, tokens, costUsd } }: { readonly median: RunMedian }) {
  const figures = [
    `${formatDuration(durationMs.p50)} (p90 ${formatDuration(durationMs.p90)})`,
    ...(tokens === undefined
      ? []
      : [`${formatCounted(Math.round(tokens.p50), "token")} (p90 ${Math.round(tokens.p90).toLocaleString("en-US")})`]),
    ...(costUsd === undefined ? [] : [`${formatMoney(costUsd.p50)} (p90 ${formatMoney(costUsd.p90)})`]),
  ];
  return (
    <p class="compare-line muted">
      A is the median of {formatCounted(runs, "completed run")} of <span class="foreign">{visibleLine(name, 60)}</span>{" "}
      in the 7 days before this one: {figures.join(", ")}
    </p>
  );
}

/** The sentence where they part; it leads to the span. */
function PartingLine({ comparison, answer: { parting, spans } }: ComparedProps) {
  if (parting === undefined) {
    return (
      <p class="compare-line muted">
        {spans.length === 0
          ? "Neither run has a span that could be compared."
          : "The runs take the same way: the same spans, with the same outcome and in the same words."}
      </p>
    );
  }
  return (
    <button
      type="button"
      class="compare-line parting"
      data-tip="Select that span (d)"
      onClick={() => comparison.selectParting()}
    >
      <Icon name="hint" />
      <span class="muted">The runs part here:</span>
      <span class="foreign cut">{visibleLine(parting.sentence, 300)}</span>
    </button>
  );
}
