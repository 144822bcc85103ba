// Every capture under test/fixtures as runs: agents, messages, tokens and errors as the oracle has them (docs/dialects.md),
// and everything else as a snapshot beside the capture. `UPDATE=1 node --test …` renews the snapshots.

import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { analyse } from "../../src/analysis/analyse.ts";
import { isBetweenAgents } from "../../src/analysis/messages.ts";
import { CAPTURES, expectedTokens } from "../support/captures-oracle.ts";
import { runsOfCapture } from "../support/columns-from-drafts.ts";
import { snapshotOf } from "../support/run-snapshot.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);

test("every capture of spans has its place in the oracle", () => {
  const files = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" });
  const captures = files.filter((file) => file.endsWith(".otlp.json") && !/\.(?:logs|metrics)\./.test(file));
  assert.deepEqual(captures.map((file) => file.replace(".otlp.json", "")).sort(), Object.keys(CAPTURES).sort());
});

for (const [name, expected] of Object.entries(CAPTURES)) {
  const logs = expected.logs === undefined ? undefined : `${expected.logs}.otlp.json`;
  const runs = runsOfCapture(`${name}.otlp.json`, logs);
  const analyses = runs.map(analyse);

  test(`${name} has the agents of the oracle`, () => {
    const agents = analyses.flatMap((analysis) => analysis.agents);
    const namesWhere = (inferred: boolean) =>
      [...new Set(agents.filter((agent) => agent.inferred === inferred).map((agent) => agent.name))].sort();
    assert.deepEqual(namesWhere(false), expected.agents);
    assert.deepEqual(namesWhere(true), expected.inferred ?? []);
  });

  test(`${name} has the messages of the oracle`, () => {
    const messages = analyses.flatMap((analysis) => analysis.messages.filter(isBetweenAgents));
    const lines = messages.map(({ from, to, kind, evidence }) => `${from} -> ${to} ${kind} ${evidence}`);
    assert.deepEqual(lines, expected.messages);
  });

  test(`${name} has the tokens that were spent`, () => {
    const sum = (field: "input" | "output") => analyses.reduce((all, { summary }) => all + summary.tokens[field], 0);
    assert.deepEqual([sum("input"), sum("output")], expectedTokens(name));
  });

  test(`${name} has its real errors`, () => {
    assert.equal(
      analyses.reduce((all, { summary }) => all + summary.errorCount, 0),
      expected.errors,
    );
  });

  test(`${name} reads as its snapshot`, () => {
    const file = new URL(`${name}.snapshot.txt`, FIXTURES);
    const text = runs.map((run, i) => snapshotOf(run, analyses[i] as (typeof analyses)[number])).join("\n");
    if (process.env["UPDATE"] === "1") writeFileSync(file, text);
    assert.equal(text, readFileSync(file, "utf8"));
  });
}
