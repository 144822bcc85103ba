// The page shows texts of agents, which may be anything: its policy keeps scripts out, and no path leads to other files.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fastify, { type FastifyInstance } from "fastify";
import { answerErrors } from "../../src/api/error-answers.ts";
import { Guard, guardRoutes } from "../../src/api/guard.ts";
import { servePage } from "../../src/api/page-files.ts";
import { systemClock } from "../../src/base/time.ts";
import { Access } from "../../src/ingest/access.ts";
import { hex, sendSpans } from "../api/send-spans.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { rawRequest } from "./raw-request.ts";

let talea: TaleaHere;
/** A page of our own, so that the tests need no build, behind the real guard. */
let app: FastifyInstance;
let pageUrl: string;
let directory: string;

before(async () => {
  talea = await startTaleaHere();
  directory = mkdtempSync(join(tmpdir(), "talea-page-"));
  mkdirSync(join(directory, "web"));
  writeFileSync(join(directory, "secret.txt"), "SECRET");
  writeFileSync(join(directory, "web", "index.html"), "<!doctype html><title>Talea</title>");
  writeFileSync(join(directory, "web", "main-ABCD1234.js"), "PAGE");
  app = fastify();
  answerErrors(app);
  guardRoutes(app, new Guard({ access: new Access(undefined, systemClock), allowHosts: [], allowOrigins: [] }));
  await app.register(servePage, { directory: join(directory, "web") });
  pageUrl = await app.listen({ host: "127.0.0.1", port: 0 });
});
after(async () => {
  await app.close();
  await talea.close();
  rmSync(directory, { recursive: true });
});

test("every answer has the policy and the other headers, failures too", async () => {
  const kinds: [path: string, headers?: Record<string, string>][] = [
    ["/"],
    ["/api/v1/runs"],
    ["/metrics"],
    ["/healthz"],
  ];
  for (const [path, headers = {}] of [
    ...kinds,
    ["/api/v1/nothing"],
    ["/nothing.js"],
    ["/", { host: "evil.example" }],
    ["/", { origin: "https://evil.example" }],
  ] as [string, Record<string, string>?][]) {
    const answer = await rawRequest(talea.talea.url, { path, headers });
    const policy = new Map(
      String(answer.headers["content-security-policy"])
        .split("; ")
        .map((directive): [string, string] => [directive.split(" ")[0] ?? "", directive.split(" ").slice(1).join(" ")]),
    );
    for (const name of ["default-src", "base-uri", "form-action", "frame-ancestors"]) {
      assert.equal(policy.get(name), "'none'", `${path} ${name}`);
    }
    for (const [name, sources] of policy) {
      assert.doesNotMatch(sources, /unsafe|\*|https?:|wss?:|blob:/, `${path} ${name}`);
      if (name !== "img-src") assert.match(sources, /^'(none|self)'$/, `${path} ${name}`);
    }
    assert.equal(policy.get("script-src"), "'self'");
    assert.equal(answer.headers["x-content-type-options"], "nosniff", path);
    assert.equal(answer.headers["referrer-policy"], "no-referrer", path);
    assert.equal(answer.headers["cross-origin-resource-policy"], "same-origin", path);
    assert.equal(answer.headers["cross-origin-opener-policy"], "same-origin", path);
    assert.equal(answer.headers["x-powered-by"], undefined);
    assert.equal(answer.headers["server"], undefined);
  }
});

test("the page's files are served, views are the page, and no path leads out of its folder", async () => {
  const get = (path: string) => rawRequest(pageUrl, { path });
  const script = await get("/main-ABCD1234.js");
  assert.equal(script.text, "PAGE");
  assert.match(String(script.headers["cache-control"]), /immutable/);
  for (const path of ["/", "/runs/abc", "/agents?x=1"]) assert.match((await get(path)).text, /<title>Talea/, path);
  for (const path of [
    ...["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/web/../../secret.txt"],
    ...["/..\\secret.txt", "/..%5csecret.txt", "//../secret.txt", "/./../secret.txt", "/%252e%252e/secret.txt"],
    ...[
      "/main-ABCD1234.js/../../secret.txt",
      "/main-ABCD1234.js%00.txt",
      "/.env",
      "/index.html%00",
      "/%c0%ae%c0%ae/secret.txt",
    ],
    ...[`/${join(directory, "secret.txt")}`, "/package.json", "/../web/../secret.txt"],
  ]) {
    const { status, text } = await get(path);
    assert.doesNotMatch(text, /SECRET/, path);
    assert.ok(status === 404 || status === 400 || text.includes("<title>Talea"), `${path}: ${status} ${text}`);
  }
});

test("ids of runs may have any printable characters, percent-encoded in paths", async () => {
  const ids = [
    "order 4711/β?#&=+%",
    "a%2Fb",
    "%",
    "..%2f..",
    "'; DROP TABLE talea.runs; --",
    "{p0:String}",
    "<script>alert(1)</script>",
    `quote " back \\ slash`,
    "日本語 😀",
    "x".repeat(256),
    "é".repeat(128),
    "facets 1",
    "a;b,c:d@e!$()*~",
  ];
  for (const runId of ids) {
    const attributes = { "talea.run.id": runId, "gen_ai.agent.name": runId };
    await sendSpans(talea, { traceId: hex(16), attributes });
    const path = `/api/v1/runs/${encodeURIComponent(runId)}`;
    const run = await talea.get<{ id: string; agents: string[] }>(path);
    assert.equal(run.id, runId);
    for (const part of [
      "spans",
      "events",
      "state",
      "messages",
      "agents",
      "critical-path",
      "schedule",
      "what-if?target=*",
    ]) {
      await talea.get(`${path}/${part}`);
    }
    const agent = encodeURIComponent(runId);
    const found = await talea.get<{ target: string }>(`${path}/what-if?agent=${agent}`);
    assert.equal(found.target, runId);
    assert.equal((await talea.get<{ name: string }>(`/api/v1/agents/${agent}`)).name, runId);
    const { runs } = await talea.get<{ runs: { id: string }[] }>(`/api/v1/runs?agent=${agent}`);
    assert.deepEqual(
      runs.map(({ id }) => id),
      [runId],
    );
    const search = await talea.get<{ spans: unknown[] }>(`/api/v1/spans?q=${agent}&attr.${agent}=${agent}`);
    assert.deepEqual(search.spans, []);
    const gone = await rawRequest(talea.talea.url, { method: "DELETE", path });
    assert.deepEqual([gone.status, gone.text], [200, JSON.stringify({ deleted: runId })]);
    assert.equal((await rawRequest(talea.talea.url, { path })).code, "run_not_found");
  }
});

test("ids that no run can have are not found, and nothing breaks", async () => {
  for (const id of ["%00", "%0a", "%F0%9F", "x".repeat(257), "x".repeat(5_000), "%ed%a0%80", "..", "%2e%2e", ""]) {
    const { status, text } = await rawRequest(talea.talea.url, { path: `/api/v1/runs/${id}/spans` });
    assert.ok([400, 404].includes(status), `${id.slice(0, 20)}: ${status} ${text.slice(0, 200)}`);
    assert.match(text, /^\{"error":\{"code":"\w+","message":/, id.slice(0, 20));
  }
});
