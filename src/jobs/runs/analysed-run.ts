// A run that was read and analysed, and the questions that it answers. Thread-neutral: small runs live on the main
// thread, large ones in the worker, and both answer the same calls with plain data.

import { analyseForQuestions } from "../../analysis/analyse.ts";
import { derivedEvents } from "../../analysis/derive-events.ts";
import { type PathShape, pathShape } from "../../analysis/path.ts";
import type { RunAnalysis, RunTimings } from "../../analysis/run-analysis.ts";
import { skeletonOf } from "../../analysis/skeleton.ts";
import { stateAt } from "../../analysis/state-at.ts";
import { type WhatIfAnswer, type WhatIfModel, type WhatIfTarget, whatIf } from "../../analysis/what-if.ts";
import { nsFromMs } from "../../base/time.ts";
import { NONE, type RunColumns, type RunEventRow } from "../../model/run-columns.ts";
import type { Agent, Edge, Finding, Message, Run } from "../../model/shapes.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import type { RunRows } from "../../store/run-input.ts";
import { presentAgent, presentEdge, presentFindings, presentMessage, presentRun } from "./present.ts";

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
}

/** The run as lists and pages show it. */
export interface RunFacts {
  readonly run: Run;
  readonly agents: readonly Agent[];
  readonly edges: readonly Edge[];
  readonly findings: readonly Finding[];
  /** Ended and quiet: its facts may be settled. */
  readonly settled: boolean;
  readonly lastOffset: number;
}

/** What analysis says of one span beyond its row. */
export interface SpanReading {
  readonly kind: (typeof SPAN_KINDS)[number];
  readonly agent: string | undefined;
  readonly status: (typeof SPAN_STATUSES)[number];
  readonly ownMs: number;
  readonly counted: boolean;
  readonly hidden: boolean;
  readonly isOpen: boolean;
  readonly inputParts: readonly string[];
  readonly outputParts: readonly string[];
}

/** The questions that an analysed run answers in either thread: methods of it. */
export type Question =
  | "facts"
  | "agents"
  | "messages"
  | "skeletonJson"
  | "criticalPath"
  | "whatIf"
  | "stateAt"
  | "span"
  | "history";
export type Answer<Q extends Question> = ReturnType<AnalysedRun[Q]>;

/** Calls the method that answers a question. */
export function answerQuestion(run: AnalysedRun, question: string, args: readonly unknown[]): unknown {
  const method = run[question as Question] as (...args: readonly unknown[]) => unknown;
  return method.apply(run, [...args]);
}

const NS_PER_MS = 1e6;

export class AnalysedRun {
  readonly columns: RunColumns;
  readonly events: readonly RunEventRow[];
  readonly analysis: RunAnalysis;
  readonly lastOffset: number;
  readonly lastReceivedS: number;
  readonly #model: WhatIfModel;
  readonly #context: RunContext;
  readonly #now: number;

  constructor(rows: RunRows, context: RunContext) {
    const { columns, events, facts, partLengths, lastReceivedS, lastOffset } = rows.run(context);
    const after = (ms: number) => Number(nsFromMs(ms) - columns.t0Ns);
    this.#now = after(context.nowMs);
    const { analysis, model } = analyseForQuestions({
      runId: context.id,
      columns,
      events,
      facts,
      partLengths,
      now: this.#now,
      lastReceived: after(context.lastSeenMs ?? lastReceivedS * 1000),
      timings: context.timings,
      otherRunIds: context.otherIds,
    });
    this.columns = columns;
    this.events = events;
    this.analysis = analysis;
    this.lastOffset = lastOffset;
    this.lastReceivedS = lastReceivedS;
    this.#model = model;
    this.#context = context;
  }

  /** Whether any record of the run was found at all. */
  get isEmpty(): boolean {
    return this.columns.count === 0 && this.events.length === 0;
  }

  facts(): RunFacts {
    return {
      run: presentRun(this.columns, this.analysis),
      agents: this.agents(),
      edges: this.analysis.communication.edges.map(presentEdge),
      findings: presentFindings(this.columns, this.analysis),
      settled: this.analysis.summary.settled,
      lastOffset: this.lastOffset,
    };
  }

  agents(): Agent[] {
    return this.analysis.agents.map((agent) => presentAgent(this.columns, this.analysis, agent, this.#now));
  }

  messages(): Message[] {
    return this.analysis.messages.map((message) => presentMessage(this.columns, this.#context.id, message));
  }

  /** The skeleton as JSON in UTF-8: large answers do not become objects on the main thread. */
  skeletonJson(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(skeletonOf(this.#context.id, this.columns, this.analysis)));
  }

  criticalPath(): PathShape {
    return pathShape(this.columns, this.analysis.agents, this.analysis.path);
  }

  whatIf(target: WhatIfTarget, factor: number): WhatIfAnswer | undefined {
    return whatIf(this.#model, target, factor);
  }

  /** The state at an instant, nanoseconds since 1970. */
  stateAt(atNs: bigint): ReturnType<typeof stateAt> & { readonly spanIds: readonly string[] } {
    const state = stateAt(this.columns, this.analysis, this.events, Number(atNs - this.columns.t0Ns));
    return { ...state, spanIds: state.openSpans.map((row) => this.columns.spanIds[row] as string) };
  }

  span(spanId: string): SpanReading | undefined {
    const row = this.columns.spanIds.indexOf(spanId);
    if (row < 0) return undefined;
    const { rows, agents } = this.analysis;
    return {
      kind: SPAN_KINDS[rows.kind[row] as number] as SpanReading["kind"],
      agent: agents[rows.agent[row] as number]?.name,
      status: SPAN_STATUSES[rows.status[row] as number] as SpanReading["status"],
      ownMs: (rows.own[row] as number) / NS_PER_MS,
      counted: rows.counted[row] === 1,
      hidden: rows.hidden[row] === 1,
      isOpen: this.columns.end[row] === Number.POSITIVE_INFINITY,
      inputParts: this.columns.inputParts.get(row) ?? [],
      outputParts: this.columns.outputParts.get(row) ?? [],
    };
  }

  /** Explicit and derived events with their times in nanoseconds since 1970; of two with one id the sent one holds. */
  history(): (RunEventRow & { readonly timeNs: bigint; readonly derived: boolean })[] {
    const sent = new Set(this.events.map(({ id }) => id));
    const derived: RunEventRow[] = [];
    for (let row = 0; row < this.columns.count; row++) {
      for (const event of derivedEvents(this.columns, row)) if (!sent.has(event.id)) derived.push(event);
    }
    const { t0Ns } = this.columns;
    return [
      ...this.events.map((event) => ({ ...event, derived: false })),
      ...derived.map((event) => ({ ...event, derived: true })),
    ].map((event) => ({ ...event, timeNs: t0Ns + BigInt(Math.round(event.time)) }));
  }

  /** The row that a span id has, or NONE. */
  rowOf(spanId: string): number {
    const row = this.columns.spanIds.indexOf(spanId);
    return row < 0 ? NONE : row;
  }
}
