// Flags of commands, once: reading them, their variables in the environment and their help come from one table.

import { parseArgs } from "node:util";
import { nearest } from "./nearest.ts";

type OptionType = "text" | "number" | "flag" | "list";

export interface OptionSpec<T extends OptionType = OptionType> {
  readonly type: T;
  /** What the value is called in the help, for example FILE; empty for flags. */
  readonly value: string;
  readonly doc: string;
  /** In force when nothing is said; empty: nothing. */
  readonly default: string;
  /** The variable of the environment that says the same. */
  readonly environment?: string;
}

/** Flags by their name without the dashes. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<T extends OptionType> = T extends "flag"
  ? boolean
  : T extends "number"
    ? number
    : T extends "list"
      ? readonly string[]
      : string;

export type OptionValues<O extends OptionTable> = { readonly [N in keyof O]: ValueOf<O[N]["type"]> };

export interface ParsedOptions<O extends OptionTable> {
  readonly values: OptionValues<O>;
  readonly operands: readonly string[];
}

/** The command was called wrongly; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type OptionalParts = Partial<Pick<OptionSpec, "default" | "environment">>;

export function textOption(value: string, doc: string, parts: OptionalParts = {}): OptionSpec<"text"> {
  return { type: "text", value, doc, default: "", ...parts };
}

export function numberOption(value: string, fallback: number, doc: string): OptionSpec<"number"> {
  return { type: "number", value, doc, default: String(fallback) };
}

export function flagOption(doc: string): OptionSpec<"flag"> {
  return { type: "flag", value: "", doc, default: "" };
}

/** May be given several times. */
export function listOption(value: string, doc: string): OptionSpec<"list"> {
  return { type: "list", value, doc, default: "" };
}

/** Reads a command's arguments; flags win over the environment. Throws UsageError. */
export function parseOptions<O extends OptionTable>(
  table: O,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): ParsedOptions<O> {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type }]) => [
      name,
      type === "flag" ? { type: "boolean" as const } : { type: "string" as const, multiple: type === "list" },
    ]),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(wrongFlag(error as NodeJS.ErrnoException, Object.keys(table)));
  }
  const values = Object.entries(table).map(([name, spec]) => {
    const given = parsed.values[name] ?? (spec.environment === undefined ? undefined : environment[spec.environment]);
    return [name, readValue(name, spec, given)];
  });
  return { values: Object.fromEntries(values) as OptionValues<O>, operands: parsed.positionals };
}

/** The same for a command that takes flags only. */
export function parseFlags<O extends OptionTable>(
  table: O,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): OptionValues<O> {
  const { values, operands } = parseOptions(table, args, environment);
  if (operands.length === 0) return values;
  throw new UsageError(`It takes flags only, not ${JSON.stringify(operands[0])}`);
}

/** What is wrong with a flag; Node's own words go on about positional arguments. */
function wrongFlag({ code, message }: NodeJS.ErrnoException, known: readonly string[]): string {
  const [first = ""] = message.split("\n");
  const flag = code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? /'(-[^']*)'/.exec(first)?.[1] : undefined;
  if (flag === undefined) return first;
  const meant = nearest(flag.replace(/^-+/, ""), known);
  return `There is no flag ${flag}.${meant === undefined ? "" : ` Did you mean --${meant}?`}`;
}

function readValue(name: string, spec: OptionSpec, given: unknown): OptionValues<OptionTable>[string] {
  switch (spec.type) {
    case "flag":
      return given === true;
    case "list":
      return (given ?? []) as string[];
    case "number": {
      const number = Number(given ?? spec.default);
      if (Number.isInteger(number) && number >= 0) return number;
      throw new UsageError(`--${name} ${spec.value}: ${JSON.stringify(given)} is no whole number from 0 on`);
    }
    default:
      return (given ?? spec.default) as string;
  }
}
