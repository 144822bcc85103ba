import type { Colour, Output } from "../terminal.ts";

/** What a check found. */
export interface Finding {
  /** `problem`: something is wrong and something can be done; `note`: worth knowing. */
  readonly level: "ok" | "note" | "problem";
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly message: string;
  /** What to do, one sentence each. */
  readonly advice?: readonly string[];
}

export function ok(about: string, message: string): Finding {
  return { level: "ok", about, message };
}

export function note(about: string, message: string, ...advice: string[]): Finding {
  return { level: "note", about, message, advice };
}

export function problem(about: string, message: string, ...advice: string[]): Finding {
  return { level: "problem", about, message, advice };
}

const MARKS: Readonly<Record<Finding["level"], readonly [mark: string, colour: Colour]>> = {
  ok: ["ok", "green"],
  note: ["note", "yellow"],
  problem: ["PROBLEM", "red"],
};
const MARK_WIDTH = 8;
const ABOUT_WIDTH = 12;

export function findingLines({ level, about, message, advice = [] }: Finding, output: Output): string[] {
  const [mark, colour] = MARKS[level];
  const indent = " ".repeat(MARK_WIDTH + ABOUT_WIDTH);
  return [
    `${output.paint(colour, mark.padEnd(MARK_WIDTH))}${about.padEnd(ABOUT_WIDTH)}${message}`,
    ...advice.map((line) => `${indent}→ ${line}`),
  ];
}
