// docs/sql.md lists the tables of SQL as they are declared. UPDATE=1 writes them anew.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { LIMITS } from "../../src/model/limits.ts";
import { SQL_TABLES, type SqlTable } from "../../src/model/sql-tables.ts";

const FILE = new URL("../../docs/sql.md", import.meta.url);
const MARK = /<!-- Made from [^>]+-->\n/;

function section({ name, doc, rows, columns }: SqlTable): string {
  const lines = columns.map((column) => `| \`${column.name}\` | ${typeOf(column.type)} | ${column.doc} |`);
  const settled = rows === "settled" ? " *Settled.*" : "";
  return `\n### ${name}\n\n${doc}.${settled}\n\n| column | type | |\n|---|---|---|\n${lines.join("\n")}\n`;
}

/** An enumeration by its words. */
function typeOf(type: string): string {
  if (!type.startsWith("Enum8")) return type;
  return [...type.matchAll(/'(\w+)' =/g)].map(([, word]) => `\`${word}\``).join(" ");
}

test("docs/sql.md lists every table and column with its type and meaning, and no other", () => {
  const docs = readFileSync(FILE, "utf8");
  const [before = "", found = ""] = docs.split(MARK);
  const mark = MARK.exec(docs)?.[0];
  assert.ok(mark !== undefined);
  const expected = SQL_TABLES.map(section).join("");
  if (process.env["UPDATE"] === "1") writeFileSync(FILE, before + mark + expected);
  else assert.equal(found, expected);
});

test("docs/sql.md tells the limits that hold", () => {
  const docs = readFileSync(FILE, "utf8");
  const { sqlBytes, sqlTimeMs, sqlMemoryBytes, sqlResultRows, sqlResultBytes, sqlQueries, sqlQueriesWaiting } = LIMITS;
  const MiB = 1024 * 1024;
  for (const line of [
    `| query | ${sqlBytes / 1024} KiB |`,
    `| time, memory | ${sqlTimeMs / 1000} s, ${sqlMemoryBytes / MiB} MiB: beyond, \`query_too_heavy\` |`,
    `| result | ${sqlResultRows.toLocaleString("en")} rows, ${sqlResultBytes / MiB} MiB: beyond, \`sql_too_large\` |`,
    `| at once | ${sqlQueries} run, ${sqlQueriesWaiting} wait; beyond, \`sql_busy\` (429) |`,
  ]) {
    assert.ok(docs.includes(line), line);
  }
});
