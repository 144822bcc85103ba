// The critical path in words: whose work each piece was. A fixed delay (nobody knows what the next start waited for)
// counts for what was open in it. Time is a transfer where it lies between two agents' work: the own time of a span that
// is a message or delegates, a link's way, and what passes from sending to the receiver's first own work.

import { NONE, type RunColumns } from "../model/run-columns.ts";
import { criticalPieces, DELAY, type PathPiece, TRANSIT } from "./critical-path.ts";
import { getOrMake } from "./get-or-make.ts";
import { movedInstant } from "./moved-instant.ts";
import { PATH_KINDS, type PathKind, type RunPath, type RunPathSegment } from "./run-analysis.ts";
import { happeningOf, type Schedule, STARTS, subjectOf } from "./schedule.ts";
import type { Times } from "./schedule-times.ts";
import type { ScheduledRun } from "./scheduled-run.ts";

/** The path at the times that the schedule was measured at, or would have with other lengths of work. */
export function criticalPath(run: ScheduledRun, times: Times): RunPath {
  const { schedule } = run;
  const segments: RunPathSegment[] = [];
  for (const piece of criticalPieces(schedule, times)) {
    const segment = segmentOf(run, times, piece);
    const last = segments.at(-1);
    const same = last?.row === segment.row && last.kind === segment.kind && last.agent === segment.agent;
    if (last !== undefined && same)
      segments[segments.length - 1] = { ...last, duration: last.duration + segment.duration };
    else segments.push(segment);
  }
  const marked = markHandovers(run, times, segments);
  const start = times.start[schedule.count] as number;
  return { start, total: (times.end[schedule.count] as number) - start, segments: marked, ...sums(run, marked) };
}

function segmentOf(run: ScheduledRun, times: Times, { row, what, start, end, during }: PathPiece): RunPathSegment {
  const duration = end - start;
  const doing = what !== DELAY || during === NONE ? row : innermostOpen(run.schedule, times, during, start, end);
  if (doing === NONE) return { row: NONE, agent: NONE, kind: "idle", start, duration };
  const kind = what === TRANSIT ? "transfer" : (PATH_KINDS[run.work[doing] as number] as PathKind);
  return { row: run.shownAs[doing] as number, agent: run.agent[doing] as number, kind, start, duration };
}

/** The deepest span at or below a row that is open all the time. */
function innermostOpen({ chain, chainFrom }: Schedule, times: Times, row: number, start: number, end: number): number {
  let at = row;
  for (let deeper = true; deeper; ) {
    deeper = false;
    for (let i = chainFrom[at] as number; i < (chainFrom[at + 1] as number) && !deeper; i++) {
      if (happeningOf(chain[i] as number) !== STARTS) continue;
      const child = subjectOf(chain[i] as number);
      deeper = (times.start[child] as number) <= start && (times.end[child] as number) >= end;
      if (deeper) at = child;
    }
  }
  return at;
}

const HANDOVER: ReadonlySet<PathKind> = new Set<PathKind>(["working", "orchestration", "idle"]);

/**
 * From sending to the receiver's first own segment: what the sender still does besides calls, and nobody's time, is the
 * message's way.
 */
function markHandovers(run: ScheduledRun, times: Times, segments: readonly RunPathSegment[]): RunPathSegment[] {
  const pairOf = (from: number, to: number) => from * run.agents.length + to;
  const marked = [...segments];
  const { from, to } = run.handovers;
  if (from.length === 0) return marked;
  const sent = new Map<number, number[]>();
  for (const [i, at] of handoverInstants(run, times).entries()) {
    getOrMake(sent, pairOf(from[i] as number, to[i] as number), () => []).push(at);
  }
  for (const instants of sent.values()) instants.sort((a, b) => a - b);
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

/** When the messages are sent, as what they were sent in has moved. */
function handoverInstants({ schedule, handovers }: ScheduledRun, times: Times): Float64Array {
  return handovers.at.map((at, i) => {
    const row = handovers.row[i] as number;
    return movedInstant(schedule, times, row === NONE ? schedule.count : row, at);
  });
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

function sums(run: ScheduledRun, segments: readonly RunPathSegment[]): Pick<RunPath, "byAgent" | "byKind"> {
  const byAgent = new Map<string, number>();
  const byKind = new Map<string, number>();
  for (const { agent, kind, duration } of segments) {
    byKind.set(kind, getOrMake(byKind, kind, () => 0) + duration);
    if (agent === NONE) continue;
    const name = run.agents[agent] as string;
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

export function pathShape(
  { spanIds }: Pick<RunColumns, "spanIds">,
  agents: readonly string[],
  path: RunPath,
): PathShape {
  const inMs = (sums: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(sums).map(([name, ns]) => [name, ns / NS_PER_MS]));
  return {
    totalMs: path.total / NS_PER_MS,
    segments: path.segments.map(({ row, agent, kind, start, duration }) => ({
      ...(row === NONE ? {} : { spanId: spanIds[row] as string }),
      ...(agent === NONE ? {} : { agent: agents[agent] as string }),
      kind,
      startMs: (start - path.start) / NS_PER_MS,
      durationMs: duration / NS_PER_MS,
    })),
    byAgent: inMs(path.byAgent),
    byKind: inMs(path.byKind),
  };
}
