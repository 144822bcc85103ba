// Rule 1: everything that the engine has is tried on the gate, and what is not known to be harmless has to be refused.
// After it no file was read or written, nothing was changed, and no other project was seen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ALLOWED_AGGREGATES,
  ALLOWED_FUNCTIONS,
  isAllowedFunction,
  TYPE_TAKING,
} from "../../src/api/sql/allowed-functions.ts";
import { SQL_TABLES } from "../../src/model/sql-tables.ts";
import { type GatedStore, OTHER, type Outcome, startGatedStore } from "../support/gated-store.ts";
import { clauses, statements, tricks } from "./sql-attempts.ts";

let gate: GatedStore;
let before_: string;

before(async () => {
  gate = await startGatedStore();
  before_ = await gate.fingerprint();
});
after(() => gate.close());

/** Runs queries, two at a time as the gate lets them, and sees that none of them tells a secret. */
async function outcomes(queries: readonly string[]): Promise<Outcome[]> {
  const found: Outcome[] = [];
  const rest = [...queries.entries()];
  const work = async () => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const [index, query] = next;
      const outcome = await gate.run(query);
      assert.notEqual(outcome.code, "internal", query);
      assertNoSecret(query, outcome);
      found[index] = outcome;
    }
  };
  await Promise.all([work(), work()]);
  return found;
}

function assertNoSecret(query: string, { text }: Outcome): void {
  // What the query itself says may come back.
  const said = gate.secrets.filter((secret) => text.includes(secret) && !query.includes(secret));
  assert.deepEqual(said, [], `${query}\n${text.slice(0, 300)}`);
}

async function assertNothingChanged(): Promise<void> {
  assert.equal(await gate.fingerprint(), before_);
}

interface EngineFunction {
  readonly name: string;
  readonly categories: string;
}

async function engineFunctions(): Promise<EngineFunction[]> {
  const rows = await gate.test.store.rows("SELECT name, categories FROM system.functions ORDER BY name");
  return rows as unknown as EngineFunction[];
}

test("of all functions of the engine those are let through that are on the list", async () => {
  const functions = await engineFunctions();
  assert.ok(functions.length > 1500);
  const queries = functions.map(({ name }) => `SELECT \`${name}\`('${gate.canary}')`);
  for (const [i, { code, details, text }] of (await outcomes(queries)).entries()) {
    const { name } = functions[i] as EngineFunction;
    if (TYPE_TAKING.has(name.toLowerCase())) assert.ok(code === "sql_failed" || details.what === "type", name);
    else if (isAllowedFunction(name)) assert.notEqual(code, "sql_refused", `${name}: ${text}`);
    else assert.deepEqual([code, details], ["sql_refused", { what: "function", name }], name);
  }
  await assertNothingChanged();
});

test("no function is on the list that reads anything but its arguments, and none that the engine does not have", async () => {
  const functions = await engineFunctions();
  const categoryOf = new Map(functions.map(({ name, categories }) => [name.toLowerCase(), categories]));
  const forbidden = /Dictionary|Introspection|Encryption|AI|Machine|Other|Internal/;
  /** Looked at one by one. */
  const harmless = new Set(
    "_CAST caseWithExpression bar formatReadableSize formatReadableDecimalSize formatReadableQuantity formatReadableTimeDelta parseReadableSize parseTimeDelta identity materialize toTypeName toColumnTypeName transform rowNumberInAllBlocks visibleWidth".split(
      " ",
    ),
  );
  /** Known to the parser or to analysis only. */
  const syntax = new Set(["lambda", "exists", "grouping", "untuple"]);
  for (const name of [...ALLOWED_FUNCTIONS, ...ALLOWED_AGGREGATES]) {
    const category = categoryOf.get(name.toLowerCase());
    assert.ok(category !== undefined || syntax.has(name), `${name} is no function of the engine`);
    if (!harmless.has(name)) assert.doesNotMatch(category ?? "", forbidden, name);
  }
  // Names are compared without case.
  const alike = Map.groupBy(functions, ({ name }) => name.toLowerCase());
  for (const [name, same] of alike) {
    assert.equal(new Set(same.map((one) => isAllowedFunction(one.name))).size, 1, name);
  }
});

test("an allowed function cannot be made to call another one by its bare name", async () => {
  const calls = ALLOWED_FUNCTIONS.concat(ALLOWED_AGGREGATES).flatMap((name) => [
    `SELECT \`${name}\`(file, ['${gate.canary}'])`,
    `SELECT \`${name}\`(['${gate.canary}'], file)`,
    `SELECT \`${name}\`(file, map('${gate.canary}', '${gate.canary}'))`,
  ]);
  for (const [i, { code }] of (await outcomes(calls)).entries()) assert.notEqual(code, "ok", calls[i]);
  await assertNothingChanged();
});

test("of all table functions numbers and values are let through", async () => {
  const rows = await gate.test.store.rows("SELECT name FROM system.table_functions");
  const names = rows.map((row) => String(row["name"]));
  assert.ok(names.length > 80);
  const uses = (name: string) => [
    `SELECT * FROM ${name}('${gate.canary}', 'LineAsString')`,
    `SELECT 1 IN (SELECT * FROM ${name}('${gate.canary}'))`,
    `WITH t AS (SELECT * FROM ${name}('localhost', '${gate.canary}')) SELECT * FROM spans JOIN t ON 1`,
  ];
  for (const name of names) {
    if (["numbers", "values"].includes(name)) continue;
    for (const { code, details, text } of await outcomes(uses(name))) {
      // `view` takes a query, and not a text; FORMAT is refused as the clause.
      if (/^view/i.test(name) && code === "sql_failed") continue;
      if (name === "format" && details.what === "clause") continue;
      assert.deepEqual([code, details.what, details.name], ["sql_refused", "table function", name], `${name}: ${text}`);
    }
  }
  await assertNothingChanged();
});

