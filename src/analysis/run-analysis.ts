// What analysis makes of a run. All times are nanoseconds after the start of the run's earliest span (`t0Ns`).

import type { PartLengths, RunColumns, RunEventRow, SpanFact } from "../model/run-columns.ts";
import type { MessageKind, RunStatus } from "../model/vocabulary.ts";

/** How long silences are read; from the settings. */
export interface RunTimings {
  /** A run that ended is complete, and a missing parent counts as missing, after this much silence. */
  readonly quietMs: number;
  /** An open run is `stalled` after this much silence. */
  readonly stallAfterMs: number;
  /** An open run is closed as failed after this much silence. */
  readonly abandonAfterMs: number;
  /** The same while a person is asked. */
  readonly abandonAskedAfterMs: number;
}

export const RUN_TIMINGS: RunTimings = {
  quietMs: 10_000,
  stallAfterMs: 300_000,
  abandonAfterMs: 3_600_000,
  abandonAskedAfterMs: 86_400_000,
};

export interface RunInput {
  readonly runId: string;
  readonly columns: RunColumns;
  /** RunEvents as sent, in any order. */
  readonly events: readonly RunEventRow[];
  readonly facts: readonly SpanFact[];
  /** Present when the contents' lengths are known. */
  readonly partLengths?: PartLengths;
  /** Now, after t0. */
  readonly now: number;
  /** When the newest record of the run was received, by the server's clock, after t0. */
  readonly lastReceived: number;
  readonly timings: RunTimings;
  /** Other run ids that the senders gave to the run's traces: a mistake worth a finding. */
  readonly otherRunIds?: readonly string[];
  /** Present when the run has more spans or events than that, and the rest of them was not read. */
  readonly recordsCutAt?: number | undefined;
}

/** What is said of each span beyond its row. Arrays run parallel to the columns' rows. */
export interface ResolvedRows {
  /** Index into `agents`, or NONE: whose span it is (rule A1: the nearest agent span at or above it). */
  readonly agent: Int32Array;
  /** Index into SPAN_KINDS, after the whole trace was looked at. */
  readonly kind: Uint8Array;
  /** The row that it hangs on in views: the nearest ancestor that is not hidden, or NONE. */
  readonly shownParent: Int32Array;
  /** Whether it is left out of views: plumbing, or folded into its parent. */
  readonly hidden: Uint8Array;
  /** Whether its tokens and cost count (innermost with usage, one per response id). */
  readonly counted: Uint8Array;
  /** Its interval minus the union of its children's, nanoseconds. */
  readonly own: Float64Array;
  /** Index into SPAN_STATUSES, after control flow and swallowed errors were told apart. */
  readonly status: Uint8Array;
  /** Tokens and cost after facts from other records were merged. */
  readonly tokensInput: Float64Array;
  readonly tokensOutput: Float64Array;
  readonly tokensCacheRead: Float64Array;
  readonly tokensCacheWrite: Float64Array;
  readonly tokensReasoning: Float64Array;
  /** Nano-USD. */
  readonly costNano: Float64Array;
  /** Whether it is a counted call whose cost is known, be it nothing. */
  readonly priced: Uint8Array;
  /** Whether it is a counted call with usage but without a price. */
  readonly unpriced: Uint8Array;
}

export interface TokenSums {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
}

/**
 * What an agent did between its first span's start and its last span's end, nanoseconds. busy = llm + tool + working;
 * waiting includes human; busy + waiting + idle = present.
 */
export interface AgentActivity {
  readonly llm: number;
  readonly tool: number;
  readonly working: number;
  readonly waiting: number;
  readonly human: number;
  readonly idle: number;
  readonly present: number;
  /** The timeline: state i (an index into AGENT_STATES) lasts from `bounds[i]` to `bounds[i + 1]`. */
  readonly bounds: Float64Array;
  readonly states: Uint8Array;
}

/** An agent inside one run. */
export interface RunAgent {
  readonly name: string;
  readonly services: readonly string[];
  /** The agent that invoked it first, as an index into `agents`, or NONE. */
  readonly parent: number;
  /** Rows of its invocations (agent spans), in order of start. */
  readonly invocations: readonly number[];
  readonly firstStart: number;
  /** `Infinity` while one of its spans is open. */
  readonly lastEnd: number;
  readonly spanCount: number;
  readonly tokens: TokenSums;
  readonly costNano: number;
  /** Whether any of its calls had a price: without, cost is absent rather than 0. */
  readonly priced: boolean;
  readonly unpricedCalls: number;
  readonly llmCalls: number;
  readonly llmErrors: number;
  readonly toolCalls: number;
  readonly toolErrors: number;
  /** Rows of its tasks, in order of start, open ones among them. */
  readonly taskRows: readonly number[];
  /** Ended tasks (spans of kind task, else invocations), how many of them failed, and how long each took, in ms. */
  readonly tasks: number;
  readonly taskErrors: number;
  readonly completionMs: readonly number[];
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Whether a convention rather than a name made it an agent (rules A4, A6, A13). */
  readonly inferred: boolean;
  readonly activity: AgentActivity;
}

