import assert from "node:assert/strict";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { SPAN_KINDS } from "../model/vocabulary.ts";
import { type ErrorOccurrences, errorOccurrences } from "./error-occurrences.ts";

function occurrencesOf(notation: string): (Omit<ErrorOccurrences, "kind"> & { kind: string; id: string })[] {
  const { columns, analysis } = new Analysed(notation);
  return errorOccurrences(columns, analysis).map((found) => ({
    ...found,
    kind: SPAN_KINDS[found.kind] as string,
    id: columns.spanIds[found.example] as string,
  }));
}

const inShort = (notation: string) =>
  occurrencesOf(notation).map(({ agent, kind, name, spans, origins, swallowed }) =>
    [agent || "-", kind, name, spans, origins, swallowed].join(" "),
  );

test("an error that goes up through an agent counts once, for what failed first", () => {
  const notation = `
    agent a 0-100 error="429 limit" type=RateLimit
      step turn 0-90 error="429 limit" type=RateLimit
        llm call 0-80 model=m error="429 limit" type=RateLimit
  `;
  assert.deepEqual(inShort(notation), ["a agent a 1 0 0", "a step turn 1 0 0", "a llm m 1 1 0"]);
});

test("each attempt counts, and those that a later one made good are swallowed", () => {
  const notation = `
    agent a 0-100
      llm c1 0-10 model=m error="429 limit" type=RateLimit
      llm c2 20-30 model=m error="429 limit" type=RateLimit
      llm c3 40-50 model=m
  `;
  assert.deepEqual(inShort(notation), ["a llm m 2 2 2"]);
  const [found] = occurrencesOf(notation);
  assert.deepEqual([found?.firstAt, found?.lastAt, found?.id, found?.isExampleSwallowed], [10e6, 30e6, "c2", true]);
});

test("an error is swallowed where it ceases to go up, whoever it is called there", () => {
  const notation = `
    agent a 0-100
      tool outer 0-90 tool=ask error="the helper failed" type=ToolError
        agent b 5-85 error=boom
          tool inner 10-80 tool=read error=boom
  `;
  assert.deepEqual(inShort(notation), ["a tool ask 1 0 0", "b agent b 1 0 0", "b tool read 1 1 1"]);
});

test("one kind of error is told apart by who failed at what, and where", () => {
  const notation = `
    agent a 0-100 service=x
      tool t1 0-10 tool=read error="no such file '/a'"
      tool t2 20-30 tool=write error="no such file '/b'"
    agent b 0-100 service=y
      tool t3 0-10 tool=read service=z error="no such file '/c'"
  `;
  const found = occurrencesOf(notation);
  assert.equal(new Set(found.map(({ group }) => group.fingerprint)).size, 1);
  assert.deepEqual(
    found.map(({ agent, name, service }) => `${agent} ${name} ${service}`),
    ["a read x", "b read z", "a write x"],
  );
});
