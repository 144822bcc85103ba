// The table of commands: everything that a key does. The palette and the help page are made from it, so that no key is
// a secret. What is on the screen adds its commands and takes them away again; of two with one key the newest counts.

import { computed, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { EARLY_KEY_KEPT_MS, EarlyKeys } from "./early-keys.ts";
import { belongsToElement, pressOn } from "./element-keys.ts";
import { matchKeys, spellKey } from "./keys.ts";

export interface Command {
  readonly title: string;
  /** The heading that it stands under in the help. */
  readonly group: string;
  /** Spelled as in keys.ts; any of them. */
  readonly keys: readonly string[];
  readonly run: () => void;
  /** For the help: what the pointer does instead of a key. */
  readonly gesture?: string;
}

interface CommandSet {
  readonly commands: readonly Command[];
  /** While a dialog is open only its own commands count. */
  readonly isDialog: boolean;
}

const SEQUENCE_WITHIN_MS = 1500;

const sets = signal<readonly CommandSet[]>([]);
const early = new EarlyKeys();
let pending = "";
let pendingSinceMs = 0;
/** How many parts of the page are on the way, with commands of their own perhaps. */
let expectedCount = 0;
let replayTimer: number | undefined;

/** The commands that count at the moment, newest first. */
export const activeCommands = computed<readonly Command[]>(() => {
  const dialogs = sets.value.filter(({ isDialog }) => isDialog);
  return (dialogs.length > 0 ? dialogs : sets.value).toReversed().flatMap(({ commands }) => commands);
});

/** All commands but those of dialogs, in the order in which they were added: for the help page and the palette. */
export const listedCommands = computed<readonly Command[]>(() =>
  sets.value.filter(({ isDialog }) => !isDialog).flatMap(({ commands }) => commands),
);

/** Adds commands until the answered function is called. */
export function addCommands(commands: readonly Command[], isDialog = false): () => void {
  const set = { commands, isDialog };
  sets.value = [...sets.peek(), set];
  replaySoon();
  return () => {
    sets.value = sets.peek().filter((other) => other !== set);
  };
}

/**
 * Adds a component's commands while it is mounted. They are made once and must read what changes from signals. A layout
 * effect: of others the end comes after the next frame, and a key pressed before it would find commands that are gone.
 */
export function useCommands(make: () => readonly Command[], isDialog = false): void {
  useLayoutEffect(() => addCommands(make(), isDialog), []);
}

/** For what stands in the place of a part that is on the way: keys that nobody takes wait for the part's commands. */
export function useExpectedCommands(): void {
  useLayoutEffect(() => {
    expectedCount++;
    return () => {
      expectedCount--;
      replaySoon();
    };
  }, []);
}

export function startCommands(): void {
  document.addEventListener("keydown", onKeyDown);
  // The reader went on by other means.
  document.addEventListener("pointerdown", () => early.drop(), true);
  addEventListener("popstate", () => early.drop());
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = spellKey(event);
  if (key === undefined) return;
  const isOfElement = belongsToElement(event.target, key);
  if (isOfElement || key === "Escape") early.drop();
  if (isOfElement) return;
  const atMs = event.timeStamp;
  const isTaken = early.isEmpty ? take(key, atMs) || keep(key, atMs) : keep(key, atMs) || take(key, atMs);
  if (isTaken) event.preventDefault();
}

/** Does what a key is for; false when it is for nothing that is there. */
function take(key: string, pressedMs: number): boolean {
  const before = pressedMs - pendingSinceMs < SEQUENCE_WITHIN_MS ? pending : "";
  const match = matchKeys(activeCommands.peek(), before, key);
  pending = "";
  if (match === undefined) return false;
  if ("found" in match) {
    match.found.run();
  } else {
    pending = match.pending;
    pendingSinceMs = pressedMs;
  }
  return true;
}

const isMoreToCome = () => expectedCount > 0 && !sets.peek().some(({ isDialog }) => isDialog);

function keep(key: string, pressedMs: number): boolean {
  if (early.isEmpty && !isMoreToCome()) return false;
  const isKept = early.keep(key, pressedMs);
  if (isKept) setTimeout(replay, EARLY_KEY_KEPT_MS);
  return isKept;
}

/** Once all commands of what just appeared are there: the newest of two with one key counts. */
function replaySoon(): void {
  if (!early.isEmpty) replayTimer ??= window.setTimeout(replay);
}

function replay(): void {
  clearTimeout(replayTimer);
  replayTimer = undefined;
  early.replay(takeOrPress, { isMoreToCome, nowMs: performance.now() });
}

/** After `/` the further keys are the text that is searched for. */
function takeOrPress(key: string): boolean {
  const { activeElement } = document;
  if (!belongsToElement(activeElement, key)) return take(key, performance.now());
  pressOn(activeElement, key);
  return true;
}
