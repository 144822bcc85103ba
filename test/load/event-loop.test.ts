// The main thread takes data in and serves sockets: opening the largest runs must not hold it up.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { agentRun } from "../../bench/runs.ts";
import type { Status } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const SPANS = 100_000;
const LOAD_S = 12;
const LOAD_SPANS_PER_S = 5_000;
const NS_PER_MS = 1e6;
/** Rule 17 asks for 30 ms of a machine of its own; test runners have neighbours. */
const P99_MS_MAX = 30;
const ANSWERED_WITHIN_MS = 30_000;

test("opening a run of 100,000 spans under ingest keeps the event loop's delay at p99 within 30 ms", async (context) => {
  const here = await startTaleaHere(["--quiet", "1s"]);
  try {
    const id = await storeRun(here);
    const load = startLoad(here.talea.url);
    await delay(1_000);
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    const startedMs = performance.now();
    for (const part of ["spans", "critical-path", "messages", ""]) await openPart(here.talea.url, id, part);
    const openedMs = performance.now() - startedMs;
    // The delay is that of the whole while, not of the opening alone: the load goes on.
    await once(load, "exit");
    histogram.disable();
    const p99Ms = histogram.percentile(99) / NS_PER_MS;
    const maxMs = histogram.max / NS_PER_MS;
    context.diagnostic(`opened in ${Math.round(openedMs)} ms; p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(1)} ms`);
    assert.ok(openedMs < ANSWERED_WITHIN_MS);
    assert.ok(p99Ms <= P99_MS_MAX, `p99 ${p99Ms} ms`);
  } finally {
    await here.close();
  }
});

async function storeRun(here: TaleaHere): Promise<string> {
  const { id, bodies } = agentRun(SPANS, "a large run");
  for (const body of bodies) {
    const answer = await here.post("/v1/traces", body);
    assert.equal(answer.status, 200, await answer.text());
  }
  for (;;) {
    const { acknowledged, stored } = await here.get<Status>("/api/v1/status");
    if (stored.spans >= acknowledged.spans) return id;
    await delay(100);
  }
}

function startLoad(url: string): ChildProcess {
  const file = fileURLToPath(new URL("../../bench/load.ts", import.meta.url));
  const args = [url, LOAD_S, 2, 5, LOAD_SPANS_PER_S].map(String);
  return spawn(process.execPath, [file, ...args], { stdio: "ignore" });
}

async function openPart(url: string, id: string, part: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/runs/${id}${part === "" ? "" : `/${part}`}`);
  // Read as bytes: parsing the answer is the reader's work and would be counted as the server's here.
  const bytes = await answer.arrayBuffer();
  assert.equal(answer.status, 200, `${part}: ${Buffer.from(bytes.slice(0, 500))}`);
}
