import type { WhatIfChoice } from "../../analysis/what-if.ts";
import { encodeTarget } from "../plots/what-if-words.ts";

export interface ListedChoice extends WhatIfChoice {
  /** Undefined while it is not computed. */
  readonly savedMs: number | undefined;
}

/** What helps most first; what is not computed yet by how much it could save at best. */
export function listChoices(
  choices: readonly WhatIfChoice[],
  savings: ReadonlyMap<string, number>,
): readonly ListedChoice[] {
  const listed = choices.map((choice) => ({ ...choice, savedMs: savings.get(encodeTarget(choice.target)) }));
  const rank = ({ savedMs, onPathMs }: ListedChoice) => savedMs ?? onPathMs / 2;
  return listed.sort((a, b) => rank(b) - rank(a) || b.onPathMs - a.onPathMs);
}
