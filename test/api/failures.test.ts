// Every failure that a client can provoke has its status, its code and the shape of errors.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fastify from "fastify";
import { answerErrors } from "../../src/api/error-answers.ts";
import { ApiError, ERRORS, type ErrorCode } from "../../src/api/errors.ts";
import { JournalUnavailableError } from "../../src/journal/journal.ts";
import type { Status } from "../../src/model/shapes.ts";
import { StoreError } from "../../src/store/client.ts";
import { engineRunning } from "../support/engine-of.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { TaleaProcess } from "../support/talea-process.ts";
import { failure, hex, sendSpans } from "./send-spans.ts";

let talea: TaleaHere;
const traceId = hex(16);

before(async () => {
  talea = await startTaleaHere();
  await sendSpans(talea, { traceId });
});
after(() => talea.close());

const get = async (path: string, init: RequestInit = {}) => failure(await fetch(talea.talea.url + path, init));

test("questions that cannot be asked so are refused with their code", async () => {
  const cursor = (fields: object) => Buffer.from(JSON.stringify(fields)).toString("base64url");
  const expected: [path: string, code: ErrorCode][] = [
    ...["limit=0", "limit=1001", "limit=many", "sort=beauty", "status=happy", "hasError=maybe"].map(
      (query): [string, ErrorCode] => [`/api/v1/runs?${query}`, "bad_request"],
    ),
    ...["since=yesterday", "since=-1h&until=-2h", "minDuration=long", "timeout=soon&waitFor=1"].map(
      (query): [string, ErrorCode] => [`/api/v1/runs?${query}`, "bad_request"],
    ),
    ["/api/v1/spans?kind=nonsense", "bad_request"],
    ["/api/v1/spans?since=2026-13-01T00:00:00Z", "bad_request"],
    ["/api/v1/events?level=loud", "bad_request"],
    ["/api/v1/metrics/query", "bad_request"],
    ["/api/v1/metrics/query?name=x&step=0", "bad_request"],
    [`/api/v1/runs/${traceId}/what-if`, "bad_request"],
    [`/api/v1/runs/${traceId}/what-if?agent=nobody`, "bad_request"],
    [`/api/v1/runs/${traceId}/what-if?target=*&factor=-1`, "bad_request"],
    [`/api/v1/runs/${traceId}/state?at=then`, "bad_request"],
    [`/api/v1/runs/${traceId}/events?order=beauty`, "bad_request"],
    ["/api/v1/runs/%ZZ", "bad_request"],
    ["/api/v1/runs?cursor=nonsense", "cursor_invalid"],
    [`/api/v1/runs?cursor=${cursor({ value: "abc", id: "x" })}`, "cursor_invalid"],
    [`/api/v1/runs?cursor=${cursor({ value: "-1", id: "x" })}`, "cursor_invalid"],
    [`/api/v1/runs?cursor=${cursor({ value: "9999999999999999999", id: "x" })}`, "cursor_invalid"],
    [`/api/v1/spans?cursor=${cursor({ start: "1; DROP TABLE spans", id: "x" })}`, "cursor_invalid"],
    [`/api/v1/sessions?cursor=${cursor({ last: 1, id: "x" })}`, "cursor_invalid"],
    ["/api/v1/events?cursor=e30", "cursor_invalid"],
    ["/api/v1/runs?waitFor=!", "cursor_invalid"],
    [`/api/v1/runs/${traceId}/events?after=!`, "cursor_invalid"],
    ["/api/v1/runs/unknown", "run_not_found"],
    ...["spans", "events", "state", "messages", "agents", "critical-path", "schedule", "what-if?target=*"].map(
      (part): [string, ErrorCode] => [`/api/v1/runs/unknown/${part}`, "run_not_found"],
    ),
    [`/api/v1/runs/${traceId}/spans/${hex(8)}`, "span_not_found"],
    [`/api/v1/traces/${hex(16)}`, "trace_not_found"],
    ["/api/v1/traces/no-trace-id", "trace_not_found"],
    ["/api/v1/sessions/unknown", "session_not_found"],
    ["/api/v1/agents/unknown", "agent_not_found"],
    ["/api/v1/nothing", "not_found"],
    ["/v1/nothing", "not_found"],
    ["/nothing.js", "not_found"],
  ];
  for (const [path, code] of expected) assert.deepEqual(await get(path), [ERRORS[code].status, code], path);
});

test("a cursor of ours with another id goes on, and does not fail", async () => {
  const cursor = Buffer.from(JSON.stringify({ start: "1", id: "'; --" })).toString("base64url");
  assert.deepEqual(await talea.get(`/api/v1/spans?cursor=${cursor}`), { spans: [] });
});

test("paths that are reserved say so", async () => {
  for (const path of ["mcp"]) {
    assert.deepEqual(await get(`/api/v1/${path}`), [501, "not_implemented"], path);
  }
  assert.deepEqual(await failure(await talea.post("/api/v1/mcp", {})), [501, "not_implemented"]);
});

