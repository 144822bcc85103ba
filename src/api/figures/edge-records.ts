// The messages of one edge and the runs that have any, the newest first: of settled runs from the store, and those of runs
// that are not settled.

import { present } from "../../base/present.ts";
import { formatInstant, parseInstant } from "../../base/time.ts";
import { costShape } from "../../jobs/runs/present.ts";
import type { EdgeRun, SentMessage } from "../../model/key-metrics-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Message, Run } from "../../model/shapes.ts";
import { MESSAGE_KINDS } from "../../model/vocabulary.ts";
import type { Row } from "../../store/native/block-reader.ts";
import {
  type EdgeCursor,
  type EdgeFilter,
  type EdgePage,
  edgeMessages,
  edgeRuns,
} from "../../store/queries/edge-records.ts";
import { settledRunsOf } from "../../store/queries/runs.ts";
import type { ApiParts } from "../api-parts.ts";
import { endedInOrOpen } from "../runs/agent-merge.ts";
import { RunList } from "../runs/run-list.ts";
import { presentStoredRun } from "../runs/stored-run.ts";
import { edgeOfRun, presentEdgeTotals, storedEdge } from "./edge-sums.ts";

export type EdgeQuestion = Omit<EdgeFilter, "exceptRunIds">;

interface Page<T> {
  readonly items: readonly T[];
  readonly next: EdgeCursor | undefined;
}

const NO_SPAN = "0".repeat(16);

/** Messages that were sent in the window. Throws StoreError. */
export async function messagesOfEdge(
  parts: ApiParts,
  project: string,
  question: EdgeQuestion,
  page: EdgePage,
): Promise<Page<SentMessage>> {
  const fresh = await freshRuns(parts, project);
  const open = await openMessages(parts, project, fresh.withEdge(question), question);
  const rows = await parts.settleGate.read(() =>
    edgeMessages(parts.store, project, { ...question, exceptRunIds: fresh.ids }, { ...page, limit: page.limit + 1 }),
  );
  const runs = await settledRunsOf(parts.store, project, [...new Set(rows.map((row) => row["run_id"] as string))]);
  const nameOf = new Map(runs.map((row) => [row["run_id"], row["name"] as string]));
  const settled = rows.map((row) => ({
    cursor: { at: String(row["at"]), id: row["message_id"] as string },
    item: { ...storedMessage(row, question), runName: nameOf.get(row["run_id"]) ?? "" },
  }));
  return pageOf([...settled, ...open], page);
}

/** Runs that ended in the window or go on, with what the one sent the other in each. Throws StoreError. */
export async function runsOfEdge(
  parts: ApiParts,
  project: string,
  question: EdgeQuestion,
  page: EdgePage,
): Promise<Page<EdgeRun>> {
  const fresh = await freshRuns(parts, project);
  const rows = await parts.settleGate.read(() =>
    edgeRuns(parts.store, project, { ...question, exceptRunIds: fresh.ids }, { ...page, limit: page.limit + 1 }),
  );
  const runs = await settledRunsOf(
    parts.store,
    project,
    rows.map((row) => row["run_id"] as string),
  );
  const runOf = new Map(runs.map((row) => [row["run_id"], presentStoredRun(row)]));
  const settled = rows.flatMap((row) => {
    const run = runOf.get(row["run_id"]);
    if (run === undefined) return [];
    const edge = presentEdgeTotals(storedEdge(question, row));
    return [{ cursor: { at: String(row["ended_at"]), id: run.id }, item: { run, edge } }];
  });
  const open = fresh
    .withEdge(question)
    .filter(({ run }) => endedInOrOpen(run, question))
    .map(({ run, edge }) => ({
      cursor: { at: String(parseInstant(run.endedAt ?? run.startedAt) ?? 0n), id: run.id },
      item: { run, edge: presentEdgeTotals(edgeOfRun(edge)) },
    }));
  return pageOf([...settled, ...open], page);
}

async function freshRuns(parts: ApiParts, project: string) {
  const all = await new RunList(parts).unsettled(project);
  return {
    ids: all.map(({ run }) => run.id),
    withEdge: ({ from, to }: EdgeQuestion) =>
      all.flatMap(({ run, edges }) => {
        const edge = edges.find((one) => one.from === from && one.to === to);
        return edge === undefined ? [] : [{ run, edge }];
      }),
  };
}

/** Of the newest runs that are not settled: beyond some they are not looked through. */
async function openMessages(
  { analyst, directory }: ApiParts,
  project: string,
  runs: readonly { readonly run: Run }[],
  { from, to, sinceNs, untilNs }: EdgeQuestion,
) {
  const newest = runs.toSorted((a, b) => (a.run.startedAt < b.run.startedAt ? 1 : -1)).slice(0, LIMITS.taskRuns);
  const nameOf = new Map(newest.map(({ run }) => [run.id, run.name]));
  const references = await directory.ofIds(project, [...nameOf.keys()]);
  const found: { readonly cursor: EdgeCursor; readonly item: SentMessage }[] = [];
  for (const reference of references) {
    const run = await analyst.of(reference);
    for (const message of (await run?.ask("messages")) ?? []) {
      const atNs = parseInstant(message.at) ?? 0n;
      if (message.from !== from || message.to !== to || atNs < sinceNs || atNs >= untilNs) continue;
      const item = { ...message, runName: nameOf.get(message.runId) ?? "" };
      found.push({ cursor: { at: String(atNs), id: messageId(message) }, item });
    }
  }
  return found;
}

/** The same as the store makes of the columns. */
function messageId({ runId, spanId = NO_SPAN, fromSpanId = NO_SPAN, toSpanId = NO_SPAN, kind }: Message): string {
  return `${runId} ${`${spanId}${fromSpanId}${toSpanId}`.toUpperCase()}${kind}`;
}

function storedMessage(row: Row, { from, to }: EdgeQuestion): Message {
  const text = (name: string) => row[name] as string;
  const known = (name: string) => (Number.isNaN(Number(row[name])) ? undefined : Number(row[name]));
  const rounded = (name: string) => {
    const value = known(name);
    return value === undefined ? undefined : Math.round(value);
  };
  const span = (name: string) => (text(name) === NO_SPAN ? undefined : text(name));
  const [tokens, costNano] = [rounded("tokens"), known("cost_nano")];
  return {
    ...{ runId: text("run_id"), from, to, at: formatInstant(BigInt(row["at"] as bigint)) },
    kind: MESSAGE_KINDS[Number(row["kind"])] as Message["kind"],
    evidence: text("evidence"),
    confidence: Number(row["confidence"]),
    ...present({
      transitMs: known("transit_ms"),
      bytes: rounded("bytes"),
      tokens,
      tokensEstimated: tokens === undefined ? undefined : true,
      cost: costNano === undefined ? undefined : costShape(costNano, true, 0),
      spanId: span("span_id"),
      fromSpanId: span("from_span"),
      toSpanId: span("to_span"),
      preview: text("preview"),
    }),
  };
}

function pageOf<T>(found: readonly { readonly cursor: EdgeCursor; readonly item: T }[], page: EdgePage): Page<T> {
  const { limit, cursor } = page;
  const all = found.filter((one) => cursor === undefined || compare(one.cursor, cursor) < 0);
  all.sort((a, b) => compare(b.cursor, a.cursor));
  const shown = all.slice(0, limit);
  return { items: shown.map(({ item }) => item), next: all.length > limit ? shown.at(-1)?.cursor : undefined };
}

function compare(a: EdgeCursor, b: EdgeCursor): number {
  if (a.at !== b.at) return BigInt(a.at) < BigInt(b.at) ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
