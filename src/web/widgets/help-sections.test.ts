import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../base/commands.ts";
import { helpSections } from "./help-sections.ts";

const command = (title: string, group: string, keys: readonly string[], gesture?: string): Command => ({
  ...{ title, group, keys, run: () => undefined },
  ...(gesture === undefined ? {} : { gesture }),
});

test("the help lists every command that has a key or a gesture, once, under its heading; others are the palette's", () => {
  const commands = [
    command("Go to Runs", "Everywhere", ["g r"]),
    command("Next run", "Lists", ["j", "ArrowDown"]),
    command("Light or dark", "Everywhere", ["t"]),
    command("Zoom", "Time", [], "wheel"),
    command("Open view Mine", "Views of /runs", []),
  ];
  const sections = helpSections(commands);
  assert.deepEqual(
    sections.map(({ title }) => title),
    ["Everywhere", "Lists", "Time"],
  );
  const listed = sections.flatMap((section) => section.commands);
  assert.deepEqual(new Set(listed), new Set(commands.slice(0, 4)));
  assert.equal(listed.length, 4);
});
