// The settled rows that key figures add up: what each agent did minute by minute, the calls by model and tool, and what
// passed between agents.

import { type AgentMinute, minutesOf } from "../../analysis/agent-minutes.ts";
import { KIND, STATUS } from "../../analysis/codes.ts";
import type { AgentActivity, RunEdge } from "../../analysis/run-analysis.ts";
import { bucketsOf, TRANSIT_SCALE } from "../../base/histogram.ts";
import { AGENT_MINUTES, RUN_CALLS, RUN_EDGES } from "../../model/columns.ts";
import { AGENT_STATES, CALL_KINDS, type CallKind } from "../../model/vocabulary.ts";
import { encodeBlock, TableBuilder } from "../../store/native/table-builder.ts";
import type { AnalysedRun } from "../runs/analysed-run.ts";
import type { RunReference } from "../runs/run-directory.ts";

const NS_PER_MS = 1e6;
const S_PER_MIN = 60;
const NS_PER_MIN = 60_000_000_000;
/** An agent that is longer in one run (mostly the work of a wrong clock) is not written minute by minute. */
const MINUTES_MAX = 31 * 24 * 60;
const STATES = ["llm", "tool", "working", "waiting", "human", "idle", "present"] as const;
const TOKENS = [
  ["tokens_input", "tokensInput"],
  ["tokens_output", "tokensOutput"],
  ["tokens_cache_read", "tokensCacheRead"],
  ["tokens_cache_write", "tokensCacheWrite"],
  ["tokens_reasoning", "tokensReasoning"],
] as const;

const EDGE_KINDS = [
  ["delegates", "delegate"],
  ["replies", "reply"],
  ["handoffs", "handoff"],
  ["sends", "send"],
  ["broadcasts", "broadcast"],
] as const;

/** The calls of one model or tool by one agent: rows of the run's columns. */
interface Calls {
  readonly kind: CallKind;
  readonly name: string;
  readonly agent: string;
  readonly rows: number[];
}

export class FigureRowWriter {
  readonly #minutes = new TableBuilder(AGENT_MINUTES);
  readonly #calls = new TableBuilder(RUN_CALLS);
  readonly #edges = new TableBuilder(RUN_EDGES);

