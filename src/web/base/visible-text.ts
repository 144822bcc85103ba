// Texts of agents are shown as they are and can do nothing: no HTML is ever made of them. What would still deceive the
// eye is written out instead: control characters (ANSI codes) as \x1b, and the characters that turn the direction of
// text around as \u202e. Line breaks and tabs stay.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const BREAKS = /\s*[\r\n\t]\s*/g;

/** The text with everything unseen written out. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, escapeUnseen);
}

/** One line of at most `max` characters, for rows, labels and titles. */
export function visibleLine(text: string, max = 300): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return visibleText(cut.replace(BREAKS, " "));
}

function escapeUnseen(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
