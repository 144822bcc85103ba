import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ERRORS } from "../../src/api/errors.ts";
import { ITEM_ERRORS } from "../../src/ingest/item-errors.ts";

const docs = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");

test("docs/errors.md lists every code of the table, with its status and meaning, and no other", () => {
  const [table = ""] = docs.split("`POST /api/v1/events`");
  const listed = [...table.matchAll(/^\| `(\w+)` \| (\d+) \| (.*) \|$/gm)].map(([, code, status, doc]) => [
    code,
    Number(status),
    doc,
  ]);
  const declared = Object.entries(ERRORS).map(([code, { status, doc }]) => [code, status, doc]);
  assert.deepEqual(listed, declared);
});

test("docs/errors.md lists every code of rejected items with its meaning, and no other", () => {
  const [, table = ""] = docs.split("`POST /api/v1/events`");
  const listed = [...table.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, code, doc]) => [code, doc]);
  assert.deepEqual(listed, Object.entries(ITEM_ERRORS));
});
