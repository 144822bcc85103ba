// Issued keys: what each scope opens and nothing else, how soon a revoked key ends, and where its secret never is.

import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Client, credentials, status as grpcStatus, Metadata, type ServiceError } from "@grpc/grpc-js";
import type { IssuedKey, NewKey, Scope } from "../../src/model/key-shapes.ts";
import { CLOSE_KEY_ENDED } from "../../src/model/stream-address.ts";
import { StoreClient } from "../../src/store/client.ts";
import { engineRunning } from "../support/engine-of.ts";
import { StreamClient } from "../support/stream-client.ts";
import { TaleaProcess } from "../support/talea-process.ts";
import { rawRequest } from "./raw-request.ts";

const MAIN_KEY = "the-main-key";
const MAIN = { authorization: `Bearer ${MAIN_KEY}` };
const JSON_TYPE = { "content-type": "application/json" };
const EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
/** Within so long a revoked key ends everywhere, also where another node revoked it. */
const ENDED_WITHIN_MS = 2_000;

let talea: TaleaProcess;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "talea-issued-"));
  talea = await TaleaProcess.start({
    args: ["--log-level", "debug"],
    environment: { TALEA_KEY: MAIN_KEY },
    dataDirectory: join(folder, "data"),
  });
});
after(async () => {
  await talea[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

async function issue(scopes: Scope[], more: Partial<NewKey> = {}): Promise<IssuedKey> {
  const body = JSON.stringify({ name: scopes.join(" "), scopes, ...more });
  const headers = { ...MAIN, ...JSON_TYPE };
  const answer = await fetch(`${talea.url}/api/v1/keys`, { method: "POST", headers, body });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()) as IssuedKey;
}

async function revoke({ key }: IssuedKey): Promise<void> {
  const answer = await fetch(`${talea.url}/api/v1/keys/${key.id}`, { method: "DELETE", headers: MAIN });
  assert.equal(answer.status, 200);
}

function exportSpans(entries: Record<string, string>): Promise<number> {
  const client = new Client(talea.grpcAddress, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  const plain = (bytes: Buffer) => bytes;
  return new Promise<number>((resolve) => {
    client.makeUnaryRequest(EXPORT, plain, plain, Buffer.alloc(0), metadata, (error: ServiceError | null) => {
      client.close();
      resolve(error?.code ?? grpcStatus.OK);
    });
  });
}

/** What each endpoint needs; a GET that is not here is read. */
const NEEDED: Readonly<Record<string, Scope>> = {
  "POST /v1/traces": "ingest",
  "POST /v1/logs": "ingest",
  "POST /v1/metrics": "ingest",
  "POST /api/v1/events": "ingest",
  "POST /api/v1/metrics": "ingest",
  "POST /api/v1/sql": "read",
  "GET /api/v1/keys": "admin",
  "POST /api/v1/keys": "admin",
  "DELETE /api/v1/keys/{id}": "admin",
  "PUT /api/v1/config/board/{id}": "admin",
  "DELETE /api/v1/config/board/{id}": "admin",
  "PUT /api/v1/config/view/{id}": "admin",
  "DELETE /api/v1/config/view/{id}": "admin",
  "DELETE /api/v1/runs/{id}": "admin",
  "POST /api/v1/quarantine/retry": "admin",
};
const OPEN = new Set(["GET /healthz", "GET /readyz", "POST /api/v1/session", "DELETE /api/v1/session"]);
const ALLOWED: Readonly<Record<Scope, readonly Scope[]>> = {
  ingest: ["ingest"],
  read: ["read"],
  admin: ["ingest", "read", "admin"],
};

async function operations(): Promise<string[]> {
  const answer = await fetch(`${talea.url}/api/v1/openapi.json`, { headers: MAIN });
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return [...described, "POST /v1/traces", "POST /v1/logs", "POST /v1/metrics", "GET /api/v1/openapi.json"];
}

test("every endpoint says what it needs: none but reading is left to the default", async () => {
  const found = await operations();
  const unsaid = found.filter((one) => !one.startsWith("GET ") && NEEDED[one] === undefined && !OPEN.has(one));
  assert.deepEqual(unsaid, []);
  assert.deepEqual(
    Object.keys(NEEDED).filter((one) => !found.includes(one)),
    [],
  );
});

for (const scope of ["ingest", "read", "admin"] as const) {
  test(`a key with the scope ${scope} may do what that scope allows, and nothing else`, async () => {
    const { secret } = await issue([scope]);
    for (const operation of await operations()) {
      if (OPEN.has(operation)) continue;
      const [method = "", path = ""] = operation.split(" ");
      const needed = NEEDED[operation] ?? "read";
      // A stream that begins does not end: one that cannot begin stands for it.
      const target = `${path.replace(/\{\w+\}/g, "x")}${path === "/api/v1/stream" ? "?after=nonsense!" : ""}`;
      const sends = method === "POST" || method === "PUT";
      const { status, code } = await rawRequest(talea.url, {
        ...{ method, path: target, headers: { ...bearer(secret), ...(sends ? JSON_TYPE : {}) } },
        ...(sends ? { body: "{}" } : {}),
      });
      assert.notEqual(status, 401, operation);
      assert.equal(status === 403, !ALLOWED[scope].includes(needed), `${operation}: ${status} ${code}`);
    }
    const mayExport = ALLOWED[scope].includes("ingest") ? grpcStatus.OK : grpcStatus.PERMISSION_DENIED;
    assert.equal(await exportSpans(bearer(secret)), mayExport);
    const socket = StreamClient.connect(talea.url, bearer(secret));
    if (ALLOWED[scope].includes("read")) await (await socket)[Symbol.asyncDispose]();
    else await assert.rejects(socket, /status 403/);
  });
}

test("a key that may not read does not sign in, one that may does", async () => {
  const signIn = (key: string) =>
    fetch(`${talea.url}/api/v1/session`, { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ key }) });
  const [sender, reader] = [await issue(["ingest"]), await issue(["read"])];
  const refused = await signIn(sender.secret);
  assert.deepEqual([refused.status, refused.headers.get("set-cookie")], [403, null]);
  const admitted = await signIn(reader.secret);
  assert.equal(admitted.status, 200);
  const cookie = (admitted.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  assert.equal((await fetch(`${talea.url}/api/v1/runs`, { headers: { cookie } })).status, 200);
  await revoke(reader);
  assert.equal((await fetch(`${talea.url}/api/v1/runs`, { headers: { cookie } })).status, 401);
});

test("a revoked key ends on HTTP and gRPC, and what was opened with it is closed", async () => {
  const issued = await issue(["ingest", "read"]);
  const { secret } = issued;
  await using socket = await StreamClient.connect(talea.url, bearer(secret));
  await socket.subscribe({ id: "a", channel: "events" });
  await using other = await StreamClient.connect(talea.url, MAIN);
  await other.subscribe({ id: "a", channel: "events" });
  const sse = await fetch(`${talea.url}/api/v1/stream?channel=events`, { headers: bearer(secret) });
  const ended = (async () => {
    for await (const _part of sse.body as AsyncIterable<Uint8Array>);
  })().catch(() => undefined);
  assert.equal(await exportSpans(bearer(secret)), grpcStatus.OK);
  const begunMs = performance.now();
  await revoke(issued);
  await ended;
  while (socket.closed === undefined) await delay(5);
  assert.ok(performance.now() - begunMs < ENDED_WITHIN_MS, `${performance.now() - begunMs} ms`);
  assert.equal(socket.closed, CLOSE_KEY_ENDED);
  assert.equal(await exportSpans(bearer(secret)), grpcStatus.UNAUTHENTICATED);
  assert.equal(await exportSpans({ "x-api-key": secret }), grpcStatus.UNAUTHENTICATED);
  const send = await fetch(`${talea.url}/v1/traces`, {
    ...{ method: "POST", body: "{}" },
    headers: { ...bearer(secret), ...JSON_TYPE },
  });
  assert.equal(send.status, 401);
  await assert.rejects(StreamClient.connect(talea.url, bearer(secret)), /status 401/);
  assert.equal(other.closed, undefined, "sockets of others stay open");
});

async function storeBelow(): Promise<StoreClient> {
  const { socketPath } = await engineRunning(talea.pid);
  return new StoreClient({ kind: "embedded", socketPath });
}

test("a key that another node revokes ends within two seconds here, with its sockets", async () => {
  const { key, secret } = await issue(["read"]);
  await using socket = await StreamClient.connect(talea.url, bearer(secret));
  await socket.subscribe({ id: "a", channel: "runs" });
  const store = await storeBelow();
  try {
    await store.command(
      "INSERT INTO config (project, kind, id, version, deleted, body, at) " +
        `SELECT 'default', 'key', '${key.id}', 2, 1, '', now64(9, 'UTC')`,
    );
  } finally {
    await store.close();
  }
  const begunMs = performance.now();
  while (socket.closed === undefined) {
    await delay(20);
    assert.ok(performance.now() - begunMs < 20_000, "the socket was never closed");
  }
  assert.equal(socket.closed, CLOSE_KEY_ENDED);
  assert.equal((await fetch(`${talea.url}/api/v1/runs`, { headers: bearer(secret) })).status, 401);
});

test("a key that has expired closes what was opened with it", async () => {
  const { secret } = await issue(["read"], { expiresAt: new Date(Date.now() + 1_500).toISOString() });
  await using socket = await StreamClient.connect(talea.url, bearer(secret));
  await socket.subscribe({ id: "a", channel: "runs" });
  for (const deadline = Date.now() + 20_000; socket.closed === undefined; await delay(20)) {
    assert.ok(Date.now() < deadline, "the socket was never closed");
  }
  assert.equal(socket.closed, CLOSE_KEY_ENDED);
});

test("known keys go on working while the store is away, and keys outlive a restart", async () => {
  const { secret } = await issue(["ingest", "read"]);
  const { pid } = await engineRunning(talea.pid);
  process.kill(pid, "SIGKILL");
  assert.equal(await exportSpans(bearer(secret)), grpcStatus.OK);
  assert.equal((await fetch(`${talea.url}/api/v1/status`, { headers: bearer(secret) })).status, 200);
  await talea.stop();
  await talea.restart();
  assert.equal((await fetch(`${talea.url}/api/v1/status`, { headers: bearer(secret) })).status, 200);
  assert.equal(await exportSpans(bearer(secret)), grpcStatus.OK);
});

test("a secret is in no answer, no log, no row of the store and no file: its SHA-256 is", async () => {
  const { key, secret } = await issue(["ingest", "read"]);
  const bare = secret.slice("talea_".length);
  const headers = bearer(secret);
  const select = (query: string) =>
    fetch(`${talea.url}/api/v1/sql`, {
      ...{ method: "POST", headers: { ...MAIN, ...JSON_TYPE } },
      body: JSON.stringify({ query }),
    });
  const answers = [
    ...["/api/v1/keys", "/api/v1/status", "/metrics", "/api/v1/config/board", "/api/v1/runs", "/api/v1/sql/schema"].map(
      (path) => fetch(talea.url + path, { headers: MAIN }),
    ),
    ...["/api/v1/runs/x", "/api/v1/nothing", "/api/v1/keys"].map((path) => fetch(talea.url + path, { headers })),
    select("SELECT * FROM config"),
    select("SELECT * FROM talea.config"),
  ];
  for (const answer of await Promise.all(answers)) {
    const text = await answer.text();
    assert.equal(text.includes(bare), false, answer.url);
    assert.equal(text.includes("sha256"), false, answer.url);
  }
  for (const query of ["SELECT * FROM config", "SELECT * FROM talea.config"]) {
    assert.equal((await select(query)).status, 403, query);
  }
  const store = await storeBelow();
  try {
    const rows = await store.rows(`SELECT body FROM config WHERE id = '${key.id}'`);
    assert.deepEqual(
      rows.map((row) => (JSON.parse(String(row["body"])) as { sha256: string }).sha256),
      [hash("sha256", secret, "hex")],
    );
  } finally {
    await store.close();
  }
  assert.equal(talea.log.includes(bare), false);
  for (const file of filesBelow(talea.dataDirectory)) {
    const bytes = readFileSync(file);
    assert.equal(bytes.includes(bare) || bytes.includes(MAIN_KEY), false, file);
  }
});

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

test("while the server asks nobody for a key, keys can be made and change nothing", async () => {
  await using open = await TaleaProcess.start();
  const answer = await fetch(`${open.url}/api/v1/keys`, {
    ...{ method: "POST", headers: JSON_TYPE },
    body: JSON.stringify({ name: "later", scopes: ["read"] }),
  });
  const { secret } = (await answer.json()) as IssuedKey;
  for (const headers of [{}, bearer(secret), bearer("wrong")]) {
    const { isOpen, keys } = (await (await fetch(`${open.url}/api/v1/keys`, { headers })).json()) as {
      isOpen: boolean;
      keys: { lastUsedAt?: string }[];
    };
    assert.deepEqual([isOpen, keys.length, keys[0]?.lastUsedAt], [true, 1, undefined]);
  }
});
