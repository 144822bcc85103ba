// docs/figures.md against the code: every figure has its heading and no heading is without one, findings stand in it
// word for word, and each number of its examples is computed.

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { FIGURES } from "../../src/analysis/figures.ts";
import { FINDING_RULES } from "../../src/analysis/findings.ts";
import { KEY_METRICS } from "../../src/analysis/key-metrics.ts";
import { PATH_KINDS } from "../../src/analysis/run-analysis.ts";
import { Agent, Figures, Run } from "../../src/model/shapes.ts";
import { AGENT_STATES } from "../../src/model/vocabulary.ts";
import { examplesOf, says, WorkedRuns } from "../support/worked-example.ts";

const PAGE = readFileSync(new URL("../../docs/figures.md", import.meta.url), "utf8");

/** Headings of figures, with the ids that they explain. */
const HEADINGS = [...PAGE.matchAll(/^### (.+?)(?: · (.+))?$/gm)].map(([, title = "", ids = ""]) => ({
  title,
  ids: [...ids.matchAll(/`([^`]+)`/g)].map(([, id]) => id as string),
}));

test("every figure has one heading, and no heading is without a figure", () => {
  const explained = HEADINGS.flatMap(({ ids }) => ids);
  assert.deepEqual(explained.toSorted(), [...new Set(explained)].sort(), "each once");
  for (const { id } of FIGURES) assert.ok(explained.includes(id), id);
  for (const { name } of KEY_METRICS) assert.ok(explained.includes(name), name);
  const fields = [Run, Figures, Agent].flatMap(({ properties }) => Object.keys(properties));
  const known = new Set<string>([...FIGURES.map(({ id }) => id), ...KEY_METRICS.map(({ name }) => name), ...fields]);
  for (const { title, ids } of HEADINGS) {
    assert.ok(ids.length > 0, title);
    for (const id of ids) assert.ok(id === "what-if" || known.has(id), `${title}: ${id}`);
  }
});

test("every figure has a drawing and an example", () => {
  const sections = PAGE.split(/^#{2,3} /m).slice(1);
  for (const { title, ids } of HEADINGS) {
    const section = sections.find((text) => text.startsWith(title) && text.includes(ids[0] as string)) ?? "";
    for (const part of ["```text\n", "```run\n", "| figure |"])
      assert.ok(section.includes(part), `${title} has no ${part}`);
  }
});

test("the agents' times, states and kinds of the path are all explained", () => {
  for (const state of AGENT_STATES) assert.match(PAGE, new RegExp(`\`${state}\``));
  for (const kind of PATH_KINDS) assert.match(PAGE, new RegExp(`\`${kind}\``));
  const explained = HEADINGS.flatMap(({ ids }) => ids);
  for (const field of Object.keys(Agent.properties))
    if (field.endsWith("Ms")) assert.ok(explained.includes(field), field);
});

test("the findings are those that there are, word for word", () => {
  const table = PAGE.slice(PAGE.indexOf("\n## Findings"));
  const rows = [...table.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, id, doc]) => ({ id, doc }));
  assert.deepEqual(
    rows,
    FINDING_RULES.map(({ id, doc }) => ({ id, doc })),
  );
});

describe("the numbers of each example are what the code computes", () => {
  const examples = examplesOf(PAGE);
  test("there are many", () => assert.ok(examples.length >= 20 && examples.every(({ rows }) => rows.length > 0)));
  for (const { block, rows } of examples) {
    const title =
      block
        .trim()
        .split("\n")
        .find((line) => !/^(?:window|now|text|event)/.test(line)) ?? "without a run";
    test(`${title}, and ${rows.length} figures`, () => {
      const runs = new WorkedRuns(block === "" ? "agent nobody 0-0" : block);
      for (const { name, value } of rows) {
        const computed = runs.compute(name);
        assert.ok(says(value, computed), `${name}: the document says ${value}, the code ${computed}`);
      }
    });
  }
});
