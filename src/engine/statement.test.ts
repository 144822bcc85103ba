import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClickHouseError } from "./clickhouse-error.ts";
import { readStatement } from "./statement.ts";

const kindOf = (text: string): string => readStatement(text).kind;

describe("reading a statement", () => {
  it("knows what only reads", () => {
    const reads = [
      "SELECT 1",
      "  -- comment\n select 1",
      "/* a /* nested */ comment */ WITH 1 AS x SELECT x",
      "// one of C's\nSELECT 1",
      "(SELECT 1) UNION ALL (SELECT 2)",
      "show tables",
      "EXPLAIN SELECT 1",
      "FROM t SELECT a",
      "DESC t",
      "EXISTS TABLE t",
    ];
    for (const text of reads) assert.equal(kindOf(text), "read", text);
  });

  it("takes what it does not know for a write", () => {
    const writes = [
      "CREATE TABLE t (a UInt8) ENGINE = Memory",
      "ALTER TABLE t DELETE WHERE 1",
      "SYSTEM STOP MERGES",
      "INSERT INTO t SELECT 1",
      "INSERT INTO t (a) SETTINGS x = 1 SELECT 'FORMAT Native'",
      "INSERT INTO t (SELECT 1)",
      "INSERT INTO FUNCTION file('x') SELECT 1",
      "INSERT INTO t VALUES (1); SELECT 2",
      "WITH y AS (SELECT 1) INSERT INTO t SELECT * FROM y",
      "GRANT ALL",
    ];
    for (const text of writes) assert.equal(kindOf(text), "write", text);
  });

  it("tells what changes its session only, and what kills", () => {
    for (const text of [
      "SET a = 1",
      "USE db",
      "CREATE TEMPORARY TABLE t (a UInt8)",
      "CREATE OR REPLACE TEMPORARY TABLE t (a UInt8)",
    ]) {
      assert.equal(kindOf(text), "session", text);
    }
    assert.equal(kindOf("KILL QUERY WHERE 1"), "kill");
  });

  it("takes an INSERT with data apart", () => {
    const text =
      "INSERT INTO TABLE db.`ta ble` (id, `na,me`, n.x) SETTINGS async_insert = 0, b = 'FORMAT' FORMAT Native\n1,2";
    const { insert } = readStatement(text);
    assert.deepEqual(insert && { ...insert, data: text.slice(insert.dataStart), dataStart: 0 }, {
      table: "db.`ta ble`",
      columns: ["id", "`na,me`", "n.x"],
      settings: "SETTINGS async_insert = 0, b = 'FORMAT'",
      format: "Native",
      dataStart: 0,
      data: "1,2",
    });
  });

  it("finds where data begin behind the format", () => {
    const data = (text: string): string => text.slice(readStatement(text).insert?.dataStart);
    assert.equal(data("INSERT INTO t FORMAT CSV\n\n1"), "\n1");
    assert.equal(data("INSERT INTO t FORMAT JSONEachRow {}"), "{}");
    assert.equal(data("INSERT INTO t FORMAT CSV"), "");
    assert.equal(data("INSERT INTO t FORMAT CSV \r\n; SELECT 1"), "; SELECT 1");
  });

  it("finds the FORMAT clause and mistakes no name or literal for it", () => {
    const format = (text: string): string | undefined => readStatement(text).format?.name;
    assert.equal(format("SELECT 1 FORMAT JSON"), "JSON");
    assert.equal(format("SELECT 1 FORMAT JSON -- end"), "JSON");
    assert.equal(format("SELECT 1 SETTINGS a = 1 FORMAT JSON SETTINGS b = 2;"), "JSON");
    assert.equal(format("SELECT format FROM t"), undefined);
    assert.equal(format("SELECT * FROM t ORDER BY format DESC"), undefined);
    assert.equal(format("SELECT 'x FORMAT JSON'"), undefined);
    assert.equal(format("SELECT * FROM (SELECT 1 FORMAT JSON)"), undefined);
    assert.equal(format("SELECT $tag$ FORMAT JSON $tag$"), undefined);
  });

  it("names the parameters outside literals and comments", () => {
    const { parameters } = readStatement(
      "SELECT {a:String}, '{b:String}', `{c:Int8}` /* {d:Int8} */ WHERE x = { e : UInt8 }",
    );
    assert.deepEqual([...parameters], ["a", "e"]);
  });

  it("names the settings that a statement gives itself", () => {
    const { assignments } = readStatement("SELECT 1 SETTINGS max_memory_usage = 5, max_execution_time='7'");
    assert.deepEqual(assignments, [
      { name: "max_memory_usage", value: "5" },
      { name: "max_execution_time", value: "7" },
    ]);
  });

  it("ends before a closing semicolon and comments", () => {
    const end = (text: string): string => text.slice(0, readStatement(text).end);
    assert.equal(end("SELECT ';' ; -- done;"), "SELECT ';'");
    assert.equal(end("SELECT 1 # done;\n"), "SELECT 1");
  });

  it("refuses several statements, none, and what is not done over HTTP", () => {
    const refused = (text: string): number => {
      try {
        readStatement(text);
      } catch (thrown) {
        if (thrown instanceof ClickHouseError) return thrown.code;
        throw thrown;
      }
      return 0;
    };
    assert.equal(refused("SELECT 1; DROP TABLE t"), 62);
    assert.equal(refused(" -- nothing\n"), 62);
    assert.equal(refused("SELECT 1 INTO OUTFILE 'x'"), 358);
    assert.equal(refused("SELECT 1 // '\n INTO OUTFILE 'x' -- '"), 358);
    assert.equal(refused("INSERT INTO t FROM INFILE 'x' FORMAT CSV"), 48);
    assert.equal(refused("INSERT INTO FUNCTION file('x') FORMAT CSV"), 48);
    assert.equal(refused("INSERT INTO t (* EXCEPT a) FORMAT CSV"), 48);
    assert.equal(refused(`SELECT '${"x".repeat(5_000_000)}'`), 229);
  });
});
