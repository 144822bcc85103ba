import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleLine, visibleText } from "./visible-text.ts";

test("control characters and ANSI codes are written out", () => {
  assert.equal(visibleText("\u001b[31mred\u001b[0m\u0000"), "\\x1b[31mred\\x1b[0m\\x00");
});

test("characters that turn the direction of text, or hide in it, are written out", () => {
  assert.equal(visibleText("user\u202Enimda\u2066x\u200B"), "user\\u202enimda\\u2066x\\u200b");
  assert.equal(visibleText("a\u{E0041}b"), "a\\u{e0041}b");
});

test("line breaks, tabs and the joiners of scripts and emoji stay", () => {
  const text = "a\n\tb 👩‍👩‍👧 می‌خواهم";
  assert.equal(visibleText(text), text);
});

test("a line has no breaks and says when it was cut", () => {
  assert.equal(visibleLine("a \r\n  b\tc"), "a b c");
  assert.equal(visibleLine("x".repeat(1_000_000), 5), "xxxxx…");
});
