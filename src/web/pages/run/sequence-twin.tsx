// biome-ignore-all lint/a11y/useFocusableInteractive: the twin only speaks; keys work on the whole page
import { formatDuration, formatOffset } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { type MessageRow, tokensOf, transitOf } from "../../plots/sequence-rows.ts";
import type { Sequence } from "../../state/sequence.ts";

/** The selected message as an element: what the canvas shows, for screen readers. */
export function SequenceTwin({ sequence }: { readonly sequence: Sequence }) {
  const rows = sequence.rows.value;
  const index = sequence.selectedRow.value;
  const row = rows[index];
  return (
    <div class="unseen" role="listbox" aria-label="Messages in the order of time">
      {row?.type === "message" ? (
        <div role="option" aria-live="polite" aria-selected="true" aria-posinset={index + 1} aria-setsize={rows.length}>
          {messageSentence(row)}
        </div>
      ) : (
        <div role="option" aria-selected="false">
          {`${sequence.messages.value.length} messages; none is selected. Press j for the first one.`}
        </div>
      )}
    </div>
  );
}

/** `delegate from boss to writer at 1.2 s, 14 times, 340 tokens, 5 ms on its way: Write a poem`. */
function messageSentence(row: MessageRow): string {
  const { message, atMs } = row.first;
  const [tokens, transit] = [tokensOf(row), transitOf(row)];
  const figures = [
    `${message.kind} from ${visibleLine(message.from, 60)} to ${visibleLine(message.to, 60)} at ${formatOffset(atMs)}`,
    ...(row.all.length > 1 ? [`${row.all.length} times`] : []),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
    ...(transit === undefined ? [] : [`${formatDuration(transit)} on its way`]),
    ...(row.all.some(({ isFailed }) => isFailed) ? ["failed"] : []),
  ].join(", ");
  return message.preview === undefined ? figures : `${figures}: ${visibleLine(message.preview, 200)}`;
}
