// What the critical path and what-if need of a run, and nothing else: typed arrays and names, small enough to be sent to
// the page, which asks them the same questions as the server (schedule-columns.ts).

import { NONE } from "../model/run-columns.ts";
import { hasTrait, KIND } from "./codes.ts";
import { getOrMake } from "./get-or-make.ts";
import { isBetweenAgents } from "./messages.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import { PATH_KINDS, type PathKind, type RunMessage } from "./run-analysis.ts";
import type { Schedule } from "./schedule.ts";

export interface ScheduledRun {
  readonly schedule: Schedule;
  /** Names; per row an index into them, or NONE. */
  readonly agents: readonly string[];
  readonly tools: readonly string[];
  readonly models: readonly string[];
  /** Whose span a row is. */
  readonly agent: Int32Array;
  /** Which tool's, or which model's, time a row's own work is. What is folded into a tool's span is the tool's time. */
  readonly tool: Int32Array;
  readonly model: Int32Array;
  /** Index into PATH_KINDS: what a row's own work is on a path. */
  readonly work: Uint8Array;
  /** The row that stands for a row in views. */
  readonly shownAs: Int32Array;
  readonly handovers: Handovers;
}

/** Messages between agents of the run, as parallel arrays, in order of time. */
export interface Handovers {
  /** Agents. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly at: Float64Array;
  /** The row in whose time the message was sent: when that moves, so does the message. NONE: the run. */
  readonly row: Int32Array;
}

/** What the path needs to know of messages. */
type SentMessage = Pick<RunMessage, "from" | "to" | "kind" | "at" | "row" | "fromRow">;

export function scheduledRun(run: ResolvedRun, schedule: Schedule, messages: readonly SentMessage[]): ScheduledRun {
  const { columns, attribution } = run;
  const { count } = columns;
  const work = new Uint8Array(count);
  const shownAs = new Int32Array(count);
  const tool = new Int32Array(count).fill(NONE);
  const model = new Int32Array(count).fill(NONE);
  const tools = new Names();
  const models = new Names();
  for (let row = 0; row < count; row++) {
    const shown = shownRow(run, row);
    shownAs[row] = shown;
    work[row] = WORK_CODES[kindOfWork(run, row)];
    const time = shown === NONE ? row : shown;
    if (run.kind[time] === KIND.tool) {
      tool[row] = tools.indexOf(columns.texts.text((columns.tool[time] || columns.name[time]) as number));
    } else if (run.kind[time] === KIND.llm && columns.model[time] !== 0) {
      model[row] = models.indexOf(columns.texts.text(columns.model[time] as number));
    }
  }
  return {
    ...{ schedule, agents: attribution.names, tools: tools.all, models: models.all },
    ...{ agent: attribution.agent, tool, model, work, shownAs, handovers: handoversOf(run, messages) },
  };
}

const WORK_CODES = Object.fromEntries(PATH_KINDS.map((kind, code) => [kind, code])) as Record<PathKind, number>;

class Names {
  readonly all: string[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(name: string): number {
    return getOrMake(this.#indexes, name, () => this.all.push(name) - 1);
  }
}

/** Spans that only mark a wait for a person are not shown: the span around them stands for them. */
function shownRow({ hidden, shownParent }: ResolvedRun, row: number): number {
  return hidden[row] ? (shownParent[row] as number) : row;
}

function kindOfWork(run: ResolvedRun, row: number): PathKind {
  const kind = run.kind[row];
  if (hasTrait(run.columns, row, "waitsForHuman")) return "human";
  const between = kind === KIND.message || run.delegating[row] === 1 || run.carrying[row] === 1;
  if (between && run.attribution.names.length > 1) return "transfer";
  if (run.attribution.agent[row] === NONE) return "orchestration";
  if (kind === KIND.llm) return "llm";
  return kind === KIND.tool || kind === KIND.retrieval ? "tool" : "working";
}

function handoversOf({ directory, leftOut, shownParent }: ResolvedRun, messages: readonly SentMessage[]): Handovers {
  const sent = messages.flatMap(({ from, to, kind, at, row, fromRow }) => {
    const [sender, receiver] = [directory.find(from), directory.find(to)];
    if (sender === NONE || receiver === NONE || !isBetweenAgents({ kind })) return [];
    const around = row === NONE ? fromRow : row;
    const scheduled = around !== NONE && leftOut[around] ? (shownParent[around] as number) : around;
    return [{ sender, receiver, at, row: scheduled }];
  });
  return {
    from: Int32Array.from(sent, ({ sender }) => sender),
    to: Int32Array.from(sent, ({ receiver }) => receiver),
    at: Float64Array.from(sent, ({ at }) => at),
    row: Int32Array.from(sent, ({ row }) => row),
  };
}
