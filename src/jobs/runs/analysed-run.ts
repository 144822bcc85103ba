// A run that was read and analysed, and the questions that it answers. Thread-neutral: small runs live on the main
// thread, large ones in the worker, and both answer the same calls with plain data.

import { encodeActivity } from "../../analysis/activity-columns.ts";
import { analyseForQuestions, resolvedRows } from "../../analysis/analyse.ts";
import { conversationOf } from "../../analysis/conversation.ts";
import { derivedEvents } from "../../analysis/derive-events.ts";
import { type PathShape, pathShape } from "../../analysis/path.ts";
import { type ResolvedRun, resolveRun } from "../../analysis/resolved-run.ts";
import type { RunAnalysis, RunInput, RunTimings } from "../../analysis/run-analysis.ts";
import { encodeSchedule, scheduleJson } from "../../analysis/schedule-columns.ts";
import { type ResolvedSpans, skeletonOf } from "../../analysis/skeleton.ts";
import { stateAt } from "../../analysis/state-at.ts";
import { type WhatIfAnswer, type WhatIfTarget, whatIf } from "../../analysis/what-if.ts";
import { nsFromMs } from "../../base/time.ts";
import type { AgentActivityShape } from "../../model/activity-shapes.ts";
import type { AgentTask } from "../../model/agent-task-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunColumns, RunEventRow } from "../../model/run-columns.ts";
import type { Agent, Edge, Finding, Message, Run, RunState, Span } from "../../model/shapes.ts";
import type { LiveAgent } from "../../model/stream.ts";
import { isOpenRun } from "../../model/vocabulary.ts";
import { decodePartHeads } from "../../store/part-heads.ts";
import type { DecodedRun, RunRows } from "../../store/run-input.ts";
import { tasksOfAgent } from "./agent-tasks.ts";
import {
  type ConversationPage,
  type ConversationQuery,
  conversationPage,
  type FoundConversation,
  keptConversation,
} from "./conversation-page.ts";
import { type HistoryEvent, type HistoryPage, type HistoryQuery, historyPage } from "./history-page.ts";
import { type ModelCall, modelCalls } from "./model-calls.ts";
import { presentAgent, presentEdge, presentFindings, presentMessage, presentRun } from "./present.ts";
import { presentActivity } from "./present-activity.ts";
import { presentSpanRow } from "./present-span.ts";
import { presentLiveAgents, presentState } from "./present-state.ts";
import { type RunError, runErrors } from "./run-errors.ts";
import { skeletonBytes } from "./skeleton-columns.ts";

/** What has to be known besides the rows. */
export interface RunContext {
  readonly id: string;
  readonly traceIds: readonly string[];
  readonly runIds: readonly string[];
  readonly otherIds: readonly string[];
  readonly nowMs: number;
  /** When the newest record came, if that is known better than to the second. */
  readonly lastSeenMs: number | undefined;
  readonly timings: RunTimings;
  /** Only what was taken in up to this offset counts. */
  readonly throughOffset?: number | undefined;
}

/** The run as lists and pages show it. */
export interface RunFacts {
  readonly run: Run;
  readonly agents: readonly Agent[];
  readonly edges: readonly Edge[];
  readonly findings: readonly Finding[];
  /** What each agent does now, while the run is open. */
  readonly live: readonly LiveAgent[];
  readonly errors: readonly RunError[];
  /** Ended, and none of its spans waits for a parent that may still come: only a new record changes it. */
  readonly isFinal: boolean;
  readonly lastOffset: number;
}

/** What analysis says of one span beyond its row. */
export interface SpanReading {
  readonly span: Span;
  /** The rest of it as the store has it: hashes of message parts, its own or from other records. */
  readonly inputParts: readonly string[];
  readonly outputParts: readonly string[];
  /** What `score` events said of it. */
  readonly scores: readonly { readonly [key: string]: unknown }[];
}

/** The questions that an analysed run answers in either thread: methods of it. */
export type Question =
  | "facts"
  | "agents"
  | "tasks"
  | "messages"
  | "skeleton"
  | "rowsJson"
  | "criticalPath"
  | "schedule"
  | "whatIf"
  | "stateAt"
  | "span"
  | "conversation"
  | "activity"
  | "activityColumns"
  | "modelCalls"
  | "historyPage";
export type Answer<Q extends Question> = ReturnType<AnalysedRun[Q]>;

