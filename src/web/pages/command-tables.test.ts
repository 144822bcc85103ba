import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { CommandTable } from "../base/command-table.ts";
import { helpSections } from "../widgets/help-sections.ts";
import { COMMAND_TABLES } from "./command-tables.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The table's type and its maker; and the keys of the sidebar's pages, which stand in the pages' heads. */
const MAKERS = new Set(["base/command-table.ts", "pages/everywhere-keys.ts"]);

const sources = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.ts$/.test(file),
);

async function allTables(): Promise<Map<string, CommandTable>> {
  const tables = new Map<string, CommandTable>();
  for (const file of sources.filter((name) => name.endsWith("-keys.ts"))) {
    const made: Record<string, unknown> = await import(join(ROOT, file));
    for (const [name, table] of Object.entries(made)) {
      if (typeof table === "object") tables.set(`${name} of ${file}`, table as CommandTable);
    }
  }
  return tables;
}

test("every table of commands is in the help, which does not need the pages for it", async () => {
  const tables = await allTables();
  assert.ok(tables.size > 30);
  const missing = [...tables].filter(([, table]) => !COMMAND_TABLES.includes(table)).map(([name]) => name);
  assert.deepEqual(missing, []);
  assert.equal(new Set(COMMAND_TABLES).size, tables.size);
});

test("tables of commands are made in their own files only", () => {
  const wrong = sources.filter(
    (file) =>
      !(file.endsWith("-keys.ts") || MAKERS.has(file)) &&
      /\bcommandTable\(/.test(readFileSync(join(ROOT, file), "utf8")),
  );
  assert.deepEqual(wrong, []);
});

test("the help says of every command its title and its keys", () => {
  const sections = helpSections(COMMAND_TABLES);
  for (const { group, lines, gestures } of COMMAND_TABLES) {
    const listed = sections.find(({ title }) => title === group)?.lines ?? [];
    for (const [title, ...keys] of Object.values(lines)) {
      assert.ok(keys.length > 0, title);
      assert.deepEqual(listed.find((line) => line.title === title)?.keys, keys, `${group}: ${title}`);
    }
    for (const [title, gesture] of gestures) {
      assert.equal(listed.find((line) => line.title === title)?.gesture, gesture, `${group}: ${title}`);
    }
  }
});

test("no table has one key twice", () => {
  for (const { group, lines } of COMMAND_TABLES) {
    const keys = Object.values(lines).flatMap(([, ...of]) => of);
    assert.equal(new Set(keys).size, keys.length, group);
  }
});
