import assert from "node:assert/strict";
import { test } from "node:test";
import { type Column, tableLines } from "./table.ts";
import type { Output } from "./terminal.ts";

interface Row {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "NAME", text: ({ name }) => name, widthMin: 5, colour: () => "red" },
  { title: "N", text: ({ count }) => String(count), align: "right" },
];

function output(width: number | undefined, colours = false): Output {
  return {
    ...{ isTerminal: width !== undefined, width, height: undefined },
    ...{ write: () => undefined, line: () => undefined, drained: () => Promise.resolve() },
    paint: (colour, text) => (colours ? `<${colour}>${text}</>` : text),
  };
}

test("columns are as wide as their widest cell", () => {
  const rows = [
    { name: "a", count: 10_000 },
    { name: "long name", count: 1 },
  ];
  assert.deepEqual(tableLines(COLUMNS, rows, output(undefined)), [
    "NAME           N",
    "a          10000",
    "long name      1",
  ]);
});

test("on a narrow terminal the column that may give way is cut, and no further than it may", () => {
  const rows = [{ name: "a very long name", count: 7 }];
  assert.deepEqual(tableLines(COLUMNS, rows, output(13)), ["NAME        N", "a very lo…  7"]);
  assert.deepEqual(tableLines(COLUMNS, rows, output(2)), ["NAME   N", "a ve…  7"]);
});

test("letters of two columns are counted as two, marks as none", () => {
  const rows = [
    { name: "日本", count: 1 },
    { name: "é", count: 2 },
  ];
  assert.deepEqual(tableLines(COLUMNS, rows, output(undefined)), ["NAME  N", "日本  1", "é     2"]);
});

test("what agents wrote cannot steer the terminal", () => {
  const rows = [{ name: "\u001b[2Jred\u001b]0;title\u0007\nnext\u202egnirts", count: 1 }];
  const [, line = ""] = tableLines(COLUMNS, rows, output(undefined));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be gone
  assert.ok(!/[\u0000-\u001f\u202e]/.test(line), JSON.stringify(line));
});

test("colours do not count as width", () => {
  const [head, line] = tableLines(COLUMNS, [{ name: "ab", count: 1 }], output(80, true));
  assert.equal(head, "<gray>NAME</>  <gray>N</>");
  assert.equal(line, "<red>ab  </>  1");
});

test("a table that is shown again keeps its columns where they were", () => {
  const widest: number[] = [];
  tableLines(COLUMNS, [{ name: "long name", count: 10_000 }], output(undefined), widest);
  assert.deepEqual(tableLines(COLUMNS, [{ name: "a", count: 1 }], output(undefined), widest), [
    "NAME           N",
    "a              1",
  ]);
});
