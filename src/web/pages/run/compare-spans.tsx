import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Comparison } from "../../../model/comparison-shapes.ts";
import { SPAN_CHANGES } from "../../../model/comparison-words.ts";
import { useCommands } from "../../base/commands.ts";
import { formatCount, formatCounted, formatExactCount } from "../../base/format.ts";
import type { RowChoice } from "../../plots/compared-rows.ts";
import type { OpenComparison } from "../../state/open-comparison.ts";
import { EmptyState } from "../../widgets/notices.tsx";
import { Table } from "../../widgets/table.tsx";
import { compareColumns } from "./compare-columns.tsx";
import { COMPARE_SPAN_COMMANDS } from "./compare-keys.ts";

interface CompareSpansProps {
  readonly comparison: OpenComparison;
  readonly answer: Comparison;
}

/** The aligned trees, line by line. */
export function CompareSpans({ comparison, answer }: CompareSpansProps) {
  const columns = useRef(compareColumns(comparison)).current;
  const hasRows = useComputed(() => comparison.rows.value.length > 0).value;
  useCommands(COMPARE_SPAN_COMMANDS, () => ({ same: () => comparison.showSame(!comparison.isSameShown.peek()) }));
  const { spans, spanCount, truncated } = answer;
  return (
    <>
      <ChangeChoices comparison={comparison} answer={answer} />
      {hasRows ? (
        <Table
          label="Aligned spans"
          columns={columns}
          rows={comparison.rows}
          keyOf={({ key }) => key}
          selected={comparison.selected}
          onSelect={(key) => comparison.selectRow(key)}
          onOpen={(row) => comparison.openRow(row)}
          revealWishes={comparison.revealWishes}
        />
      ) : (
        <EmptyState title="No span changed in this way" />
      )}
      <footer class="page-foot muted" aria-live="polite">
        {truncated
          ? `${formatExactCount(spans.length)} of ${formatExactCount(spanCount)} aligned spans: those that tell most, with what they hang on`
          : formatCounted(spanCount, "aligned span")}
      </footer>
    </>
  );
}

const WORDS: RowChoice = "words";

/** Changes with their counts; those that are pressed are shown alone. */
function ChangeChoices({ comparison, answer: { counts, otherWords } }: CompareSpansProps) {
  const chosen = comparison.choices.value;
  const choices = [
    ...SPAN_CHANGES.filter((change) => change !== "same").map((change) => ({
      choice: change as RowChoice,
      title: change as string,
      count: counts[change],
    })),
    { choice: WORDS, title: "other words", count: otherWords },
  ];
  const isSameShown = comparison.isSameShown.value;
  return (
    <div class="compare-choices" role="toolbar" aria-label="Changes">
      {choices
        .filter(({ choice, count }) => count > 0 || chosen.has(choice))
        .map(({ choice, title, count }) => (
          <button
            key={choice}
            type="button"
            class={choice === "failed" ? "button small failed" : "button small"}
            aria-pressed={chosen.has(choice)}
            onClick={() => comparison.toggleChoice(choice)}
          >
            {title} <span class="muted">{formatCount(count)}</span>
          </button>
        ))}
      <span class="grow" />
      {counts.same > 0 && chosen.size === 0 && (
        <button
          type="button"
          class="button quiet small"
          aria-pressed={isSameShown}
          data-tip={isSameShown ? "Fold them (s)" : "Unfold them (s)"}
          onClick={() => comparison.showSame(!isSameShown)}
        >
          {formatCount(counts.same)} the same
        </button>
      )}
    </div>
  );
}
