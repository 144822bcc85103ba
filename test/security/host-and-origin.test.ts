// Rule 2: a server without a key is open to this machine, and so to every web page that a person on it has open. A page
// of another site is told by its Origin, one that made its own name point here by its Host.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { type RawRequest, rawRequest } from "./raw-request.ts";

const APP = "https://app.example.com";
const JSON_TYPE = { "content-type": "application/json" };

let talea: TaleaHere;
let port: string;

before(async () => {
  talea = await startTaleaHere(["--allow-host", "Talea.Internal:80,box", "--allow-origin", `${APP}/`]);
  ({ port } = new URL(talea.talea.url));
});
after(() => talea.close());

const ask = (one: RawRequest) => rawRequest(talea.talea.url, one);

/** One request of every kind, each of which is answered with its status when Host and Origin are right. */
const KINDS: readonly (RawRequest & { readonly status: number })[] = [
  { path: "/", status: 200 },
  { path: "/runs/some-view", status: 200 },
  { path: "/nothing.js", status: 404 },
  { path: "/healthz", status: 200 },
  { path: "/readyz", status: 200 },
  { path: "/metrics", status: 200 },
  { path: "/api/v1/runs", status: 200 },
  { path: "/api/v1/runs", method: "HEAD", status: 200 },
  { path: "/api/v1/openapi.json", status: 200 },
  { path: "/api/v1/nothing", status: 404 },
  { path: "/%61pi/v1/runs", status: 200 },
  { path: "/api/v1/runs/x", method: "DELETE", status: 404 },
  { path: "/api/v1/stream", headers: { upgrade: "websocket", connection: "Upgrade" }, status: 400 },
  { path: "/api/v1/events", method: "POST", headers: JSON_TYPE, body: '{"runId":"r","type":"log"}', status: 200 },
  { path: "/api/v1/sql", method: "POST", headers: JSON_TYPE, body: "{}", status: 400 },
  { path: "/api/v1/session", method: "POST", headers: JSON_TYPE, body: '{"key":""}', status: 200 },
  { path: "/v1/traces", method: "POST", headers: JSON_TYPE, body: "{}", status: 200 },
  { path: "/v1/logs", method: "POST", headers: { "content-type": "application/x-protobuf" }, status: 200 },
];

/** The page's view is not there when the page is not built. */
async function kinds(): Promise<typeof KINDS> {
  const { text } = await ask({ path: "/" });
  return text.includes("not built") ? KINDS.filter(({ path }) => path !== "/runs/some-view") : KINDS;
}

test("loopback names and allowed hosts are answered, whatever their port and letters", async () => {
  for (const host of [
    "localhost",
    `127.0.0.1:${port}`,
    "[::1]:1234",
    "[::1]",
    "LOCALHOST:9",
    "talea.internal",
    "box:8080",
  ]) {
    for (const { status, headers, ...kind } of await kinds()) {
      const answer = await ask({ ...kind, headers: { ...headers, host } });
      assert.equal(answer.status, status, `${host} ${kind.method ?? "GET"} ${kind.path}: ${answer.text.slice(0, 200)}`);
    }
  }
});

test("any other host is refused with 421, on every kind of request, before anything is done", async () => {
  const before = await talea.get<{ acknowledged: object }>("/api/v1/status");
  for (const host of [
    `evil.example:${port}`,
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "0.0.0.0",
    "localhost@evil",
    "",
  ]) {
    for (const { status: _, headers, ...kind } of await kinds()) {
      const answer = await ask({ ...kind, headers: { ...headers, host } });
      const where = `${host} ${kind.method ?? "GET"} ${kind.path}`;
      assert.equal(answer.status, 421, where);
      if (kind.method !== "HEAD" && !kind.path.startsWith("/v1/")) assert.equal(answer.code, "host_refused", where);
    }
  }
  const after = await talea.get<{ acknowledged: object }>("/api/v1/status");
  assert.deepEqual(after.acknowledged, before.acknowledged);
});

