// What-if in the words of the page and of its URL: `whatif=agent:researcher&factor=0.5`.

import { WHAT_IF_SORTS, type WhatIfTarget } from "../../analysis/what-if.ts";

export const FACTOR_MAX = 2;
export const FACTOR_DEFAULT = 0.5;

/** Undefined when nothing is named: the panel then chooses what helps most. */
export function decodeTarget(text: string | undefined): WhatIfTarget | undefined {
  if (text === "*") return { by: "everything" };
  const colon = (text ?? "").indexOf(":");
  const by = WHAT_IF_SORTS.find((sort) => sort === text?.slice(0, colon));
  return by === undefined ? undefined : { by, name: text?.slice(colon + 1) ?? "" };
}

export function encodeTarget(target: WhatIfTarget): string {
  return target.by === "everything" ? "*" : `${target.by}:${target.name}`;
}

export function decodeFactor(text: string | undefined): number {
  const factor = text === undefined || text === "" ? Number.NaN : Number(text);
  return factor >= 0 && factor <= FACTOR_MAX ? factor : FACTOR_DEFAULT;
}

/** `twice as fast`, `3 times as fast`, `as fast as it was`, `1.5 times as slow`. */
export function factorInWords(factor: number): string {
  if (factor === 0) return "takes no time";
  if (factor === 1) return "as fast as it was";
  const times = factor < 1 ? 1 / factor : factor;
  const word = times === 2 ? "twice" : `${Number(times.toPrecision(3))} times`;
  return `${word} as ${factor < 1 ? "fast" : "slow"}`;
}
