import assert from "node:assert/strict";
import { test } from "node:test";
import { rankByText } from "./rank.ts";

const COMMANDS = ["A page down", "Go to Agents", "Go to Runs", "Next agent", "Zoom in"];
const rank = (text: string) => rankByText(COMMANDS, text, (command) => command);

test("beginnings of words come first, and merely scattered letters are not found", () => {
  assert.deepEqual(rank("agent"), ["Go to Agents", "Next agent"]);
  assert.deepEqual(rank("zoom"), ["Zoom in"]);
});

test("the first letters of words are enough", () => {
  assert.deepEqual(rank("gtr"), ["Go to Runs"]);
});

test("nothing typed lists all", () => {
  assert.deepEqual(rank(" "), COMMANDS);
});

test("ten thousand entries are ranked between two letters that are typed", (context) => {
  const entries = Array.from({ length: 10_000 }, (_, i) => `${COMMANDS[i % COMMANDS.length]} of researcher ${i}`);
  const took = Array.from({ length: 9 }, () => {
    const startMs = performance.now();
    rankByText(entries, "gtr 77", (entry) => entry);
    return performance.now() - startMs;
  });
  const least = Math.min(...took);
  context.diagnostic(`${least.toFixed(1)} ms`);
  assert.ok(least < 30, `${least} ms`);
});
