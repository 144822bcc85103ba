import "./long-text.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { formatBytes } from "../base/format.ts";
import { textPieces } from "../base/text-pieces.ts";
import { visibleText } from "../base/visible-text.ts";

interface LongTextProps {
  readonly text: string;
  /** Characters that are shown at first. */
  readonly first?: number;
  readonly isCode?: boolean;
}

const LINES_FIRST = 24;
/** What is shown more of at once: a million characters are still scrolled through without a jolt. */
const STEP = 1_000_000;

/** A text as it is, never HTML. Long ones are folded, and say how long they are. */
export function LongText({ text, first = 2400, isCode = false }: LongTextProps) {
  const shown = useSignal(foldedLength(text, first));
  const length = Math.min(shown.value, text.length);
  const rest = text.length - length;
  const pieces = useMemo(() => textPieces(text.slice(0, length)), [text, length]);
  return (
    <div class={isCode ? "long-text code" : "long-text"}>
      <div class="foreign" dir="auto">
        <TextPieces pieces={pieces} render={(piece, isLast) => visibleText(piece) + (isLast && rest > 0 ? "…" : "")} />
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

interface TextPiecesProps {
  readonly pieces: readonly string[];
  readonly render: (piece: string, isLast: boolean) => ComponentChildren;
}

/**
 * Pieces of a long text below each other. They are made one after the other, so that the page answers in between, and
 * laid out when they come near.
 */
export function TextPieces({ pieces, render }: TextPiecesProps) {
  const made = useSignal(1);
  const count = Math.min(made.value, pieces.length);
  useEffect(() => {
    if (count >= pieces.length) return undefined;
    const timer = setTimeout(() => made.value++);
    return () => clearTimeout(timer);
  }, [count, pieces.length]);
  if (pieces.length <= 1) return <>{pieces.map((piece) => render(piece, true))}</>;
  return (
    <>
      {pieces.slice(0, count).map((piece, i) => (
        <TextPiece key={i} piece={piece} isLast={i === pieces.length - 1} render={render} />
      ))}
    </>
  );
}

/** About what a line takes, and how many characters stand in it. */
const LINE_PX = 18;
const LINE_CHARACTERS = 110;

type TextPieceProps = Pick<TextPiecesProps, "render"> & { readonly piece: string; readonly isLast: boolean };

function TextPiece({ piece, isLast, render }: TextPieceProps) {
  // The same element again: what is in it is not compared when the next piece comes.
  return useMemo(() => {
    const lines = piece.split("\n").reduce((sum, { length }) => sum + Math.max(1, length / LINE_CHARACTERS), 0);
    return (
      <div class="text-piece" style={{ containIntrinsicBlockSize: `auto ${Math.round(lines * LINE_PX)}px` }}>
        {render(piece, isLast)}
      </div>
    );
  }, [piece, isLast]);
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
