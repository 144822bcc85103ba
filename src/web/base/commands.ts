// The commands that are there: everything that a key does at the moment. The palette is made from them. What is on the
// screen adds its commands and takes them away again; of two with one key the newest counts.

import { computed, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { ActionsOf, CommandTable } from "./command-table.ts";
import { EARLY_KEY_KEPT_MS, EarlyKeys } from "./early-keys.ts";
import { belongsToElement, pressOn } from "./element-keys.ts";
import { matchKeys, spellKey } from "./keys.ts";

/** Something that the palette can do by its name. */
export interface PaletteEntry {
  readonly title: string;
  readonly group: string;
  readonly run: () => void;
  readonly keys?: readonly string[];
}

type Command = PaletteEntry & { readonly keys: readonly string[] };

interface CommandSet {
  readonly commands: readonly Command[];
  readonly table: CommandTable | undefined;
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
const activeCommands = computed<readonly Command[]>(() => {
  const dialogs = sets.value.filter(({ isDialog }) => isDialog);
  return (dialogs.length > 0 ? dialogs : sets.value).toReversed().flatMap(({ commands }) => commands);
});

const outsideDialogs = computed(() => sets.value.filter(({ isDialog }) => !isDialog));

/** All commands but those of dialogs, in the order in which they were added: for the palette. */
export const listedCommands = computed<readonly PaletteEntry[]>(() =>
  outsideDialogs.value.flatMap(({ commands }) => commands),
);

/** The tables of which commands are there, but for dialogs, in the order in which they were added: for the help. */
export const activeTables = computed<readonly CommandTable[]>(() =>
  outsideDialogs.value.flatMap(({ table }) => table ?? []),
);

function addSet(set: CommandSet): () => void {
  sets.value = [...sets.peek(), set];
  replaySoon();
  return () => {
    sets.value = sets.peek().filter((other) => other !== set);
  };
}

/** Adds entries to the palette until the answered function is called. */
export function addPaletteEntries(entries: readonly PaletteEntry[]): () => void {
  return addSet({ commands: entries.map((entry) => ({ ...entry, keys: [] })), table: undefined, isDialog: false });
}

/**
 * Adds a component's commands while it is mounted. The actions are made once and must read what changes from signals. A
 * layout effect: of others the end comes after the next frame, and a key pressed before it would find commands that are
 * gone.
 */
export function useCommands<T extends CommandTable>(table: T, make: () => ActionsOf<T>, isDialog = false): void {
  useLayoutEffect(() => {
    const actions: Readonly<Record<string, () => void>> = make();
    const commands = Object.entries(actions).map(([name, run]) => {
      const [title, ...keys] = table.lines[name] as CommandTable["lines"][string];
      return { title, group: table.group, keys, run };
    });
    return addSet({ commands, table, isDialog });
  }, []);
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
