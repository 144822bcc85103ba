// What the tables of SQL hold: each span and event once, each run by its last settling, nothing that was deleted, and
// only the rows of the project; and that a question about an hour reads that hour.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SqlAnswer } from "../../src/model/sql-shapes.ts";
import { StoreClient } from "../../src/store/client.ts";
import { SqlViews } from "../../src/store/sql-views.ts";
import { engineRunning } from "../support/engine-of.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { hex, NOW, sendSpans, settled } from "./send-spans.ts";

let talea: TaleaHere;
let store: StoreClient;

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  const { socketPath } = await engineRunning(process.pid);
  store = new StoreClient({ kind: "embedded", socketPath });
});
after(async () => {
  await store.close();
  await talea.close();
});

async function rows(query: string): Promise<SqlAnswer["rows"]> {
  const response = await talea.post("/api/v1/sql", { query });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return (JSON.parse(text) as SqlAnswer).rows;
}

test("a span or event that was sent twice counts once, and a run that went on by its last settling", async () => {
  const traceId = hex(16);
  const spanId = hex(8);
  const tool = { traceId, parentSpanId: spanId, attributes: { "gen_ai.operation.name": "execute_tool" } };
  const [first, second] = [hex(8), hex(8)];
  await sendSpans(talea, { traceId, spanId }, { ...tool, spanId: first });
  const event = { id: `e-${traceId}`, traceId, type: "state.changed", message: "once" };
  assert.equal((await talea.post("/api/v1/events", event)).status, 200);
  await settled(talea);
  const count = (table: string) => rows(`SELECT count() AS n FROM ${table} WHERE trace_id = '${traceId}'`);
  assert.deepEqual([await count("spans"), await count("events")], [[{ n: 2 }], [{ n: 1 }]]);
  assert.deepEqual(await rows(`SELECT span_count AS n FROM runs WHERE run_id = '${traceId}'`), [{ n: 2 }]);
  // The same two again in another body, and one more.
  await sendSpans(talea, { ...tool, spanId: first }, { traceId, spanId }, { ...tool, spanId: second });
  await settled(talea);
  assert.deepEqual(await count("spans"), [{ n: 3 }]);
  const raw = await store.rows(`SELECT count() AS n FROM spans WHERE trace_id = unhex('${traceId}')`);
  assert.equal(raw[0]?.["n"], 5);
  assert.deepEqual(await rows(`SELECT span_count AS n FROM runs WHERE run_id = '${traceId}'`), [{ n: 3 }]);
  assert.deepEqual(
    await rows(`SELECT count() AS n, sum(tool_calls) AS calls FROM run_agents WHERE run_id = '${traceId}'`),
    [{ n: 1, calls: 2 }],
  );
  assert.deepEqual(await rows(`SELECT run_id FROM run_traces WHERE trace_id = '${traceId}'`), [{ run_id: traceId }]);
});

test("a span that is announced and not ended is not there", async () => {
  const traceId = hex(16);
  const spanId = hex(8);
  const record = {
    timeUnixNano: `${NOW}000000`,
    eventName: "span.started",
    body: { stringValue: "invoke_agent tester" },
    ...{ traceId, spanId },
    attributes: [{ key: "gen_ai.operation.name", value: { stringValue: "invoke_agent" } }],
  };
  const sent = await talea.post("/v1/logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  assert.equal(sent.status, 200);
  await talea.get("/api/v1/status?waitFor=zzzzzzzz&timeout=1");
  const count = `SELECT count() AS n FROM spans WHERE trace_id = '${traceId}'`;
  assert.deepEqual(await rows(count), [{ n: 0 }]);
  await sendSpans(talea, { traceId, spanId, startMs: NOW });
  await settled(talea);
  assert.deepEqual(await rows(count), [{ n: 1 }]);
});

test("what was deleted is gone from every table", async () => {
  const traceId = hex(16);
  await sendSpans(talea, { traceId, name: `secret-${traceId}` });
  await talea.post("/api/v1/events", { runId: traceId, type: "log", message: `secret-${traceId}` });
  await settled(talea);
  const found = `SELECT name FROM spans WHERE name LIKE '%${traceId}' UNION ALL SELECT message FROM events WHERE message LIKE '%${traceId}' UNION ALL SELECT run_id FROM runs WHERE run_id = '${traceId}' UNION ALL SELECT run_id FROM run_agents WHERE run_id = '${traceId}'`;
  assert.equal((await rows(found)).length, 4);
  const deleted = await fetch(`${talea.talea.url}/api/v1/runs/${traceId}`, { method: "DELETE" });
  assert.equal(deleted.status, 200);
  assert.deepEqual(await rows(found), []);
});

test("a question about a minute reads a few granules of many", async () => {
  const BATCHES = 10;
  for (let batch = 0; batch < BATCHES; batch++) {
    await store.command(
      `INSERT INTO spans (project, received, offset, started_at, duration_ns, trace_id, span_id, service, name)
       SELECT 'large', now(), number, toDateTime64('2026-03-01 00:00:00', 9, 'UTC') + number / 10, 1000000,
         CAST(unhex(hex(MD5(toString(intDiv(number, 20))))), 'FixedString(16)'),
         CAST(substring(MD5(toString(number)), 1, 8), 'FixedString(8)'), 'test', 'name'
       FROM numbers(${batch * 100_000}, 100000)`,
    );
  }
  const views = new SqlViews(store);
  const { store: view } = await views.of("large");
  const granules = async (query: string) => {
    const plan = await view.rows(`EXPLAIN indexes = 1 ${query}`);
    const text = plan.map((row) => row["explain"]).join("\n");
    const [, left, all] = /\.spans\)[\s\S]*?PrimaryKey[\s\S]*?Granules: (\d+)\/(\d+)/.exec(text) ?? [];
    return { text, left: Number(left), all: Number(all) };
  };
  try {
    const minute = "started_at >= '2026-03-01 10:00:00' AND started_at < '2026-03-01 10:01:00'";
    const { text, left, all } = await granules(
      `SELECT name FROM spans WHERE ${minute} ORDER BY started_at DESC LIMIT 10`,
    );
    assert.ok(left > 0 && left <= 6 && all > 100, text);
    assert.match(text, /toStartOfFiveMinutes\(started_at\)/, text);
    const [found] = await view.rows(`SELECT count() AS n FROM spans WHERE ${minute}`);
    assert.equal(found?.["n"], 600);
    // Ten rows of a million are found without reading a million.
    const json = (
      await view.bytes("SELECT * FROM spans LIMIT 10", { format: "JSON", settings: { max_threads: 1 } })
    ).toString();
    assert.ok(Number(/"rows_read": (\d+)/.exec(json)?.[1]) < 200_000, json.slice(-200));
  } finally {
    await views.close();
  }
});