/** Calls the method that answers a question. */
export function answerQuestion(run: AnalysedRun, question: string, args: readonly unknown[]): unknown {
  const method = run[question as Question] as (...args: readonly unknown[]) => unknown;
  return method.apply(run, [...args]);
}

export class AnalysedRun {
  readonly columns: RunColumns;
  readonly events: readonly RunEventRow[];
  readonly lastOffset: number;
  readonly lastReceivedS: number;
  readonly #decoded: DecodedRun;
  readonly #context: RunContext;
  readonly #now: number;
  /** Until it is analysed. */
  #resolved: ResolvedRun | undefined;
  #analysed: ReturnType<typeof analyseForQuestions> | undefined;
  #conversation: FoundConversation | undefined;

  constructor(rows: RunRows, context: RunContext) {
    const decoded = rows.run(context);
    this.columns = decoded.columns;
    this.events = decoded.events;
    this.lastOffset = decoded.lastOffset;
    this.lastReceivedS = decoded.lastReceivedS;
    this.#decoded = decoded;
    this.#context = context;
    this.#now = this.#after(context.nowMs);
  }

  #after(ms: number): number {
    return Number(nsFromMs(ms) - this.columns.t0Ns);
  }

  /** Analysed at the first question that needs it. */
  #questions(): ReturnType<typeof analyseForQuestions> {
    if (this.#analysed === undefined) {
      const input = this.#input();
      this.#analysed = analyseForQuestions(input, this.#resolved ?? resolveRun(input));
      this.#resolved = undefined;
    }
    return this.#analysed;
  }

  /** What each span is: a picture needs nothing else of the analysis, and much of it takes longer. */
  #spans(): ResolvedSpans {
    if (this.#analysed !== undefined) return this.#analysed.analysis;
    this.#resolved ??= resolveRun(this.#input());
    const agents = this.#resolved.attribution.names.map((name) => ({ name }));
    return { rows: resolvedRows(this.#resolved), agents };
  }

  #input(): RunInput {
    const { columns, events, facts, partLengths, lastReceivedS, cutAt } = this.#decoded;
    const { id, lastSeenMs, timings, otherIds } = this.#context;
    return {
      ...{ runId: id, columns, events, facts, partLengths, timings },
      now: this.#now,
      lastReceived: this.#after(lastSeenMs ?? lastReceivedS * 1000),
      otherRunIds: otherIds,
      recordsCutAt: cutAt,
    };
  }

  /** Offsets of the run's records that do not count, because others say the same. */
  get repeats(): readonly number[] {
    return this.#decoded.repeats;
  }

  get analysis(): RunAnalysis {
    return this.#questions().analysis;
  }

  /** Whether any record of the run was found at all. */
  get isEmpty(): boolean {
    return this.columns.count === 0 && this.events.length === 0;
  }

  facts(): RunFacts {
    const { summary } = this.analysis;
    return {
      run: presentRun(this.columns, this.analysis),
      agents: this.agents(),
      edges: this.analysis.communication.edges.map(presentEdge),
      findings: presentFindings(this.columns, this.analysis),
      live: isOpenRun(summary) ? presentLiveAgents(this.analysis, this.#stateAt(this.#now)) : [],
      errors: this.errors(),
      isFinal: !isOpenRun(summary) && (summary.settled || !this.columns.orphan.includes(1)),
      lastOffset: this.lastOffset,
    };
  }

  agents(): Agent[] {
    return this.analysis.agents.map((agent) => presentAgent(this.columns, this.analysis, agent, this.#now));
  }

  /** The tasks of one agent, the newest first. */
  tasks(agent: string, limit: number): AgentTask[] {
    return tasksOfAgent(this.columns, this.analysis, agent, limit);
  }

  /** None of a trace without any agent in it: what fails there is no concern of agents. */
  errors(): RunError[] {
    return this.analysis.summary.agentic ? runErrors(this.columns, this.analysis) : [];
  }

  /** What each agent did after an instant (ms since 1970). Of more changes of state than are told the newest are. */
  activity(sinceMs: number): AgentActivityShape[] {
    return this.analysis.agents.map(({ name, activity }) => presentActivity(this.columns, name, activity, sinceMs));
  }

  /** The same as typed arrays, all of it. */
  activityColumns(): Uint8Array {
    return encodeActivity(this.#context.id, this.columns.t0Ns, this.analysis.agents);
  }

  /** The model calls that count. */
  modelCalls(): ModelCall[] {
    return modelCalls(this.columns, this.analysis);
  }

  messages(): Message[] {
    return this.analysis.messages.map((message) => presentMessage(this.columns, this.#context.id, message));
  }

  /**
   * The skeleton, encoded: large answers do not become objects on the main thread. A very large run comes unresolved
   * unless `resolved` is asked for.
   */
  skeleton(format: "json" | "columns", resolved: boolean): Uint8Array {
    const spans = resolved || this.columns.count <= LIMITS.runSpansJson ? this.#spans() : undefined;
    return skeletonBytes(skeletonOf(this.#context.id, this.columns, this.columns.spanIds, spans), format);
  }

  /** All spans as plain objects, as JSON in UTF-8. */
  rowsJson(): Uint8Array {
    const spans = this.columns.spanIds.map((_, row) =>
      presentSpanRow(this.columns, this.analysis, this.#context.id, row),
    );
    return new TextEncoder().encode(JSON.stringify({ spans }));
  }

  criticalPath(): PathShape {
    const { analysis, model } = this.#questions();
    return pathShape(model.schedule, model.agents, analysis.path);
  }

  /** What the page needs to answer `whatIf` by itself, encoded. */
  schedule(format: "json" | "columns"): Uint8Array {
    const encode = format === "columns" ? encodeSchedule : scheduleJson;
    return encode(this.#context.id, this.columns.t0Ns, this.#questions().model);
  }

  whatIf(target: WhatIfTarget, factor: number): WhatIfAnswer | undefined {
    return whatIf(this.#questions().model, target, factor);
  }

  /** The state at an instant, nanoseconds since 1970. */
  stateAt(atNs: bigint): RunState {
    return this.#stateAt(Number(atNs - this.columns.t0Ns));
  }

  /** Of a run that goes on nothing is known behind the moment of its analysis; what is open is open just before it. */
  #stateAt(asked: number): RunState {
    const at = isOpenRun(this.analysis.summary) ? Math.min(asked, this.#now - 1) : asked;
    return presentState(this.columns, this.analysis, stateAt(this.columns, this.analysis, this.events, at));
  }

  span(spanId: string): SpanReading | undefined {
    const row = this.columns.spanIds.indexOf(spanId);
    if (row < 0) return undefined;
    return {
      span: presentSpanRow(this.columns, this.analysis, this.#context.id, row),
      inputParts: this.columns.inputParts.get(row) ?? [],
      outputParts: this.columns.outputParts.get(row) ?? [],
      scores: this.events.filter((event) => event.type === "score" && event.spanId === spanId).map(({ data }) => data),
    };
  }

  /**
   * A page of the transcript, its texts by their hashes. The first time it needs what RunReader.partHeads reads, and
   * answers undefined when that was not given.
   */
  conversation(query: ConversationQuery, partHeads?: readonly Uint8Array[]): ConversationPage | undefined {
    if (this.#conversation === undefined && partHeads !== undefined) {
      const heads = decodePartHeads(partHeads);
      this.#conversation = keptConversation(conversationOf(this.columns, this.analysis, this.events, heads), heads);
    }
    if (this.#conversation === undefined) return undefined;
    return conversationPage(this.columns, this.analysis, this.#conversation, query);
  }

  /** A page of the history. */
  historyPage(query: HistoryQuery): HistoryPage {
    return historyPage(this.#history(), query);
  }

  /**
   * Explicit and derived events with their times in nanoseconds since 1970. Of two with one id the sent one holds, in the
   * place of whichever came first.
   */
  #history(): HistoryEvent[] {
    const sent = new Map(this.events.map((event) => [event.id, event]));
    const derived: RunEventRow[] = [];
    const { traces, trace, spanIds } = this.columns;
    for (let row = 0; row < this.columns.count; row++) {
      if (this.#decoded.eventSpans.has(`${traces[trace[row] as number]}${spanIds[row]}`)) continue;
      for (const event of derivedEvents(this.columns, row)) {
        const same = sent.get(event.id);
        if (same === undefined) derived.push(event);
        else if (event.offset < same.offset) sent.set(same.id, { ...same, offset: event.offset, index: event.index });
      }
    }
    const { t0Ns } = this.columns;
    return [
      ...[...sent.values()].map((event) => ({ ...event, derived: false })),
      ...derived.map((event) => ({ ...event, derived: true })),
    ].map((event) => ({ ...event, timeNs: t0Ns + BigInt(Math.round(event.time)) }));
  }
}
