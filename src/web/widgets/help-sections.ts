import type { Command } from "../base/commands.ts";

/** Commands under one heading of the help. */
export interface HelpSection {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** Everything that a key or the pointer does, under the headings of the commands, in their order. */
export function helpSections(commands: readonly Command[]): HelpSection[] {
  const listed = commands.filter(({ keys, gesture }) => keys.length > 0 || gesture !== undefined);
  return [...Map.groupBy(listed, ({ group }) => group)].map(([title, ofGroup]) => ({ title, commands: ofGroup }));
}
