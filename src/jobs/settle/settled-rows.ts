// The rows that settling writes: pure, from raw rows to Native blocks. Runs in the worker.

import { eventSpans } from "../../analysis/event-spans.ts";
import type { RunAgent, RunMessage, RunTimings } from "../../analysis/run-analysis.ts";
import { fromHex } from "../../base/hex.ts";
import { bucketsOf } from "../../base/histogram.ts";
import { MESSAGES, REPEATS, RUN_AGENTS, RUNS, type SETTLED_TABLES } from "../../model/columns.ts";
import { isTraceId } from "../../model/ids.ts";
import { NONE } from "../../model/run-columns.ts";
import { MESSAGE_KINDS, RUN_STATUSES, SPAN_KINDS } from "../../model/vocabulary.ts";
import { encodeBlock, TableBuilder } from "../../store/native/table-builder.ts";
import { type RunBytes, RunRows } from "../../store/run-input.ts";
import { AnalysedRun } from "../runs/analysed-run.ts";
import type { RunReference } from "../runs/run-directory.ts";
import { ErrorRowWriter } from "./error-rows.ts";
import { FigureRowWriter } from "./figure-rows.ts";

/** A run to be settled for the n-th time. */
export interface RunToSettle {
  readonly reference: RunReference;
  readonly n: number;
}

export interface SettleRequest {
  readonly bytes: RunBytes;
  readonly runs: readonly RunToSettle[];
  /** All rows up to this offset, and no others, are in the bytes. */
  readonly throughOffset: number;
  /** Now, for what depends on it: given, so that repeating the work makes equal bytes. */
  readonly asOfMs: number;
  readonly timings: RunTimings;
  /** Also runs that are not over by their records: an intention that was made before a crash is carried out. */
  readonly force: boolean;
}

/** A settled run that is one span without a parent, of a library that loses parents: others may have run inside it. */
export interface LoneContainer {
  readonly traceId: string;
  readonly service: string;
  readonly scope: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface SettledBlocks {
  /** Which of the runs are settled now; the others are still open. */
  readonly settled: readonly boolean[];
  readonly containers: readonly LoneContainer[];
  /** Native blocks by table; a table without rows is absent. */
  readonly blocks: { readonly [table in (typeof SETTLED_TABLES)[number]["name"]]?: Uint8Array };
}

const NS_PER_MS = 1e6;

export function settleRuns({ bytes, runs, throughOffset, asOfMs, timings, force }: SettleRequest): SettledBlocks {
  const rows = new RunRows(bytes, eventSpans);
  const writer = new SettledRowWriter(throughOffset);
  const containers: LoneContainer[] = [];
  const settled = runs.map(({ reference, n }) => {
    const run = new AnalysedRun(rows, { ...reference, nowMs: asOfMs, lastSeenMs: undefined, timings });
    if (run.isEmpty || !(force || run.analysis.summary.settled)) return false;
    writer.write(run, reference, n);
    const container = loneContainer(run, reference);
    if (container !== undefined) containers.push(container);
    return true;
  });
  return { settled, containers, blocks: writer.blocks() };
}

/** The dialect whose instrumentation of LangChain.js makes a trace of every span (rule R6). */
const DISCONNECTED_DIALECT = "openllmetry";

function loneContainer({ columns }: AnalysedRun, { traceIds }: RunReference): LoneContainer | undefined {
  const [traceId] = traceIds;
  if (columns.count !== 1 || traceIds.length !== 1 || traceId === undefined) return undefined;
  const kind = SPAN_KINDS[columns.kind[0] as number];
  const dialect = columns.texts.text(columns.dialect[0] as number);
  if (dialect !== DISCONNECTED_DIALECT || (kind !== "run" && kind !== "agent")) return undefined;
  return {
    traceId,
    service: columns.texts.text(columns.service[0] as number),
    scope: columns.texts.text(columns.scope[0] as number),
    startNs: columns.t0Ns,
    endNs: columns.t0Ns + BigInt(Math.round(columns.end[0] as number)),
  };
}

class SettledRowWriter {
  readonly #throughOffset: number;
  readonly #runs = new TableBuilder(RUNS);
  readonly #agents = new TableBuilder(RUN_AGENTS);
  readonly #messages = new TableBuilder(MESSAGES);
  readonly #repeats = new TableBuilder(REPEATS);
  readonly #figures = new FigureRowWriter();
  readonly #errors = new ErrorRowWriter();

