import type { Output } from "./terminal.ts";

const TERMINAL_EVERY_MS = 100;
const PIPE_EVERY_MS = 5_000;
const CLEAR_LINE = "\r\u001b[2K";

/** Shows how far something is: one line that is written over on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #output: Output;
  readonly #startedMs = performance.now();
  #shownMs = performance.now();
  #isShown = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Seconds since the beginning. */
  get elapsedS(): number {
    return Math.max(0.001, (performance.now() - this.#startedMs) / 1000);
  }

  /** The text is asked for only when it is shown. */
  show(text: () => string): void {
    const nowMs = performance.now();
    const { isTerminal, width } = this.#output;
    if (nowMs - this.#shownMs < (isTerminal ? TERMINAL_EVERY_MS : PIPE_EVERY_MS)) return;
    this.#shownMs = nowMs;
    if (isTerminal) {
      this.#isShown = true;
      this.#output.write(CLEAR_LINE + text().slice(0, (width ?? Number.POSITIVE_INFINITY) - 1));
    } else this.#output.line(text());
  }

  /** Says something between; on a terminal the progress comes back below it. */
  say(text: string): void {
    this.clear();
    this.#output.line(text);
  }

  clear(): void {
    if (this.#isShown) this.#output.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
