// After a start: what was taken in and is not settled, put together from the store and from the segments that wait.

import type { Journal, SealedSegment } from "../../journal/journal.ts";
import { JOURNALED_TABLES, type JournaledTableName } from "../../model/columns.ts";
import type { CommittedGroup, GroupBlock } from "../../model/committed-group.ts";
import type { StoreClient } from "../../store/client.ts";
import type { RunTrace } from "../../store/queries/run-traces.ts";
import { runTracesSince } from "../../store/queries/run-traces.ts";
import { namedRunsSince, settledSince, settledThrough, tracesSince } from "../../store/queries/settling.ts";

/** Where what is found goes. */
export interface RestoreTarget {
  readonly traces: {
    restore(entry: {
      traceId: string;
      firstOffset: number;
      lastOffset: number;
      lastSeenMs: number;
      startedMs: number;
      records: number;
    }): void;
  };
  restoreRun(run: { runId: string; firstOffset: number; lastOffset: number; lastSeenMs: number }): void;
  addStatement(statement: RunTrace): void;
  note(group: CommittedGroup): void;
}

/** Reads the store first and the journal last: what is loaded in between is noted twice, which does no harm. */
export async function restoreUnsettled(store: StoreClient, journal: Journal, target: RestoreTarget): Promise<void> {
  const through = await settledThrough(store);
  const settled = await settledSince(store, through);
  for (const trace of await tracesSince(store, through)) {
    if ((settled.traces.get(trace.traceId) ?? 0) >= trace.lastOffset) continue;
    target.traces.restore({ ...trace, lastSeenMs: trace.lastReceivedS * 1000 });
  }
  for (const run of await namedRunsSince(store, through)) {
    if ((settled.names.get(run.runId) ?? 0) >= run.lastOffset) continue;
    target.restoreRun({ ...run, lastSeenMs: run.lastReceivedS * 1000 });
  }
  for (const statement of await runTracesSince(store, through)) target.addStatement(statement);
  await noteWaiting(journal, target);
}

async function noteWaiting(journal: Journal, target: Pick<RestoreTarget, "note">): Promise<void> {
  for (const segment of journal.sealed()) await noteSegment(journal, segment, target);
}

/** Notes the records of a segment that waits to be loaded. */
export async function noteSegment(
  journal: Journal,
  segment: SealedSegment,
  target: Pick<RestoreTarget, "note">,
): Promise<void> {
  const blocks = await journal.readBlocks(segment, segment.frames);
  const group: GroupBlock[] = segment.frames.map((frame, i) => ({
    ...frame,
    tableName: JOURNALED_TABLES[frame.table]?.name as JournaledTableName,
    block: blocks[i] as Uint8Array,
  }));
  const counts = { contents: 0, spans: 0, span_facts: 0, run_traces: 0, events: 0, points: 0 };
  target.note({ blocks: group, firstOffset: 0, lastOffset: segment.lastOffset, counts, tokens: 0 });
}