/** A message inside one run. */
export interface RunMessage {
  /** Names of agents, or `user`. */
  readonly from: string;
  readonly to: string;
  readonly kind: MessageKind;
  readonly at: number;
  /** From sending to the receiver's first own span, nanoseconds; undefined when it cannot be known. */
  readonly transit: number | undefined;
  /** The span that is the message (a tool call, a handoff, a producer), or NONE. */
  readonly row: number;
  /** Spans of the sender and of the receiver, or NONE. */
  readonly fromRow: number;
  readonly toRow: number;
  /** Size of its content; undefined when content was not captured. */
  readonly bytes: number | undefined;
  readonly preview: string;
  /** The rule of docs/dialects.md that it rests on: M1 … M14, A1 for mere nesting, `event` for a RunEvent. */
  readonly evidence: string;
  readonly confidence: number;
  /** What writing it took, an estimate from the lengths of texts; undefined when that cannot be known. */
  readonly tokens: number | undefined;
  readonly costNano: number | undefined;
}

/** All messages from one agent to another. */
export interface RunEdge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** How many of each kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly bytes: number | undefined;
  /** Read and written, estimated. */
  readonly tokens: number | undefined;
  readonly costNano: number | undefined;
  /** Ascending, nanoseconds. */
  readonly transits: readonly number[];
  readonly transitP50: number | undefined;
  readonly transitP95: number | undefined;
}

/** What the run's agents spent on talking to each other; undefined where it cannot be known. */
export interface RunCommunication {
  /** Transfers on the critical path ÷ wall time. */
  readonly shareOfTime: number | undefined;
  /** Tokens read and written of each other's messages ÷ all tokens. Estimated. */
  readonly shareOfTokens: number | undefined;
  readonly shareOfCost: number | undefined;
  readonly tokens: number | undefined;
  readonly costNano: number | undefined;
  readonly edges: readonly RunEdge[];
}

export const PATH_KINDS = ["llm", "tool", "working", "transfer", "orchestration", "human", "idle"] as const;
export type PathKind = (typeof PATH_KINDS)[number];

export interface RunPathSegment {
  /** The span that the time went to, or NONE while no span was open. */
  readonly row: number;
  /** Index into `agents`, or NONE: orchestration and idle time are nobody's. */
  readonly agent: number;
  readonly kind: PathKind;
  readonly start: number;
  readonly duration: number;
}

/** The critical path: its segments, in order, fill the wall time. */
export interface RunPath {
  /** Where it begins: the start of the first root. */
  readonly start: number;
  readonly total: number;
  readonly segments: readonly RunPathSegment[];
  /** Sums by the name of the agent, and by kind. */
  readonly byAgent: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<string, number>>;
}

/** Errors of one kind: equal but for numbers, ids and quoted text. */
export interface RunErrorGroup {
  readonly fingerprint: string;
  readonly type: string;
  /** The message of the first of them. */
  readonly message: string;
  readonly rows: readonly number[];
  /** Those where an error began: no failed child explains them. An error that goes up through five spans is one. */
  readonly origins: readonly number[];
  /** Those whose parent went on and did not fail. */
  readonly swallowed: readonly number[];
}

/** Figures of the whole run; undefined where they cannot be computed. */
export interface RunFigures {
  /** Σ busy ÷ Σ present over its agents. */
  readonly utilization: number | undefined;
  /** Σ busy of agents ÷ wall time. */
  readonly concurrency: number | undefined;
  readonly communicationShareOfTime: number | undefined;
  readonly communicationShareOfTokens: number | undefined;
  readonly communicationShareOfCost: number | undefined;
  /** Length of the critical path, nanoseconds. */
  readonly criticalPath: number | undefined;
}

export interface RunFinding {
  readonly id: string;
  readonly message: string;
  readonly rows: readonly number[];
}

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  /** Why it has the status, when it was not said outright: abandoned, … */
  readonly reason: string | undefined;
  readonly startedAt: number;
  /** `undefined` while open. */
  readonly endedAt: number | undefined;
  readonly durationNs: number;
  readonly service: string;
  readonly session: string;
  readonly user: string;
  readonly tags: readonly string[];
  readonly models: readonly string[];
  readonly spanCount: number;
  readonly eventCount: number;
  readonly errorCount: number;
  readonly tokens: TokenSums;
  readonly costNano: number;
  /** Whether any counted call had a price: without, cost is absent rather than 0. */
  readonly priced: boolean;
  readonly unpricedCalls: number;
  readonly llmCalls: number;
  readonly toolCalls: number;
  readonly messageCount: number;
  readonly agentic: boolean;
  /** Ended, and nothing was received for `quietMs`: its facts may be settled. */
  readonly settled: boolean;
}

export interface RunAnalysis {
  readonly summary: RunSummary;
  readonly rows: ResolvedRows;
  readonly agents: readonly RunAgent[];
  readonly messages: readonly RunMessage[];
  readonly findings: readonly RunFinding[];
  readonly communication: RunCommunication;
  readonly path: RunPath;
  readonly errors: readonly RunErrorGroup[];
  readonly figures: RunFigures;
}
