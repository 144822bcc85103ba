import assert from "node:assert/strict";
import { test } from "node:test";
import { keyCaps, matchKeys, spellKey } from "./keys.ts";

const press = (key: string, held: "ctrlKey" | "metaKey" | "altKey" | undefined = undefined) =>
  spellKey({ key, ctrlKey: held === "ctrlKey", metaKey: held === "metaKey", altKey: held === "altKey" });

test("keys are spelled by their value, Ctrl and ⌘ alike", () => {
  assert.equal(press("j"), "j");
  assert.equal(press("E"), "E");
  assert.equal(press(" "), "Space");
  assert.equal(press("K", "metaKey"), "Mod+k");
  assert.equal(press("k", "ctrlKey"), "Mod+k");
  assert.equal(press("Shift"), undefined);
  assert.equal(press("x", "altKey"), undefined);
});

const ENTRIES = [{ keys: ["j", "ArrowDown"] }, { keys: ["g r"] }, { keys: ["g a"] }, { keys: ["r"] }];

test("a key runs its entry, also by its other spelling", () => {
  assert.deepEqual(matchKeys(ENTRIES, "", "ArrowDown"), { found: ENTRIES[0] });
  assert.equal(matchKeys(ENTRIES, "", "q"), undefined);
});

test("a sequence waits for its next key, which then means the sequence", () => {
  assert.deepEqual(matchKeys(ENTRIES, "", "g"), { pending: "g" });
  assert.deepEqual(matchKeys(ENTRIES, "g", "r"), { found: ENTRIES[1] });
});

test("a key that does not go on with the sequence counts by itself", () => {
  assert.deepEqual(matchKeys(ENTRIES, "g", "j"), { found: ENTRIES[0] });
});

test("caps are labelled for the machine", () => {
  assert.deepEqual(keyCaps("Mod+k", true), ["⌘", "K"]);
  assert.deepEqual(keyCaps("Mod+k", false), ["Ctrl", "K"]);
  assert.deepEqual(keyCaps("g r", false), ["g", "r"]);
});
