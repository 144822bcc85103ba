// What Talea relies on of ClickHouse's HTTP interface, for every engine that it can be given. Each engine says in words
// what it cannot do.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { ask, type Capability, engineTargets, open, type RunningTarget, value } from "../support/engine-targets.ts";

for (const target of engineTargets()) {
  describe(`ClickHouse's HTTP interface of ${target.name}`, () => {
    let engine: RunningTarget;
    const database = `talea_contract_${randomBytes(4).toString("hex")}`;
    const here = { database };

    before(async () => {
      engine = await target.start();
      await value(engine, `CREATE DATABASE ${database} ENGINE = Atomic`);
    });
    after(async () => {
      await value(engine, `DROP DATABASE ${database}`).finally(engine.close);
    });

    const lacks = (capability: Capability): { skip: string | false } => ({ skip: target.cannot[capability] ?? false });
    const partsOf = async (table: string): Promise<number> =>
      Number(
        await value(
          engine,
          "SELECT count() FROM system.parts WHERE active AND database = {database:String} AND table = {table:String}",
          { param_database: database, param_table: table },
        ),
      );
    /** Native data of the numbers [from, from + count), in blocks of `blockRows`. */
    const numbers = async (from: number, count: number, blockRows = count): Promise<Buffer> => {
      const statement = `SELECT number AS id, toString(number) AS text FROM numbers(${from}, ${count}) FORMAT Native`;
      const answer = await ask(engine, { query: { max_block_size: blockRows, max_threads: 1 }, body: statement });
      return answer.body;
    };
    const insert = (table: string, format: string, body: Uint8Array | string, query = {}) =>
      ask(engine, { query: { ...here, query: `INSERT INTO ${table} FORMAT ${format}`, ...query }, body });

    describe("asking", () => {
      it("answers a ping", async () => {
        const answer = await ask(engine, { method: "GET", path: "/ping" });
        assert.deepEqual([answer.status, answer.text], [200, "Ok.\n"]);
      });

      it("takes the query from the URL, the body, or the one followed by the other", async () => {
        const inUrl = await ask(engine, { method: "GET", query: { query: "SELECT 1" } });
        const inBody = await ask(engine, { body: "SELECT 2;" });
        const inBoth = await ask(engine, { query: { query: "SELECT" }, body: "3 -- three" });
        assert.deepEqual([inUrl.text, inBody.text, inBoth.text], ["1\n", "2\n", "3\n"]);
      });

      it("answers tab-separated unless the query or default_format say otherwise", async () => {
        const plain = await ask(engine, { body: "SELECT 1 AS a, 'x' AS b" });
        const byDefault = await ask(engine, { query: { default_format: "JSONEachRow" }, body: "SELECT 1 AS a" });
        const byClause = await ask(engine, {
          query: { default_format: "CSV" },
          body: "SELECT 1 AS a FORMAT JSONCompact",
        });
        assert.equal(plain.text, "1\tx\n");
        assert.equal(byDefault.text, '{"a":1}\n');
        assert.deepEqual(JSON.parse(byClause.text).data, [[1]]);
        assert.deepEqual(
          [plain, byDefault, byClause].map(({ headers }) => headers["x-clickhouse-format"]),
          ["TabSeparated", "JSONEachRow", "JSONCompact"],
        );
        assert.match(byClause.headers["content-type"] ?? "", /^application\/json/);
      });

      it("answers in binary formats byte for byte", async () => {
        const answer = await ask(engine, { body: "SELECT toUInt32(258), unhex('00FF0A') FORMAT RowBinary" });
        assert.deepEqual([...answer.body], [2, 1, 0, 0, 3, 0x00, 0xff, 0x0a]);
        const native = await ask(engine, { body: "SELECT toUInt8(7) AS n FORMAT Native" });
        assert.deepEqual([...native.body], [1, 1, 1, 0x6e, 5, ...Buffer.from("UInt8"), 7]);
      });

      it("gives back the query's id, or makes one", async () => {
        const given = await ask(engine, { query: { query_id: `mine-${database}` }, body: "SELECT 1" });
        const made = await ask(engine, { body: "SELECT 1" });
        assert.equal(given.headers["x-clickhouse-query-id"], `mine-${database}`);
        assert.match(made.headers["x-clickhouse-query-id"]?.toString() ?? "", /^[0-9a-f-]{36}$/);
      });

      it("sums up what the query took", async () => {
        const answer = await ask(engine, { query: { wait_end_of_query: 1 }, body: "SELECT * FROM numbers(5)" });
        const summary = JSON.parse(answer.headers["x-clickhouse-summary"]?.toString() ?? "{}");
        assert.equal(summary.result_rows, "5");
        assert.ok(Number(summary.elapsed_ns) > 0);
      });

      it("sums up how many rows were read", lacks("tells-rows-read"), async () => {
        const answer = await ask(engine, { query: { wait_end_of_query: 1 }, body: "SELECT count() FROM numbers(5)" });
        assert.equal(JSON.parse(answer.headers["x-clickhouse-summary"]?.toString() ?? "{}").read_rows, "5");
      });

      it("answers gzip when asked for it", async () => {
        const question = { headers: { "Accept-Encoding": "gzip" }, body: "SELECT number FROM numbers(10000)" };
        const packed = await ask(engine, { ...question, query: { enable_http_compression: 1 } });
        const plain = await ask(engine, question);
        assert.equal(packed.headers["content-encoding"], "gzip");
        assert.deepEqual(gunzipSync(packed.body), plain.body);
      });

      it("delivers a result of 100 MB whole", async () => {
        const count = 13_107_200;
        const answer = await ask(engine, { body: `SELECT number FROM numbers(${count}) FORMAT RowBinary` });
        assert.equal(answer.body.length, count * 8);
        const halves = new Uint32Array(answer.body.buffer, answer.body.byteOffset, count * 2);
        let wrong = 0;
        for (let i = 0; i < count; i++) if (halves[2 * i] !== i) wrong++;
        assert.equal(wrong, 0);
      });

      it("delivers a large result as one document of its format, whether announced or not", async () => {
        const statement =
          "SELECT number AS n, repeat('x', 10 + number % 5) AS s FROM numbers(1000000) SETTINGS max_threads = 1;";
        for (const wait_end_of_query of [0, 1]) {
          const answer = await ask(engine, {
            query: { default_format: "JSONCompact", wait_end_of_query },
            body: statement,
          });
          const { data, rows } = JSON.parse(answer.text);
          assert.deepEqual([rows, data.length, data.at(-1)], [1_000_000, 1_000_000, [999_999, "x".repeat(14)]]);
        }
      });

      it("answers an announced large result in the format that the statement names", async () => {
        const body = "SELECT 1 AS a FORMAT JSONEachRow SETTINGS max_threads = 1 -- end";
        assert.equal((await ask(engine, { query: { wait_end_of_query: 1 }, body })).text, '{"a":1}\n');
        assert.equal(await value(engine, "SHOW DATABASES LIKE 'system'", { wait_end_of_query: 1 }), "system");
      });

      it("works in UTC", async () => {
        assert.equal(
          await value(engine, "SELECT timezone(), toDateTime(0), toDateTime64(0, 3)"),
          "UTC\t1970-01-01 00:00:00\t1970-01-01 00:00:00.000",
        );
      });

      it("runs statements in the database that the URL names", async () => {
        assert.equal(await value(engine, "SELECT currentDatabase()", here), database);
        assert.equal(await value(engine, "SELECT currentDatabase()"), "default");
      });
    });

    describe("parameters", () => {
      const cases: readonly (readonly [type: string, given: string, expression: string, expected: string])[] = [
        [
          "String",
          'it\'s "quoted" \\\\ back, täg€😀 ; -- /* {x:Int8}',
          "{p:String}",
          'it\'s "quoted" \\ back, täg€😀 ; -- /* {x:Int8}',
        ],
        ["String", "two\\nlines\\tand a tab", "{p:String}", "two\nlines\tand a tab"],
        ["UInt64", "18446744073709551615", "toString({p:UInt64})", "18446744073709551615"],
        ["Int64", "-9223372036854775808", "toString({p:Int64})", "-9223372036854775808"],
        ["Float64", "0.1", "toString({p:Float64})", "0.1"],
        ["Bool", "true", "toString({p:Bool})", "true"],
        ["Array(String)", "['a\\'b','c,d','é']", "arrayStringConcat({p:Array(String)}, '|')", "a'b|c,d|é"],
        ["Array(UInt64)", "[1,2,3]", "toString(arraySum({p:Array(UInt64)}))", "6"],
        ["Map(String, String)", "{'k':'v'}", "{p:Map(String, String)}['k']", "v"],
        ["FixedString by unhex", "00ff41", "hex(toFixedString(unhex({p:String}), 3))", "00FF41"],
        [
          "DateTime64",
          "2026-11-23 12:00:00.123456789",
          "toString({p:DateTime64(9, 'UTC')})",
          "2026-11-23 12:00:00.123456789",
        ],
        ["Nullable(String)", "\\N", "toString(isNull({p:Nullable(String)}))", "1"],
      ];
      for (const [type, given, expression, expected] of cases) {
        it(`of type ${type} arrive as they were meant: ${JSON.stringify(given)}`, async () => {
          const answer = await ask(engine, {
            query: { param_p: given },
            body: `SELECT ${expression} AS v FORMAT JSONEachRow`,
          });
          assert.deepEqual([answer.status, JSON.parse(answer.text)], [200, { v: expected }]);
        });
      }

      it("may be names of tables", async () => {
        assert.equal(
          await value(engine, "SELECT count() FROM {d:Identifier}.{t:Identifier}", {
            param_d: "system",
            param_t: "one",
          }),
          "1",
        );
      });

      it("of one request are unknown to the next", async () => {
        await Promise.all(
          Array.from({ length: 8 }, (_, i) => value(engine, "SELECT {secret:UInt8}", { param_secret: i })),
        );
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => ask(engine, { body: "SELECT {secret:UInt8}" })),
        );
        for (const answer of answers) assert.equal(answer.headers["x-clickhouse-exception-code"], "456");
      });

      it("stay apart in requests side by side", async () => {
        const asked = Array.from({ length: 200 }, (_, i) => String(i));
        const answers = await Promise.all(asked.map((i) => value(engine, "SELECT {p:String}", { param_p: i })));
        assert.deepEqual(answers, asked);
      });
    });

    describe("settings", () => {
      it("hold for their request only", async () => {
        const usual = await value(engine, "SELECT getSetting('max_block_size')");
        for (let round = 0; round < 3; round++) {
          const mine = Array.from({ length: 8 }, (_, i) =>
            value(engine, "SELECT getSetting('max_block_size')", { max_block_size: 100 + i }),
          );
          assert.deepEqual(
            await Promise.all(mine),
            Array.from({ length: 8 }, (_, i) => String(100 + i)),
          );
          const others = Array.from({ length: 8 }, () => value(engine, "SELECT getSetting('max_block_size')"));
          assert.deepEqual(new Set(await Promise.all(others)), new Set([usual]));
        }
      });

      it("of a refused request do not stay", async () => {
        const usual = await value(engine, "SELECT getSetting('max_block_size')");
        for (let i = 0; i < 8; i++) {
          const answer = await ask(engine, { query: { max_block_size: 9, no_such_setting: 1 }, body: "SELECT 1" });
          assert.deepEqual([answer.status, answer.headers["x-clickhouse-exception-code"]], [404, "115"]);
        }
        const after = Array.from({ length: 8 }, () => value(engine, "SELECT getSetting('max_block_size')"));
        assert.deepEqual(new Set(await Promise.all(after)), new Set([usual]));
      });

      it("set by a statement do not stay, nor does the database that it uses", async () => {
        for (let i = 0; i < 6; i++) {
          await value(engine, "SET max_block_size = 11");
          await value(engine, `USE ${database}`);
        }
        const after = Array.from({ length: 8 }, () =>
          value(engine, "SELECT toUInt8(getSetting('max_block_size') = 11), currentDatabase()"),
        );
        assert.deepEqual(new Set(await Promise.all(after)), new Set(["0\tdefault"]));
      });
    });

    describe("refusing", () => {
      const refusals: readonly (readonly [
        what: string,
        statement: string,
        status: number,
        code: number,
        name: string,
      ])[] = [
        ["an unknown table", "SELECT * FROM no_such_table", 404, 60, "UNKNOWN_TABLE"],
        ["an unknown database", "SELECT * FROM no_such_database.t", 404, 81, "UNKNOWN_DATABASE"],
        ["an unknown column", "SELECT no_such_column", 404, 47, "UNKNOWN_IDENTIFIER"],
        ["an unknown function", "SELECT noSuchFunction(1)", 404, 46, "UNKNOWN_FUNCTION"],
        ["an unknown format", "SELECT 1 FORMAT NoSuchFormat", 404, 73, "UNKNOWN_FORMAT"],
        ["bad syntax", "SELEC 1", 400, 62, "SYNTAX_ERROR"],
        ["several statements", "SELECT 1; SELECT 2", 400, 62, "SYNTAX_ERROR"],
        [
          "a failing expression",
          "SELECT throwIf(number = 3) FROM numbers(5)",
          500,
          395,
          "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO",
        ],
        ["a file as output", "SELECT 1 INTO OUTFILE 'x'", 500, 358, "INTO_OUTFILE_NOT_ALLOWED"],
      ];
      for (const [what, statement, status, code, name] of refusals) {
        it(`${what} with its status, code and name`, async () => {
          const answer = await ask(engine, { query: { wait_end_of_query: 1 }, body: statement });
          assert.deepEqual([answer.status, answer.headers["x-clickhouse-exception-code"]], [status, String(code)]);
          assert.match(
            answer.text,
            new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]+\\(${name}\\) \\(version [\\d.]+`),
          );
        });
      }

      it("a GET that would change something", async () => {
        const answer = await ask(engine, {
          method: "GET",
          query: { query: `CREATE TABLE ${database}.never (a UInt8) ENGINE = Memory` },
        });
        assert.equal(answer.headers["x-clickhouse-exception-code"], "164");
        assert.equal(await value(engine, `EXISTS TABLE ${database}.never`), "0");
      });

      it("a request that asks to be read-only and would change something", async () => {
        const query = { readonly: 1, query: `CREATE TABLE ${database}.never (a UInt8) ENGINE = Memory` };
        assert.equal((await ask(engine, { query })).headers["x-clickhouse-exception-code"], "164");
        assert.equal(await value(engine, "SELECT 5", { readonly: 1 }), "5");
        assert.equal(await value(engine, "CREATE OR REPLACE VIEW v AS SELECT 1", here), "");
      });

      it("a query that takes too much memory", async () => {
        const statement = "SELECT length(groupArray(number)) FROM numbers(100000000)";
        const answer = await ask(engine, { query: { max_memory_usage: 50_000_000 }, body: statement });
        assert.equal(answer.headers["x-clickhouse-exception-code"], "241");
      });

      it("a query that fails, and keeps nothing of it", async () => {
        const failing = "SELECT length(groupArray(toString(number))), 'failed' FROM numbers(100000000)";
        await Promise.all([1, 2, 3].map(() => ask(engine, { query: { max_memory_usage: 50_000_000 }, body: failing })));
        const left = "SELECT count() FROM system.processes WHERE position(query, concat('fai', 'led')) > 0";
        assert.equal(await value(engine, left), "0");
      });

      it("a query that takes too long, in time", async () => {
        const startedAt = performance.now();
        const statement = "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))";
        const answer = await ask(engine, { query: { max_execution_time: 1 }, body: statement });
        assert.deepEqual([answer.status, answer.headers["x-clickhouse-exception-code"]], [408, "159"]);
        assert.ok(performance.now() - startedAt < 3000);
      });
    });

    describe("inserting", () => {
      const table = async (name: string): Promise<void> => {
        await value(
          engine,
          `CREATE TABLE ${database}.${name} (id UInt64, text String DEFAULT concat('default ', toString(id)))
           ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000`,
        );
      };
      const count = (name: string): Promise<string> =>
        value(engine, `SELECT count(), uniqExact(id), sum(id) FROM ${database}.${name}`);

      it("takes one Native block", async () => {
        await table("one_block");
        const answer = await insert("one_block (id, text)", "Native", await numbers(0, 1000));
        assert.deepEqual([answer.status, answer.text], [200, ""]);
        assert.equal(await count("one_block"), "1000\t1000\t499500");
      });

      it("makes one part of all the Native blocks of one body", async () => {
        await table("many_blocks");
        const body = Buffer.concat([
          await numbers(0, 100_000, 1000),
          await numbers(100_000, 10),
          await numbers(100_010, 5000, 50),
        ]);
        assert.equal(
          (await insert("many_blocks (id, text)", "Native", body, { min_insert_block_size_rows: 10_000_000 })).status,
          200,
        );
        assert.equal(await count("many_blocks"), `105010\t105010\t${(105_010 * 105_009) / 2}`);
        assert.equal(await partsOf("many_blocks"), 1);
      });

      it("makes one part of a long body of rows", lacks("one-insert-is-one-part-whatever-the-format"), async () => {
        await table("rows");
        const lines = Array.from({ length: 300_000 }, (_, id) => `${id}\trow\n`).join("");
        assert.equal((await insert("rows", "TabSeparated", lines)).status, 200);
        assert.deepEqual(
          [await count("rows"), await partsOf("rows")],
          [`300000\t300000\t${(300_000 * 299_999) / 2}`, 1],
        );
      });

      it("makes a second insert with the same token a no-op, also behind a materialized view", async () => {
        await table("base");
        await value(
          engine,
          `CREATE TABLE ${database}.sums (k UInt64, n UInt64) ENGINE = SummingMergeTree ORDER BY k SETTINGS non_replicated_deduplication_window = 1000`,
        );
        await value(
          engine,
          `CREATE MATERIALIZED VIEW ${database}.view TO ${database}.sums AS SELECT id % 10 AS k, count() AS n FROM ${database}.base GROUP BY k`,
        );
        const body = Buffer.concat([await numbers(0, 5000), await numbers(5000, 70_000, 10_000)]);
        const settings = {
          deduplicate_blocks_in_dependent_materialized_views: 1,
          min_insert_block_size_rows: 10_000_000,
          max_insert_threads: 1,
        };
        for (const token of ["a", "a", "b", "a", "b"]) {
          const answer = await insert("base (id, text)", "Native", body, {
            ...settings,
            insert_deduplication_token: token,
          });
          assert.equal(answer.status, 200);
        }
        assert.equal(await value(engine, `SELECT count() FROM ${database}.base`), "150000");
        assert.equal(await value(engine, `SELECT sum(n) FROM ${database}.sums`), "150000");
        await value(engine, `OPTIMIZE TABLE ${database}.sums FINAL`);
        assert.equal(await value(engine, `SELECT sum(n), count() FROM ${database}.sums`), "150000\t10");
      });

      it("takes formats of rows, with the query in the URL or before the data", async () => {
        await table("formats");
        await insert("formats", "JSONEachRow", '{"id":1,"text":"json"}\n{"id":2}\n');
        await insert("formats (text, id)", "CSV", '"comma, and ""quote""",3\n');
        await ask(engine, { query: here, body: "INSERT INTO formats FORMAT TabSeparated\n4\ttab \\t new \\n\n" });
        await ask(engine, {
          query: here,
          body: "INSERT INTO formats (id, text) VALUES (5, 'value'), (6, 'it''s; fine')",
        });
        await insert("formats", "RowBinary", Buffer.from([7, 0, 0, 0, 0, 0, 0, 0, 3, 0x0a, 0xff, 0x00]));
        await ask(engine, { query: { ...here, query: "INSERT INTO formats SELECT 8, 'query'" } });
        assert.deepEqual(
          (await value(engine, `SELECT id, hex(text) FROM ${database}.formats ORDER BY id`)).split("\n"),
          [
            `1\t${hex("json")}`,
            `2\t${hex("default 2")}`,
            `3\t${hex('comma, and "quote"')}`,
            `4\t${hex("tab \t new \n")}`,
            `5\t${hex("value")}`,
            `6\t${hex("it's; fine")}`,
            "7\t0AFF00",
            `8\t${hex("query")}`,
          ],
        );
      });

      it("matches Native columns by name when the statement names none", async () => {
        await table("by_name");
        const body = (await ask(engine, { body: "SELECT 'text first' AS text, toUInt64(9) AS id FORMAT Native" })).body;
        assert.equal((await insert("by_name", "Native", body)).status, 200);
        assert.equal(await value(engine, `SELECT id, text FROM ${database}.by_name`), "9\ttext first");
      });

      it("takes a body in gzip", async () => {
        await table("packed");
        const question = {
          query: { ...here, query: "INSERT INTO packed FORMAT TSV" },
          headers: { "Content-Encoding": "gzip" },
        };
        assert.equal((await ask(engine, { ...question, body: gzipSync("1\tone\n") })).status, 200);
        assert.notEqual((await ask(engine, { ...question, body: "no gzip" })).status, 200);
        assert.equal(await value(engine, `SELECT * FROM ${database}.packed`), "1\tone");
      });

      it("takes an empty body as no rows", async () => {
        await table("none");
        assert.equal((await insert("none", "Native", "")).status, 200);
        assert.equal(await count("none"), "0\t0\t0");
      });

      it("leaves nothing of a body that is broken at its end", async () => {
        await table("broken");
        const body = Buffer.concat([await numbers(0, 1000), await numbers(1000, 1000)]);
        const torn = await insert("broken (id, text)", "Native", body.subarray(0, -3), {
          min_insert_block_size_rows: 10_000_000,
        });
        const wrong = await insert("broken", "JSONEachRow", '{"id":1}\n{"id":"no number"}\n');
        assert.ok(torn.status >= 400 && wrong.status >= 400);
        assert.match(torn.headers["x-clickhouse-exception-code"]?.toString() ?? "", /^\d+$/);
        assert.equal(await count("broken"), "0\t0\t0");
        assert.equal((await insert("broken (id, text)", "Native", body)).status, 200);
      });

      it("refuses an unknown table with its code", async () => {
        const answer = await insert("no_such_table", "Native", await numbers(0, 10));
        assert.deepEqual([answer.status, answer.headers["x-clickhouse-exception-code"]], [404, "60"]);
      });
    });

    describe("side by side", () => {
      it("a short read does not wait for a long one, nor for an insert", async () => {
        const long = value(engine, "SELECT sleepEachRow(0.1) FROM numbers(20)", { max_block_size: 1 });
        const writing = value(
          engine,
          "CREATE TABLE slow ENGINE = Memory AS SELECT sleepEachRow(0.1) FROM numbers(20)",
          { ...here, max_block_size: 1 },
        );
        await delay(300);
        const startedAt = performance.now();
        assert.equal(await value(engine, "SELECT 1"), "1");
        assert.ok(performance.now() - startedAt < 500);
        await Promise.all([long, writing]);
      });

      it("a query ends when its client hangs up", async () => {
        const mark = `hang-up ${randomBytes(8).toString("hex")}`;
        const statement = `SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number)) AND '${mark}' != ''`;
        const running = async (): Promise<string> =>
          value(
            engine,
            "SELECT count() FROM system.processes WHERE position(query, {mark:String}) > 0 AND query NOT LIKE '%system.processes%'",
            { param_mark: mark },
          );
        const hangUp = new AbortController();
        const asked = open(
          engine,
          { query: { cancel_http_readonly_queries_on_client_close: 1 }, body: statement },
          hangUp.signal,
        );
        await until(async () => (await running()) === "1");
        hangUp.abort();
        await assert.rejects(asked);
        const hungUpAt = performance.now();
        await until(async () => (await running()) === "0");
        assert.ok(performance.now() - hungUpAt < 2000);
      });
    });

    describe("the official client", () => {
      it("pings, commands, inserts, queries and executes", async () => {
        const client = createClient({
          url: engine.url,
          http_agent: engine.agent,
          database,
          log: { level: ClickHouseLogLevel.OFF },
        });
        assert.equal((await client.ping()).success, true);
        await client.command({
          query: "CREATE TABLE official (id UInt64, name String) ENGINE = MergeTree ORDER BY id",
        });
        const values = [
          { id: "1", name: "one" },
          { id: "2", name: "zwei 'quoted'\n" },
        ];
        await client.insert({ table: "official", values, format: "JSONEachRow" });
        const result = await client.query({
          query: "SELECT * FROM official WHERE name = {name:String} AND id IN {ids:Array(UInt64)}",
          query_params: { name: "zwei 'quoted'\n", ids: [1, 2] },
          clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
          format: "JSONEachRow",
        });
        assert.deepEqual(await result.json(), [values[1]]);
        const executed = await client.exec({ query: "SELECT count() FROM official FORMAT TabSeparated" });
        assert.equal(Buffer.concat(await executed.stream.toArray()).toString(), "2\n");
        await assert.rejects(
          client.query({ query: "SELECT * FROM nothing_here" }),
          (error: Error & { code?: string; type?: string }) => error.code === "60" && error.type === "UNKNOWN_TABLE",
        );
        await client.close();
      });
    });
  });
}

function hex(text: string): string {
  return Buffer.from(text).toString("hex").toUpperCase();
}

/** Waits until the condition holds, for at most ten seconds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, "the condition never held");
    await delay(20);
  }
}
