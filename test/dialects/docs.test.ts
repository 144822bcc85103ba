import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DIALECTS } from "../../src/dialects/registry.ts";

const PAGE = readFileSync(new URL("../../docs/dialects.md", import.meta.url), "utf8");
const HEADINGS = [...PAGE.matchAll(/^## `([^`]+)`/gm)].map((match) => match[1]);

test("every dialect has its section in docs/dialects.md, in the order in which they are tried", () => {
  assert.deepEqual(
    HEADINGS,
    DIALECTS.map(({ id }) => id),
  );
});

test("every dialect says who speaks it and what is known of that", () => {
  for (const { id, doc } of DIALECTS) assert.ok(doc.length > 80 && doc.endsWith("."), id);
});
