// The critical path in words: whose work each piece was. A fixed delay (nobody knows what the next start waited for)
// counts for what was open in it. Time is a transfer where it lies between two agents' work: the own time of a span that
// is a message or delegates, a link's way, and what passes from sending to the receiver's first own work.

import { NONE, type RunColumns } from "../model/run-columns.ts";
import { hasTrait, KIND } from "./codes.ts";
import { criticalPieces, DELAY, type PathPiece, TRANSIT } from "./critical-path.ts";
import { getOrMake } from "./get-or-make.ts";
import { isBetweenAgents } from "./messages.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { PathKind, RunMessage, RunPath, RunPathSegment } from "./run-analysis.ts";
import type { Schedule } from "./schedule.ts";
import type { Times } from "./schedule-times.ts";

/** What the path needs to know of messages. */
export type PathMessage = Pick<RunMessage, "from" | "to" | "kind" | "at">;

export function criticalPath(
  run: ResolvedRun,
  schedule: Schedule,
  times: Times,
  messages: readonly PathMessage[],
): RunPath {
  const segments: RunPathSegment[] = [];
  for (const piece of criticalPieces(schedule, times)) {
    const segment = segmentOf(run, piece);
    const last = segments.at(-1);
    const same = last?.row === segment.row && last.kind === segment.kind && last.agent === segment.agent;
    if (last !== undefined && same)
      segments[segments.length - 1] = { ...last, duration: last.duration + segment.duration };
    else segments.push(segment);
  }
  const marked = markHandovers(run, segments, messages);
  const start = times.start[schedule.count] as number;
  return { start, total: (times.end[schedule.count] as number) - start, segments: marked, ...sums(run, marked) };
}

function segmentOf(run: ResolvedRun, { row, what, start, end, during }: PathPiece): RunPathSegment {
  const duration = end - start;
  const doing = what !== DELAY ? row : during === NONE ? row : innermostOpen(run, during, start, end);
  if (doing === NONE) return { row: NONE, agent: NONE, kind: "idle", start, duration };
  const agent = run.attribution.agent[doing] as number;
  const kind = what === TRANSIT ? "transfer" : kindOfWork(run, doing, agent);
  return { row: shown(run, doing), agent, kind, start, duration };
}

/** The deepest span at or below a row that is open all the time. */
function innermostOpen({ work }: ResolvedRun, row: number, start: number, end: number): number {
  let at = row;
  for (let deeper = true; deeper; ) {
    deeper = false;
    for (let c = work.childrenFrom[at] as number; c < (work.childrenFrom[at + 1] as number) && !deeper; c++) {
      const child = work.children[c] as number;
      deeper = (work.start[child] as number) <= start && (work.end[child] as number) >= end;
      if (deeper) at = child;
    }
  }
  return at;
}

/** Spans that only mark a wait for a person are not shown: the span around them stands for them. */
function shown({ hidden, shownParent }: ResolvedRun, row: number): number {
  return row !== NONE && hidden[row] ? (shownParent[row] as number) : row;
}

function kindOfWork(run: ResolvedRun, row: number, agent: number): PathKind {
  const kind = run.kind[row];
  if (hasTrait(run.columns, row, "waitsForHuman")) return "human";
  const between = kind === KIND.message || run.delegating[row] === 1 || run.carrying[row] === 1;
  if (between && run.attribution.names.length > 1) return "transfer";
  if (agent === NONE) return "orchestration";
  if (kind === KIND.llm) return "llm";
  return kind === KIND.tool || kind === KIND.retrieval ? "tool" : "working";
}

const HANDOVER: ReadonlySet<PathKind> = new Set<PathKind>(["working", "orchestration", "idle"]);

/**
 * From sending to the receiver's first own segment: what the sender still does besides calls, and nobody's time, is the
 * message's way.
 */
function markHandovers(
  run: ResolvedRun,
  segments: readonly RunPathSegment[],
  messages: readonly PathMessage[],
): RunPathSegment[] {
  const { attribution, directory } = run;
  const pairOf = (from: number, to: number) => from * attribution.names.length + to;
  const sent = new Map<number, number[]>();
  for (const { from, to, at, kind } of messages) {
    const [sender, receiver] = [directory.find(from), directory.find(to)];
    const known = sender !== NONE && receiver !== NONE && isBetweenAgents({ kind });
    if (known) getOrMake(sent, pairOf(sender, receiver), () => []).push(at);
  }
  const marked = [...segments];
  if (sent.size === 0) return marked;
  const lastSeen = new Map<number, number>();
  let sender = NONE;
  for (const [i, { agent, start, duration }] of segments.entries()) {
    if (agent === NONE) continue;
    if (agent !== sender && sender !== NONE) {
      const at = latestUntil(sent.get(pairOf(sender, agent)) ?? [], start);
      // Whoever worked after the message was sent had it already.
      if (at !== undefined && at >= (lastSeen.get(agent) ?? at)) markSince(marked, i, at, sender);
    }
    lastSeen.set(agent, start + duration);
    sender = agent;
  }
  return marked;
}

/** The last of ascending instants that is not after a time. */
function latestUntil(ascending: readonly number[], time: number): number | undefined {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1];
}

/** Marks the segments before `until` that began at or after an instant and are the sender's or nobody's. */
function markSince(segments: RunPathSegment[], until: number, at: number, sender: number): void {
  for (let i = until - 1; i >= 0; i--) {
    const segment = segments[i] as RunPathSegment;
    if (segment.start < at || (segment.agent !== sender && segment.agent !== NONE)) return;
    if (segment.kind === "transfer") continue;
    if (!HANDOVER.has(segment.kind)) return;
    segments[i] = { ...segment, kind: "transfer" };
  }
}

function sums(run: ResolvedRun, segments: readonly RunPathSegment[]): Pick<RunPath, "byAgent" | "byKind"> {
  const byAgent = new Map<string, number>();
  const byKind = new Map<string, number>();
  for (const { agent, kind, duration } of segments) {
    byKind.set(kind, getOrMake(byKind, kind, () => 0) + duration);
    if (agent === NONE) continue;
    const name = run.attribution.names[agent] as string;
    byAgent.set(name, getOrMake(byAgent, name, () => 0) + duration);
  }
  return { byAgent: Object.fromEntries(byAgent), byKind: Object.fromEntries(byKind) };
}

const NS_PER_MS = 1e6;

/** The API's Path: milliseconds, span ids and agents' names. */
export interface PathShape {
  readonly totalMs: number;
  readonly segments: readonly {
    readonly spanId?: string;
    readonly agent?: string;
    readonly kind: PathKind;
    readonly startMs: number;
    readonly durationMs: number;
  }[];
  readonly byAgent: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<string, number>>;
}

export function pathShape(columns: RunColumns, agents: readonly { readonly name: string }[], path: RunPath): PathShape {
  const inMs = (sums: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(sums).map(([name, ns]) => [name, ns / NS_PER_MS]));
  return {
    totalMs: path.total / NS_PER_MS,
    segments: path.segments.map(({ row, agent, kind, start, duration }) => ({
      ...(row === NONE ? {} : { spanId: columns.spanIds[row] as string }),
      ...(agent === NONE ? {} : { agent: (agents[agent] as { readonly name: string }).name }),
      kind,
      startMs: (start - path.start) / NS_PER_MS,
      durationMs: duration / NS_PER_MS,
    })),
    byAgent: inMs(path.byAgent),
    byKind: inMs(path.byKind),
  };
}
