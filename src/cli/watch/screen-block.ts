// Lines at the cursor of a terminal that are drawn over in place, below whatever was printed before. Only what VT100
// and everything since understands, and one addition that others ignore:
//
//   ESC [ n A   n lines up          ESC [ K     clears the rest of the line    ESC [ J   clears the rest of the screen
//   ESC [ ? 7 l, h                  lines are not wrapped, are again: a line too long is cut, and stays one line
//   ESC [ ? 25 l, h                 the cursor is hidden, shown
//   ESC [ ? 2026 h, l               what lies between is shown at once, without flicker
//
// The block is lower than the terminal, so that its first line can be reached from below it. When the terminal's size
// changes it may have wrapped lines by itself, and where they are is no longer known: the screen is cleared.

import type { Output } from "../terminal.ts";

const ESC = "\u001b[";
const BEGIN = `${ESC}?2026h${ESC}?25l${ESC}?7l`;
const END = `${ESC}?7h${ESC}?2026l`;
const CLEAR_LINE_REST = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;
const CLEAR_SCREEN = `${ESC}2J${ESC}H`;
const SHOW_CURSOR = `${ESC}?25h`;

export class ScreenBlock {
  readonly #output: Output;
  #height = 0;
  #size = "";

  constructor(output: Output) {
    this.#output = output;
  }

  /** How many lines there is room for. */
  get heightMax(): number {
    return Math.max(1, (this.#output.height ?? Number.POSITIVE_INFINITY) - 1);
  }

  /** Shows these lines in place of those shown before. */
  show(lines: readonly string[]): void {
    const size = `${this.#output.width}×${this.#output.height}`;
    const isMoved = this.#height > 0 && size !== this.#size;
    const up = this.#height > 0 ? `${ESC}${this.#height}A\r` : "";
    const shown = lines.slice(0, this.heightMax);
    const text = shown.map((line) => `${line}${CLEAR_LINE_REST}\n`).join("");
    this.#output.write(`${BEGIN}${isMoved ? CLEAR_SCREEN : up}${text}${CLEAR_BELOW}${END}`);
    this.#height = shown.length;
    this.#size = size;
  }

  /** Leaves what is shown, and the terminal as it was. */
  end(): void {
    if (this.#height > 0) this.#output.write(SHOW_CURSOR);
  }
}
