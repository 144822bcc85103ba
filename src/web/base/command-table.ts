// What commands are called and which keys they have, apart from what they do: the help lists all of them without the
// pages that they belong to. A table stands in a file `<place>-keys.ts` and in pages/command-tables.ts; a component adds
// its commands by giving the table an action for each line.

/** A title and its keys, spelled as in keys.ts; any of them. */
type CommandLine = readonly [title: string, ...keys: readonly string[]];

/** What the pointer does, and how. */
type GestureLine = readonly [title: string, gesture: string];

export interface CommandTable<Name extends string = string> {
  /** The heading that they stand under in the help. */
  readonly group: string;
  readonly lines: Readonly<Record<Name, CommandLine>>;
  readonly gestures: readonly GestureLine[];
}

/** What each command of a table does. */
export type ActionsOf<T extends CommandTable> = Readonly<Record<keyof T["lines"] & string, () => void>>;

export function commandTable<Name extends string>(
  group: string,
  lines: Readonly<Record<Name, CommandLine>>,
  gestures: readonly GestureLine[] = [],
): CommandTable<Name> {
  return { group, lines, gestures };
}

/** Actions that differ in the name of their line only. */
export function actionsByName<Name extends string>(
  { lines }: CommandTable<Name>,
  act: (name: Name) => void,
): Readonly<Record<Name, () => void>> {
  const names = Object.keys(lines) as Name[];
  return Object.fromEntries(names.map((name) => [name, () => act(name)])) as Record<Name, () => void>;
}
