// Text as a terminal shows it: how wide it is, cut to a width, and without what a terminal would obey.

import { stripVTControlCharacters } from "node:util";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const NONE = /\p{Mark}|\u200d|\ufe0f/u;
const PLAIN = /^[ -~]*$/;

/** Control characters come from telemetry, which anybody may have written: a terminal must not obey them. */
export function oneLine(text: string): string {
  return PLAIN.test(text) ? text : stripVTControlCharacters(text).replace(CONTROLS, " ");
}

/** Columns of a terminal, not letters. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text when it is at most `width` columns wide, else its beginning and an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return "";
  let shown = "";
  let left = width - 1;
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    shown += character;
  }
  return `${shown}…`;
}

/** The text cut or filled to exactly `width` columns. */
export function fitTo(text: string, width: number, align: "left" | "right" = "left"): string {
  const shown = cutTo(text, width);
  const space = " ".repeat(Math.max(0, width - displayWidth(shown)));
  return align === "right" ? space + shown : shown + space;
}

function characterWidth(character: string): number {
  return NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}
