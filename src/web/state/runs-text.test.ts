import assert from "node:assert/strict";
import { test } from "node:test";
import { Run } from "../../model/shapes.ts";
import { runsAsCsv, runsAsJson } from "./runs-text.ts";

const RUN: Run = {
  id: "r1",
  name: "team",
  status: "completed",
  startedAt: "2026-01-01T00:00:00.000000000Z",
  durationMs: 1500.5,
  service: "desk",
  tags: [],
  agents: ["ada", "bob"],
  models: ["m"],
  spanCount: 3,
  eventCount: 0,
  errorCount: 0,
  tokens: { input: 10, output: 5, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
  cost: { unpricedCalls: 1 },
  llmCalls: 1,
  toolCalls: 0,
  messageCount: 0,
  agentic: true,
  traces: ["t1"],
  figures: { utilization: -0.5 },
};

/** Reads CSV as RFC 4180 says. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, plain, end] of text.matchAll(cells)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
  }
  assert.deepEqual(rows.pop(), [], "the last line is ended");
  return rows;
}

function recordOf(run: Run): Record<string, string> {
  const [head, row, ...more] = parseCsv(runsAsCsv([run]));
  assert.ok(head !== undefined && row !== undefined && more.length === 0);
  assert.equal(row.length, head.length);
  return Object.fromEntries(head.map((name, i) => [name, row[i] ?? ""]));
}

test("CSV has a column for every field of the API's run", () => {
  const [head = []] = parseCsv(runsAsCsv([]));
  const fields = Object.entries(Run.properties).flatMap(([name, schema]) =>
    "properties" in schema ? Object.keys(schema.properties as object).map((inner) => `${name}.${inner}`) : [name],
  );
  assert.deepEqual(head.toSorted(), fields.sort());
});

test("unknown values are empty, lists are joined, numbers stay numbers", () => {
  const record = recordOf(RUN);
  assert.equal(record["cost.usd"], "");
  assert.equal(record["endedAt"], "");
  assert.equal(record["agents"], "ada; bob");
  assert.equal(record["tokens.input"], "10");
  assert.equal(record["durationMs"], "1500.5");
  assert.equal(record["agentic"], "true");
  assert.equal(record["figures.utilization"], "-0.5");
});

test("commas, quotes and line breaks survive", () => {
  for (const name of ["a,b", 'say "hi"', "two\nlines", "three\r\nlines", '"', "ü 😀"]) {
    assert.equal(recordOf({ ...RUN, name })["name"], name);
  }
});

test("no cell of text begins as a formula does", () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r"]) {
    const text = `${start}cmd|' /C calc'!A0`;
    assert.equal(recordOf({ ...RUN, name: text })["name"], `'${text}`);
    assert.equal(recordOf({ ...RUN, agents: [text, "b"] })["agents"], `'${text}; b`);
    assert.equal(recordOf({ ...RUN, session: text })["session"], `'${text}`);
  }
  assert.equal(recordOf({ ...RUN, name: "a=b" })["name"], "a=b");
});

test("JSON is a list of runs as the API says them", () => {
  assert.deepEqual(JSON.parse(runsAsJson([RUN])), [RUN]);
});
