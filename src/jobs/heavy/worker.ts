// The worker thread: analyses large runs and keeps the latest of them for questions; settles batches of runs.

import { parentPort, workerData } from "node:worker_threads";
import { eventSpans } from "../../analysis/event-spans.ts";
import { skeletonOf } from "../../analysis/skeleton.ts";
import { LIMITS } from "../../model/limits.ts";
import { type StoreAddress, StoreClient } from "../../store/client.ts";
import { outlineRows, runRows } from "../../store/queries/run-rows.ts";
import { joinedBytes, RunRows } from "../../store/run-input.ts";
import { spanOutline } from "../../store/span-outline.ts";
import { AnalysedRun, answerQuestion } from "../runs/analysed-run.ts";
import { encodeComparison } from "../runs/present-comparison.ts";
import { skeletonBytes } from "../runs/skeleton-columns.ts";
import { settleRuns } from "../settle/settled-rows.ts";
import {
  type GivenRun,
  type HeavyWorkName,
  type HeavyWorks,
  largeBuffers,
  type WorkerAnswer,
  type WorkerRequest,
} from "./heavy-work.ts";

/** Spans of the runs that are kept: a kilobyte each. The latest run is kept whatever its size. */
const SPANS_MAX = LIMITS.cachedRunBytes / 1024;

const port = parentPort;
const store = new StoreClient(workerData as StoreAddress);
const runs = new Map<string, AnalysedRun>();

type Works = {
  readonly [N in HeavyWorkName]: (
    request: HeavyWorks[N]["request"],
  ) => HeavyWorks[N]["answer"] | Promise<HeavyWorks[N]["answer"]>;
};

const WORKS: Works = {
  load: async ({ key, bytes, wanted, context }) => {
    const all = wanted === undefined ? bytes : joinedBytes(bytes, await runRows(store, wanted, true));
    const run = new AnalysedRun(new RunRows(all, eventSpans), context);
    keep(key, run);
    return { isEmpty: run.isEmpty, lastOffset: run.lastOffset };
  },
  outline: async ({ runId, spans, wanted, format }) => {
    const outline = spanOutline([...spans, await outlineRows(store, wanted)]);
    return skeletonBytes(skeletonOf(runId, outline, outline.ids, undefined), format);
  },
  loadMany: ({ bytes, runs: wanted }) => {
    const rows = new RunRows(bytes, eventSpans);
    return wanted.map(({ key, context }) => {
      const run = new AnalysedRun(rows, context);
      const { isEmpty, lastOffset } = run;
      if (!isEmpty) keep(key, run);
      return { isEmpty, lastOffset, facts: isEmpty ? undefined : run.facts() };
    });
  },
  ask: ({ key, question, args }) => {
    const run = runs.get(key);
    if (run === undefined) return { forgotten: true };
    keep(key, run);
    return { value: answerQuestion(run, question, args) };
  },
  compare: ({ a, b, median }) => {
    // Both are at hand before one of them may be let go for the other.
    const [one, other] = [givenRun(a), givenRun(b)];
    if (one === undefined || other === undefined) return { forgotten: true };
    if (a.key !== undefined) keep(a.key, one);
    if (b.key !== undefined) keep(b.key, other);
    return { value: encodeComparison(one, other, median) };
  },
  settle: settleRuns,
};

port?.on("message", async ({ id, work, request }: WorkerRequest) => {
  const answered = await answer(id, work, request);
  port.postMessage(answered, largeBuffers("answer" in answered ? bytesOf(answered.answer) : []));
});

/** The bytes that an answer is, or has as its value: made for it alone. */
function bytesOf(answered: unknown): Uint8Array[] {
  const value = answered instanceof Object && "value" in answered ? answered.value : answered;
  return value instanceof Uint8Array ? [value] : [];
}

async function answer(id: number, work: HeavyWorkName, request: WorkerRequest["request"]): Promise<WorkerAnswer> {
  try {
    const handle = WORKS[work] as (request: WorkerRequest["request"]) => unknown;
    return { id, answer: await handle(request) };
  } catch (error) {
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function givenRun({ key, made }: GivenRun): AnalysedRun | undefined {
  if (made === undefined) return key === undefined ? undefined : runs.get(key);
  return new AnalysedRun(new RunRows(made.bytes, eventSpans), made.context);
}

function keep(key: string, run: AnalysedRun): void {
  runs.delete(key);
  runs.set(key, run);
  let spans = 0;
  for (const { columns } of runs.values()) spans += columns.count;
  for (const [oldest, { columns }] of runs) {
    if (spans <= SPANS_MAX || runs.size === 1) return;
    runs.delete(oldest);
    spans -= columns.count;
  }
}
