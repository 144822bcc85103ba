// SQL over HTTP: shapes, parameters, limits, and queries that nobody waits for any more.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Value } from "typebox/value";
import { LIMITS } from "../../src/model/limits.ts";
import { SqlAnswer, SqlSchema } from "../../src/model/sql-shapes.ts";
import { SQL_TABLES } from "../../src/model/sql-tables.ts";
import { StoreClient } from "../../src/store/client.ts";
import { engineRunning } from "../support/engine-of.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { failure, hex, NOW, sendSpans, settled } from "./send-spans.ts";

let talea: TaleaHere;
let engine: StoreClient;
const traceId = hex(16);
const LONG = "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)";

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  const { socketPath } = await engineRunning(process.pid);
  engine = new StoreClient({ kind: "embedded", socketPath });
  await sendSpans(talea, { traceId, durationMs: 1_234, attributes: { colour: "red" } });
  await settled(talea);
});
after(async () => {
  await engine.close();
  await talea.close();
});

async function answer(query: string, params?: object): Promise<SqlAnswer> {
  const response = await talea.post("/api/v1/sql", { query, ...(params === undefined ? {} : { params }) });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
  const parsed = JSON.parse(text) as SqlAnswer;
  const [error] = Value.Errors(SqlAnswer, parsed);
  assert.equal(error, undefined, `${error?.instancePath} ${error?.message}`);
  return parsed;
}

const rows = async (query: string, params?: object) => (await answer(query, params)).rows;
const refusal = async (query: unknown) => failure(await talea.post("/api/v1/sql", { query }));

/** The failure's whole body, for its details. */
async function details(query: string): Promise<{ code: string; message: string; details?: { position?: number } }> {
  const body = (await (await talea.post("/api/v1/sql", { query })).json()) as { error: never };
  return body.error;
}

test("rows come by column, with the columns' types and what it took", async () => {
  const { columns, rows, statistics } = await answer(
    "SELECT trace_id, duration_ms, kind, attributes['colour'] AS colour, cost_usd, [1, 2] AS list FROM spans",
  );
  assert.deepEqual(
    columns.map(({ name, type }) => [name, type.split("(")[0]]),
    [
      ["trace_id", "String"],
      ["duration_ms", "Float64"],
      ["kind", "Enum8"],
      ["colour", "String"],
      ["cost_usd", "Nullable"],
      ["list", "Array"],
    ],
  );
  assert.deepEqual(rows, [
    { trace_id: traceId, duration_ms: 1234, kind: "agent", colour: "red", cost_usd: null, list: [1, 2] },
  ]);
  assert.equal(statistics.rows, 1);
  assert.ok(statistics.rowsRead >= 1 && statistics.bytesRead > 0 && statistics.elapsedMs > 0);
});

test("whole numbers, times, texts and what is no number are told as JSON can", async () => {
  const [row] = await rows(
    "SELECT count() AS n, toUInt64(9007199254740993) AS big, nan AS nothing, 1/0 AS endless, NULL AS unknown, " +
      "toDateTime64('2026-03-04 05:06:07.123456789', 9, 'UTC') AS time, 'a\"b\\\\c\\n\\t\u00fc\u{1f600}' AS text, " +
      "map('k', 1) AS m, (1, 'x') AS pair, true AS yes",
  );
  assert.deepEqual(row, {
    ...{ n: 1, big: 9007199254740992, nothing: null, endless: null, unknown: null, yes: true },
    ...{ time: "2026-03-04T05:06:07.123456789Z", text: 'a"b\\c\n\tü😀', m: { k: 1 }, pair: [1, "x"] },
  });
  assert.deepEqual(await rows("SELECT 1 AS a WHERE 0"), []);
  const { totals } = await answer("SELECT kind, count() AS n FROM spans GROUP BY kind WITH TOTALS");
  assert.equal(totals?.["n"], 1);
});

test("texts that look like the frame of an answer change nothing", async () => {
  const nasty = '\n\t],\n\n\t"rows": 7,\n\t"data":\n\t[';
  const [row] = await rows('SELECT {text:String} AS `],` , 1 AS `"data":`'.replaceAll('`"data":`', '"data:"'), {
    text: nasty,
  });
  assert.equal(row?.["],"], nasty);
});

test("parameters fill {name:Type} and are values only", async () => {
  assert.deepEqual(
    await rows("SELECT {a:String} AS a, {b:Array(UInt8)} AS b, {c:DateTime64(3)} < now() AS c, {d:Float64} AS d", {
      a: "it's; --",
      b: [1, 2],
      c: "2026-01-01 00:00:00.000",
      d: 1.5,
    }),
    [{ a: "it's; --", b: [1, 2], c: 1, d: 1.5 }],
  );
  const [, code] = await refusal("SELECT {missing:UInt8}");
  assert.equal(code, "sql_failed");
  assert.deepEqual(await failure(await talea.post("/api/v1/sql", { query: "SELECT {a:UInt8}", params: { a: "x" } })), [
    400,
    "sql_failed",
  ]);
  for (const params of [{ "a b": 1 }, { a: { b: 1 } }, { a: [[1]] }, []]) {
    const refused = await talea.post("/api/v1/sql", { query: "SELECT 1", params });
    assert.deepEqual(await failure(refused), [400, "bad_request"], JSON.stringify(params));
  }
});

