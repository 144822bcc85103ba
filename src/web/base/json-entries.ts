// What stands below a value of JSON in a tree: its entries, or ranges of them where there are more than one looks
// through. Pure, and never deeper than it is asked.

/** More entries are shown in ranges. */
export const ENTRIES_MAX = 100;

/** Entries from one number up to another, by numbers. */
export interface EntryRange {
  readonly from: number;
  readonly until: number;
}

/** The ranges that many entries are shown in, at most a hundred; none where they are shown themselves. */
export function entryRanges({ from, until }: EntryRange): EntryRange[] {
  const count = until - from;
  if (count <= ENTRIES_MAX) return [];
  let size = ENTRIES_MAX;
  while (count / size > ENTRIES_MAX) size *= ENTRIES_MAX;
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    from: from + i * size,
    until: Math.min(until, from + (i + 1) * size),
  }));
}

const INDENTED_DEPTH_MAX = 50;

/** A value as text: indented, unless it is so deep that indents would be most of it. Any depth can be written. */
export function jsonText(value: unknown): string {
  return isDeeper(value, INDENTED_DEPTH_MAX) ? compactText(value) : JSON.stringify(value, undefined, 2);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1));
}

/** As JSON.stringify writes it, which itself calls for every level and so ends at some depth. */
function compactText(value: unknown): string {
  const written: string[] = [];
  /** What is still to be written, the next one last: a text as it is, or a value. */
  const rest: (string | { readonly value: unknown })[] = [{ value }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === "string") written.push(next);
    else if (typeof next.value !== "object" || next.value === null) written.push(JSON.stringify(next.value) ?? "null");
    else for (const part of partsOf(next.value).reverse()) rest.push(part);
  }
  return written.join("");
}

function partsOf(value: object): (string | { readonly value: unknown })[] {
  const isList = Array.isArray(value);
  const entries = Object.entries(value).flatMap(([key, child], i) => [
    `${i === 0 ? "" : ","}${isList ? "" : `${JSON.stringify(key)}:`}`,
    { value: child },
  ]);
  return [isList ? "[" : "{", ...entries, isList ? "]" : "}"];
}
