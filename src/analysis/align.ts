// Aligning two lists by equal keys.

export interface AlignedPair<T> {
  readonly a: T | undefined;
  readonly b: T | undefined;
}

type Key = string | number;

/** Beyond this many comparisons items are matched by how often their key came before, whatever stands in between. */
const TABLE_SIZE_MAX = 1_000_000;

/** Keeps the order of both lists and matches as many items as can be (longest common subsequence). */
export function alignByKey<T>(
  a: readonly T[],
  b: readonly T[],
  keyOfA: (item: T) => Key,
  keyOfB: (item: T) => Key,
): AlignedPair<T>[] {
  const matchOfB = matchesOf(a.map(keyOfA), b.map(keyOfB));
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

/** Per item of b the index in a, or UNMATCHED. Most lists are the same from both ends up to one place. */
function matchesOf(a: readonly Key[], b: readonly Key[]): Int32Array {
  const match = new Int32Array(b.length).fill(UNMATCHED);
  let begin = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) {
    match[begin] = begin;
    begin++;
  }
  let [endA, endB] = [a.length, b.length];
  while (endA > begin && endB > begin && a[endA - 1] === b[endB - 1]) match[--endB] = --endA;
  const middleA = a.slice(begin, endA);
  const middleB = b.slice(begin, endB);
  const isLarge = middleA.length * middleB.length > TABLE_SIZE_MAX;
  const middle = isLarge ? matchByOccurrence(middleA, middleB) : matchByLongest(middleA, middleB);
  for (const [i, found] of middle.entries()) match[begin + i] = found < 0 ? UNMATCHED : begin + found;
  return match;
}

function matchByLongest(a: readonly Key[], b: readonly Key[]): Int32Array {
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

function matchByOccurrence(a: readonly Key[], b: readonly Key[]): Int32Array {
  const places = new Map<Key, number[]>();
  for (const [i, key] of a.entries()) {
    const known = places.get(key);
    if (known === undefined) places.set(key, [i]);
    else known.push(i);
  }
  const used = new Map<Key, number>();
  return Int32Array.from(b, (key) => {
    const count = used.get(key) ?? 0;
    used.set(key, count + 1);
    return places.get(key)?.[count] ?? UNMATCHED;
  });
}
