import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { ComparedSpan } from "../../model/comparison-shapes.ts";
import { type ComparedRow, comparedRows, type RowChoice } from "./compared-rows.ts";

/** `  name change` a line, two blanks a level. */
function spansOf(lines: readonly string[]): ComparedSpan[] {
  return lines.map((line) => {
    const [name = "", change = "same", words] = line.trim().split(" ");
    const depth = line.search(/\S/) / 2;
    return {
      ...{ name, depth, kind: "tool", change: change as ComparedSpan["change"], durationMs: {} },
      ...(change === "removed" ? { aId: name } : { bId: name }),
      ...(words === "words" ? { saysOther: true } : {}),
    };
  });
}

const SPANS = spansOf([
  "run slower",
  "  plan same",
  "  work same",
  "    search same",
  "    read same",
  "  team slower",
  "    ask same words",
  "    once same",
  "    gone removed",
  "  end same",
  "  bye same",
]);

const linesOf = (rows: readonly ComparedRow[]) =>
  rows.map((row) =>
    row.type === "same" ? `${row.depth}: ${row.count} the same` : `${row.isContext ? "in " : ""}${row.span.name}`,
  );
const lines = (choices: readonly RowChoice[] = [], isSameShown = false, unfolded: readonly string[] = []) =>
  linesOf(comparedRows(SPANS, { choices: new Set(choices), isSameShown, unfolded: new Set(unfolded) }));

test("what is the same is folded, whole branches at once, but for a single line", () => {
  assert.deepEqual(lines(), ["run", "1: 4 the same", "team", "ask", "once", "gone", "1: 2 the same"]);
});

test("a fold can be opened, or all of them", () => {
  assert.deepEqual(lines([], false, ["same:plan"]).slice(0, 6), ["run", "plan", "work", "search", "read", "team"]);
  assert.equal(lines([], true).length, SPANS.length);
});

test("chosen changes are shown with what they hang on, and nothing else", () => {
  assert.deepEqual(lines(["removed"]), ["in run", "in team", "gone"]);
  assert.deepEqual(lines(["slower"]), ["run", "team"]);
  assert.deepEqual(lines(["words", "removed"]), ["in run", "in team", "ask", "gone"]);
  assert.deepEqual(lines(["failed"]), []);
});

test("spans that differ in nothing are one fold", () => {
  const same = spansOf(["run same", "  a same", "  b same"]);
  assert.deepEqual(linesOf(comparedRows(same, { choices: new Set(), isSameShown: false, unfolded: new Set() })), [
    "0: 3 the same",
  ]);
});
