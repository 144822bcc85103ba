/**
 * Entries that hold all letters of a text in their order, the best first: as a whole, then at beginnings of words, then
 * anywhere. All of them, in their own order, for an empty text.
 */
export function rankByText<T>(entries: readonly T[], text: string, textOf: (entry: T) => string): T[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...entries];
  return entries
    .map((entry) => ({ entry, score: scoreOf(textOf(entry).toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

/** Letters that are merely somewhere mean nothing. */
const LETTER_SCORE_MIN = 5;

function scoreOf(text: string, wanted: string): number {
  const at = text.indexOf(wanted);
  if (at === 0) return 1000;
  if (at > 0) return text[at - 1] === " " ? 800 : 600;
  let from = 0;
  let score = 1;
  for (const letter of wanted.replaceAll(" ", "")) {
    const found = text.indexOf(letter, from);
    if (found < 0) return 0;
    score += found === 0 || text[found - 1] === " " ? 10 : found === from ? 5 : 1;
    from = found + 1;
  }
  return score >= wanted.length * LETTER_SCORE_MIN ? score : 0;
}