test("of all statements of the parser SELECT is let through", async () => {
  const all = statements(gate);
  assert.ok(all.length > 80);
  for (const [i, { code, text }] of (await outcomes(all)).entries()) {
    assert.equal(code, "sql_refused", `${all[i]}: ${text}`);
  }
  // Hidden in or behind one that is allowed.
  const hidden = all.flatMap((statement) => [
    `SELECT * FROM (${statement})`,
    `WITH x AS (${statement}) SELECT * FROM x`,
    `SELECT 1 UNION ALL ${statement}`,
    `SELECT 1 PARALLEL WITH ${statement}`,
    `(SELECT 1) ${statement}`,
    `WITH x AS (SELECT 1) ${statement}`,
  ]);
  for (const [i, { code, text }] of (await outcomes(hidden)).entries()) {
    assert.notEqual(code, "ok", `${hidden[i]}: ${text}`);
  }
  // A word behind a value is the value's name: some of these are queries, and no more than that.
  await outcomes(all.flatMap((statement) => [`SELECT 1\n${statement}`, `FROM spans ${statement}`]));
  await assertNothingChanged();
});

test("each clause of SELECT is let through or refused as it is meant to be", async () => {
  const all = clauses(gate);
  for (const [i, outcome] of (await outcomes(all.map(({ query }) => query))).entries()) {
    const { query, expected } = all[i] as (typeof all)[number];
    assert.equal(outcome.code, expected, `${query}\n${outcome.text}`);
  }
  await assertNothingChanged();
});

test("no quoting, comment, name or nesting hides what is refused", async () => {
  const all = tricks(gate);
  for (const [i, { code, text }] of (await outcomes(all)).entries()) assert.notEqual(code, "ok", `${all[i]}\n${text}`);
  await assertNothingChanged();
});

test("every table has the rows of its own project only, in whatever way it is read", async () => {
  for (const { name } of SQL_TABLES) {
    const reads = [
      `SELECT * FROM ${name}`,
      `SELECT * FROM (SELECT * FROM (SELECT * FROM ${name}))`,
      `WITH ${name} AS (SELECT * FROM ${name}) SELECT * FROM ${name}`,
      `SELECT * FROM ${name} AS a JOIN ${name} AS b ON 1 = 1`,
      `SELECT * FROM ${name} UNION ALL SELECT * FROM ${name}`,
      `SELECT * FROM ${name} WHERE received > 0 OR 1`,
    ];
    for (const read of reads) {
      const { code, text } = await gate.run(read);
      assertNoSecret(read, { code, text, details: {} });
    }
  }
  const { text } = await gate.run(
    "SELECT name FROM spans UNION ALL SELECT message FROM events UNION ALL SELECT body FROM contents UNION ALL SELECT name FROM runs",
  );
  assert.equal(text.split("known to us").length - 1, 4);
  // No column says whose rows they are, so that nobody can ask for another's.
  for (const sql of [
    "SELECT project FROM spans",
    `SELECT * FROM spans WHERE project = '${OTHER}'`,
    "SELECT r.project FROM spans AS r",
  ]) {
    assert.equal((await gate.run(sql)).code, "sql_failed", sql);
  }
});

test("parameters are values, whatever they say", async () => {
  const nasty = "'; DROP TABLE spans; SELECT file('x') --";
  const { text } = await gate.run("SELECT {a:String} AS a, {b:Array(String)} AS b, {c:UInt8} + 1 AS c", {
    a: nasty,
    b: [nasty, "\\"],
    c: 41,
  });
  assert.deepEqual(JSON.parse(text).rows, [{ a: nasty, b: [nasty, "\\"], c: 42 }]);
  assert.equal((await gate.run("SELECT * FROM {t:Identifier}", { t: "spans" })).code, "sql_refused");
  assert.equal(
    (await gate.run("SELECT * FROM {d:Identifier}.{t:Identifier}", { d: "talea", t: "spans" })).code,
    "sql_refused",
  );
  assert.equal(
    (await gate.run("SELECT CAST('a', {t:String})", { t: "AggregateFunction(sum, UInt8)" })).code,
    "sql_refused",
  );
  assert.equal(
    (await gate.run("SELECT * FROM values({s:String}, 1)", { s: "a UInt8, b String ALIAS file('x')" })).code,
    "sql_refused",
  );
  await assertNothingChanged();
});

test("what the engine says of a query has no path, host or name of ours in it", async () => {
  const wrong = [
    "SELECT nothing FROM spans",
    "SELECT count() FROM spans WHERE toUInt8(name) = 1",
    "SELECT CAST(name AS UInt8) FROM spans",
    "SELECT throw FROM",
    "SELECT * FROM spans JOIN runs USING (nothing)",
    "SELECT name FROM spans GROUP BY kind",
    "SELECT arrayMap(x -> x + 'a', [1])",
    "SELECT 1 +",
    "SELECT toDateTime('nonsense') FROM spans",
  ];
  for (const [i, { code, text }] of (await outcomes(wrong)).entries()) {
    assert.equal(code, "sql_failed", `${wrong[i]}: ${text}`);
    assert.doesNotMatch(
      text,
      /_sql_[0-9a-f]|\btalea\.|\/(?:tmp|home|var|usr)\/|\bversion\b|localhost|repeats|deletions/,
      wrong[i],
    );
  }
});
