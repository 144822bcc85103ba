import assert from "node:assert/strict";
import { test } from "node:test";
import type { Board } from "../../model/config-shapes.ts";
import { readBoardFile } from "./board-file.ts";
import { formatBoardFile } from "./board-words.ts";
import { BUILT_IN_BOARDS } from "./built-in-boards.ts";

const panel = { id: "a", title: "A", column: 0, row: 0, width: 6, height: 6 };
const question = { figure: "error_rate", shape: "lines" };

function mistakesOf(value: unknown): readonly string[] {
  const read = readBoardFile(JSON.stringify(value));
  return "mistakes" in read ? read.mistakes : [];
}

test("what was exported is read as it was", () => {
  for (const { board } of BUILT_IN_BOARDS) assert.deepEqual(readBoardFile(formatBoardFile(board)), { board });
});

test("what is no JSON says where", () => {
  const read = readBoardFile('{"name": "x", panels}');
  assert.ok("mistakes" in read);
  assert.match(read.mistakes[0] ?? "", /^This is no JSON: .*14/);
});

test("each mistake of the shape has its place", () => {
  assert.deepEqual(mistakesOf([]), ["the board: must be object"]);
  assert.match(mistakesOf({ name: "x" }).join(), /the board: .*panels/);
  assert.deepEqual(mistakesOf({ name: "x", panels: [{ ...panel, width: 13, question }] }), [
    "panels[0].width: must be <= 12",
  ]);
  assert.match(
    mistakesOf({ name: "x", panels: [{ ...panel, question: { ...question, shape: "pie" } }] }).join(),
    /^panels\[0\]\.question\.shape: .*lines, bars, heatmap/,
  );
  assert.match(mistakesOf({ name: "x", panels: [], more: 1 }).join(), /more/);
});

test("panels with one id, beyond the edge, or without a question are told", () => {
  const board = {
    name: "x",
    panels: [
      { ...panel, question },
      { ...panel, column: 8, row: 9, question: { shape: "lines" } },
    ],
  };
  assert.deepEqual(mistakesOf(board), [
    "panels[1].id: is the same as that of panels[0]",
    "panels[1].width: column and width together exceed 12 columns",
    "panels[1].question: needs a metric or a figure",
  ]);
});

test("panels that lie over each other are laid apart", () => {
  const read = readBoardFile(
    JSON.stringify({
      name: "x",
      panels: [
        { ...panel, question },
        { ...panel, id: "b", question },
      ],
    }),
  );
  assert.ok("board" in read);
  const { panels }: Board = read.board;
  assert.deepEqual(
    panels.map(({ id, row }) => [id, row]),
    [
      ["a", 0],
      ["b", 6],
    ],
  );
});