  /** Native blocks by table; a table without rows is absent. */
  blocks(): { readonly [table in "agent_minutes" | "run_calls" | "run_edges"]?: Uint8Array } {
    const filled = [this.#minutes, this.#calls, this.#edges].filter(({ rows }) => rows > 0);
    return Object.fromEntries(filled.map((builder) => [builder.table.name, encodeBlock(builder as TableBuilder)]));
  }

  write(run: AnalysedRun, reference: RunReference, n: number): void {
    this.#writeMinutes(run, reference, n);
    for (const calls of callsOf(run)) this.#writeCalls(run, reference, n, calls);
    for (const edge of run.analysis.communication.edges) this.#writeEdge(run, reference, n, edge);
  }

  #writeEdge(run: AnalysedRun, reference: RunReference, n: number, edge: RunEdge): void {
    const { summary } = run.analysis;
    const { columns } = this.#edges;
    const row = begin(this.#edges, run, reference, n);
    const endedAt = summary.startedAt + Math.max(0, summary.durationNs);
    columns.ended_at.putBigInt(row, run.columns.t0Ns + BigInt(Math.round(endedAt)));
    columns.from_agent.put(row, edge.from);
    columns.to_agent.put(row, edge.to);
    columns.messages.put(row, edge.count);
    for (const [column, kind] of EDGE_KINDS) columns[column].put(row, edge.kinds[kind] ?? 0);
    columns.bytes.put(row, edge.bytes ?? Number.NaN);
    columns.tokens.put(row, edge.tokens ?? Number.NaN);
    columns.cost_nano.put(row, edge.costNano ?? Number.NaN);
    const ways = bucketsOf(
      edge.transits.map((ns) => ns / NS_PER_MS),
      TRANSIT_SCALE,
    );
    for (const index of ways.indexes) columns.transit_indexes.items.append(index & 0xffff);
    for (const count of ways.counts) columns.transit_counts.items.append(count);
    columns.transit_indexes.put(row, ways.indexes.length);
    columns.transit_counts.put(row, ways.counts.length);
  }

  #writeMinutes(run: AnalysedRun, reference: RunReference, n: number): void {
    const { summary, agents } = run.analysis;
    const { columns } = this.#minutes;
    for (const { name, activity } of agents) {
      for (const minute of boundedMinutes(activity, run.columns.t0Ns)) {
        const row = begin(this.#minutes, run, reference, n);
        columns.minute.put(row, minute.minute * S_PER_MIN);
        columns.agent.put(row, name);
        columns.run_name.put(row, summary.name);
        columns.service.put(row, summary.service);
        for (const state of STATES) columns[`${state}_ns`].put(row, Math.round(minute[state]));
      }
    }
  }

  #writeCalls(run: AnalysedRun, reference: RunReference, n: number, { kind, name, agent, rows }: Calls): void {
    const { start, end, t0Ns, weight } = run.columns;
    const { rows: resolved, summary } = run.analysis;
    const { columns } = this.#calls;
    const row = begin(this.#calls, run, reference, n);
    const sum = (values: ArrayLike<number>) => rows.reduce((all, at) => all + (values[at] as number), 0);
    const lastEnd = rows.reduce((last, at) => Math.max(last, end[at] as number), 0);
    columns.ended_at.putBigInt(row, t0Ns + BigInt(Math.round(lastEnd)));
    columns.kind.put(row, CALL_KINDS.indexOf(kind));
    columns.name.put(row, name);
    columns.agent.put(row, agent);
    columns.run_name.put(row, summary.name);
    columns.service.put(row, summary.service);
    columns.weight.put(row, weight[0] ?? 1);
    columns.calls.put(row, rows.length);
    columns.errors.put(row, rows.filter((at) => resolved.status[at] === STATUS.error).length);
    for (const [column, field] of TOKENS) columns[column].put(row, sum(resolved[field]));
    columns.cost_nano.put(row, Math.round(sum(resolved.costNano)));
    columns.unpriced_calls.put(row, sum(resolved.unpriced));
    columns.priced.put(row, sum(resolved.priced) > 0 ? 1 : 0);
    const durations = bucketsOf(rows.map((at) => ((end[at] as number) - (start[at] as number)) / NS_PER_MS));
    for (const index of durations.indexes) columns.duration_indexes.items.append(index & 0xffff);
    for (const count of durations.counts) columns.duration_counts.items.append(count);
    columns.duration_indexes.put(row, durations.indexes.length);
    columns.duration_counts.put(row, durations.counts.length);
  }
}

/** The minutes of an activity; of a very long one each state counts in the minute in which it began. */
function boundedMinutes(activity: AgentActivity, t0Ns: bigint): AgentMinute[] {
  const { bounds, states, present } = activity;
  if (present <= MINUTES_MAX * NS_PER_MIN) return minutesOf(activity, t0Ns);
  return Array.from(states, (code, i) => {
    const from = bounds[i] as number;
    const lasted = (bounds[i + 1] as number) - from;
    const minute = Number((t0Ns + BigInt(Math.round(from))) / BigInt(NS_PER_MIN));
    const state = AGENT_STATES[code] as (typeof STATES)[number];
    const none = { minute, llm: 0, tool: 0, working: 0, waiting: 0, human: 0, idle: 0, present: lasted };
    return { ...none, ...(state === "human" ? { waiting: lasted } : {}), [state]: lasted };
  });
}

/** The run's ended model and tool calls, each attempt once, by what is called and who calls. */
function callsOf({ columns, analysis }: AnalysedRun): Iterable<Calls> {
  const { rows, agents } = analysis;
  const groups = new Map<string, Calls>();
  for (let row = 0; row < columns.count; row++) {
    const kind = rows.kind[row] === KIND.llm ? "llm" : rows.kind[row] === KIND.tool && !rows.hidden[row] ? "tool" : "";
    if (kind === "" || rows.status[row] === STATUS.open) continue;
    const name = columns.texts.text((kind === "llm" ? columns.model : columns.tool)[row] as number);
    const agent = agents[rows.agent[row] as number]?.name ?? "";
    const key = `${kind}\0${name}\0${agent}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { kind, name, agent, rows: [row] });
    else known.rows.push(row);
  }
  return groups.values();
}

type FigureTable =
  | TableBuilder<typeof AGENT_MINUTES.columns>
  | TableBuilder<typeof RUN_CALLS.columns>
  | TableBuilder<typeof RUN_EDGES.columns>;

function begin(builder: FigureTable, run: AnalysedRun, { project, id }: RunReference, n: number): number {
  const row = builder.addRow();
  const { columns } = builder;
  columns.project.put(row, project);
  columns.received.put(row, run.lastReceivedS);
  columns.run_id.put(row, id);
  columns.n.put(row, n);
  columns.sign.put(row, 1);
  return row;
}
