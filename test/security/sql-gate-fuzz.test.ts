// Queries that nobody thought of: whatever is put together from the pieces that matter, the gate answers with one of its
// own errors, no answer tells a secret, and nothing is changed. `SEED=… node --test …` repeats a failure.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ApiError } from "../../src/api/errors.ts";
import { readQueryText } from "../../src/api/sql/query-text.ts";
import { Dice } from "../support/durability-random.ts";
import { type GatedStore, startGatedStore } from "../support/gated-store.ts";
import { clauses, tricks } from "./sql-attempts.ts";

const dice = Dice.fromEnvironment();
console.log(`seed ${dice.seed}`);

const ROUNDS = 1_500;
const TEXTS = 20_000;
const CODES: ReadonlySet<string> = new Set(["ok", "sql_refused", "sql_failed", "sql_too_large", "query_too_heavy"]);

/** What ends, begins or hides things, for some reader or other. */
const QUOTES = ["'", '"', "`", "\\", "''", '""', "``", "\\'", "$$", "$a$", "‘", "’", "“", "”", "x'", "0x"];
const COMMENTS = [
  "--",
  "//",
  "#",
  "# ",
  "#!",
  "/*",
  "*/",
  "/*/",
  "-- \n",
  "\n",
  "\r",
  "\u2028",
  "\u0085",
  "\0",
  "\t",
  " ",
];
const WORDS = (
  "SELECT FROM WITH AS IN NOT ( ) , . ; * spans runs talea.spans system.tables file numbers values 1 'a' name x -> :: [ ] " +
  "{ } {a:String} {a:Identifier} INTO OUTFILE SETTINGS FORMAT UNION ALL WHERE JOIN ON ARRAY LIMIT BY ORDER GROUP EXPLAIN " +
  "SHOW APPLY EXCEPT REPLACE OVER PARTITION WINDOW CASE WHEN THEN END CAST lambda arrayMap count sum readonly = 0"
).split(" ");

let gate: GatedStore;
let unchanged: string;

before(async () => {
  gate = await startGatedStore();
  unchanged = await gate.fingerprint();
});
after(() => gate.close());

function soup(pieces: readonly string[], length: number): string {
  return Array.from({ length: dice.between(1, length) }, () => dice.oneOf(pieces)).join(dice.chance(0.5) ? " " : "");
}

/** A known query with something put in, taken out, or put together with another one. */
function mutant(queries: readonly string[]): string {
  let query = dice.oneOf(queries);
  for (let changes = dice.oneOf([1, 1, 1, 2, 3]); changes > 0; changes--) {
    const at = dice.between(0, query.length);
    const to = Math.min(query.length, at + dice.between(0, 6));
    const piece = dice.oneOf([
      () => dice.oneOf(QUOTES),
      () => dice.oneOf(COMMENTS),
      () => ` ${dice.oneOf(WORDS)} `,
      () => ` INTO OUTFILE '${gate.target}' `,
      () => ` file('${gate.canary}') `,
      () => dice.oneOf(queries).slice(0, dice.between(0, 40)),
    ])();
    query = query.slice(0, at) + piece + query.slice(dice.chance(0.5) ? at : to);
  }
  return query;
}

test("queries put together at random tell no secret and change nothing", async () => {
  const good = clauses(gate).flatMap(({ query, expected }) => (expected === "ok" ? [query] : []));
  const known = [...good, ...tricks(gate)];
  const counts = new Map<string, number>();
  const round = async (query: string) => {
    const { code, text } = await gate.run(query, { a: "b" });
    counts.set(code, (counts.get(code) ?? 0) + 1);
    assert.ok(CODES.has(code), `${JSON.stringify(query)}: ${code} ${text}`);
    const told = gate.secrets.filter((secret) => text.includes(secret) && !query.includes(secret));
    assert.deepEqual(told, [], JSON.stringify(query));
  };
  for (let i = 0; i < ROUNDS; i += 2) {
    const random = `SELECT ${soup([...WORDS, ...QUOTES, ...COMMENTS], 12)}`;
    await Promise.all([mutant(good), dice.chance(0.7) ? mutant(known) : random].map(round));
  }
  assert.equal(await gate.fingerprint(), unchanged);
  // Most of what is tried gets somewhere.
  assert.ok((counts.get("ok") ?? 0) > ROUNDS / 100, JSON.stringify([...counts]));
});

test("what is written anew has one line, no comment, and is itself written anew without a change", () => {
  let passed = 0;
  for (let i = 0; i < TEXTS; i++) {
    const text = `SELECT ${soup([...QUOTES, ...COMMENTS, ...WORDS], 10)}`;
    let sql: string;
    try {
      sql = readQueryText(text).sql;
    } catch (error) {
      assert.ok(error instanceof ApiError && error.code === "sql_refused", JSON.stringify(text));
      continue;
    }
    passed++;
    assert.doesNotMatch(sql, /[\n\r\0]/, JSON.stringify(text));
    assert.equal(readQueryText(sql).sql, sql, JSON.stringify(text));
    const outside = sql.replace(/'(?:[^'\\]|\\.|'')*'|"[^"]*"|`[^`]*`/g, "''");
    assert.match(outside, /^[\x20-\x7e]*$/, JSON.stringify(text));
    assert.doesNotMatch(outside, /--|\/\/|\/\*|[#;$\\@]/, JSON.stringify(text));
  }
  assert.ok(passed > TEXTS / 10);
});
