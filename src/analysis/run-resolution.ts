// Which run each trace belongs to (rule 3). Statements come from spans, events and dialects in any order; of those about
// one trace the strongest rule wins, then the lowest offset:
//
//   1 explicit   the sender named the run; several names: the smallest, and a finding
//   2 dialect    an id that the framework carries
//   3 link       the trace links to another: it belongs to whatever run that one belongs to
//   4 grouped    put together by the settling job: it belongs to the run of the trace around it
//   5 trace      nothing was said: the trace's own id
//
// Links and groups are followed until a trace is found that rests on neither. A ring of links is one run, named after its
// smallest trace. Every id that was ever said of a run leads to it.

import { RUN_RULES } from "../model/vocabulary.ts";
import { getOrMake } from "./get-or-make.ts";

/** A row of run_traces. */
export interface RunTraceRow {
  readonly traceId: string;
  /** The run; with the rules `link` and `grouped` the trace that is linked to, or that lies around. */
  readonly runId: string;
  /** A number of RUN_RULES. */
  readonly rule: number;
  readonly offset: number;
}

export class RunResolution {
  readonly #statements = new Map<string, RunTraceRow[]>();
  readonly #runOf = new Map<string, string>();
  readonly #tracesOf = new Map<string, string[]>();
  readonly #aliases = new Map<string, string>();

  /** Resolves every given trace, and every trace that a statement is about. */
  constructor(rows: Iterable<RunTraceRow>, traces: Iterable<string> = []) {
    for (const row of rows) getOrMake(this.#statements, row.traceId, () => []).push(row);
    const all = [...new Set([...traces, ...this.#statements.keys()])].sort();
    for (const trace of all) getOrMake(this.#tracesOf, this.#resolve(trace), () => []).push(trace);
    for (const trace of all) {
      const run = this.runOf(trace);
      this.#note(trace, run);
      for (const { rule, runId } of this.#statements.get(trace) ?? []) if (!namesTrace(rule)) this.#note(runId, run);
    }
  }

  /** The run of a trace. A trace that nothing is known of is a run of its own. */
  runOf(traceId: string): string {
    return this.#runOf.get(traceId) ?? traceId;
  }

  /** The traces of a run, ascending. */
  tracesOf(runId: string): readonly string[] {
    return this.#tracesOf.get(runId) ?? [];
  }

  /** All runs, ascending. */
  runs(): readonly string[] {
    return [...this.#tracesOf.keys()].sort();
  }

  /** The run that an id stands for today: its own, one that it had once, or one of its traces. */
  find(id: string): string | undefined {
    return this.#tracesOf.has(id) ? id : this.#aliases.get(id);
  }

  /** Other ids that senders named outright for traces of the run, ascending: more than one name is a mistake. */
  otherExplicitIds(runId: string): readonly string[] {
    const others = new Set<string>();
    for (const trace of this.tracesOf(runId)) {
      for (const row of this.#statements.get(trace) ?? []) {
        if (row.rule === RUN_RULES.explicit && row.runId !== runId) others.add(row.runId);
      }
    }
    return [...others].sort();
  }

  #note(id: string, run: string): void {
    if (!this.#aliases.has(id)) this.#aliases.set(id, run);
  }

  #resolve(trace: string): string {
    const way: string[] = [];
    let at = trace;
    let run = this.#runOf.get(at);
    while (run === undefined) {
      const ring = way.indexOf(at);
      if (ring >= 0) {
        run = way.slice(ring).reduce((smallest, id) => (id < smallest ? id : smallest));
        break;
      }
      way.push(at);
      const said = this.#strongest(at);
      if (said !== undefined && namesTrace(said.rule)) {
        at = said.runId;
        run = this.#runOf.get(at);
      } else run = said?.runId ?? at;
    }
    for (const passed of way) this.#runOf.set(passed, run);
    return run;
  }

  #strongest(trace: string): RunTraceRow | undefined {
    let best: RunTraceRow | undefined;
    for (const row of this.#statements.get(trace) ?? []) if (best === undefined || beats(row, best)) best = row;
    return best;
  }
}

/** Whether a statement of this rule names another trace rather than a run. */
export function namesTrace(rule: number): boolean {
  return rule === RUN_RULES.link || rule === RUN_RULES.grouped;
}

function beats(row: RunTraceRow, best: RunTraceRow): boolean {
  if (row.rule !== best.rule) return row.rule < best.rule;
  if (row.rule === RUN_RULES.explicit && row.runId !== best.runId) return row.runId < best.runId;
  return row.offset < best.offset;
}