test("a path that has other methods names them", async () => {
  for (const [method, path, allow] of [
    ["PUT", "/api/v1/runs", "GET, HEAD"],
    ["POST", "/api/v1/status", "GET, HEAD"],
    ["PATCH", `/api/v1/runs/${traceId}`, "GET, HEAD, DELETE"],
    ["DELETE", "/api/v1/events", "GET, HEAD, POST"],
    ["GET", "/api/v1/sql", "POST"],
    ["POST", "/metrics", "GET, HEAD"],
    ["DELETE", "/healthz", "GET, HEAD"],
  ] as const) {
    const answer = await fetch(talea.talea.url + path, { method });
    assert.equal(answer.headers.get("allow"), allow, `${method} ${path}`);
    assert.deepEqual(await failure(answer), [405, "method_not_allowed"], `${method} ${path}`);
  }
  const head = await fetch(`${talea.talea.url}/api/v1/runs`, { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

test("bodies that cannot be taken are refused with their code", async () => {
  const post = async (body: string, headers: Record<string, string> = {}) =>
    failure(await talea.post("/api/v1/events", body, headers));
  assert.deepEqual(await post("{"), [400, "unreadable_body"]);
  assert.deepEqual(await post("x", { "content-encoding": "gzip" }), [400, "unreadable_body"]);
  assert.deepEqual(await post("{}", { "content-encoding": "lzw" }), [415, "content_type_unknown"]);
  assert.deepEqual(await post('[{"type":"a"}]'), [400, "nothing_accepted"]);
  assert.deepEqual(await post("{}", { "content-type": "text/plain" }), [415, "content_type_unknown"]);
  const tooLarge = talea.post("/api/v1/events", `"${"x".repeat(65 * 1024 * 1024)}"`);
  assert.deepEqual(await failure(await tooLarge), [413, "body_too_large"]);
  assert.deepEqual(await failure(await talea.post("/api/v1/session", "[]")), [400, "bad_request"]);
});

test("what is no HTTP is told so in the same shape", async () => {
  const { hostname, port } = new URL(talea.talea.url);
  const say = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = "";
      const socket = connect(Number(port), hostname, () => socket.write(text));
      socket.setEncoding("utf8").on("data", (part: string) => {
        answer += part;
      });
      socket.on("close", () => resolve(answer)).on("error", reject);
    });
  for (const text of ["nonsense\r\n\r\n", `GET /?${"x".repeat(40_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`]) {
    const answer = await say(text);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.equal(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").error.code, "bad_request");
  }
});

test("every failure of the parts below has one code, one status, and no inner detail", async () => {
  const failures: [Error, ErrorCode][] = [
    [new StoreError("Code: 241. Memory limit exceeded, path /secret", 241, false, undefined), "query_too_heavy"],
    [new StoreError("Code: 159. Timeout", 159, false, undefined), "query_too_heavy"],
    [new StoreError("connection refused /secret", 0, true, undefined), "store_unavailable"],
    [new StoreError("Code: 47. Unknown identifier /secret", 47, false, undefined), "internal"],
    [new JournalUnavailableError("Too much waits to be stored"), "overloaded"],
    [new TypeError("x is not a function /secret"), "internal"],
    [new ApiError("scope_missing", "The key does not have the scope admin."), "scope_missing"],
  ];
  const app = fastify();
  answerErrors(app);
  app.get("/:n", async (request) => {
    throw (failures[Number((request.params as { n: string }).n)] as [Error, ErrorCode])[0];
  });
  for (const [n, [, code]] of failures.entries()) {
    const { statusCode, body, headers } = await app.inject(`/${n}`);
    assert.deepEqual([statusCode, JSON.parse(body).error.code], [ERRORS[code].status, code]);
    assert.doesNotMatch(body, /secret/);
    assert.equal(headers["retry-after"], statusCode === 503 ? "2" : undefined);
  }
  await app.close();
});

test("while the engine is away questions fail with a code to try again, data is taken, and status answers", async () => {
  await using server = await TaleaProcess.start();
  const engine = await engineRunning(server.pid);
  process.kill(engine.pid, "SIGKILL");
  const answers = new Set<string>();
  for (let tries = 0; tries < 400 && !answers.has("503 store_unavailable"); tries++) {
    const answer = await fetch(`${server.url}/api/v1/agents`);
    if (answer.status === 200) await answer.text();
    else answers.add((await failure(answer)).join(" "));
    await sleep(2);
  }
  assert.ok(answers.has("503 store_unavailable"), [...answers].join(", "));
  const body = JSON.stringify({ runId: "r", type: "log" });
  const headers = { "content-type": "application/json" };
  const taken = await fetch(`${server.url}/api/v1/events`, { method: "POST", headers, body });
  assert.equal(taken.status, 200);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  for (let tries = 0; (await fetch(`${server.url}/readyz`)).status !== 200; tries++) {
    assert.ok(tries < 200, "the engine comes back");
    await sleep(50);
  }
  const status = (await (await fetch(`${server.url}/api/v1/status`)).json()) as Status;
  assert.deepEqual([status.ready, status.engine.restarts], [true, 1]);
});
