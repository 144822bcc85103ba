// Issued keys. A secret that was just made is held here until the page is left or reloaded, and nowhere else.

import { signal } from "@preact/signals";
import type { IssuedKey, Keys, NewKey } from "../../model/key-shapes.ts";
import { ApiFailure, deleteJson, getJson, postJson } from "../base/api.ts";
import { pathOf } from "../base/place.ts";
import { Resource } from "../base/resource.ts";

const EVERY_MS = 5000;

export const keys = new Resource<Keys>();
/** The key that was made last, with its secret. */
export const madeKey = signal<IssuedKey | undefined>(undefined);
/** Why the last change was refused. */
export const keyFailure = signal<ApiFailure | undefined>(undefined);

/** Loads the keys, and when they were used, until the answered function is called. */
export function followKeys(): () => void {
  void keys.load((signal) => getJson<Keys>("/keys", { signal }));
  const timer = setInterval(() => {
    if (!document.hidden) void keys.refresh();
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** True when it was made. */
export async function makeKey(wanted: NewKey): Promise<boolean> {
  return change(async () => {
    madeKey.value = await postJson<IssuedKey>("/keys", wanted);
  });
}

export async function revokeKey(id: string): Promise<void> {
  await change(async () => {
    await deleteJson(pathOf`/keys/${id}`);
    if (madeKey.peek()?.key.id === id) madeKey.value = undefined;
  });
}

async function change(make: () => Promise<void>): Promise<boolean> {
  try {
    await make();
    keyFailure.value = undefined;
    await keys.refresh();
    return true;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    keyFailure.value = error;
    return false;
  }
}
