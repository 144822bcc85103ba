// Texts of agents are shown as they are and can do nothing: no HTML is ever made of them. What would still deceive the
// eye is written out instead: control characters (ANSI codes) as \x1b, and what is not seen but turns the direction of
// text around or hides in it as \u202e. Line breaks and tabs stay, and the joiners that scripts and emoji need.

const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
const KEPT = new Set(["\n", "\r", "\t", "\u00ad", "\u200c", "\u200d"]);
const BREAKS = /\s*[\r\n\t]\s*/g;

/** The text with everything unseen written out. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => (KEPT.has(character) ? character : escapeUnseen(character)));
}

/** One line of at most `max` characters, for rows, labels and titles. */
export function visibleLine(text: string, max = 300): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return visibleText(cut.replace(BREAKS, " "));
}

function escapeUnseen(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}
