// The real exporters of OpenTelemetry against a whole Talea: what they send is found through the API. Each runs in a
// process of its own, because an SDK is global to its process.

import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { MetricSummary, Run, RunEvent, Span } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const PROGRAM = fileURLToPath(new URL("./exporter-program.ts", import.meta.url));
const PATIENCE_MS = 30_000;
const KEY = { authorization: "Bearer secret" };

interface Exporting {
  readonly protocol: "http/protobuf" | "http/json" | "grpc";
  readonly compression: "gzip" | "none";
  readonly key?: string;
}

const WAYS: readonly Exporting[] = (["http/protobuf", "http/json", "grpc"] as const).flatMap((protocol) => [
  { protocol, compression: "gzip" },
  { protocol, compression: "none" },
]);

interface Exported {
  readonly service: string;
  readonly traceId: string;
  readonly stderr: string;
}

let here: TaleaHere;
/** What each way's program printed. All ran at once: most of the time goes by until lists show what was sent. */
let exported: ReadonlyMap<Exporting, Exported>;
before(async () => {
  here = await startTaleaHere(["--key", "secret"]);
  exported = new Map(await Promise.all(WAYS.map(async (way) => [way, await runProgram(way)] as const)));
});
after(async () => await here.close());

const run = promisify(execFile);

/** Runs the program as a service that is named after its way. */
async function runProgram({ protocol, compression, key = "secret" }: Exporting): Promise<Exported> {
  const service = `shop ${protocol} ${compression} ${key}`;
  const endpoint = protocol === "grpc" ? `http://${here.talea.grpcAddress}` : here.talea.url;
  const { stdout, stderr } = await run(process.execPath, [PROGRAM], {
    env: {
      ...process.env,
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${key}`)}`,
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_LOG_LEVEL: "error",
    },
    timeout: PATIENCE_MS,
  });
  return { service, traceId: stdout.trim(), stderr };
}

/** The answer once it holds: records are acknowledged a moment before lists show them. */
async function eventually<T>(path: string, holds: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await here.get<T>(path, KEY).catch((error: Error) => error);
    if (!(answer instanceof Error) && holds(answer)) return answer;
    if (performance.now() > deadline) {
      assert.fail(`${path}: ${answer instanceof Error ? answer.message : JSON.stringify(answer)}`);
    }
    await setTimeout(50);
  }
}

function attributesOf({ attributes }: Span): Readonly<Record<string, unknown>> {
  return attributes as Readonly<Record<string, unknown>>;
}

async function assertSpans(traceId: string, service: string): Promise<void> {
  const { runs } = await eventually<{ runs: Run[] }>(`/api/v1/runs?limit=100`, (answer) =>
    answer.runs.some(({ id, spanCount }) => id === traceId && spanCount === 3),
  );
  const listed = runs.find(({ id }) => id === traceId);
  assert.deepEqual(
    [listed?.service, listed?.agents, listed?.llmCalls, listed?.toolCalls],
    [service, ["planner"], 1, 1],
  );
  assert.deepEqual([listed?.tokens?.input, listed?.tokens?.output], [120, 30]);
  const { spans } = await here.get<{ spans: Span[] }>(`/api/v1/runs/${traceId}/spans?format=rows`, KEY);
  const byName = new Map(spans.map((span) => [span.name, span]));
  const root = byName.get("invoke_agent planner");
  assert.deepEqual([...byName.values()].map(({ kind }) => kind).sort(), ["agent", "llm", "tool"]);
  for (const child of ["chat m-1", "execute_tool search"]) assert.equal(byName.get(child)?.parentId, root?.id);
  const tool = byName.get("execute_tool search");
  assert.deepEqual([tool?.status, tool?.statusMessage], ["error", "nothing was found"]);
  const [whole, call] = await Promise.all(
    [root?.id, byName.get("chat m-1")?.id].map((id) => here.get<Span>(`/api/v1/runs/${traceId}/spans/${id}`, KEY)),
  );
  assert.equal(String(attributesOf(whole as Span)["app.large"]), String(2 ** 53));
  assert.deepEqual(attributesOf(call as Span)["app.list"], ["a", "b"]);
}

async function assertEvents(traceId: string): Promise<void> {
  const { events } = await eventually<{ events: RunEvent[] }>(`/api/v1/runs/${traceId}/events`, (answer) =>
    answer.events.some(({ type }) => type === "log"),
  );
  const taken = events.find(({ type }) => type === "order.taken");
  assert.deepEqual(taken?.data, { size: 3, body: { order: 7, tags: ["x"] } });
  assert.equal(taken.traceId, traceId);
  const line = events.find(({ type }) => type === "log");
  assert.deepEqual([line?.message, line?.level], ["a line of log", "error"]);
}

async function assertPoints(service: string): Promise<void> {
  const summary = async (name: string, holds: (one: MetricSummary) => boolean) => {
    const path = `/api/v1/metrics/summary?name=${name}&by=service,shop`;
    const own = (one: MetricSummary) => one.attributes["service"] === service && holds(one);
    const { metrics } = await eventually<{ metrics: MetricSummary[] }>(path, (answer) => answer.metrics.some(own));
    const found = metrics.find(own);
    assert.equal(found?.attributes["shop"], "north");
    return found;
  };
  const orders = await summary("orders", ({ last }) => last === 8);
  assert.deepEqual([orders?.kind, orders?.unit], ["counter", "{order}"]);
  const weights = await summary("weights", ({ count }) => count === 4);
  assert.deepEqual([weights?.sum, weights?.min, weights?.max, weights?.unit], [406, 1, 400, "kg"]);
  const stock = await summary("stock", ({ last }) => last === 41.5);
  assert.equal(stock?.kind, "gauge");
}

for (const way of WAYS) {
  const { protocol, compression } = way;
  test(`spans, logs and metrics of the ${protocol} exporter (${compression}) are found through the API`, async () => {
    const { service, traceId, stderr } = exported.get(way) as Exported;
    assert.equal(stderr, "");
    assert.match(traceId, /^[0-9a-f]{32}$/);
    await assertSpans(traceId, service);
    await assertEvents(traceId);
    await assertPoints(service);
  });
}

test("an exporter with a wrong key is told so and stores nothing, over either transport", async () => {
  for (const protocol of ["http/protobuf", "grpc"] as const) {
    const { traceId, stderr } = await runProgram({ protocol, compression: "none", key: "wrong" });
    assert.match(stderr, /UNAUTHENTICATED|Unauthorized/);
    const answer = await fetch(`${here.talea.url}/api/v1/runs/${traceId}`, { headers: KEY });
    assert.equal(answer.status, 404);
  }
});
