import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { Command } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import type { OptionSpec } from "../../src/cli/options.ts";
import { environmentNameOf, flagOf, SETTINGS } from "../../src/server/settings.ts";

const FILE = new URL("../../docs/command-line.md", import.meta.url);

test("docs/command-line.md has a section for each command, in the order of the help, and no other", () => {
  const headings = [...readFileSync(FILE, "utf8").matchAll(/^## talea (\S+)$/gm)].map((match) => match[1]);
  assert.deepEqual(headings, Object.keys(COMMANDS));
});

test("the tables of flags say what the commands take (UPDATE=1 makes them anew)", () => {
  const page = readFileSync(FILE, "utf8");
  const made = page.replace(/(<!-- flags: (\S+) -->\n)[\s\S]*?(<!-- \/flags -->)/g, (_, begin, verb, end) => {
    return `${begin}${table(COMMANDS[verb as string] as Command)}${end}`;
  });
  if (process.env["UPDATE"] === "1") writeFileSync(FILE, made);
  else assert.equal(page, made);
});

test("every setting of the server is a flag of serve, with its variable and its default", () => {
  const { options } = COMMANDS["serve"] as Command;
  assert.deepEqual(
    Object.keys(options),
    Object.keys(SETTINGS).map((name) => flagOf(name).slice(2)),
  );
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const option = options[flagOf(name).slice(2)];
    assert.deepEqual([option?.environment, option?.default], [environmentNameOf(name), setting.default]);
  }
});

function table({ options }: Command): string {
  const rows = Object.entries(options).map(([name, spec]) => `| ${row(name, spec).join(" | ")} |\n`);
  return `\n| flag | variable | default | |\n| --- | --- | --- | --- |\n${rows.join("")}\n`;
}

function row(name: string, { value, doc, default: fallback, environment }: OptionSpec): string[] {
  const code = (text: string) => (text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``);
  const flag = code(`--${name}${value === "" ? "" : ` ${value}`}`);
  return [flag, code(environment ?? ""), fallback === "false" ? "" : code(fallback), doc.replaceAll("|", "\\|")];
}
