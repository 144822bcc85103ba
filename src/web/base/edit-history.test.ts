import assert from "node:assert/strict";
import { test } from "node:test";
import { beginHistory, redone, undone, withEdit } from "./edit-history.ts";

test("edits are undone and redone in their order", () => {
  const edited = withEdit(withEdit(beginHistory("a"), "b"), "c");
  const back = undone(undone(edited));
  assert.equal(back.present, "a");
  assert.equal(undone(back), back);
  assert.deepEqual(redone(redone(back)), edited);
  assert.equal(redone(edited), edited);
});

test("an edit after an undo takes the place of what was undone", () => {
  const history = withEdit(undone(withEdit(beginHistory("a"), "b")), "c");
  assert.deepEqual(history, { past: ["a"], present: "c", future: [] });
});

test("an edit that changes nothing is none", () => {
  const history = beginHistory({ name: "a" });
  assert.equal(withEdit(history, { name: "a" }), history);
});
