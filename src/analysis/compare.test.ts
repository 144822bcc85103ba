import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { alignByKey } from "./align.ts";
import { type ComparedRun, compareRuns, compareWithMedian } from "./compare.ts";

const comparison = (a: string, b: string) => {
  const [one, other] = [new Analysed(a), new Analysed(b)] as const;
  const result = compareRuns(one as ComparedRun, other as ComparedRun);
  const nameOf = (run: Analysed, row: number) =>
    row < 0 ? "" : run.columns.texts.text(run.columns.name[row] as number);
  const lines = result.spans.map(
    (span) => `${"  ".repeat(span.depth)}${nameOf(other, span.b) || nameOf(one, span.a)} ${span.change}`,
  );
  const { parting } = result;
  return { ...result, lines, partsAt: parting === undefined ? "" : nameOf(other, parting.b) || nameOf(one, parting.a) };
};

const RUN = `
  agent boss 0-100
    llm plan 0-20 in=10 out=5 said=first
    tool search 20-40
    llm answer 40-90 in=20 out=5 said=done
`;

test("a run against itself is the same", () => {
  const { lines, parting, figures } = comparison(RUN, RUN);
  assert.deepEqual(lines, ["boss same", "  plan same", "  search same", "  answer same"]);
  assert.equal(parting, undefined);
  for (const { a, b } of figures) assert.equal(a, b);
});

test("what was added, removed, slower, failed", () => {
  const { lines, partsAt, figures } = comparison(
    RUN,
    `
    agent boss 0-200
      llm plan 0-20 in=10 out=5 said=first
      tool search 20-40 error=timeout
      tool search 50-80 id=again
      llm review 80-90 in=7 out=1
  `,
  );
  assert.deepEqual(lines, [
    ...["boss slower", "  plan same", "  search failed", "  search added", "  review added", "  answer removed"],
  ]);
  assert.equal(partsAt, "search");
  assert.deepEqual(
    figures.find(({ figure }) => figure === "durationNs"),
    { figure: "durationNs", a: 100e6, b: 200e6 },
  );
  assert.deepEqual(
    figures.find(({ figure }) => figure === "inputTokens"),
    { figure: "inputTokens", a: 30, b: 17 },
  );
});

test("an answer in other words is where runs part, though nothing failed", () => {
  const { partsAt, parting } = comparison(RUN, RUN.replace("said=first", "said=otherwise"));
  assert.equal(partsAt, "plan");
  assert.equal(parting?.saysOther, true);
});

test("of a difference and the spans around it the innermost is the point", () => {
  const { partsAt } = comparison(
    "agent a 0-100\n  step turn 0-100\n    tool t 50-100",
    "agent a 0-100 error=x\n  step turn 0-100 error=x\n    tool t 50-100 error=x",
  );
  assert.equal(partsAt, "t");
});

test("whole branches are added with what is in them, and numbers in names do not matter", () => {
  const { lines } = comparison(
    'run r 0-100\n  step "turn 1" 0-50',
    'run r 0-100\n  step "turn 7" 0-50\n  agent helper 50-90\n    llm call 60-80 in=1',
  );
  assert.deepEqual(lines, ["r same", "  turn 7 same", "  helper added", "    call added"]);
});

test("time on the path is compared by agent", () => {
  const { pathByAgent } = comparison("run r 0-100\n  agent x 0-100", "run r 0-100\n  agent x 0-40\n  agent y 40-100");
  assert.deepEqual(pathByAgent, [
    { figure: "x", a: 100e6, b: 40e6 },
    { figure: "y", a: 0, b: 60e6 },
  ]);
});

test("a run against the median of its name", () => {
  const summaryOf = (ms: number) => new Analysed(`agent a 0-${ms}`).analysis.summary;
  const figures = compareWithMedian(summaryOf(300), [100, 110, 120].map(summaryOf));
  assert.deepEqual(figures[0], { figure: "durationNs", a: 300e6, b: 110e6 });
  assert.deepEqual(compareWithMedian(summaryOf(1), []), []);
});

test("long lists are aligned by the occurrence of their keys", () => {
  const many = Array.from({ length: 2000 }, (_, i) => `k${i % 7}`);
  const identity = (key: string) => key;
  const pairs = alignByKey(many, [...many, "new"], identity, identity);
  assert.equal(pairs.length, 2001);
  assert.deepEqual(pairs.at(-1), { a: undefined, b: "new" });
});

test("alignment keeps every item of both lists exactly once", () => {
  const identity = (key: string) => key;
  const pairs = alignByKey([..."abcabd"], [..."bacbxd"], identity, identity);
  assert.deepEqual(pairs.flatMap(({ a }) => a ?? []).join(""), "abcabd");
  assert.deepEqual(pairs.flatMap(({ b }) => b ?? []).join(""), "bacbxd");
  for (const { a, b } of pairs) assert.ok(a === undefined || b === undefined || a === b);
});
