import { effect, type Signal, signal } from "@preact/signals";

const PREFIX = "talea.";

/**
 * A choice of this reader in this browser (a width, a theme), kept over visits. What others should see by a link
 * belongs in the URL instead.
 */
export function storedSetting<T>(name: string, initial: T, isValid: (value: unknown) => value is T): Signal<T> {
  const setting = signal(read(name, isValid) ?? initial);
  effect(() => write(name, setting.value));
  return setting;
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function read<T>(name: string, isValid: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    return isValid(value) ? value : undefined;
  } catch {
    // Storage may be forbidden, or hold what an older page wrote: the initial value serves.
    return undefined;
  }
}

function write(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Without storage a choice lasts as long as the page.
  }
}
