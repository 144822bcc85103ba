// What an agent does at each instant between its first span's start and its last span's end. First that applies:
//
//   human     a person is asked: between human.requested and human.answered, or in a span that waits for one
//   llm       in a model call's own time
//   tool      in a tool's or retrieval's own time, unless it delegates
//   working   in any other span's own time, unless it delegates
//   waiting   any of its spans is open: it delegates, or only other agents' spans are open below
//   idle      none of its spans is open
//
//   boss  agent      ├────────────────────────────┤
//         llm           ├───┤
//         tool (asks)           ├──────────┤
//         helper's agent span     ├─────┤
//         state      wwwlllllwwwwwaaaaaaaaaaawwwwwww    w working, l llm, a waiting
//
// `agent.waiting` until `agent.resumed` overrides all but a person. busy = llm + tool + working; waiting includes human;
// busy + waiting + idle = present. Unions, so work in parallel counts once.

import { intersect, subtract, totalLength, union } from "../base/intervals.ts";
import { NONE } from "../model/run-columns.ts";
import { AGENT_STATES, type AgentState } from "../model/vocabulary.ts";
import { hasTrait, KIND } from "./codes.ts";
import { agentOfEvent, type ResolvedRun } from "./resolved-run.ts";
import type { AgentActivity } from "./run-analysis.ts";
import { ownSegments } from "./tree.ts";

const STATE = Object.fromEntries(AGENT_STATES.map((state, i) => [state, i])) as Record<AgentState, number>;
/** The states that an agent can be in while it is present, strongest first. */
const STATES = ["human", "llm", "tool", "working", "waiting", "idle"] as const satisfies readonly AgentState[];
type Lists = Record<"human" | "llm" | "tool" | "working" | "open" | "told", number[]>;

/** One entry per agent. */
export function activities(run: ResolvedRun): AgentActivity[] {
  const lists = run.attribution.names.map<Lists>(() => ({
    human: [],
    llm: [],
    tool: [],
    working: [],
    open: [],
    told: [],
  }));
  const first = lists.map(() => Number.POSITIVE_INFINITY);
  const last = lists.map(() => Number.NEGATIVE_INFINITY);
  collectSpans(run, lists, first, last);
  collectEvents(run, lists);
  return lists.map((list, a) => activityOf(list, first[a] as number, last[a] as number));
}

function collectSpans(run: ResolvedRun, lists: readonly Lists[], first: number[], last: number[]): void {
  const { tree, work, attribution } = run;
  const segments: number[] = [];
  for (const row of tree.order) {
    const a = attribution.agent[row] as number;
    if (a === NONE) continue;
    const list = lists[a] as Lists;
    const start = tree.start[row] as number;
    const end = tree.end[row] as number;
    first[a] = Math.min(first[a] as number, start);
    last[a] = Math.max(last[a] as number, end);
    if (sticksOut(run, row)) list.open.push(start, end);
    if (run.leftOut[row]) continue;
    const into = stateOfOwnTime(run, row);
    if (into === undefined) continue;
    segments.length = 0;
    ownSegments(work, row, segments);
    for (const instant of segments) list[into].push(instant);
  }
}

/** Whether a row's interval adds to what the rows above it of the same agent cover. */
function sticksOut({ tree, attribution }: ResolvedRun, row: number): boolean {
  const parent = tree.parent[row] as number;
  if (parent === NONE || attribution.agent[parent] !== attribution.agent[row]) return true;
  return (
    (tree.start[row] as number) < (tree.start[parent] as number) ||
    (tree.end[row] as number) > (tree.end[parent] as number)
  );
}

function stateOfOwnTime(run: ResolvedRun, row: number): "human" | "llm" | "tool" | "working" | undefined {
  if (hasTrait(run.columns, row, "waitsForHuman")) return "human";
  if (run.delegating[row]) return undefined;
  const kind = run.kind[row];
  if (kind === KIND.llm) return "llm";
  return kind === KIND.tool || kind === KIND.retrieval ? "tool" : "working";
}

