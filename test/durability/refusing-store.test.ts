// A store that refuses every insert for a while, as a ClickHouse without memory does: a real engine behind a proxy that
// answers in its place. STORE_REFUSES_MS=60000 for the whole minute.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startEngine } from "../../src/engine/engine.ts";
import { LIMITS } from "../../src/model/limits.ts";
import { assertAllStored, status, untilStored } from "../support/all-there.ts";
import { NumberedSenders } from "../support/numbered-senders.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const REFUSES_MS = Number(process.env["STORE_REFUSES_MS"] ?? 8_000);
const MEMORY_LIMIT_EXCEEDED = "241";

test("while the store refuses, ingest goes on and data wait; then all of them are stored once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "talea-refusing-"));
  const engine = await startEngine({
    dataDirectory: directory,
    owner: "a test",
    log: () => undefined,
    memoryBytes: LIMITS.engineMemoryBytes,
    readers: LIMITS.readers,
    queryMemoryBytes: LIMITS.queryMemoryBytes,
    queryTimeMs: LIMITS.queryTimeMs,
    queriesWaitingMax: LIMITS.queriesWaiting,
  });
  let refuses = false;
  const proxy = await startProxy(engine.socketPath, () => refuses);
  try {
    const { port } = proxy.address() as AddressInfo;
    await using talea = await TaleaProcess.start({ args: ["--store", `http://127.0.0.1:${port}`] });
    const senders = new NumberedSenders(() => talea.url);
    try {
      await delay(1_000);
      refuses = true;
      await delay(REFUSES_MS);
      const { journal, acknowledged, stored } = await status(talea.url);
      assert.ok(journal.segments > 0 && acknowledged.spans > stored.spans, "nothing waits in the journal");
      refuses = false;
    } finally {
      await senders.stop();
    }
    assert.equal(senders.failures, 0, "a request was refused while the store was");
    await untilStored(talea);
    await assertAllStored(engine, senders.acknowledged, "after the store took data again");
    assert.equal((await status(talea.url)).journal.quarantined, 0);
    await talea.stop();
  } finally {
    proxy.closeAllConnections();
    proxy.close();
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

/** ClickHouse's HTTP interface on a port, but for inserts while it refuses. */
async function startProxy(socketPath: string, refuses: () => boolean): Promise<Server> {
  const proxy = createServer((incoming, outgoing) => {
    if (refuses() && isInsert(incoming.url ?? "")) {
      incoming.resume();
      outgoing.writeHead(500, { "x-clickhouse-exception-code": MEMORY_LIMIT_EXCEEDED });
      outgoing.end(
        `Code: ${MEMORY_LIMIT_EXCEEDED}. DB::Exception: Memory limit (total) exceeded. (MEMORY_LIMIT_EXCEEDED)`,
      );
      return;
    }
    const { method, url: path, headers } = incoming;
    const onward = request({ socketPath, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return proxy;
}

function isInsert(url: string): boolean {
  return /^INSERT/i.test(new URL(url, "http://localhost").searchParams.get("query") ?? "");
}
