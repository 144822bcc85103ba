import type { CommandTable } from "../base/command-table.ts";

/** What keys or a gesture do. */
export interface HelpLine {
  readonly title: string;
  readonly keys: readonly string[];
  readonly gesture?: string;
}

/** Lines under one heading of the help. */
export interface HelpSection {
  readonly title: string;
  readonly lines: readonly HelpLine[];
}

/** Everything that the tables' keys and gestures do, under their headings, in their order; each line once. */
export function helpSections(tables: readonly CommandTable[]): HelpSection[] {
  return [...Map.groupBy(tables, ({ group }) => group)].map(([title, ofGroup]) => {
    const lines = new Map(ofGroup.flatMap(linesOf).map((line) => [line.title, line]));
    return { title, lines: [...lines.values()] };
  });
}

function linesOf({ lines, gestures }: CommandTable): HelpLine[] {
  return [
    ...Object.values(lines).map(([title, ...keys]) => ({ title, keys })),
    ...gestures.map(([title, gesture]) => ({ title, keys: [], gesture })),
  ];
}
