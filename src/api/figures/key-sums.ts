// What the five key figures are computed from, over what ended in a window and is settled. The subject is what is
// counted: runs, the agents in them, or the calls that they make.

import type { KeyMetricName, KeySums, Outcomes } from "../../analysis/key-metrics.ts";
import { AGENT_SUMS, CALL_SUMS, type RollUp, RUN_SUMS, STATE_SUMS } from "../../model/roll-ups.ts";
import type { StoreClient } from "../../store/client.ts";
import { type GroupSums, rollUpSums, type SumsQuestion } from "../../store/queries/roll-up-sums.ts";
import { ApiError } from "../errors.ts";

export const KEY_METRICS_BY = ["name", "service", "agent", "model", "tool"] as const;
export type KeyMetricsBy = (typeof KEY_METRICS_BY)[number];

/** Values that count, as alternatives. */
export type KeyMetricsFilter = { readonly [by in KeyMetricsBy]?: readonly string[] | undefined };

export interface KeySumsQuestion {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  readonly stepS?: number | undefined;
  readonly by?: KeyMetricsBy | undefined;
  readonly filter?: KeyMetricsFilter;
  /** What only other figures need is not read, which spares most of the work; absent: what all of them need. */
  readonly figures?: readonly KeyMetricName[] | undefined;
}

/** The sums of a group in a step; `group` is the value of `by`, empty without. */
export interface KeySumsRow {
  readonly step: number;
  readonly group: string;
  readonly sums: KeySums;
}

const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;

/** By step, then by group. Throws ApiError when filters do not go together, StoreError. */
export async function keySums(store: StoreClient, project: string, question: KeySumsQuestion): Promise<KeySumsRow[]> {
  const { by, filter = {} } = question;
  const isOf = (name: KeyMetricsBy) => by === name || (filter[name]?.length ?? 0) > 0;
  if (isOf("model") && isOf("tool")) {
    throw new ApiError("bad_request", "A call is of a model or of a tool: ask for one of both.");
  }
  if (isOf("model")) return callSums(store, project, question, "llm");
  if (isOf("tool")) return callSums(store, project, question, "tool");
  if (!isOf("agent")) return runSums(store, project, question);
  if (by === "service") {
    throw new ApiError("bad_request", "Agents may run in several services: ask by agent, with service as a filter.");
  }
  if (isOf("name")) {
    throw new ApiError(
      "bad_request",
      "Figures of agents are kept over all runs: leave out the run's name, or ask by model or tool.",
    );
  }
  return agentSums(store, project, question);
}

function isNeededFor({ figures }: KeySumsQuestion, figure: KeyMetricName): boolean {
  return figures?.includes(figure) ?? true;
}

/** The column of a roll-up that a value of `by` stands in. */
type Columns = { readonly [by in KeyMetricsBy]?: string };

function ask(
  store: StoreClient,
  project: string,
  rollUp: RollUp,
  columns: Columns,
  { by, filter = {}, figures: _, ...window }: KeySumsQuestion,
  wanted: Parameters<typeof rollUpSums>[4],
  more: SumsQuestion["filter"] = {},
): Promise<GroupSums[]> {
  const column = by === undefined ? undefined : columns[by];
  const filters = Object.entries(columns).map(([name, of]) => [of, filter[name as KeyMetricsBy]] as const);
  const groupBy = column === undefined ? [] : [column];
  return rollUpSums(
    store,
    project,
    rollUp,
    { ...window, groupBy, filter: { ...Object.fromEntries(filters), ...more } },
    wanted,
  );
}

const STATES = ["llm_ns", "tool_ns", "working_ns", "waiting_ns", "idle_ns", "present_ns"];
const MONEY = ["tokens_input", "tokens_output", "cost_nano", "priced", "unpriced_calls"];

async function stateSums(
  store: StoreClient,
  project: string,
  columns: Columns,
  question: KeySumsQuestion,
): Promise<GroupSums[]> {
  if (!isNeededFor(question, "agent_utilization")) return [];
  return ask(store, project, STATE_SUMS, columns, question, { sums: STATES });
}

async function runSums(store: StoreClient, project: string, question: KeySumsQuestion): Promise<KeySumsRow[]> {
  const [runs, states] = await Promise.all([
    ask(store, project, RUN_SUMS, { name: "name", service: "service" }, question, {
      sums: [
        ...["runs", "failed_runs", "tasks", "task_errors", "llm_calls", "llm_errors", "tool_calls", "tool_errors"],
        ...["message_count", "known_time_ns", "known_tokens", "transfer_ns", "message_tokens", "longest_ms", ...MONEY],
      ],
      withBuckets: isNeededFor(question, "task_completion_time"),
    }),
    stateSums(store, project, { name: "run_name", service: "service" }, question),
  ]);
  return together(runs, states, ({ sums, buckets }) => ({
    completion: buckets,
    longestMs: sums["longest_ms"],
    runs: outcomes(sums, "runs", "failed_runs"),
    tasks: outcomes(sums, "tasks", "task_errors"),
    llmCalls: outcomes(sums, "llm_calls", "llm_errors"),
    toolCalls: outcomes(sums, "tool_calls", "tool_errors"),
    messages: at(sums, "message_count"),
    transferMs: at(sums, "transfer_ns") / NS_PER_MS,
    transferOfMs: at(sums, "known_time_ns") / NS_PER_MS,
    messageTokens: at(sums, "message_tokens"),
    messageTokensOf: at(sums, "known_tokens"),
    ...moneyOf(sums),
  }));
}

