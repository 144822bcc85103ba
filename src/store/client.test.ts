import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type StoreAddress, StoreClient, StoreError } from "./client.ts";

/** A store that answers everything in the same way, on a socket of its own or as a server of its own. */
async function withStore(
  kind: StoreAddress["kind"],
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  ask: (store: StoreClient) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "talea-client-"));
  const socketPath = join(directory, "socket");
  const server = createServer((request, response) => answer(response, request));
  server.listen(kind === "embedded" ? { path: socketPath } : { port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const url = kind === "embedded" ? "" : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = new StoreClient(kind === "embedded" ? { kind, socketPath } : { kind, url });
  try {
    await ask(store);
  } finally {
    await store.close();
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  }
}

const RESULT = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >>> 8);

function sendInPieces(response: ServerResponse): void {
  for (let at = 0; at < RESULT.length; at += 50_001) response.write(RESULT.slice(at, at + 50_001));
  response.end();
}

test("a result comes whole, whether the store says how long it is or not", async () => {
  for (const headers of [{ "content-length": String(RESULT.length) }, {}]) {
    await withStore(
      "embedded",
      (response) => {
        response.writeHead(200, headers);
        sendInPieces(response);
      },
      async (store) => {
        const bytes = await store.bytes("SELECT 1");
        assert.equal(Buffer.compare(bytes, RESULT), 0);
      },
    );
  }
});

test("a result that breaks off is an error that may pass", async () => {
  await withStore(
    "embedded",
    (response) => {
      response.writeHead(200, { "content-length": String(RESULT.length) });
      response.write(RESULT.slice(0, 100_000), () => response.destroy());
    },
    async (store) => {
      await assert.rejects(store.bytes("SELECT 1"), (error) => error instanceof StoreError && error.transient);
    },
  );
});

test("the embedded engine is told of large results, a server may stream them", async () => {
  for (const kind of ["embedded", "server"] as const) {
    const asked: boolean[] = [];
    await withStore(
      kind,
      (response, { url }) => {
        asked.push(url?.includes("wait_end_of_query=1") ?? false);
        response.end();
      },
      async (store) => {
        await store.bytes("SELECT 1");
        await store.bytes("SELECT 1", { isLarge: true });
      },
    );
    assert.deepEqual(asked, [false, kind === "embedded"], kind);
  }
});
