import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreError } from "../../store/client.ts";
import { ApiError } from "../errors.ts";
import { queryError } from "./engine-message.ts";
import { readQueryText } from "./query-text.ts";

const PREFIX = "EXPLAIN AST ";
const TEXT = readQueryText("SELECT 1\nFROM nothing");

function told(code: number, message: string): ApiError {
  const error = queryError(new StoreError(message, code, false, undefined), TEXT, PREFIX.length);
  assert.ok(error instanceof ApiError);
  return error;
}

test("messages keep what is about the query, without scopes, paths, addresses and names of ours", () => {
  const database = `talea_sql_${"0123456789abcdef".repeat(2).slice(0, 24)}`;
  for (const [message, expected] of [
    [
      "Unknown expression identifier `a` in scope SELECT a FROM spans. Maybe you meant: ['b']. ",
      "Unknown expression identifier `a`. Maybe you meant: ['b'].",
    ],
    [
      `Storage View (table ${database}.spans (1-2)) does not support PREWHERE. `,
      "Storage View (table spans (1-2)) does not support PREWHERE.",
    ],
    ["Cannot read /var/lib/talea/engine/store/1/data.bin: broken", "Cannot read …: broken."],
    ["Connection refused (10.1.2.3:9000)", "Connection refused (…)."],
    ["Too deep: (while reading column x): (while reading from part /tmp/a/b/c/)", "Too deep."],
    ["Bad number: While executing MergeTreeSelect(pool: ReadPool)", "Bad number."],
    ["Division by zero. (ILLEGAL_DIVISION) (version 26.7.2.1)", "Division by zero."],
    ["a/b and x / y are no paths", "a/b and x / y are no paths."],
  ] as const) {
    assert.equal(told(42, message).message, expected);
  }
});

test("a syntax error is told with its place in what was sent", () => {
  const at = PREFIX.length + "SELECT 1 ".length + 1;
  const error = told(
    62,
    `Syntax error: failed at position ${at} (FROM) (line 1, col ${at}): FROM nothing. Expected one of: token, Comma. `,
  );
  assert.equal(error.code, "sql_failed");
  assert.equal(error.message, "Syntax error at FROM. Expected one of: token, Comma.");
  assert.deepEqual(error.details, { position: 9 });
});

test("limits have codes of their own, and what is wrong with the store is left as it is", () => {
  assert.equal(told(396, "Limit for result exceeded").code, "sql_too_large");
  for (const code of [159, 241]) assert.equal(told(code, "too much").code, "query_too_heavy");
  for (const code of [0, 202, 236]) {
    const away = new StoreError("away", code, true, undefined);
    assert.equal(queryError(away, TEXT, 0), away);
  }
  const other = new TypeError("a fault of ours");
  assert.equal(queryError(other, TEXT, 0), other);
});
