// Boards as files: what is written is what the API has, and what is read is checked against its very shape, so that a
// board is taken as a whole or not at all. Loaded when somebody imports: the checks are large.

import { Errors } from "typebox/value";
import { BOARD_COLUMNS } from "../../model/board-grid.ts";
import { Board } from "../../model/config-shapes.ts";
import { arranged, inReadingOrder } from "../plots/board-layout.ts";

export type ReadBoard = { readonly board: Board } | { readonly mistakes: readonly string[] };

const MISTAKES_MAX = 12;

/** The board in a file's text, or what is wrong with it and where. */
export function readBoardFile(text: string): ReadBoard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { mistakes: [`This is no JSON: ${(error as SyntaxError).message}`] };
  }
  const found = shapeMistakes(value);
  if (found.length > 0) return { mistakes: found.slice(0, MISTAKES_MAX) };
  const board = value as Board;
  const mistakes = meaningMistakes(board);
  if (mistakes.length > 0) return { mistakes: mistakes.slice(0, MISTAKES_MAX) };
  return { board: { ...board, panels: inReadingOrder(arranged(board.panels)) } };
}

/** `panels[2].width: must be <= 12`. */
function shapeMistakes(value: unknown): string[] {
  const errors = Errors(Board, value);
  const texts = errors.map(
    ({ instancePath, message, params }) => `${readablePath(instancePath)}: ${message}${more(params)}`,
  );
  return [...new Set(texts)];
}

function readablePath(pointer: string): string {
  const path = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((all, part) => (/^\d+$/.test(part) ? `${all}[${part}]` : all === "" ? part : `${all}.${part}`), "");
  return path === "" ? "the board" : path;
}

/** Names and values that the message leaves out. */
function more(params: object): string {
  const lists = Object.values(params).filter((value): value is unknown[] => Array.isArray(value));
  const names = lists.flat().map(String);
  return names.length === 0 ? "" : ` (${names.join(", ")})`;
}

/** What no shape can say. */
function meaningMistakes({ panels }: Board): string[] {
  const seen = new Map<string, number>();
  return panels.flatMap(({ id, column, width, question: { metric, figure } }, i) => {
    const mistakes: string[] = [];
    const before = seen.get(id);
    if (before !== undefined) mistakes.push(`panels[${i}].id: is the same as that of panels[${before}]`);
    seen.set(id, i);
    if (column + width > BOARD_COLUMNS) {
      mistakes.push(`panels[${i}].width: column and width together exceed ${BOARD_COLUMNS} columns`);
    }
    if (metric === undefined && figure === undefined) {
      mistakes.push(`panels[${i}].question: needs a metric or a figure`);
    }
    return mistakes;
  });
}
