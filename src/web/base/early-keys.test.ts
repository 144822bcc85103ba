import assert from "node:assert/strict";
import { test } from "node:test";
import { EARLY_KEY_KEPT_MS, EARLY_KEYS_MAX, EarlyKeys } from "./early-keys.ts";

/** Replays to somebody who knows these keys; what was taken. */
function replay(early: EarlyKeys, known: string, isMoreToCome: boolean, nowMs = 0): string {
  let taken = "";
  const take = (key: string) => {
    if (known.includes(key)) taken += key;
    return known.includes(key);
  };
  early.replay(take, { isMoreToCome: () => isMoreToCome, nowMs });
  return taken;
}

function pressed(keys: string): EarlyKeys {
  const early = new EarlyKeys();
  for (const key of keys) early.keep(key, 0);
  return early;
}

test("early keys wait for who takes them, and none overtakes one before it", () => {
  const early = pressed("/ab");
  assert.equal(replay(early, "ab", true), "");
  assert.equal(replay(early, "/", true), "/");
  assert.equal(replay(early, "ab", true), "ab");
  assert.ok(early.isEmpty);
});

test("a key that nobody takes is dropped when nothing is on the way any more, or when it is too old", () => {
  const left = pressed("qj");
  assert.equal(replay(left, "j", false), "j");
  assert.ok(left.isEmpty);
  const old = pressed("qj");
  assert.equal(replay(old, "j", true, EARLY_KEY_KEPT_MS - 1), "");
  assert.equal(replay(old, "j", true, EARLY_KEY_KEPT_MS), "j");
  assert.ok(old.isEmpty);
});

test("the browser's own keys are not kept, and no more than a few", () => {
  const early = new EarlyKeys();
  for (const key of ["Tab", "F5", "Mod+c", "Escape"]) assert.equal(early.keep(key, 0), false);
  for (const key of ["j", "ArrowDown", "Enter", "Space"]) assert.equal(early.keep(key, 0), true);
  for (let i = 4; i < EARLY_KEYS_MAX; i++) assert.equal(early.keep("j", 0), true);
  assert.equal(early.keep("j", 0), false);
});

test("keys that were dropped do nothing", () => {
  const early = pressed("jj");
  early.drop();
  assert.equal(replay(early, "j", false), "");
});
