// Help is made from the commands and their tables, so that it cannot say anything else than what they do.

import type { Command } from "./command.ts";
import type { OptionSpec } from "./options.ts";

const FLAG_WIDTH = 28;

/** `talea --help`. */
export function helpOfAll(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map((verb) => verb.length));
  const verbs = Object.entries(commands).map(([verb, { summary }]) => `  ${verb.padEnd(width)}  ${summary}`);
  return `Talea: observability for multi-agent systems.

talea [VERB] [FLAGS]; without a verb: serve

${verbs.join("\n")}

  talea VERB --help    what a verb does and its flags
  talea --version      the version
`;
}

/** `talea VERB --help`. */
export function helpOf(verb: string, { summary, operands, options, note, examples }: Command): string {
  const flags = Object.entries(options).map(([name, spec]) => flagHelp(name, spec));
  const width = Math.max(0, ...examples.map(([line]) => line.length));
  const lines = examples.map(([line, effect]) => `  ${line.padEnd(width)}   ${effect}`);
  return [
    `talea ${verb}${operands === "" ? "" : ` ${operands}`}: ${summary}.`,
    ...(flags.length === 0 ? [] : [flags.join("\n")]),
    ...(note === undefined ? [] : [note]),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    "",
  ].join("\n\n");
}

function flagHelp(name: string, { value, doc, default: fallback, environment }: OptionSpec): string {
  const flag = `--${name}${value === "" ? "" : ` ${value}`}`;
  const standard = fallback === "" || fallback === "false" ? "" : ` [${fallback}]`;
  const variable = environment === undefined ? "" : `\n${" ".repeat(FLAG_WIDTH + 3)}${environment}`;
  return `  ${flag.padEnd(FLAG_WIDTH)} ${doc}${standard}${variable}`;
}
