// A run made ready to be played back: instants in order with sums before each, so that what had been counted at any
// instant is found in a few steps, however many spans there are. Times are whole nanoseconds after t0, as the server
// compares them.
//
//   starts     10  20  20  55      at 20: 3 have started, 1 has ended, 2 are open
//   ends       15  60  61  80
//   tokens     0   5   5   9  14   before the 1st, 2nd, … end

import type { ActivityColumns } from "../../analysis/activity-columns.ts";
import { AGENT_STATES, type AgentState, SPAN_KINDS, SPAN_STATUSES, SPAN_TRAITS } from "../../model/vocabulary.ts";
import { nsOf } from "./happenings.ts";
import { countUntil } from "./instants.ts";
import type { SpanColumns } from "./skeleton.ts";

export interface Replay {
  readonly columns: SpanColumns;
  readonly activity: ActivityColumns;
  readonly starts: Moments;
  /** Of spans that have ended. */
  readonly ends: Moments;
  /** Before each start. */
  readonly llmCalls: Uint32Array;
  readonly toolCalls: Uint32Array;
  /** Before each end. */
  readonly errors: Uint32Array;
  readonly tokensIn: Float64Array;
  readonly tokensOut: Float64Array;
  readonly cost: Float64Array;
  readonly agents: readonly ReplayAgent[];
  /** Starts and ends of spans that are seen without plumbing. */
  readonly happenings: Happenings;
}

/** Instants in order, and the rows that they are of. */
interface Moments {
  readonly at: Float64Array;
  readonly rows: Int32Array;
}

interface Happenings extends Moments {
  readonly isEnd: Uint8Array;
}

interface ReplayAgent {
  readonly name: string;
  readonly firstStart: number;
  /** Its stretches of the activity. */
  readonly from: number;
  readonly to: number;
  /** Of its spans. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

export interface ReplayCounters {
  readonly spansStarted: number;
  readonly spansEnded: number;
  readonly llmCalls: number;
  readonly toolCalls: number;
  readonly errors: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** US dollars. */
  readonly cost: number;
}

const LLM = SPAN_KINDS.indexOf("llm");
const TOOL = SPAN_KINDS.indexOf("tool");
const ERROR = SPAN_STATUSES.indexOf("error");

export function replayOf(columns: SpanColumns, activity: ActivityColumns): Replay {
  const { count, kind, status, traits, tokensIn, tokensOut, cost, duration } = columns;
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const ms = duration[row] as number;
    start[row] = nsOf(columns.start[row] as number);
    end[row] = ms < 0 ? Number.POSITIVE_INFINITY : nsOf((columns.start[row] as number) + ms);
  }
  const starts = inOrder(start);
  const ends = inOrder(end);
  const isShown = (row: number) => ((traits[row] as number) & SPAN_TRAITS.hidden) === 0;
  const counted = (is: (row: number) => boolean, { rows }: Moments) =>
    sumsBefore(rows, new Uint32Array(rows.length + 1), (row) => (is(row) ? 1 : 0));
  const summed = (values: ArrayLike<number>) =>
    sumsBefore(ends.rows, new Float64Array(ends.rows.length + 1), (row) => values[row] as number);
  return {
    ...{ columns, activity, starts, ends },
    llmCalls: counted((row) => kind[row] === LLM, starts),
    toolCalls: counted((row) => kind[row] === TOOL && isShown(row), starts),
    errors: counted((row) => status[row] === ERROR && isShown(row), ends),
    ...{ tokensIn: summed(tokensIn), tokensOut: summed(tokensOut), cost: summed(cost) },
    agents: agentsOf(columns, activity, starts, ends),
    happenings: happeningsOf(starts, ends, isShown),
  };
}

/** The rows with a finite time by it; such as are in order already, as starts nearly always are, are not sorted. */
function inOrder(time: Float64Array): Moments {
  let rows = new Int32Array(time.length);
  let length = 0;
  let sorted = true;
  for (let row = 0; row < time.length; row++) {
    if (time[row] === Number.POSITIVE_INFINITY) continue;
    if (length > 0 && (time[row] as number) < (time[rows[length - 1] as number] as number)) sorted = false;
    rows[length++] = row;
  }
  rows = rows.subarray(0, length);
  if (!sorted) rows.sort((a, b) => (time[a] as number) - (time[b] as number) || a - b);
  return { rows, at: Float64Array.from(rows, (row) => time[row] as number) };
}

