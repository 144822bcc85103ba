// What the SDK says of itself in several places must agree.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as sdk from "../../sdk/src/index.ts";
import { LIMITS } from "../../sdk/src/limits.ts";
import { NAMES, SCOPE, SPAN_STARTED } from "../../sdk/src/names.ts";
import { SPAN_STARTED as READ, TALEA } from "../../src/model/names.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const docs = read("docs/sdk.md");

test("docs/sdk.md tells of every function, and shows none that is not there", () => {
  const exported = Object.keys(sdk);
  for (const name of exported) assert.match(docs, new RegExp(`\\b${name}\\b`), name);
  const imported = [...docs.matchAll(/import \{([^}]+)\} from "@talea\/sdk"/g)];
  const names = imported.flatMap((match) => (match[1] ?? "").split(",").map((name) => name.trim()));
  assert.deepEqual(
    names.filter((name) => !exported.includes(name)),
    [],
  );
});

test("docs/sdk.md names every reason for a drop", () => {
  const type = /export type DropReason = ([^;]+);/.exec(read("sdk/src/drops.ts"))?.[1] ?? "";
  const reasons = [...type.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? "");
  assert.ok(reasons.length > 5);
  for (const reason of reasons) assert.ok(docs.includes(`\`${reason}\``), reason);
});

test("docs/sdk.md has the limits as they are", () => {
  const figures = [LIMITS.announceAfterMs, LIMITS.announcedTextCharacters, LIMITS.lingerMs, LIMITS.queueRecords];
  for (const figure of [...figures, LIMITS.watchedSpans])
    assert.ok(docs.includes(figure.toLocaleString("en")), `${figure}`);
});

test("the names on the wire are those that the server reads", () => {
  const known = new Set<string>(Object.values(TALEA));
  const own = Object.values(NAMES).filter((name) => name.startsWith("talea."));
  assert.deepEqual(
    own.filter((name) => !known.has(name)),
    [],
  );
  assert.equal(SPAN_STARTED, READ);
});

test("the scope has the version of the package", () => {
  const { name, version } = JSON.parse(read("sdk/package.json")) as { name: string; version: string };
  assert.deepEqual({ ...SCOPE }, { name, version });
});
