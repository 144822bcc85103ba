// A store that does not take inserts for a while, in the ways that a ClickHouse server has: it has no memory, it does not
// answer, it is gone, or it takes them and its answer is lost. A real engine behind a proxy that fails in its place.
// STORE_REFUSES_MS=60000 for a whole minute of each.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
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

const REFUSES_MS = Number(process.env["STORE_REFUSES_MS"] ?? 2_500);
/** Not the one that Talea makes of itself. */
const DATABASE = "agents-of-ours";
const MEMORY_LIMIT_EXCEEDED = "241";

/** How inserts fail; undefined: they do not. */
type Failure = "no memory" | "no answer" | "gone" | "answer lost";
const FAILURES: readonly Failure[] = ["no memory", "no answer", "gone", "answer lost"];

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
  const proxy = await FailingProxy.start(engine.socketPath);
  try {
    await using talea = await TaleaProcess.start({ args: ["--store", `http://127.0.0.1:${proxy.port}/${DATABASE}`] });
    const senders = new NumberedSenders(() => talea.url);
    try {
      for (const failure of FAILURES) {
        await senders.holdWhile(() => untilStored(talea));
        proxy.fail(failure);
        await delay(REFUSES_MS);
        const { journal, acknowledged, stored } = await status(talea.url);
        assert.ok(
          journal.segments > 0 && acknowledged.spans > stored.spans,
          `${failure}: nothing waits in the journal`,
        );
        assert.ok(proxy.failed > 0, `${failure}: nothing failed`);
        proxy.fail(undefined);
      }
    } finally {
      await senders.stop();
    }
    assert.equal(senders.failures, 0, "a request was refused while the store was");
    await untilStored(talea);
    await assertAllStored({ ...engine, database: DATABASE }, senders.acknowledged, "after the store took data again");
    assert.equal((await status(talea.url)).journal.quarantined, 0);
    await talea.stop();
  } finally {
    proxy.close();
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

/** ClickHouse's HTTP interface on a port, but for inserts while they fail. */
class FailingProxy {
  readonly #socketPath: string;
  readonly #server = createServer((incoming, outgoing) => this.#handle(incoming, outgoing));
  readonly #unanswered = new Set<ServerResponse>();
  #failure: Failure | undefined;
  /** How many inserts failed in the way of now. */
  failed = 0;

  private constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  static async start(socketPath: string): Promise<FailingProxy> {
    const proxy = new FailingProxy(socketPath);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  fail(failure: Failure | undefined): void {
    this.#failure = failure;
    this.failed = 0;
    for (const outgoing of this.#unanswered) outgoing.destroy();
    this.#unanswered.clear();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const failure = isInsert(incoming.url ?? "") ? this.#failure : undefined;
    if (failure !== undefined) this.failed++;
    if (failure === undefined || failure === "answer lost") {
      this.#passOn(incoming, outgoing, failure === "answer lost");
      return;
    }
    if (failure === "gone") {
      incoming.socket.destroy();
      return;
    }
    incoming.resume();
    if (failure === "no answer") {
      this.#unanswered.add(outgoing);
      return;
    }
    outgoing.writeHead(500, { "x-clickhouse-exception-code": MEMORY_LIMIT_EXCEEDED });
    outgoing.end(
      `Code: ${MEMORY_LIMIT_EXCEEDED}. DB::Exception: Memory limit (total) exceeded. (MEMORY_LIMIT_EXCEEDED)`,
    );
  }

  #passOn(incoming: IncomingMessage, outgoing: ServerResponse, isAnswerLost: boolean): void {
    const { method, url: path, headers } = incoming;
    const onward = request({ socketPath: this.#socketPath, method, path, headers }, (answer) => {
      if (isAnswerLost) {
        answer.resume().on("end", () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }
}

function isInsert(url: string): boolean {
  return /^INSERT/i.test(new URL(url, "http://localhost").searchParams.get("query") ?? "");
}
