// biome-ignore-all lint/a11y/useFocusableInteractive: the twin only speaks; keys work on the whole page
import { SPAN_KINDS, SPAN_STATUSES } from "../../../model/vocabulary.ts";
import { formatDuration } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { TimelineModel } from "../../plots/timeline-model.ts";
import type { Timeline } from "../../state/timeline.ts";

/** The selected span as an element: what the canvas shows, for screen readers. */
export function SelectionTwin({ timeline }: { readonly timeline: Timeline }) {
  const model = timeline.built.value;
  const position = timeline.selectedPosition.value;
  const selected = timeline.selected.value;
  if (model === undefined) return null;
  const { tree } = model;
  void timeline.foldedRepeats.value;
  const series = timeline.isSeriesFoldedAt(position) ? timeline.repeats.value.series.get(position) : undefined;
  return (
    <div class="unseen" role="tree" aria-label="Spans of the run" data-selected={selected}>
      {position < 0 ? (
        <div role="treeitem" aria-level={1} aria-selected="false">
          {`${timeline.visible.value.length} spans; none is selected. Press j for the first one.`}
        </div>
      ) : (
        <div
          role="treeitem"
          aria-live="polite"
          aria-level={(tree.depth[position] as number) + 1}
          aria-selected="true"
          aria-posinset={timeline.selectedLine.value + 1}
          aria-setsize={timeline.visible.value.length}
          {...(series !== undefined || (tree.size[position] as number) > 1
            ? { "aria-expanded": series === undefined && !timeline.isFoldedAt(position) }
            : {})}
        >
          {spanSentence(model, tree.rows[position] as number)}
          {series !== undefined && `, the first of ${series.members.length} that are folded to ${series.count} rounds`}
        </div>
      )}
    </div>
  );
}

/** `llm chat of agent boss, 1.2 s, begins at 300 ms, failed`. */
export function spanSentence({ columns }: TimelineModel, row: number): string {
  const agent = columns.strings[columns.agent[row] as number];
  const duration = columns.duration[row] as number;
  const status = SPAN_STATUSES[columns.status[row] as number];
  return [
    `${SPAN_KINDS[columns.kind[row] as number]} ${visibleLine(columns.strings[columns.name[row] as number] ?? "", 120)}` +
      (agent === undefined ? "" : ` of agent ${visibleLine(agent, 60)}`),
    duration < 0 ? "still open" : formatDuration(duration),
    `begins at ${formatDuration(columns.start[row])}`,
    ...(status === "error" ? ["failed"] : []),
  ].join(", ");
}