  constructor(throughOffset: number) {
    this.#throughOffset = throughOffset;
  }

  blocks(): SettledBlocks["blocks"] {
    const filled = [this.#runs, this.#agents, this.#messages, this.#repeats].filter(({ rows }) => rows > 0);
    const blocks = filled.map((builder) => [builder.table.name, encodeBlock(builder as TableBuilder)] as const);
    return { ...Object.fromEntries(blocks), ...this.#figures.blocks(), ...this.#errors.blocks() };
  }

  write(run: AnalysedRun, reference: RunReference, n: number): void {
    this.#run(run, reference, n);
    for (const agent of run.analysis.agents) this.#agent(run, reference, n, agent);
    for (const message of run.analysis.messages) this.#message(run, reference, n, message);
    this.#figures.write(run, reference, n);
    this.#errors.write(run, reference, n);
    for (const offset of run.repeats) this.#repeat(run, reference, offset);
  }

  #run(run: AnalysedRun, reference: RunReference, n: number): void {
    const { summary, agents, figures } = run.analysis;
    const { columns } = this.#runs;
    const row = begin(this.#runs, run, reference, n);
    columns.through_offset.put(row, this.#throughOffset);
    columns.started_at.putBigInt(row, run.columns.t0Ns + BigInt(Math.round(summary.startedAt)));
    columns.duration_ns.put(row, Math.max(0, summary.durationNs));
    columns.status.put(row, RUN_STATUSES.indexOf(summary.status));
    columns.reason.put(row, summary.reason ?? "");
    columns.name.put(row, summary.name);
    columns.service.put(row, summary.service);
    columns.session.put(row, summary.session);
    columns.user.put(row, summary.user);
    putTexts(columns.tags, row, summary.tags);
    putTexts(
      columns.agents,
      row,
      agents.map(({ name }) => name),
    );
    putTexts(columns.models, row, summary.models);
    const traces = reference.traceIds.filter(isTraceId);
    for (const id of traces) columns.traces.items.append(fromHex(id) as Uint8Array);
    columns.traces.put(row, traces.length);
    columns.span_count.put(row, summary.spanCount);
    columns.event_count.put(row, summary.eventCount);
    columns.error_count.put(row, summary.errorCount);
    putTokens(columns, row, summary.tokens);
    columns.cost_nano.put(row, Math.round(summary.costNano));
    columns.unpriced_calls.put(row, summary.unpricedCalls);
    columns.priced.put(row, summary.priced ? 1 : 0);
    columns.llm_calls.put(row, summary.llmCalls);
    columns.tool_calls.put(row, summary.toolCalls);
    columns.message_count.put(row, summary.messageCount);
    columns.agentic.put(row, summary.agentic ? 1 : 0);
    columns.weight.put(row, run.columns.weight[0] ?? 1);
    columns.utilization.put(row, figures.utilization ?? Number.NaN);
    columns.communication_time.put(row, figures.communicationShareOfTime ?? Number.NaN);
    columns.communication_tokens.put(row, figures.communicationShareOfTokens ?? Number.NaN);
    columns.critical_path_ms.put(row, (figures.criticalPath ?? Number.NaN) / NS_PER_MS);
    columns.concurrency.put(row, figures.concurrency ?? Number.NaN);
    const sum = (of: (agent: RunAgent) => number) => agents.reduce((all, agent) => all + of(agent), 0);
    const endedAt = summary.startedAt + Math.max(0, summary.durationNs);
    columns.ended_at.putBigInt(row, run.columns.t0Ns + BigInt(Math.round(endedAt)));
    columns.tasks.put(
      row,
      sum(({ tasks }) => tasks),
    );
    columns.task_errors.put(
      row,
      sum(({ taskErrors }) => taskErrors),
    );
    columns.llm_errors.put(
      row,
      sum(({ llmErrors }) => llmErrors),
    );
    columns.tool_errors.put(
      row,
      sum(({ toolErrors }) => toolErrors),
    );
  }

  #agent(run: AnalysedRun, reference: RunReference, n: number, agent: RunAgent): void {
    const { columns } = this.#agents;
    const row = begin(this.#agents, run, reference, n);
    const { activity } = agent;
    const lastEnd = Number.isFinite(agent.lastEnd) ? agent.lastEnd : agent.firstStart + activity.present;
    columns.started_at.putBigInt(row, run.columns.t0Ns + BigInt(Math.round(agent.firstStart)));
    columns.ended_at.putBigInt(row, run.columns.t0Ns + BigInt(Math.round(lastEnd)));
    columns.agent.put(row, agent.name);
    putTexts(columns.services, row, agent.services);
    columns.span_count.put(row, agent.spanCount);
    columns.tasks.put(row, agent.tasks);
    columns.task_errors.put(row, agent.taskErrors);
    putTokens(columns, row, agent.tokens);
    columns.cost_nano.put(row, Math.round(agent.costNano));
    columns.unpriced_calls.put(row, agent.unpricedCalls);
    columns.priced.put(row, agent.priced ? 1 : 0);
    columns.llm_calls.put(row, agent.llmCalls);
    columns.llm_errors.put(row, agent.llmErrors);
    columns.tool_calls.put(row, agent.toolCalls);
    columns.tool_errors.put(row, agent.toolErrors);
    columns.messages_sent.put(row, agent.messagesSent);
    columns.messages_received.put(row, agent.messagesReceived);
    for (const state of ["llm", "tool", "working", "waiting", "human", "idle", "present"] as const) {
      columns[`${state}_ns`].put(row, Math.round(activity[state]));
    }
    const { indexes, counts } = bucketsOf(agent.completionMs);
    for (const index of indexes) columns.completion_indexes.items.append(index & 0xffff);
    for (const count of counts) columns.completion_counts.items.append(count);
    columns.completion_indexes.put(row, indexes.length);
    columns.completion_counts.put(row, counts.length);
    columns.completion_max_ms.put(row, Math.max(0, ...agent.completionMs));
  }

  #message(run: AnalysedRun, reference: RunReference, n: number, message: RunMessage): void {
    const { columns } = this.#messages;
    const row = begin(this.#messages, run, reference, n);
    columns.at.putBigInt(row, run.columns.t0Ns + BigInt(Math.round(message.at)));
    columns.from_agent.put(row, message.from);
    columns.to_agent.put(row, message.to);
    columns.kind.put(row, MESSAGE_KINDS.indexOf(message.kind));
    columns.transit_ms.put(row, (message.transit ?? Number.NaN) / NS_PER_MS);
    columns.bytes.put(row, message.bytes ?? Number.NaN);
    columns.tokens.put(row, message.tokens ?? Number.NaN);
    columns.cost_nano.put(row, message.costNano ?? Number.NaN);
    for (const [name, at] of [
      ["span_id", message.row],
      ["from_span", message.fromRow],
      ["to_span", message.toRow],
    ] as const) {
      if (at !== NONE) columns[name].put(row, fromHex(run.columns.spanIds[at] as string) as Uint8Array);
    }
    columns.preview.put(row, message.preview);
    columns.evidence.put(row, message.evidence);
    columns.confidence.put(row, message.confidence);
  }

  #repeat(run: AnalysedRun, { project }: RunReference, offset: number): void {
    const { columns } = this.#repeats;
    const row = this.#repeats.addRow();
    columns.project.put(row, project);
    columns.received.put(row, run.lastReceivedS);
    columns.offset.put(row, offset);
  }
}

type SettledTable =
  | TableBuilder<typeof RUNS.columns>
  | TableBuilder<typeof RUN_AGENTS.columns>
  | TableBuilder<typeof MESSAGES.columns>;

function begin(builder: SettledTable, run: AnalysedRun, { project, id }: RunReference, n: number): number {
  const row = builder.addRow();
  const { columns } = builder;
  columns.project.put(row, project);
  columns.received.put(row, run.lastReceivedS);
  columns.run_id.put(row, id);
  columns.n.put(row, n);
  columns.sign.put(row, 1);
  return row;
}

function putTexts(
  column: TableBuilder<typeof RUNS.columns>["columns"]["tags"],
  row: number,
  texts: readonly string[],
): void {
  for (const text of texts) column.items.append(text);
  column.put(row, texts.length);
}

function putTokens(
  columns: TableBuilder<typeof RUNS.columns>["columns"] | TableBuilder<typeof RUN_AGENTS.columns>["columns"],
  row: number,
  tokens: { input: number; output: number; cacheRead: number; cacheWrite: number; reasoning: number },
): void {
  columns.tokens_input.put(row, tokens.input);
  columns.tokens_output.put(row, tokens.output);
  columns.tokens_cache_read.put(row, tokens.cacheRead);
  columns.tokens_cache_write.put(row, tokens.cacheWrite);
  columns.tokens_reasoning.put(row, tokens.reasoning);
}
