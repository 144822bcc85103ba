import type { Run } from "../../model/shapes.ts";
import { RunTable } from "../run-table.ts";
import type { Output } from "../terminal.ts";
import { ScreenBlock } from "./screen-block.ts";

/** A way to show runs again and again. */
export interface RunView {
  /** How things stand now; `notice` says how the connection is, in its colour. */
  show(runs: readonly Run[], notice: string, nowMs: number): void;
  /** Nothing more comes. */
  end(): void;
}

/** For people: a table that is drawn over in place. */
export class RunScreen implements RunView {
  readonly #output: Output;
  readonly #table: RunTable;
  readonly #block: ScreenBlock;

  constructor(output: Output) {
    this.#output = output;
    this.#table = new RunTable(output);
    this.#block = new ScreenBlock(output);
  }

  show(runs: readonly Run[], notice: string, nowMs: number): void {
    const [head = "", ...rows] = this.#table.lines(runs, nowMs);
    const room = Math.max(0, this.#block.heightMax - 2);
    const hidden = Math.max(0, rows.length - room);
    const count = runs.length === 0 ? " · no runs yet" : hidden > 0 ? ` · ${hidden} more` : "";
    this.#block.show([head, ...rows.slice(0, room), notice + this.#output.paint("gray", count)]);
  }

  end(): void {
    this.#block.end();
  }
}

/** For pipes: the head once, then a row each time that something in it but the duration has changed. */
export class RunLines implements RunView {
  readonly #output: Output;
  readonly #table: RunTable;
  readonly #changes = new Changes(shownOf);
  #hasHead = false;

  constructor(output: Output) {
    this.#output = output;
    this.#table = new RunTable(output);
  }

  show(runs: readonly Run[], _notice: string, nowMs: number): void {
    const changed = this.#changes.of(runs);
    if (changed.length === 0) return;
    const [head = "", ...rows] = this.#table.lines(changed, nowMs);
    for (const line of this.#hasHead ? rows : [head, ...rows]) this.#output.line(line);
    this.#hasHead = true;
  }

  end(): void {}
}

/** For programs: one JSON run a line, each time that it has changed. */
export class RunJson implements RunView {
  readonly #output: Output;
  readonly #changes = new Changes((run) => JSON.stringify({ ...run, durationMs: 0 }));

  constructor(output: Output) {
    this.#output = output;
  }

  show(runs: readonly Run[]): void {
    for (const run of this.#changes.of(runs)) this.#output.line(JSON.stringify(run));
  }

  end(): void {}
}

/** Tells which runs are not as they were. */
class Changes {
  readonly #textOf: (run: Run) => string;
  #known = new Map<string, string>();

  constructor(textOf: (run: Run) => string) {
    this.#textOf = textOf;
  }

  of(runs: readonly Run[]): Run[] {
    const before = this.#known;
    this.#known = new Map(runs.map((run) => [run.id, this.#textOf(run)]));
    return runs.filter(({ id }) => before.get(id) !== this.#known.get(id)).reverse();
  }
}

function shownOf({ id, status, agents, name, spanCount, errorCount, tokens, cost }: Run): string {
  return JSON.stringify([id, status, agents, name, spanCount, errorCount, tokens, cost]);
}
