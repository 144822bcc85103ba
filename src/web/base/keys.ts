// How keys are spelled in the command table: the value of KeyboardEvent.key, with `Mod+` for Ctrl or ⌘ before it, and a
// space between the keys of a sequence: `j`, `E`, `ArrowDown`, `Mod+k`, `g r`.

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The spelling of a pressed key; undefined for modifiers alone and for keys of the browser's own. */
export function spellKey({ key, ctrlKey, metaKey, altKey }: PressedKey): string | undefined {
  if (altKey || key === "Shift" || key === "Control" || key === "Meta" || key === "Alt") return undefined;
  const name = key === " " ? "Space" : key;
  return ctrlKey || metaKey ? `Mod+${name.length === 1 ? name.toLowerCase() : name}` : name;
}

export type KeyMatch<T> = { readonly found: T } | { readonly pending: string } | undefined;

/**
 * What a key does after the keys before it (`pending`, "" for none): the first entry whose keys match, or a sequence
 * that more keys may complete.
 */
export function matchKeys<T extends { readonly keys: readonly string[] }>(
  entries: Iterable<T>,
  pending: string,
  key: string,
): KeyMatch<T> {
  const pressed = pending === "" ? key : `${pending} ${key}`;
  let isBegun = false;
  for (const entry of entries) {
    if (entry.keys.includes(pressed)) return { found: entry };
    isBegun ||= entry.keys.some((keys) => keys.startsWith(`${pressed} `));
  }
  if (isBegun) return { pending: pressed };
  return pending === "" ? undefined : matchKeys(entries, "", key);
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Escape: "Esc",
};

/** How the caps of a spelling are labelled: `Mod+k` → ["Ctrl", "K"], `g r` → ["g", "r"]. */
export function keyCaps(keys: string, isMac: boolean): string[] {
  return keys
    .split(" ")
    .flatMap((key) => (key.startsWith("Mod+") ? [isMac ? "⌘" : "Ctrl", key.slice(4)] : [key]))
    .map((cap) => NAMES[cap] ?? (keys.startsWith("Mod+") && cap.length === 1 ? cap.toUpperCase() : cap));
}
