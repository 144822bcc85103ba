// Rule 29: with a key, nothing but the page's own files and the two probes is open to whoever has none.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { buildPage } from "../../tools/build.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { rawRequest } from "./raw-request.ts";

const KEY = "s3cret+/=key";
const JSON_TYPE = { "content-type": "application/json" };
const EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

let talea: TaleaHere;
let directory: string;

before(async () => {
  await buildPage({ outDir: "dist/web", minify: true });
  directory = mkdtempSync(join(tmpdir(), "talea-key-"));
  const file = join(directory, "key");
  writeFileSync(file, `${KEY}\n`);
  talea = await startTaleaHere(["--key-file", file]);
});
after(async () => {
  await talea.close();
  rmSync(directory, { recursive: true });
});

interface Kind {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly status: number;
}

/** Every endpoint of the document, OTLP, and paths that are none, with the status for who has the key. */
async function everything(): Promise<Kind[]> {
  const document = await talea.get<{ paths: Record<string, Record<string, unknown>> }>("/api/v1/openapi.json", {
    "x-api-key": KEY,
  });
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replace(/\{\w+\}/g, "x") })),
  );
  const open = ["/healthz", "/readyz", "/api/v1/session"];
  const others: Kind[] = [
    { method: "POST", path: "/v1/traces", body: "{}", status: 200 },
    { method: "POST", path: "/v1/logs", body: "{}", status: 200 },
    { method: "POST", path: "/v1/metrics", body: "{}", status: 200 },
    { method: "GET", path: "/api/v1/openapi.json", status: 200 },
    { method: "GET", path: "/api/v1/stream?after=nonsense!", status: 400 },
    { method: "GET", path: "/api/v1/nothing", status: 404 },
    { method: "GET", path: "/v1/nothing", status: 404 },
    { method: "PUT", path: "/api/v1/runs", status: 405 },
    { method: "GET", path: "/api/v1/runs/", status: 200 },
    { method: "HEAD", path: "/api/v1/runs", status: 200 },
    // The same paths, spelled so that a check of the spelling would not know them.
    { method: "GET", path: "/%61pi/v1/runs", status: 200 },
    { method: "GET", path: "/api/%76%31/agents", status: 200 },
    { method: "GET", path: "/%6detrics", status: 200 },
    { method: "POST", path: "/%761/traces", body: "{}", status: 200 },
    { method: "GET", path: "/api%2fv1%2fruns/x", status: 200 },
  ];
  return [
    // A stream that begins does not end: one that cannot begin stands for it.
    ...described
      .filter(({ path }) => !open.includes(path) && path !== "/api/v1/stream")
      .map((kind): Kind => ({ ...kind, body: "[]", status: 0 })),
    ...others,
  ];
}

const send = ({ method, path, body }: Omit<Kind, "status">, headers: Record<string, string>) =>
  rawRequest(talea.talea.url, {
    ...{ method, path },
    headers: { ...(method === "POST" ? JSON_TYPE : {}), ...headers },
    ...(method === "POST" && body !== undefined ? { body } : {}),
  });

test("without a key, or with a wrong one, everything but the page and the probes is 401", async () => {
  const wrong: Record<string, string>[] = [
    {},
    { authorization: `Bearer ${KEY}x` },
    { authorization: `Bearer ${KEY.slice(0, -1)}` },
    { authorization: `Basic ${KEY}` },
    { authorization: KEY },
    { "x-api-key": KEY.toUpperCase() },
    { cookie: `talea_session=${KEY}` },
    { cookie: "talea_session=" },
    { cookie: `other=${Buffer.from(KEY).toString("base64url")}` },
    { "sec-websocket-protocol": `talea.key.${Buffer.from("x").toString("base64url")}` },
  ];
  for (const kind of await everything()) {
    // What stands behind no route of the API is the page's.
    if (kind.path === "/api%2fv1%2fruns/x") continue;
    for (const headers of wrong) {
      const { status: answered, text } = await send(kind, headers);
      assert.equal(answered, 401, `${kind.method} ${kind.path} ${JSON.stringify(headers)}: ${text.slice(0, 100)}`);
    }
  }
});

