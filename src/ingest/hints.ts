import { HINTS } from "../model/draft.ts";
import { LIMITS } from "../model/limits.ts";
import type { Cuts } from "./cuts.ts";

/** Hints that are JSON lists: they must stay readable when they are cut. */
const LISTS: ReadonlySet<string> = new Set([HINTS.calls, HINTS.scores]);

/** A hint no longer than the limit: a list loses its last items, any other its end. */
export function boundedHint(name: string, value: string, cuts: Cuts): string {
  if (!LISTS.has(name)) return cuts.text(value, LIMITS.hintBytes);
  const sizeBytes = value.length <= LIMITS.hintBytes / 3 ? 0 : Buffer.byteLength(value);
  if (sizeBytes <= LIMITS.hintBytes) return value;
  let items = JSON.parse(value) as readonly unknown[];
  let kept = value;
  while (Buffer.byteLength(kept) > LIMITS.hintBytes) {
    items = items.slice(0, Math.floor(items.length / 2));
    kept = JSON.stringify(items);
  }
  cuts.bytes += sizeBytes - Buffer.byteLength(kept);
  return kept;
}
