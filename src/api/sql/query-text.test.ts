import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../errors.ts";
import { readQueryText } from "./query-text.ts";
import type { Refusal } from "./refusal.ts";

function refusalOf(text: string): Refusal {
  try {
    readQueryText(text);
  } catch (error) {
    assert.ok(error instanceof ApiError && error.code === "sql_refused");
    return error.details as Refusal;
  }
  assert.fail(`${text} is let through`);
}

test("a query is written anew on one line, without comments, each literal as it was", () => {
  for (const [text, sql] of [
    ["SELECT 1", "SELECT 1"],
    ["  SELECT\n\t1 ;".replace(";", ""), "SELECT 1"],
    ["SELECT 1 -- one\n+ 2", "SELECT 1 + 2"],
    ["SELECT/* a /* b */ c */1", "SELECT 1"],
    ["SELECT 6//2\n/3", "SELECT 6 /3"],
    ["SELECT 'it''s', 'a\\'b', '-- no'", "SELECT 'it''s', 'a\\'b', '-- no'"],
    ["SELECT 'a\nb\\\nc\\\\\nd'", "SELECT 'a\\x0ab\\x0ac\\\\\\x0ad'"],
    ["SELECT \"ünï\", `日`, 'é'", "SELECT \"ünï\", `日`, 'é'"],
    ["SELECT a.1, x->y, 1::UInt8, a||b, 1<>2", "SELECT a.1, x->y, 1::UInt8, a||b, 1<>2"],
  ] as const) {
    assert.equal(readQueryText(text).sql, sql, text);
  }
});

test("what has no place in a query is refused with what it is and where", () => {
  assert.deepEqual(refusalOf("  INSERT INTO x"), { what: "statement", name: "INSERT", position: 2 });
  assert.deepEqual(refusalOf("SELECT 1; SELECT 2"), { what: "clause", name: ";", position: 8 });
  assert.deepEqual(refusalOf("SELECT 'é' inTo outfile 'x'"), { what: "clause", name: "INTO", position: 11 });
  assert.equal(refusalOf("SELECT 1 SETTINGS a = 1").name, "SETTINGS");
  assert.equal(refusalOf("SELECT 1 FORMAT CSV").name, "FORMAT");
  assert.equal(refusalOf("SELECT 'a").what, "quote");
  assert.equal(refusalOf('SELECT "a').what, "quote");
  assert.equal(refusalOf("SELECT $$a$$").what, "character");
  assert.equal(refusalOf("SELECT ‘a’").what, "character");
  assert.equal(refusalOf("SELECT a$b").what, "character");
  assert.equal(refusalOf("SELECT @@x").what, "character");
  assert.equal(refusalOf('SELECT "a\nb"').what, "name");
  assert.equal(refusalOf("SELECT `a``b`").what, "name");
  assert.equal(refusalOf("SELECT {x:Identifier}").what, "parameter");
  assert.equal(refusalOf("SELECT {x}").what, "parameter");
  assert.equal(refusalOf("").what, "statement");
});

test("it knows the names in WITH and the parameters", () => {
  const { subqueries, parameters } = readQueryText(
    'WITH a AS (SELECT 1), b (x, y) AS (SELECT f(1, (2))), "c d" AS (SELECT {p:UInt8}) SELECT {q : String}, 1 AS z',
  );
  assert.deepEqual([...subqueries], ["a", "b", "c d"]);
  assert.deepEqual([...parameters], ["p", "q"]);
});

test("a place in what is run leads back to the place in what was sent", () => {
  const text = "SELECT 'ünï', -- a comment\n  /* and */ nothing\nFROM x";
  const { sql, positionOf } = readQueryText(text);
  for (const word of ["'ünï'", "nothing", "FROM", "x"]) {
    const byte = Buffer.from(sql.slice(0, sql.lastIndexOf(word))).length;
    assert.equal(positionOf(byte), text.lastIndexOf(word), word);
  }
  assert.equal(positionOf(1_000), text.length);
});
