import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { alignByKey } from "./align.ts";
import { compareRuns } from "./compare.ts";
import type { ComparedRun } from "./compared-spans.ts";
import { tellingSpans } from "./telling-spans.ts";

const comparison = (a: string, b: string) => {
  const [one, other] = [new Analysed(a), new Analysed(b)] as const;
  const result = compareRuns(one as ComparedRun, other as ComparedRun);
  const nameOf = (run: Analysed, row: number) =>
    row < 0 ? "" : run.columns.texts.text(run.columns.name[row] as number);
  const lines = result.spans.map(
    (span) => `${"  ".repeat(span.depth)}${nameOf(other, span.b) || nameOf(one, span.a)} ${span.change}`,
  );
  const { parting } = result;
  const at = parting?.span;
  return { ...result, lines, partsAt: at === undefined ? "" : nameOf(other, at.b) || nameOf(one, at.a) };
};

const RUN = `
  agent boss 0-100
    llm plan 0-20 in=10 out=5 said=first
    tool search 20-40
    llm answer 40-90 in=20 out=5 said=done
`;

test("a run against itself is the same", () => {
  const { lines, parting } = comparison(RUN, RUN);
  assert.deepEqual(lines, ["boss same", "  plan same", "  search same", "  answer same"]);
  assert.equal(parting, undefined);
});

test("what was added, removed, slower, failed", () => {
  const { lines, partsAt, parting } = comparison(
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
  assert.equal(
    parting?.sentence,
    "The tool call “search” of boss fails in B (timeout), 40 ms after the start; in A it does not.",
  );
});

test("an answer in other words is where runs part, though nothing failed", () => {
  const { partsAt, parting } = comparison(RUN, RUN.replace("said=first", "said=otherwise"));
  assert.equal(partsAt, "plan");
  assert.equal(parting?.reason, "output");
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

test("time on the path is compared by agent, adds up to that of the whole, and says which agents a run has not", () => {
  const { pathByAgent } = comparison("run r 0-100\n  agent x 10-100", "run r 0-110\n  agent x 20-50\n  agent y 50-110");
  assert.deepEqual(
    pathByAgent.map(({ agent, ns: { a, b, difference } }) => [agent, a, b, difference]),
    [
      ["x", 90e6, 30e6, -60e6],
      ["y", undefined, 60e6, 60e6],
      [undefined, 10e6, 20e6, 10e6],
    ],
  );
  assert.equal(
    pathByAgent.reduce((sum, { ns }) => sum + (ns.difference ?? 0), 0),
    10e6,
  );
});

test("siblings that ran at once have no order; those after one another have one", () => {
  const changesOf = (a: string, b: string) => comparison(`run r 0-100${a}`, `run r 0-100${b}`).lines.slice(1);
  assert.deepEqual(
    changesOf("\n  tool x 0-40\n  tool y 5-90", "\n  tool y 0-90\n  tool x 5-45"),
    ["  y same", "  x same"],
    "each beside its counterpart",
  );
  assert.deepEqual(
    changesOf("\n  tool x 0-40\n  tool y 50-90", "\n  tool y 0-40\n  tool x 50-90").map((line) =>
      line.split(" ").at(-1),
    ),
    ["removed", "same", "added"],
  );
});

test("other input is where runs part, before what follows from it", () => {
  const { parting } = comparison(
    RUN.replace("20-40", "20-40 asked=cats"),
    RUN.replace("20-40", "20-40 asked=dogs").replace("said=done", "said=otherwise"),
  );
  assert.equal(parting?.reason, "input");
  assert.equal(parting?.sentence, "The tool call “search” of boss is given other input in B, 20 ms after the start.");
});

test("ids and instants are other ones in each run: by them nothing parts", () => {
  const said = (id: string, at: string) => RUN.replace("said=done", `said="call_${id} at ${at}"`);
  const { parting } = comparison(said("a1b2c3", "2026-11-22T10:00:00.123Z"), said("d4e5f6", "2026-11-23T11:30:00Z"));
  assert.equal(parting, undefined);
  assert.equal(comparison(said("a1b2c3", "4"), said("a1b2c3", "5")).parting?.reason, "output");
});

test("of what goes on nothing is said yet: no time, no outcome, nothing that is missing", () => {
  const { lines, parting, spans } = comparison(
    RUN,
    "agent boss 0-\n  llm plan 0-20 in=10 out=5 said=first\n  tool search 20-",
  );
  assert.deepEqual(lines, ["boss same", "  plan same", "  search same", "  answer removed"]);
  assert.equal(parting, undefined);
  assert.deepEqual(spans[0]?.durationNs, { a: 100e6, b: undefined, difference: undefined });
});

test("tokens and cost of a span are known or absent, never 0 in their place", () => {
  const [, plan, search, answer] = comparison(
    RUN.replace("in=10", "cost=7 costsource=reported in=10"),
    RUN.replace("in=10", "cost=0 costsource=reported in=12"),
  ).spans;
  assert.deepEqual(plan?.tokens, { a: 15, b: 17, difference: 2 });
  assert.deepEqual(plan?.costNano, { a: 7, b: 0, difference: -7 });
  for (const pair of [search?.tokens, search?.costNano, answer?.costNano]) {
    assert.deepEqual(pair, { a: undefined, b: undefined, difference: undefined });
  }
});

test("of a comparison that is too long what tells most is kept, with all around it", () => {
  const steps = (slow: number) =>
    Array.from(
      { length: 50 },
      (_, i) => `  step turn 0-90 id=s${i}\n    tool t${i} 0-${i === slow ? 80 : 10} id=t${i}`,
    ).join("\n");
  const { spans } = comparison(`run r 0-100\n${steps(-1)}`, `run r 0-100\n${steps(33)}\n  tool last 95-99`);
  assert.equal(spans.length, 102);
  const kept = tellingSpans(spans, 6, undefined);
  assert.equal(kept.length, 6);
  assert.deepEqual(
    kept.filter(({ change }) => change !== "same").map(({ change, depth }) => [change, depth]),
    [
      ["slower", 2],
      ["added", 1],
    ],
  );
  assert.equal(kept[0]?.depth, 0);
  const [, , wanted] = spans;
  assert.ok(
    tellingSpans(spans, 3, wanted).includes(wanted as (typeof spans)[number]),
    "also of the same, if it is asked for",
  );
  assert.deepEqual(tellingSpans(spans, 200, undefined), spans);
});

test("long lists are aligned by the occurrence of their keys", () => {
  const many = Array.from({ length: 2000 }, (_, i) => i % 7);
  const identity = (key: number) => key;
  const pairs = alignByKey([10, ...many, 11], [12, ...many, 13], identity, identity);
  assert.equal(pairs.length, 2004);
  assert.deepEqual(
    pairs.filter(({ a, b }) => a !== b),
    [
      { a: undefined, b: 12 },
      { a: 10, b: undefined },
      { a: undefined, b: 13 },
      { a: 11, b: undefined },
    ],
  );
});

test("alignment keeps every item of both lists exactly once", () => {
  const identity = (key: string) => key;
  const pairs = alignByKey([..."abcabd"], [..."bacbxd"], identity, identity);
  assert.deepEqual(pairs.flatMap(({ a }) => a ?? []).join(""), "abcabd");
  assert.deepEqual(pairs.flatMap(({ b }) => b ?? []).join(""), "bacbxd");
  for (const { a, b } of pairs) assert.ok(a === undefined || b === undefined || a === b);
});