test("bodies that hold no query are refused", async () => {
  for (const query of [undefined, "", {}, ["SELECT 1", "SELECT 2"], "x".repeat(LIMITS.sqlBytes + 1)]) {
    assert.deepEqual(await refusal(query), [400, "bad_request"]);
  }
  assert.deepEqual(await refusal(" -- nothing\n"), [403, "sql_refused"]);
});

test("a wrong query is answered with what is wrong, and where", async () => {
  const texts: [query: string, at: string][] = [
    ["SELECT count() FROM spans WHERE\n  name = = 'a'", "= 'a'"],
    ["SELECT 'ünï' AS a, /* a comment\n of two lines */ count( FROM spans", "( FROM"],
    ["SELECT 1 -- x\n, 2 2", "2"],
  ];
  for (const [query, at] of texts) {
    const { code, details: found } = await details(query);
    assert.equal(code, "sql_failed", query);
    assert.equal(found?.position, query.lastIndexOf(at), query);
  }
  const unknown = await details("SELECT naem FROM spans");
  assert.match(unknown.message, /^Unknown expression identifier `naem`\. Maybe you meant: \['name'\]\.$/);
  const refused = await details("SELECT 1,\n hostName()");
  assert.deepEqual(refused.details, { what: "function", name: "hostName" });
});

test("a result that is too large, and a query that takes too much, are refused in words", async () => {
  assert.deepEqual(await refusal(`SELECT * FROM numbers(${LIMITS.sqlResultRows + 1})`), [400, "sql_too_large"]);
  assert.equal((await answer(`SELECT * FROM numbers(${LIMITS.sqlResultRows})`)).rows.length, LIMITS.sqlResultRows);
  assert.deepEqual(await refusal("SELECT repeat(toString(number), 1000000) FROM numbers(15)"), [400, "sql_too_large"]);
  assert.deepEqual(await refusal("SELECT groupArray(number) FROM numbers(1000000000)"), [504, "query_too_heavy"]);
  assert.deepEqual(await refusal("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n FROM t"), [
    400,
    "sql_failed",
  ]);
});

/** How many queries of readers the engine has under way. */
async function underWay(): Promise<number> {
  const [row] = await engine.rows(
    "SELECT count() AS n FROM system.processes WHERE query LIKE '%sipHash64(number)%' AND query NOT LIKE '%system.processes%'",
  );
  return Number(row?.["n"]);
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + 8_000; performance.now() < deadline; await sleep(20)) {
    if (await isSo()) return;
  }
  assert.fail(what);
}

test("a query whose client hung up is killed, and one that waited is not begun", async () => {
  const hangUp = new AbortController();
  const ask = () =>
    fetch(`${talea.talea.url}/api/v1/sql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: LONG }),
      signal: hangUp.signal,
    });
  const asked = [ask(), ask(), ask()];
  await until(async () => (await underWay()) === LIMITS.sqlQueries, "two run");
  hangUp.abort();
  for (const one of asked) await assert.rejects(one, { name: "AbortError" });
  await until(async () => (await underWay()) === 0, "all are killed long before their time is up");
  assert.deepEqual(await rows("SELECT 1 AS a"), [{ a: 1 }]);
});

test("two queries run at once, some wait, more are sent away; other readers are answered meanwhile", async () => {
  const hangUp = new AbortController();
  const ask = () =>
    fetch(`${talea.talea.url}/api/v1/sql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: LONG }),
      signal: hangUp.signal,
    });
  const waiting = Array.from({ length: LIMITS.sqlQueries + LIMITS.sqlQueriesWaiting }, () =>
    ask().catch(() => "hung up"),
  );
  await until(async () => (await underWay()) === LIMITS.sqlQueries, "two run");
  await until(async () => {
    const sentAway = await talea.post("/api/v1/sql", { query: "SELECT 1 +" });
    return (
      sentAway.status === 429 && sentAway.headers.has("retry-after") && (await failure(sentAway))[1] === "sql_busy"
    );
  }, "one more is sent away");
  assert.equal(await underWay(), LIMITS.sqlQueries);
  const { runs } = await talea.get<{ runs: unknown[] }>("/api/v1/runs");
  assert.equal(runs.length, 1);
  hangUp.abort();
  await Promise.all(waiting);
  await until(async () => (await rows("SELECT 2 AS a"))[0]?.["a"] === 2, "it goes on");
});

test("every table has the columns and types that the schema says, and every column can be read", async () => {
  const schema = await talea.get<SqlSchema>("/api/v1/sql/schema");
  assert.equal(Value.Errors(SqlSchema, schema).length, 0);
  assert.deepEqual(
    schema.tables.map(({ name }) => name),
    SQL_TABLES.map(({ name }) => name),
  );
  for (const { name, columns } of schema.tables) {
    const found = await answer(`SELECT * FROM ${name} LIMIT 1`);
    assert.deepEqual(
      found.columns,
      columns.map(({ name, type }) => ({ name, type })),
      name,
    );
    assert.ok(columns.every(({ doc }) => doc.length > 2));
  }
});

test("the examples of docs/sql.md can be run", async () => {
  const docs = readFileSync(new URL("../../docs/sql.md", import.meta.url), "utf8");
  const examples = [...docs.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
  assert.ok(examples.length >= 5);
  for (const example of examples) await answer(example, { since: NOW, agent: "tester" });
});
