// The description of the API: valid by structure, complete, and true of what the server answers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { ERRORS } from "../../src/api/errors.ts";
import type { Conversation } from "../../src/model/conversation-shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

type Json = Record<string, unknown>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { description: string; content: Record<string, { schema: Json }> }>>;
}

interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

const SINCE = "2026-11-01T00:00:00Z";

let talea: TaleaHere;
let document: Document;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  document = await talea.get<Document>("/api/v1/openapi.json");
  await talea.load("strands-js/multi-agent.otlp.json");
  await talea.load("claude-agent-sdk/subagent.logs.otlp.json", "logs");
  await talea.load("claude-agent-sdk/subagent.metrics.otlp.json", "metrics");
});
after(() => talea.close());

function operations(): [path: string, method: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [path, method, operation]),
  );
}

/** A schema with its references written out. */
function whole(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(whole);
  if (typeof schema !== "object" || schema === null) return schema;
  const reference = (schema as Json)["$ref"];
  if (typeof reference === "string") return whole(resolve(reference));
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, whole(value)]));
}

function resolve(reference: string): Json {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1];
  const schema = document.components.schemas[name ?? ""];
  assert.ok(schema !== undefined, `${reference} leads nowhere`);
  return schema;
}

test("it is OpenAPI 3.1, and every operation says what it is, what it needs and what it answers", () => {
  assert.equal(document.openapi, "3.1.0");
  const tags = new Set(document.tags.map(({ name }) => name));
  const ids = operations().map(([, , { operationId }]) => operationId);
  assert.equal(new Set(ids).size, ids.length, "operation ids are unique");
  for (const [path, method, operation] of operations()) {
    const where = `${method} ${path}`;
    assert.match(operation.operationId, /^[a-z]+[A-Za-z0-9]+$/, where);
    assert.ok(operation.summary.length > 5, where);
    assert.ok(
      operation.tags.every((tag) => tags.has(tag)),
      where,
    );
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      assert.match(status, /^[1-5]\d\d$/, where);
      assert.ok(description.length > 5, where);
      for (const { schema } of Object.values(content)) assert.ok(Object.keys(schema).length > 0, `${where} ${status}`);
    }
    assert.ok("200" in operation.responses, where);
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((one) => one.in === "path").map(({ name }) => name);
    assert.deepEqual(declared, named, where);
  }
});

test("every reference resolves, every schema is used, and no schema has null", () => {
  const text = JSON.stringify(document);
  const used = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference as string));
  for (const reference of used) resolve(reference);
  for (const name of Object.keys(document.components.schemas)) {
    assert.ok(used.has(`#/components/schemas/${name}`), `${name} is used`);
  }
  assert.doesNotMatch(text, /"\$id"|"type":"null"|"nullable"/);
});

test("every endpoint of the design is described", () => {
  const described = new Set(operations().map(([path, method]) => `${method.toUpperCase()} ${path}`));
  const run = [
    "",
    "/spans",
    "/spans/{spanId}",
    "/events",
    "/state",
    "/messages",
    "/agents",
    "/critical-path",
    "/schedule",
    "/what-if",
    "/conversation",
    "/contents/{hash}",
  ];
  for (const endpoint of [
    ...run.map((part) => `GET /api/v1/runs/{id}${part}`),
    ...[
      "status",
      "runs",
      "runs/facets",
      "runs/durations",
      "spans",
      "events",
      "sessions",
      "sessions/{id}",
      "agents",
      "agents/{name}",
    ].map((path) => `GET /api/v1/${path}`),
    ...["errors", "errors/{fingerprint}"].map((path) => `GET /api/v1/${path}`),
    ...["metrics", "metrics/summary", "metrics/query", "traces/{traceId}"].map((path) => `GET /api/v1/${path}`),
    ...["GET /api/v1/compare", "GET /api/v1/events/counts"],
    ...["GET", "PUT", "DELETE"].map((method) => `${method} /api/v1/config/board/{id}`),
    ...["POST /api/v1/events", "POST /api/v1/metrics", "POST /api/v1/sql", "POST /api/v1/session"],
    ...["DELETE /api/v1/runs/{id}", "GET /metrics", "GET /healthz", "GET /readyz"],
  ]) {
    assert.ok(described.has(endpoint), endpoint);
  }
});