test("pages of other sites are refused with 403, on every kind of request, and told nothing by CORS", async () => {
  const host = `127.0.0.1:${port}`;
  const others = [
    "https://evil.example",
    "null",
    "http://localhost",
    `http://localhost:${port}`,
    `http://evil@${host}`,
  ];
  for (const origin of [...others, "file://", `http://127.0.0.1:1${port}`.slice(0, 22), `${APP}.evil.example`]) {
    for (const { status: _, headers, ...kind } of await kinds()) {
      const answer = await ask({ ...kind, headers: { ...headers, host, origin } });
      const where = `${origin} ${kind.method ?? "GET"} ${kind.path}`;
      assert.equal(answer.status, 403, where);
      assert.equal(answer.headers["access-control-allow-origin"], undefined, where);
    }
  }
});

test("the page's own origin is answered", async () => {
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
    for (const { status, headers, ...kind } of await kinds()) {
      const answer = await ask({ ...kind, headers: { ...headers, host, origin: `http://${host}` } });
      assert.equal(answer.status, status, `${kind.method ?? "GET"} ${kind.path}`);
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
    }
  }
});

test("an allowed origin may send telemetry, and nothing else", async () => {
  for (const { status, headers, ...kind } of await kinds()) {
    const answer = await ask({ ...kind, headers: { ...headers, origin: APP } });
    const isTelemetry = kind.path.startsWith("/v1/");
    const where = `${kind.method ?? "GET"} ${kind.path}`;
    assert.equal(answer.status, isTelemetry ? status : 403, where);
    assert.equal(answer.headers["access-control-allow-origin"], isTelemetry ? APP : undefined, where);
  }
  // Also when the sender made a mistake: else a page cannot read what it was.
  const wrong = await ask({ path: "/v1/traces", method: "POST", headers: { ...JSON_TYPE, origin: APP }, body: "{" });
  assert.deepEqual([wrong.status, wrong.headers["access-control-allow-origin"]], [400, APP]);
});

test("a browser's question before it sends is answered for telemetry from allowed origins only", async () => {
  const preflight = (path: string, origin: string) =>
    ask({ method: "OPTIONS", path, headers: { origin, "access-control-request-method": "POST" } });
  const allowed = await preflight("/v1/traces", APP);
  assert.deepEqual([allowed.status, allowed.headers["access-control-allow-origin"]], [204, APP]);
  assert.equal(allowed.headers["access-control-allow-methods"], "POST");
  assert.match(String(allowed.headers["access-control-allow-headers"]), /content-type/);
  assert.match(String(allowed.headers.vary), /origin/i);
  assert.equal(allowed.headers["access-control-allow-credentials"], undefined);
  for (const [path, origin] of [
    ["/v1/traces", "https://evil.example"],
    ["/api/v1/events", APP],
    ["/api/v1/runs/x", APP],
    ["/%761/traces", "https://evil.example"],
  ] as const) {
    const refused = await preflight(path, origin);
    assert.equal(refused.status, 403, `${origin} ${path}`);
    assert.equal(refused.headers["access-control-allow-origin"], undefined);
  }
});

test("what forms of other sites can send without asking reaches no endpoint of the API", async () => {
  const body = '{"runId":"r","type":"log"}';
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
    "text/json",
  ]) {
    for (const path of [
      "/api/v1/events",
      "/api/v1/metrics",
      "/api/v1/sql",
      "/api/v1/session",
      "/%61pi/v1/events",
      "/%61pi/v1/session",
    ]) {
      const answer = await ask({ method: "POST", path, headers: type === "" ? {} : { "content-type": type }, body });
      assert.deepEqual([answer.status, answer.code], [415, "content_type_unknown"], `${type} ${path}`);
    }
    const otlp = await ask({
      method: "POST",
      path: "/v1/traces",
      headers: type === "" ? {} : { "content-type": type },
      body,
    });
    assert.equal(otlp.status, 415, type);
  }
});

test("a server with a key answers for any host, but not to pages of other sites", async () => {
  const guarded = await startTaleaHere(["--key", "s3cret"]);
  try {
    const headers = { authorization: "Bearer s3cret", host: "talea.example.com" };
    const send = (more: Record<string, string>) =>
      rawRequest(guarded.talea.url, { path: "/api/v1/runs", headers: { ...headers, ...more } });
    assert.equal((await send({})).status, 200);
    assert.equal((await send({ origin: "https://talea.example.com" })).status, 200);
    assert.equal((await send({ origin: "https://evil.example" })).code, "origin_refused");
  } finally {
    await guarded.close();
  }
});
