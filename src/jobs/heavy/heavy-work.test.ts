import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { HeavyWorker } from "./heavy-work.ts";

const STORE = { kind: "embedded", socketPath: "/nowhere" } as const;
const QUESTION = { key: "a run", question: "facts", args: [] };

interface ThreadReport {
  readonly workers: readonly { readonly header: { readonly threadId: number } }[];
}

/** The workers of this process. */
function workerIds(): number[] {
  return (process.report.getReport() as unknown as ThreadReport).workers.map(({ header }) => header.threadId);
}

test("a worker that is to be renewed gives way to a new one after its work, and that one answers as well", async () => {
  const worker = new HeavyWorker(STORE, 50);
  try {
    assert.deepEqual(await worker.do("ask", QUESTION), { forgotten: true });
    const first = workerIds();
    await delay(500);
    const second = workerIds();
    assert.deepEqual([first.length, second.length], [1, 1]);
    assert.notDeepEqual(second, first);
    assert.deepEqual(await worker.do("ask", QUESTION), { forgotten: true });
  } finally {
    await worker.close();
  }
});

test("what a worker cannot do is an error of that work alone", async () => {
  const worker = new HeavyWorker(STORE);
  try {
    const wanted = { project: "default", traceIds: ["a".repeat(32)], runIds: [] };
    const outline = worker.do("outline", { runId: "a", spans: [], wanted, format: "json" });
    await assert.rejects(outline, /The store does not answer/);
    assert.deepEqual(await worker.do("ask", QUESTION), { forgotten: true });
  } finally {
    await worker.close();
  }
});

test("what is asked of a worker that is closed meanwhile fails", async () => {
  const worker = new HeavyWorker(STORE);
  const asked = worker.do("ask", QUESTION);
  await Promise.all([assert.rejects(asked, /The worker thread ended/), worker.close()]);
});
