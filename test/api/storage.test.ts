// What the server says of itself besides figures of runs: storage, losses, settings.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { IssuedKey } from "../../src/model/key-shapes.ts";
import type { Storage } from "../../src/model/server-shapes.ts";
import type { Status } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const MAIN = { authorization: "Bearer main-key" };

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--key", "main-key", "--retention", "3d", "--max-disk", "7GB"]);
});
after(() => talea.close());

const status = (headers: Record<string, string> = MAIN) => talea.get<Status>("/api/v1/status", headers);

test("what is stored is told by table and by day, oldest first, with when each goes", async () => {
  const sent = await talea.post("/api/v1/events", { runId: "r", type: "log", message: "x" }, MAIN);
  const { offset } = (await sent.json()) as { offset: string };
  const storage = await talea.get<Storage>(`/api/v1/storage?waitFor=${offset}`, MAIN);
  assert.deepEqual([storage.keepMs, storage.bytesMax], [3 * 86_400_000, 7e9]);
  assert.ok(storage.bytesAllowed <= storage.bytesMax);
  assert.ok((storage.volume?.bytes ?? 0) > (storage.volume?.freeBytes ?? 0));
  const today = storage.days.at(-1);
  assert.equal(today?.day, new Date().toISOString().slice(0, 10));
  assert.ok((today?.rows ?? 0) >= 1 && (today?.bytes ?? 0) > 0);
  assert.equal(Date.parse(today?.expiresAt ?? ""), Date.parse(`${today?.day}T00:00:00Z`) + 4 * 86_400_000);
  const events = storage.tables.find(({ name }) => name === "events");
  assert.ok((events?.rows ?? 0) >= 1 && (events?.doc.length ?? 0) > 5);
  assert.equal(
    storage.tables.reduce((sum, { bytes }) => sum + bytes, 0),
    storage.bytes,
  );
  assert.deepEqual(storage.dropped, []);
});

test("what was refused, cut or left out is counted by reason", async () => {
  await talea.post("/api/v1/events", [{ type: "log" }, { runId: "r", type: "log" }], MAIN);
  await talea.post("/api/v1/events", { runId: "r", type: "log" }, { authorization: "Bearer wrong" });
  const span = { traceId: "0".repeat(31).concat("1"), spanId: "0".repeat(15).concat("1"), name: "early" };
  const now = `${Date.now()}000000`;
  const named = { ...span, name: "n".repeat(5000), spanId: "0".repeat(15).concat("2"), startTimeUnixNano: now };
  const body = { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, startTimeUnixNano: "1" }, named] }] }] };
  assert.equal((await talea.post("/v1/traces", body, MAIN)).status, 200);
  const { losses, rejected } = await status();
  assert.equal(rejected, 2);
  assert.deepEqual(losses.rejected.map(({ reason, count }) => [reason.slice(0, 20), count]).sort(), [
    ["its time is missing ", 1],
    ["run_id_missing", 1],
  ]);
  assert.match(losses.changed[0]?.reason ?? "", /cut/);
  assert.deepEqual(losses.refusedRequests, [{ reason: "401", count: 1 }]);
});

test("the server tells its memory, its delays and its port of gRPC", async () => {
  const { process: own, eventLoop, grpcPort, journal, engine } = await status();
  assert.ok(own.residentBytes > own.heapUsedBytes && own.heapUsedBytes > 0);
  assert.ok(eventLoop.maxMs >= eventLoop.p50Ms);
  assert.equal(talea.talea.grpcAddress, `127.0.0.1:${grpcPort}`);
  assert.ok(journal.bytesAllowed > 0 && (engine.memoryBytesMax ?? 0) > 0);
});

test("settings are told to keys with the scope admin only, and never the key", async () => {
  const { settings = [] } = await status();
  assert.equal(settings.find(({ name }) => name === "retention")?.value, "3d");
  assert.equal(settings.find(({ name }) => name === "key")?.value, "set");
  assert.equal(JSON.stringify(settings).includes("main-key"), false);
  const made = await talea.post("/api/v1/keys", { name: "reader", scopes: ["read"] }, MAIN);
  const { secret } = (await made.json()) as IssuedKey;
  assert.equal((await status({ authorization: `Bearer ${secret}` })).settings, undefined);
});
