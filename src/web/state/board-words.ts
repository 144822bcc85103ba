// What boards are called where they are kept, and their text in a file. Pure.

import type { Board } from "../../model/config-shapes.ts";

/** The text of a board's file. */
export function formatBoardFile(board: Board): string {
  return `${JSON.stringify(board, undefined, 2)}\n`;
}

/** `weekly-review.board.json`: what the name has of letters and digits. */
export function boardFileName({ name }: Board): string {
  const words = name
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return `${words === "" ? "board" : words}.board.json`;
}

/** A name that none of the others has: `Fleet 2`. */
export function freeName(name: string, others: readonly string[]): string {
  const taken = new Set(others);
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}
