// A server for tests that send what is meant to hurt: after each it must serve, have given all memory back, and have
// no fault of its own.

import { strict as assert } from "node:assert";
import { after, afterEach, before, beforeEach } from "node:test";
import { type IngestServer, startIngestServer } from "../support/server-ingest.ts";
import { post } from "./exchange.ts";
import { bodyOf, requestWith, SIGNALS, TABLES } from "./requests.ts";

/** One server for the tests of a file; there is none before the first of them. */
export function serverUnderAttack(): () => IngestServer {
  let server: IngestServer;
  before(async () => {
    server = await startIngestServer();
  });
  after(async () => await server.close());
  beforeEach(() => server.forgetRows());
  afterEach(async () => {
    server.forgetRows();
    for (const signal of SIGNALS) {
      const answer = await post(server.url, signal, bodyOf(signal, requestWith(signal, 1)));
      assert.deepEqual([answer.status, server.rows(TABLES[signal]).length], [200, 1], "the server still serves");
    }
    assert.equal(server.ingest.receiver.meter.bytes, 0, "the memory of all bodies was given back");
    assert.deepEqual(server.faults, []);
  });
  return () => server;
}

/** How much the resident memory grows at most while something is done. */
export async function growthBytes(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, process.memoryUsage.rss()) - before;
}