test("the key is taken as bearer, as x-api-key, from the cookie and from a socket's subprotocol", async () => {
  const encoded = Buffer.from(KEY).toString("base64url");
  const right: Record<string, string>[] = [
    { authorization: `Bearer ${KEY}` },
    { authorization: `bearer  ${KEY} ` },
    { "x-api-key": KEY },
    { cookie: `a=b; talea_session=${encoded}; c=d` },
    { "sec-websocket-protocol": `talea.v1, talea.key.${encoded}` },
  ];
  for (const kind of await everything()) {
    for (const headers of right) {
      const { status: answered } = await send(kind, headers);
      assert.notEqual(answered, 401, `${kind.method} ${kind.path}`);
      if (kind.status !== 0) assert.equal(answered, kind.status, `${kind.method} ${kind.path}`);
    }
  }
});

test("the probes, the page and its files are open, and an encoded slash makes no API of them", async () => {
  for (const path of ["/healthz", "/readyz", "/"]) {
    for (const headers of [{}, { authorization: "Bearer wrong" }]) {
      assert.equal((await send({ method: "GET", path }, headers)).status, 200, path);
    }
  }
  const { text, headers } = await send({ method: "GET", path: "/api%2fv1%2fruns/x" }, {});
  assert.doesNotMatch(text, /"runs"/);
  assert.doesNotMatch(String(headers["content-type"]), /json/);
});

test("signing in gives a cookie that scripts cannot read and other sites cannot use; signing out takes it", async () => {
  const signIn = (key: unknown) => send({ method: "POST", path: "/api/v1/session", body: JSON.stringify({ key }) }, {});
  const wrong = await signIn("wrong");
  assert.deepEqual([wrong.status, wrong.code, wrong.headers["set-cookie"]], [401, "key_wrong", undefined]);
  assert.equal((await signIn(7)).headers["set-cookie"], undefined);
  const right = await signIn(KEY);
  assert.equal(right.status, 200);
  const [cookie = ""] = right.headers["set-cookie"] ?? [];
  assert.match(cookie, /^talea_session=[\w-]+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/);
  const value = cookie.split(";")[0] ?? "";
  assert.equal((await send({ method: "GET", path: "/api/v1/runs" }, { cookie: value })).status, 200);
  const out = await send({ method: "DELETE", path: "/api/v1/session" }, { cookie: value });
  assert.match(out.headers["set-cookie"]?.[0] ?? "", /^talea_session=; HttpOnly; SameSite=Strict; Path=\/; Max-Age=0$/);
});

test("the key is said in no answer", async () => {
  for (const kind of [
    ...(await everything()),
    { method: "GET", path: "/api/v1/status" },
    { method: "GET", path: "/metrics" },
  ]) {
    const { text, headers } = await send(kind, { authorization: `Bearer ${KEY}` });
    assert.ok(!text.includes(KEY) && !JSON.stringify(headers).includes(KEY), kind.path);
  }
});

test("gRPC asks for the same key, in its metadata", async () => {
  const client = new Client(talea.talea.grpcAddress, credentials.createInsecure());
  const code = (entries: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
      const plain = (bytes: Buffer) => bytes;
      client.makeUnaryRequest(EXPORT, plain, plain, Buffer.alloc(0), metadata, (error: ServiceError | null) =>
        resolve(error?.code ?? status.OK),
      );
    });
  try {
    assert.equal(await code({}), status.UNAUTHENTICATED);
    assert.equal(await code({ authorization: "Bearer wrong" }), status.UNAUTHENTICATED);
    assert.equal(await code({ "x-api-key": `${KEY}x` }), status.UNAUTHENTICATED);
    assert.equal(await code({ authorization: `Bearer ${KEY}` }), status.OK);
    assert.equal(await code({ "x-api-key": KEY }), status.OK);
  } finally {
    client.close();
  }
});

test("keys are compared by their hashes, in constant time", () => {
  // That it takes as long for every key cannot be measured beside other processes: the code is held to the one way.
  const source = readFileSync(new URL("../../src/ingest/access.ts", import.meta.url), "utf8");
  assert.match(source, /const given = hash\("sha256", key, "buffer"\);/);
  assert.match(source, /timingSafeEqual\(given, this\.#keyHash\)/);
  assert.match(source, /timingSafeEqual\(given, held\.key\.hash\)/);
  // Nothing else looks at a key: it is hashed, and the hash is what is looked up.
  const uses = source.match(/(?<![\w#."])key(?![\w:?"])/g) ?? [];
  assert.doesNotMatch(source, /\bkey ===? (?!undefined|"")/i);
  assert.ok(uses.length > 0);
});