function sumsBefore<S extends Uint32Array | Float64Array>(
  rows: Int32Array,
  sums: S,
  addend: (row: number) => number,
): S {
  for (let i = 0; i < rows.length; i++) sums[i + 1] = (sums[i] as number) + addend(rows[i] as number);
  return sums;
}

function agentsOf(columns: SpanColumns, activity: ActivityColumns, starts: Moments, ends: Moments): ReplayAgent[] {
  const indexOf = new Map(activity.agents.map(({ name }, i) => [name, i]));
  const ofText = columns.strings.map((text) => indexOf.get(text) ?? -1);
  const byAgent = ({ at, rows }: Moments) => {
    const lists = activity.agents.map((): number[] => []);
    for (let i = 0; i < rows.length; i++) {
      lists[ofText[columns.agent[rows[i] as number] as number] ?? -1]?.push(at[i] as number);
    }
    return lists;
  };
  const [startsOf, endsOf] = [byAgent(starts), byAgent(ends)];
  let to = 0;
  return activity.agents.map(({ name, firstStart }, agent) => {
    const from = to;
    while (to < activity.count && activity.agent[to] === agent) to++;
    const own = { starts: Float64Array.from(startsOf[agent] ?? []), ends: Float64Array.from(endsOf[agent] ?? []) };
    return { name, firstStart, from, to, ...own };
  });
}

/** Ends before starts at one instant: what began last is what a reader looks for. */
function happeningsOf(starts: Moments, ends: Moments, isShown: (row: number) => boolean): Happenings {
  const at: number[] = [];
  const rows: number[] = [];
  const isEnd: number[] = [];
  const add = (moments: Moments, i: number, end: 0 | 1) => {
    if (!isShown(moments.rows[i] as number)) return;
    at.push(moments.at[i] as number);
    rows.push(moments.rows[i] as number);
    isEnd.push(end);
  };
  let ended = 0;
  for (let i = 0; i < starts.at.length; i++) {
    while (ended < ends.at.length && (ends.at[ended] as number) <= (starts.at[i] as number)) add(ends, ended++, 1);
    add(starts, i, 0);
  }
  while (ended < ends.at.length) add(ends, ended++, 1);
  return { at: Float64Array.from(at), rows: Int32Array.from(rows), isEnd: Uint8Array.from(isEnd) };
}

/** What had been counted. What a call used is known when it has ended. */
export function countersAt(replay: Replay, ns: number): ReplayCounters {
  const started = countUntil(replay.starts.at, ns);
  const ended = countUntil(replay.ends.at, ns);
  return {
    ...{ spansStarted: started, spansEnded: ended },
    llmCalls: replay.llmCalls[started] as number,
    toolCalls: replay.toolCalls[started] as number,
    errors: replay.errors[ended] as number,
    tokensIn: replay.tokensIn[ended] as number,
    tokensOut: replay.tokensOut[ended] as number,
    cost: replay.cost[ended] as number,
  };
}

/** What an agent does; undefined before its first span. */
export function agentStateAt({ activity, agents }: Replay, agent: number, ns: number): AgentState | undefined {
  const { from, to, firstStart } = agents[agent] as ReplayAgent;
  if (firstStart > ns) return undefined;
  const begun = countUntil(activity.start, ns, from, to);
  const stretch = from + begun - 1;
  if (begun === 0 || (activity.end[stretch] as number) <= ns) return "done";
  return AGENT_STATES[activity.state[stretch] as number];
}

/** How many spans of an agent are open. */
export function openSpansAt({ agents }: Replay, agent: number, ns: number): number {
  const { starts, ends } = agents[agent] as ReplayAgent;
  return countUntil(starts, ns) - countUntil(ends, ns);
}

/** What happened last: a span, and whether it began or ended. */
export function lastHappening(
  { happenings }: Replay,
  ns: number,
): { readonly row: number; readonly isEnd: boolean } | undefined {
  const i = countUntil(happenings.at, ns) - 1;
  return i < 0 ? undefined : { row: happenings.rows[i] as number, isEnd: happenings.isEnd[i] === 1 };
}
