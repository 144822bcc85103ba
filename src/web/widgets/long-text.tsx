import "./long-text.css";
import { useSignal } from "@preact/signals";
import { formatBytes } from "../base/format.ts";
import { visibleText } from "../base/visible-text.ts";

interface LongTextProps {
  readonly text: string;
  /** Characters that are shown at first. */
  readonly first?: number;
  readonly isCode?: boolean;
}

const LINES_FIRST = 24;
const STEP = 100_000;

/** A text as it is, never HTML. Long ones are folded, and say how long they are. */
export function LongText({ text, first = 2400, isCode = false }: LongTextProps) {
  const shown = useSignal(foldedLength(text, first));
  const length = Math.min(shown.value, text.length);
  const rest = text.length - length;
  return (
    <div class={isCode ? "long-text code" : "long-text"}>
      <div class="foreign" dir="auto">
        {visibleText(text.slice(0, length))}
        {rest > 0 && "…"}
      </div>
      {rest > 0 && (
        <button type="button" class="button small" onClick={() => (shown.value = length + STEP)}>
          Show {rest > STEP ? `${formatBytes(STEP)} more of ` : "the other "}
          {formatBytes(rest)}
        </button>
      )}
    </div>
  );
}

/** At most so many characters and lines; nothing is folded for a few more. */
function foldedLength(text: string, first: number): number {
  let at = -1;
  for (let line = 0; line < LINES_FIRST; line++) {
    at = text.indexOf("\n", at + 1);
    if (at < 0 || at > first) break;
  }
  const length = at < 0 ? first : Math.min(at, first);
  return text.length <= length * 1.25 ? text.length : length;
}
