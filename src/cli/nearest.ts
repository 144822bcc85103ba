const FAR = 3;

/** The known word that a wrong one was probably meant to be. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const begins = known.find((candidate) => word.length > 1 && candidate.startsWith(word));
  if (begins !== undefined) return begins;
  const [closest] = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return closest !== undefined && closest.distance < Math.min(FAR, word.length - 1) ? closest.candidate : undefined;
}

/** Levenshtein's: how many letters have to be put in, taken out or changed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
