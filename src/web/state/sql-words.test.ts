import assert from "node:assert/strict";
import { test } from "node:test";
import type { SqlSchema } from "../../model/sql-shapes.ts";
import { inkedStretches, parametersOf, tableOf, tablesIn } from "./sql-words.ts";

const table = (name: string) => ({ name, doc: "", columns: [] });
const SCHEMA: SqlSchema = { tables: [table("spans"), table("runs"), table("run_traces")], functions: [] };

test("parameters are found outside of texts and comments, each once", () => {
  assert.deepEqual(parametersOf("SELECT {a:UInt8}, '{no:String}' -- {no:String}\n, {b : Array(String)}, {a:UInt8}"), [
    { name: "a", type: "UInt8" },
    { name: "b", type: "Array(String)" },
  ]);
  assert.deepEqual(parametersOf("SELECT {a"), []);
});

test("tables are found by their names, and by the names that a query gives them", () => {
  const text = "SELECT * FROM spans AS s JOIN run_traces t ON t.trace_id = s.trace_id WHERE name = 'runs'";
  assert.deepEqual(
    tablesIn(text, SCHEMA).map(({ name }) => name),
    ["spans", "run_traces"],
  );
  assert.equal(tableOf(text, "s", SCHEMA)?.name, "spans");
  assert.equal(tableOf(text, "t", SCHEMA)?.name, "run_traces");
  assert.equal(tableOf(text, "runs", SCHEMA)?.name, "runs");
  assert.equal(tableOf(text, "nothing", SCHEMA), undefined);
});

test("keywords, functions, texts, numbers, parameters and comments are told apart", () => {
  const text = "SELECT count(a), 'x y', 1.5, {p:UInt8} /* all */ FROM spans -- end";
  assert.deepEqual(
    inkedStretches(text).map(({ from, to, ink }) => [text.slice(from, to), ink]),
    [
      ["SELECT", "keyword"],
      ["count", "function"],
      ["'x y'", "text"],
      ["1.5", "number"],
      ["p", "parameter"],
      ["/* all */", "comment"],
      ["FROM", "keyword"],
      ["-- end", "comment"],
    ],
  );
  assert.deepEqual(inkedStretches("SELECT 'never closed"), [
    { from: 0, to: 6, ink: "keyword" },
    { from: 7, to: 20, ink: "text" },
  ]);
});
