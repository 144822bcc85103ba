// How differences between two runs read: an amount with its sign, and in words.

import type { FigureUnit } from "../../model/comparison-words.ts";
import { formatCount, formatDuration, formatMoney, formatShare, UNKNOWN } from "./format.ts";

/** A value in its unit. */
export function formatFigure(unit: FigureUnit, value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  switch (unit) {
    case "ms":
      return formatDuration(value);
    case "usd":
      return formatMoney(value);
    case "share":
      return formatShare(value);
    case "ratio":
      return value.toFixed(2);
    default:
      return formatCount(value);
  }
}

/** `+1.2 s`, `−3`, of shares `+4 pts`, `0` for none. */
export function formatDifference(unit: FigureUnit, difference: number | undefined): string {
  if (difference === undefined) return UNKNOWN;
  if (difference === 0) return "0";
  const amount = Math.abs(difference);
  // A share that grew from 10 % to 15 % grew by 5 points, and by a half.
  const text = unit === "share" ? `${formatPoints(amount)} pts` : formatFigure(unit, amount);
  return /^<|^0\.00$/.test(text) ? "≈ 0" : `${difference > 0 ? "+" : "−"}${text}`;
}

function formatPoints(share: number): string {
  const points = 100 * share;
  if (points < 0.005) return "< 0.01";
  return points.toFixed(points < 0.995 ? 2 : points < 9.95 ? 1 : 0);
}

interface Words {
  readonly more: string;
  readonly less: string;
  /** `2.4 × …` */
  readonly times: string;
}

const WORDS: Readonly<Record<FigureUnit, Words>> = {
  ms: { more: "slower", less: "faster", times: "as long" },
  usd: { more: "dearer", less: "cheaper", times: "as dear" },
  tokens: { more: "more", less: "fewer", times: "as many" },
  count: { more: "more", less: "fewer", times: "as many" },
  share: { more: "higher", less: "lower", times: "as high" },
  ratio: { more: "higher", less: "lower", times: "as high" },
};

/** Differences below this share of the whole are none. */
const SAME_SHARE = 0.005;

/** `24 % slower`, `3.1 × as long`, `the same`; empty when it is not known. */
export function describeDifference(unit: FigureUnit, a: number | undefined, difference: number | undefined): string {
  if (a === undefined || difference === undefined) return "";
  if (Math.abs(difference) <= SAME_SHARE * Math.abs(a)) return "the same";
  const { more, less, times } = WORDS[unit];
  if (a <= 0) return more;
  const factor = (a + difference) / a;
  if (factor >= 2) return `${factor < 9.95 ? factor.toFixed(1) : Math.round(factor)} × ${times}`;
  return `${formatShare(Math.abs(difference) / a)} ${difference > 0 ? more : less}`;
}
