// What analysis found, in the shapes of the API.

import { quantile } from "../../analysis/quantile.ts";
import type { RunAgent, RunAnalysis, RunEdge, RunMessage, TokenSums } from "../../analysis/run-analysis.ts";
import { present } from "../../base/present.ts";
import { formatInstant } from "../../base/time.ts";
import { isTraceId } from "../../model/ids.ts";
import { NONE, type RunColumns } from "../../model/run-columns.ts";
import type { Agent, Cost, Edge, Finding, Message, Run } from "../../model/shapes.ts";
import { AGENT_STATES } from "../../model/vocabulary.ts";

const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;

/** Nanoseconds after the run's beginning as a time of the API. */
export function instantAt(t0Ns: bigint, after: number): string {
  return formatInstant(t0Ns + BigInt(Math.round(after)));
}

export function tokensShape(tokens: TokenSums): TokenSums {
  const { input, output, cacheRead, cacheWrite, reasoning } = tokens;
  return { input, output, cacheRead, cacheWrite, reasoning };
}

/** A cost; absent when nothing was priced, so that unknown never reads as free. */
export function costShape(nano: number, isPriced: boolean, unpricedCalls: number): Cost {
  return { ...(isPriced ? { usd: nano / NANO_PER_USD } : {}), unpricedCalls };
}

type FiguresShape = NonNullable<Run["figures"]>;

/** A run's figures as its field; absent when none can be known, of a run without length for one. */
export function figuresField(
  figures: {
    readonly [F in keyof FiguresShape]: FiguresShape[F] | undefined;
  },
): Pick<Run, "figures"> {
  const known = present(figures);
  return Object.keys(known).length === 0 ? {} : { figures: known as FiguresShape };
}

export function presentRun(columns: RunColumns, { summary, agents, figures }: RunAnalysis): Run {
  const { t0Ns } = columns;
  return {
    id: summary.id,
    name: summary.name,
    status: summary.status,
    startedAt: instantAt(t0Ns, summary.startedAt),
    ...present({ endedAt: summary.endedAt === undefined ? undefined : instantAt(t0Ns, summary.endedAt) }),
    durationMs: summary.durationNs / NS_PER_MS,
    service: summary.service,
    ...present({ session: summary.session, user: summary.user }),
    tags: [...summary.tags],
    agents: agents.map(({ name }) => name),
    models: [...summary.models],
    spanCount: summary.spanCount,
    eventCount: summary.eventCount,
    errorCount: summary.errorCount,
    tokens: tokensShape(summary.tokens),
    cost: costShape(summary.costNano, summary.priced, summary.unpricedCalls),
    llmCalls: summary.llmCalls,
    toolCalls: summary.toolCalls,
    messageCount: summary.messageCount,
    agentic: summary.agentic,
    traces: columns.traces.filter(isTraceId),
    ...figuresField({
      utilization: figures.utilization,
      communicationShareOfTime: figures.communicationShareOfTime,
      communicationShareOfTokens: figures.communicationShareOfTokens,
      criticalPathMs: figures.criticalPath === undefined ? undefined : figures.criticalPath / NS_PER_MS,
      concurrency: figures.concurrency,
    }),
  };
}

/** An agent inside one run. `now` is after the run's beginning. */
export function presentAgent(columns: RunColumns, { summary }: RunAnalysis, agent: RunAgent, now: number): Agent {
  const { activity } = agent;
  const busy = activity.llm + activity.tool + activity.working;
  const windowMin = Math.max(summary.durationNs, 1) / NS_PER_MS / 60_000;
  const state = activity.states.at(-1);
  return {
    name: agent.name,
    state: agent.lastEnd <= now || state === undefined ? "done" : (AGENT_STATES[state] as Agent["state"]),
    services: [...agent.services],
    runs: 1,
    tasks: agent.tasks,
    errorRate: agent.tasks === 0 ? 0 : agent.taskErrors / agent.tasks,
    utilization: activity.present === 0 ? 0 : busy / activity.present,
    busyMs: busy / NS_PER_MS,
    llmMs: activity.llm / NS_PER_MS,
    toolMs: activity.tool / NS_PER_MS,
    workingMs: activity.working / NS_PER_MS,
    waitingMs: activity.waiting / NS_PER_MS,
    humanMs: activity.human / NS_PER_MS,
    idleMs: activity.idle / NS_PER_MS,
    presentMs: activity.present / NS_PER_MS,
    ...present({ completionMs: percentiles(agent.completionMs) }),
    tokens: tokensShape(agent.tokens),
    cost: costShape(agent.costNano, agent.priced, agent.unpricedCalls),
    llmCalls: agent.llmCalls,
    toolCalls: agent.toolCalls,
    messagesSent: agent.messagesSent,
    messagesReceived: agent.messagesReceived,
    throughputPerMin: agent.tasks / windowMin,
    lastSeenAt: instantAt(columns.t0Ns, Math.min(agent.lastEnd, now)),
  };
}

function percentiles(values: readonly number[]): Agent["completionMs"] {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => quantile(sorted, q) as number;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) as number };
}

export function presentMessage(columns: RunColumns, runId: string, message: RunMessage): Message {
  const spanId = (row: number) => (row === NONE ? undefined : columns.spanIds[row]);
  return present({
    runId,
    from: message.from,
    to: message.to,
    kind: message.kind,
    at: instantAt(columns.t0Ns, message.at),
    transitMs: message.transit === undefined ? undefined : message.transit / NS_PER_MS,
    bytes: message.bytes,
    tokens: message.tokens === undefined ? undefined : Math.round(message.tokens),
    tokensEstimated: message.tokens === undefined ? undefined : true,
    cost: message.costNano === undefined ? undefined : costShape(message.costNano, true, 0),
    spanId: spanId(message.row),
    fromSpanId: spanId(message.fromRow),
    toSpanId: spanId(message.toRow),
    preview: message.preview,
    evidence: message.evidence,
    confidence: message.confidence,
  }) as Message;
}

export function presentEdge(edge: RunEdge): Edge {
  const { transitP50: p50, transitP95: p95 } = edge;
  return present({
    from: edge.from,
    to: edge.to,
    count: edge.count,
    kinds: { ...edge.kinds },
    bytes: edge.bytes,
    tokens: edge.tokens === undefined ? undefined : Math.round(edge.tokens),
    tokensEstimated: edge.tokens === undefined ? undefined : true,
    cost: edge.costNano === undefined ? undefined : costShape(edge.costNano, true, 0),
    transitMs: p50 === undefined || p95 === undefined ? undefined : { p50: p50 / NS_PER_MS, p95: p95 / NS_PER_MS },
  }) as Edge;
}

export function presentFindings(columns: RunColumns, { findings }: RunAnalysis): Finding[] {
  return findings.map(({ id, message, rows }) => ({
    id,
    message,
    spanIds: rows.map((row) => columns.spanIds[row] as string),
  }));
}