async function agentSums(store: StoreClient, project: string, question: KeySumsQuestion): Promise<KeySumsRow[]> {
  const [agents, states] = await Promise.all([
    ask(store, project, AGENT_SUMS, { agent: "agent", service: "services" }, question, {
      sums: [
        ...["tasks", "task_errors", "llm_calls", "llm_errors", "tool_calls", "tool_errors", "messages_sent"],
        ...["longest_ms", ...MONEY],
      ],
      withBuckets: isNeededFor(question, "task_completion_time"),
    }),
    stateSums(store, project, { agent: "agent", service: "service" }, question),
  ]);
  return together(agents, states, ({ sums, buckets }) => ({
    completion: buckets,
    longestMs: sums["longest_ms"],
    tasks: outcomes(sums, "tasks", "task_errors"),
    llmCalls: outcomes(sums, "llm_calls", "llm_errors"),
    toolCalls: outcomes(sums, "tool_calls", "tool_errors"),
    messages: at(sums, "messages_sent"),
    ...moneyOf(sums),
  }));
}

async function callSums(
  store: StoreClient,
  project: string,
  question: KeySumsQuestion,
  kind: "llm" | "tool",
): Promise<KeySumsRow[]> {
  const columns = { model: "name", tool: "name", agent: "agent", name: "run_name", service: "service" };
  const calls = await ask(
    store,
    project,
    CALL_SUMS,
    // The other one's filter is empty; both stand in one column.
    kind === "llm" ? { ...columns, tool: undefined as never } : { ...columns, model: undefined as never },
    question,
    { sums: ["calls", "errors", ...MONEY], withBuckets: isNeededFor(question, "task_completion_time") },
    { kind: [kind] },
  );
  const counted = (sums: GroupSums["sums"]) => ({
    [kind === "llm" ? "llmCalls" : "toolCalls"]: outcomes(sums, "calls", "errors"),
  });
  return calls.map(({ step, group, sums, buckets }) => ({
    step,
    group: textOf(group),
    sums: { completion: buckets, ...counted(sums), ...(kind === "llm" ? moneyOf(sums) : {}) },
  }));
}

/** Joins what was counted with what its agents did, by step and group. */
function together(
  counted: readonly GroupSums[],
  states: readonly GroupSums[],
  read: (sums: GroupSums) => KeySums,
): KeySumsRow[] {
  const rows = new Map<string, KeySumsRow>();
  const keyOf = ({ step, group }: GroupSums) => `${step} ${textOf(group)}`;
  for (const one of counted) rows.set(keyOf(one), { step: one.step, group: textOf(one.group), sums: read(one) });
  for (const one of states) {
    const row = rows.get(keyOf(one));
    const sums = row?.sums ?? { completion: one.buckets };
    rows.set(keyOf(one), { step: one.step, group: textOf(one.group), sums: { ...sums, ...statesOf(one.sums) } });
  }
  return [...rows.values()].sort((a, b) => a.step - b.step || (a.group < b.group ? -1 : 1));
}

function statesOf(sums: GroupSums["sums"]): Partial<KeySums> {
  const [llmMs, toolMs, workingMs] = [at(sums, "llm_ns"), at(sums, "tool_ns"), at(sums, "working_ns")].map(
    (ns) => ns / NS_PER_MS,
  ) as [number, number, number];
  return {
    busyMs: llmMs + toolMs + workingMs,
    ...{ llmMs, toolMs, workingMs },
    waitingMs: at(sums, "waiting_ns") / NS_PER_MS,
    idleMs: at(sums, "idle_ns") / NS_PER_MS,
    presentMs: at(sums, "present_ns") / NS_PER_MS,
  };
}

function moneyOf(sums: GroupSums["sums"]): Partial<KeySums> {
  return {
    tokensInput: at(sums, "tokens_input"),
    tokensOutput: at(sums, "tokens_output"),
    // Without any priced call the cost is unknown rather than nothing.
    ...(at(sums, "priced") > 0 ? { costUsd: at(sums, "cost_nano") / NANO_PER_USD } : {}),
    unpricedCalls: at(sums, "unpriced_calls"),
  };
}

function outcomes(sums: GroupSums["sums"], ended: string, failed: string): Outcomes {
  return { ended: at(sums, ended), failed: at(sums, failed) };
}

function at(sums: GroupSums["sums"], name: string): number {
  return sums[name] ?? 0;
}

/** The value of `by`: agents of a service are grouped by their names alone, so it is a text. */
function textOf([value]: GroupSums["group"]): string {
  return typeof value === "string" ? value : "";
}
