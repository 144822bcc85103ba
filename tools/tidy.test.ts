import assert from "node:assert/strict";
import { test } from "node:test";
import { check, tidy } from "./tidy.ts";

test("the repository keeps the house rules", () => {
  const findings = tidy();
  assert.deepEqual(findings, [], findings.map(({ file, rule, mend }) => `${file}: ${rule} (${mend})`).join("\n"));
});

const rulesOf = (file: string, text: string) => check({ file, text }).map(({ rule }) => rule);

test("imports go one way", () => {
  assert.deepEqual(rulesOf("src/model/a.ts", 'import { x } from "../store/x.ts";'), ["model may not import store"]);
  assert.deepEqual(rulesOf("src/web/pages/a.tsx", 'export * from "../../store/x.ts";'), ["web may not import store"]);
  assert.deepEqual(rulesOf("src/jobs/a.ts", 'const x = await import("../ingest/x.ts");'), [
    "jobs may not import ingest",
  ]);
  assert.deepEqual(rulesOf("src/api/a.ts", 'import { x } from "../store/x.ts";'), []);
  assert.deepEqual(rulesOf("src/model/a.test.ts", 'import { x } from "../store/x.ts";'), []);
});

test("pure folders use nothing of Node", () => {
  assert.deepEqual(rulesOf("src/analysis/a.ts", 'import { hash } from "node:crypto";'), [
    "analysis imports node:crypto",
  ]);
  assert.deepEqual(rulesOf("src/base/a.ts", "const b = Buffer.alloc(1);"), ["base uses Buffer"]);
});

test("names say what is inside", () => {
  assert.deepEqual(rulesOf("src/base/stringUtils.ts", ""), ["file names are kebab-case"]);
  assert.deepEqual(rulesOf("src/base/string-utils.ts", ""), ["the name says nothing"]);
});

test("foreign names, the environment and files have their places", () => {
  assert.deepEqual(rulesOf("src/store/a.ts", 'const k = "gen_ai.system";'), [
    "only src/dialects knows foreign attribute names",
  ]);
  assert.deepEqual(rulesOf("src/live/a.ts", "const e = process.env;"), ["only server/settings.ts reads process.env"]);
  assert.deepEqual(rulesOf("src/live/b.ts", 'import { writeFile } from "node:fs/promises"; writeFile("x", "");'), [
    "only journal and engine write files",
  ]);
});

test("nobody's machine and no note to oneself is left in a file", () => {
  assert.deepEqual(rulesOf("docs/a.md", `see ${"/ro"}ot/x/y`), ["a path of somebody's machine"]);
  assert.deepEqual(rulesOf("src/base/a.ts", `// ${"TO"}DO later`), ["a note to oneself"]);
});
