// Aligning two lists by equal keys.

export interface AlignedPair<T> {
  readonly a: T | undefined;
  readonly b: T | undefined;
}

/** Beyond this many comparisons items are matched by how often their key came before, whatever stands in between. */
const TABLE_SIZE_MAX = 1_000_000;

/** Keeps the order of both lists and matches as many items as can be (longest common subsequence). */
export function alignByKey<T>(
  a: readonly T[],
  b: readonly T[],
  keyOfA: (item: T) => string,
  keyOfB: (item: T) => string,
): AlignedPair<T>[] {
  const keysA = a.map(keyOfA);
  const keysB = b.map(keyOfB);
  const matchOfB =
    a.length * b.length > TABLE_SIZE_MAX ? matchByOccurrence(keysA, keysB) : matchByLongest(keysA, keysB);
  const pairs: AlignedPair<T>[] = [];
  const matched = new Set(matchOfB);
  let next = 0;
  for (const [i, item] of b.entries()) {
    const match = matchOfB[i] as number;
    // What only a has, and stood before the counterpart.
    for (; match >= 0 && next < match; next++) if (!matched.has(next)) pairs.push({ a: a[next], b: undefined });
    next = Math.max(next, match + 1);
    pairs.push({ a: match < 0 ? undefined : a[match], b: item });
  }
  for (; next < a.length; next++) if (!matched.has(next)) pairs.push({ a: a[next], b: undefined });
  return pairs;
}

const UNMATCHED = -1;

/** Per item of b the index in a, or UNMATCHED. */
function matchByLongest(a: readonly string[], b: readonly string[]): Int32Array {
  const width = b.length + 1;
  // lengths[i * width + j]: of the longest common subsequence of a[i…] and b[j…].
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] as number) + 1
          : Math.max(lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number);
    }
  }
  const match = new Int32Array(b.length).fill(UNMATCHED);
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) match[j++] = i++;
    else if ((lengths[(i + 1) * width + j] as number) >= (lengths[i * width + j + 1] as number)) i++;
    else j++;
  }
  return match;
}

function matchByOccurrence(a: readonly string[], b: readonly string[]): Int32Array {
  const places = new Map<string, number[]>();
  for (const [i, key] of a.entries()) {
    const known = places.get(key);
    if (known === undefined) places.set(key, [i]);
    else known.push(i);
  }
  const used = new Map<string, number>();
  return Int32Array.from(b, (key) => {
    const count = used.get(key) ?? 0;
    used.set(key, count + 1);
    return places.get(key)?.[count] ?? UNMATCHED;
  });
}