const ASKS_PERSON = /human|user|person|approv/i;

/** What events say outright: a person is asked, or the agent waits. Without an answer it lasts. */
function collectEvents(run: ResolvedRun, lists: readonly Lists[]): void {
  const asked = new Spells(lists.map(({ human }) => human));
  const waiting = new Spells(lists.map(({ told }) => told));
  const waitingForPerson = new Spells(lists.map(({ human }) => human));
  for (const event of run.events) {
    const agent = agentOfEvent(run, event);
    if (agent === NONE) continue;
    if (event.type === "human.requested") asked.begin(agent, event.time);
    else if (event.type === "human.answered") asked.end(agent, event.time);
    else if (event.type === "agent.waiting") {
      const forPerson = ASKS_PERSON.test(String(event.data["reason"] ?? ""));
      (forPerson ? waitingForPerson : waiting).begin(agent, event.time);
    } else if (event.type === "agent.resumed") {
      waiting.end(agent, event.time);
      waitingForPerson.end(agent, event.time);
    }
  }
  for (const spells of [asked, waiting, waitingForPerson]) spells.endAll();
}

/** Pairs the begins and ends of one state per agent into intervals. */
class Spells {
  readonly #lists: readonly number[][];
  readonly #since = new Map<number, number>();

  constructor(lists: readonly number[][]) {
    this.#lists = lists;
  }

  begin(agent: number, time: number): void {
    if (!this.#since.has(agent)) this.#since.set(agent, time);
  }

  end(agent: number, time: number): void {
    const since = this.#since.get(agent);
    if (since === undefined) return;
    this.#lists[agent]?.push(since, time);
    this.#since.delete(agent);
  }

  endAll(): void {
    for (const agent of [...this.#since.keys()]) this.end(agent, Number.POSITIVE_INFINITY);
  }
}

function activityOf(lists: Lists, first: number, last: number): AgentActivity {
  const present = last > first ? [first, last] : [];
  const human = intersect(union(lists.human), present);
  const told = subtract(intersect(union(lists.told), present), human);
  const taken = union([...human, ...told]);
  const llm = subtract(union(lists.llm), taken);
  const tool = subtract(subtract(union(lists.tool), taken), llm);
  const busyCalls = union([...taken, ...llm, ...tool]);
  const working = subtract(union(lists.working), busyCalls);
  const known = union([...busyCalls, ...working]);
  const waiting = union([...told, ...subtract(union(lists.open), known)]);
  const idle = subtract(present, union([...known, ...waiting]));
  const byState = { human, llm, tool, working, waiting, idle };
  const humanTime = totalLength(human);
  return {
    human: humanTime,
    llm: totalLength(llm),
    tool: totalLength(tool),
    working: totalLength(working),
    waiting: totalLength(waiting) + humanTime,
    idle: totalLength(idle),
    present: totalLength(present),
    ...timeline(byState, first),
  };
}

/** The disjoint lists, which fill the presence, as one row of intervals. */
function timeline(
  byState: Readonly<Record<(typeof STATES)[number], readonly number[]>>,
  first: number,
): Pick<AgentActivity, "bounds" | "states"> {
  const lists = STATES.map((state) => byState[state]);
  const next = STATES.map(() => 0);
  const bounds: number[] = [first];
  const states: number[] = [];
  for (let at = first; ; ) {
    const found = lists.findIndex((list, i) => list[next[i] as number] === at);
    if (found < 0) break;
    const from = next[found] as number;
    at = (lists[found] as readonly number[])[from + 1] as number;
    next[found] = from + 2;
    bounds.push(at);
    states.push(STATE[STATES[found] as AgentState]);
  }
  return { bounds: Float64Array.from(states.length === 0 ? [] : bounds), states: Uint8Array.from(states) };
}