test("reading below /api can wait for an offset, and failures are described with their codes", () => {
  for (const [path, method, { parameters = [], responses, security }] of operations()) {
    if (method !== "get" || !path.startsWith("/api/")) continue;
    const names = parameters.map(({ name }) => name);
    assert.ok(names.includes("waitFor") && names.includes("timeout"), path);
    assert.equal(security, undefined, `${path} needs a key`);
    assert.match(responses["401"]?.description ?? "", /`key_missing`/, path);
    const codes = Object.entries(responses).flatMap(([status, { description }]) =>
      [...description.matchAll(/^`(\w+)`:/gm)].map(([, code]) => [code, Number(status)]),
    );
    for (const [code, status] of codes)
      assert.equal(ERRORS[code as keyof typeof ERRORS].status, status, `${path} ${code}`);
  }
});

const NEEDED: Readonly<Record<string, string>> = {
  "/api/v1/runs/{id}/what-if": "target=*",
  "/api/v1/metrics/query": "name=claude_code.token.usage",
  "/api/v1/runs": "total=true&limit=2",
  "/api/v1/communication/messages": "from=boss&to=researcher",
  "/api/v1/communication/runs": "from=boss&to=researcher",
};

/** A request that finds something: on captures, which are older than the usual window. */
function exampleOf(path: string, runId: string, known: Readonly<Record<string, string>>): string {
  const values: Record<string, string> = { traceId: runId, name: "boss", ...known };
  const filled = path
    .replace("/sessions/{id}", "/sessions/sess-1")
    .replace(/(\/config\/\w+)\/\{id\}/, "$1/kept")
    .replace("{id}", runId)
    .replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  if (path === "/api/v1/compare") return `${filled}?a=${runId}&b=${runId}`;
  return `${filled}?${NEEDED[path] ?? ""}&since=${SINCE}`;
}

/** A board and a saved view: of captures there are none. */
async function keepOneOfEach(): Promise<void> {
  const bodies = {
    board: { name: "Fleet", panels: [] },
    view: { name: "Failed", path: "/runs", query: "status=failed" },
  };
  for (const [kind, body] of Object.entries(bodies)) {
    const { status } = await fetch(`${talea.talea.url}/api/v1/config/${kind}/kept`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ expectedVersion: 0, body }),
    });
    assert.equal(status, 200);
  }
}

test("what the server answers to real requests is what the document says", async () => {
  const { runs } = await talea.get<{ runs: { id: string; messageCount: number }[] }>(`/api/v1/runs?since=${SINCE}`);
  const run = runs.find(({ messageCount }) => messageCount > 0);
  assert.ok(run !== undefined);
  const { spans } = await talea.get<{ spans: { id: string }[] }>(`/api/v1/runs/${run.id}/spans?format=rows`);
  const { turns } = await talea.get<Conversation>(`/api/v1/runs/${run.id}/conversation`);
  const hash = turns.flatMap(({ parts }) => parts)[0]?.hash ?? "";
  const { errors } = await talea.get<{ errors: { fingerprint: string }[] }>(`/api/v1/errors?since=${SINCE}`);
  const known = { spanId: spans[0]?.id ?? "", hash, fingerprint: errors[0]?.fingerprint ?? "" };
  await keepOneOfEach();
  let checked = 0;
  for (const [path, method, { responses }] of operations()) {
    const { schema } = responses["200"]?.content["application/json"] ?? {};
    if (method !== "get" || schema === undefined) continue;
    const url = exampleOf(path, run.id, known);
    const answer = await talea.get<unknown>(url);
    const [error] = Value.Errors(whole(schema) as TSchema, answer);
    assert.equal(error, undefined, `${url}: ${error?.instancePath} ${error?.message}`);
    assert.doesNotMatch(JSON.stringify(answer), /:null[,}]/, `${url} has no null`);
    checked++;
  }
  assert.ok(checked >= 24, `${checked} endpoints`);
});
