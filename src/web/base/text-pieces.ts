// A long text in pieces that a browser lays out each for itself: of a text that is one piece every change would lay out
// all of it again. Pure.

/** What a browser parses and lays out within a frame or two. */
export const PIECE_CHARACTERS = 16_000;

/** Pieces of a text that together are the text; they end behind a line break, else behind a space, as far as there is one. */
export function textPieces(text: string, most = PIECE_CHARACTERS): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const until = from + most >= text.length ? text.length : cutBefore(text, from, from + most);
    pieces.push(text.slice(from, until));
    from = until;
  }
  return pieces;
}

function cutBefore(text: string, from: number, limit: number): number {
  for (const end of ["\n", " "]) {
    const at = text.lastIndexOf(end, limit - 1);
    if (at > from + (limit - from) / 2) return at + 1;
  }
  // The two halves of a character stay together.
  const isHalf = /[\ud800-\udbff]/.test(text[limit - 1] ?? "");
  return isHalf ? limit - 1 : limit;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
/** What a list, a quote or a table that began before may go on with. */
const GOES_ON = /^(?:\s|[-*+>|]|\d{1,9}[.)])/;

/**
 * Pieces of a Markdown text of which each can be read alone: they begin at a heading or a paragraph, as far as there is
 * one. Code that is longer than a piece goes on as code in the next one.
 */
export function markdownPieces(text: string, most = PIECE_CHARACTERS): string[] {
  if (text.length <= most) return [text];
  const cutting = new Cutting(most);
  for (const line of text.split("\n")) {
    for (const part of line.length > most ? textPieces(line, most) : [line]) cutting.add(part);
  }
  return cutting.end();
}

/** Takes a Markdown text line by line. */
class Cutting {
  readonly #most: number;
  readonly #pieces: string[] = [];
  #lines: string[] = [];
  #size = 0;
  /** Before which of the lines something of its own begins, and before which any block does; 0: there is none. */
  #good = 0;
  #possible = 0;
  /** The code that the lines end in. */
  #fence: { readonly mark: string; readonly head: string } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(line: string): void {
    if (this.#fence === undefined && this.#lines.at(-1)?.trim() === "") {
      if (line !== "" && !GOES_ON.test(line)) this.#good = this.#lines.length;
      this.#possible = this.#lines.length;
    }
    while (this.#isFull(line)) this.#cut(this.#good || this.#possible || this.#lines.length);
    this.#lines.push(line);
    this.#size += line.length + 1;
    this.#readFence(line);
  }

  end(): string[] {
    return [...this.#pieces, this.#lines.join("\n")];
  }

  #isFull(line: string): boolean {
    const least = this.#fence === undefined ? 0 : 1;
    return this.#lines.length > least && this.#size + line.length + 1 > this.#most;
  }

  #cut(count: number): void {
    const piece = this.#lines.slice(0, count);
    const rest = this.#lines.slice(count);
    const isInCode = this.#fence !== undefined && rest.length === 0;
    this.#pieces.push([...piece, ...(isInCode ? [this.#fence?.mark ?? ""] : [])].join("\n"));
    this.#lines = isInCode ? [this.#fence?.head ?? ""] : rest;
    this.#size = this.#lines.reduce((sum, { length }) => sum + length + 1, 0);
    this.#good = 0;
    this.#possible = 0;
  }

  #readFence(line: string): void {
    const [, mark, info = ""] = FENCE.exec(line) ?? [];
    if (mark === undefined) return;
    if (this.#fence === undefined) this.#fence = { mark, head: line };
    else if (mark.startsWith(this.#fence.mark) && info.trim() === "") this.#fence = undefined;
  }
}
