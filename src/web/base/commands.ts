// The table of commands: everything that a key does. The palette and the help page are made from it, so that no key is
// a secret. What is on the screen adds its commands and takes them away again; of two with one key the newest counts.

import { computed, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
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
const TYPING = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a[href], summary, [role=button], [role=tab], [role=menuitemcheckbox]";

const sets = signal<readonly CommandSet[]>([]);
let pending = "";
let pendingSinceMs = 0;

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

export function startCommands(): void {
  document.addEventListener("keydown", onKeyDown);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = spellKey(event);
  if (key === undefined || belongsToElement(event.target, key)) return;
  const before = event.timeStamp - pendingSinceMs < SEQUENCE_WITHIN_MS ? pending : "";
  const match = matchKeys(activeCommands.peek(), before, key);
  pending = "";
  if (match === undefined) return;
  event.preventDefault();
  if ("found" in match) {
    match.found.run();
  } else {
    pending = match.pending;
    pendingSinceMs = event.timeStamp;
  }
}

/** Keys that an element itself uses: letters where one types, Enter and Space on buttons. */
function belongsToElement(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(TYPING) !== null) return !key.startsWith("Mod+");
  return (key === "Enter" || key === "Space") && target.closest(PRESSED) !== null;
}
