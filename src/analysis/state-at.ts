// The state of a run at an instant: what was open, what each agent did, what had been counted. By event time, as known
// today; a span is its interval [start, end), so the order of events within it does not matter.

import { NONE, type RunColumns, type RunEventRow } from "../model/run-columns.ts";
import { AGENT_STATES, type AgentState } from "../model/vocabulary.ts";
import { KIND, STATUS } from "./codes.ts";
import { isBetweenAgents } from "./messages.ts";
import type { AgentActivity, RunAnalysis, TokenSums } from "./run-analysis.ts";

export interface AgentStateAt {
  readonly name: string;
  readonly state: AgentState;
  /** Since when it has been in this state. */
  readonly since: number;
  /** Rows of its open spans. */
  readonly openSpans: readonly number[];
  /** What its last `state.changed` said. */
  readonly lastChange: { readonly [key: string]: unknown } | undefined;
}

export interface RunStateAt {
  readonly at: number;
  /** Agents that had begun. */
  readonly agents: readonly AgentStateAt[];
  /** Rows, by start. */
  readonly openSpans: readonly number[];
  readonly counters: {
    readonly spansStarted: number;
    readonly spansEnded: number;
    readonly errors: number;
    readonly llmCalls: number;
    readonly toolCalls: number;
    readonly messages: number;
    readonly events: number;
    readonly tokens: TokenSums;
    readonly costNano: number;
    /** Whether any of the cost is known. */
    readonly priced: boolean;
    readonly unpricedCalls: number;
  };
}

export function stateAt(
  columns: RunColumns,
  analysis: RunAnalysis,
  events: readonly RunEventRow[],
  at: number,
): RunStateAt {
  const openSpans: number[] = [];
  const openOf = analysis.agents.map<number[]>(() => []);
  for (let row = 0; row < columns.count; row++) {
    if ((columns.start[row] as number) > at || (columns.end[row] as number) <= at) continue;
    openSpans.push(row);
    const agent = analysis.rows.agent[row] as number;
    if (agent !== NONE) openOf[agent]?.push(row);
  }
  const changes = lastChanges(events, at);
  const agents = analysis.agents.flatMap(({ name, firstStart, activity }, agent): AgentStateAt[] =>
    firstStart > at
      ? []
      : [{ name, ...agentState(activity, at), openSpans: openOf[agent] as number[], lastChange: changes.get(name) }],
  );
  return { at, agents, openSpans, counters: countersAt(columns, analysis, events, at) };
}

/** What an agent does at an instant; after its last span it is done. */
export function agentState({ bounds, states }: AgentActivity, at: number): Pick<AgentStateAt, "state" | "since"> {
  const end = bounds.at(-1) ?? 0;
  if (states.length === 0 || at >= end) return { state: "done", since: end };
  let low = 0;
  let high = states.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bounds[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return { state: AGENT_STATES[states[low] as number] as AgentState, since: bounds[low] as number };
}

function lastChanges(events: readonly RunEventRow[], at: number): Map<string, { readonly [key: string]: unknown }> {
  const last = new Map<string, RunEventRow>();
  for (const event of events) {
    if (event.type !== "state.changed" || event.time > at) continue;
    const known = last.get(event.agent);
    const later =
      known === undefined || event.time > known.time || (event.time === known.time && event.offset > known.offset);
    if (later) last.set(event.agent, event);
  }
  return new Map([...last].map(([agent, { data }]) => [agent, data]));
}

function countersAt(
  columns: RunColumns,
  { rows, messages }: RunAnalysis,
  events: readonly RunEventRow[],
  at: number,
): RunStateAt["counters"] {
  const tokens: TokenSums = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
  const counters = {
    spansStarted: 0,
    spansEnded: 0,
    errors: 0,
    llmCalls: 0,
    toolCalls: 0,
    costNano: 0,
    unpricedCalls: 0,
  };
  let priced = false;
  for (let row = 0; row < columns.count; row++) {
    if ((columns.start[row] as number) > at) continue;
    counters.spansStarted++;
    if (rows.kind[row] === KIND.llm) counters.llmCalls++;
    else if (rows.kind[row] === KIND.tool && !rows.hidden[row]) counters.toolCalls++;
    if ((columns.end[row] as number) > at) continue;
    counters.spansEnded++;
    if (rows.status[row] === STATUS.error && !rows.hidden[row]) counters.errors++;
    // What a call used is known when it has ended.
    if (!rows.counted[row]) continue;
    tokens.input += rows.tokensInput[row] as number;
    tokens.output += rows.tokensOutput[row] as number;
    tokens.cacheRead += rows.tokensCacheRead[row] as number;
    tokens.cacheWrite += rows.tokensCacheWrite[row] as number;
    tokens.reasoning += rows.tokensReasoning[row] as number;
    counters.costNano += rows.costNano[row] as number;
    counters.unpricedCalls += rows.unpriced[row] as number;
    priced ||= rows.priced[row] === 1;
  }
  return {
    ...counters,
    priced,
    messages: messages.filter((message) => isBetweenAgents(message) && message.at <= at).length,
    events: events.filter(({ time }) => time <= at).length,
    tokens,
  };
}
