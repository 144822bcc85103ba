import assert from "node:assert/strict";
import { test } from "node:test";
import type { Output } from "../terminal.ts";
import { ScreenBlock } from "./screen-block.ts";

/** A terminal of a few rows that understands what the block writes, and no more. */
class Screen {
  width = 12;
  height = 5;
  readonly #rows: string[] = [""];
  #row = 0;
  #column = 0;
  #wraps = true;
  isCursorShown = true;

  output(): Output {
    const screen = this;
    return {
      isTerminal: true,
      get width() {
        return screen.width;
      },
      get height() {
        return screen.height;
      },
      write: (text) => this.#take(text),
      line: (text = "") => this.#take(`${text}\n`),
      drained: () => Promise.resolve(),
      paint: (_colour, text) => text,
    };
  }

  /** What is seen, and what has gone up. */
  get text(): string {
    return this.#rows.join("\n");
  }

  #take(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is a terminal
    for (const part of text.match(/\u001b\[[?\d]*[A-Za-z]|[\s\S]/g) ?? []) {
      if (part.length === 1) this.#print(part);
      else this.#obey(part.slice(2));
    }
  }

  #print(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#down();
    else {
      if (this.#column === this.width && this.#wraps) this.#down();
      const row = this.#rows[this.#row] ?? "";
      const column = Math.min(this.#column, this.width - 1);
      this.#rows[this.#row] = row.slice(0, column).padEnd(column) + character + row.slice(column + 1);
      this.#column = column + 1;
    }
  }

  #down(): void {
    this.#row++;
    this.#column = 0;
    this.#rows[this.#row] ??= "";
  }

  /** Of the cursor's row what stands left of it. */
  get #left(): string {
    return (this.#rows[this.#row] ?? "").slice(0, this.#column);
  }

  #obey(command: string): void {
    const top = Math.max(0, this.#rows.length - this.height);
    const up = /^(\d+)A$/.exec(command)?.[1];
    if (up !== undefined) this.#row = Math.max(top, this.#row - Number(up));
    else if (command === "K") this.#rows[this.#row] = this.#left;
    else if (command === "J") this.#rows.splice(this.#row, this.#rows.length, this.#left);
    else if (command === "2J") this.#rows.fill("", top);
    else if (command === "H") [this.#row, this.#column] = [top, 0];
    else if (/^\?7[hl]$/.test(command)) this.#wraps = command === "?7h";
    else if (/^\?25[hl]$/.test(command)) this.isCursorShown = command === "?25h";
    else assert.equal(command.slice(0, -1), "?2026");
  }
}

test("lines are shown over those before, below what stood there", () => {
  const screen = new Screen();
  const output = screen.output();
  output.line("$ talea");
  const block = new ScreenBlock(output);
  block.show(["one", "two", "three"]);
  assert.equal(screen.text, "$ talea\none\ntwo\nthree\n");
  block.show(["1", "two!"]);
  assert.equal(screen.text, "$ talea\n1\ntwo!\n");
  block.show(["1", "2", "3"]);
  assert.equal(screen.text, "$ talea\n1\n2\n3\n");
  assert.equal(screen.isCursorShown, false);
  block.end();
  assert.equal(screen.isCursorShown, true);
});

test("a line that is too long stays one line, and a block that is too high is cut", () => {
  const screen = new Screen();
  const block = new ScreenBlock(screen.output());
  for (const mark of ["a", "b", "c"]) block.show([mark.repeat(30), "2", "3", "4", "5", "6"]);
  assert.equal(screen.text, "cccccccccccc\n2\n3\n4\n");
});

test("a terminal of another size is cleared, as it may have moved the lines", () => {
  const screen = new Screen();
  const block = new ScreenBlock(screen.output());
  block.show(["one", "two"]);
  screen.width = 4;
  block.show(["1"]);
  assert.equal(screen.text, "1\n");
});

test("what ends before anything was shown writes nothing", () => {
  const screen = new Screen();
  new ScreenBlock(screen.output()).end();
  assert.equal(screen.text, "");
});
