// How measured values read, by the units that OpenTelemetry gives them (UCUM).

import type { FigureName } from "../../model/metric-figures.ts";
import type { MetricKind } from "../../model/vocabulary.ts";
import { formatBytes, formatCount, formatDuration, formatMoney, formatShare, UNKNOWN } from "../base/format.ts";
import { formatRate } from "./key-figure-texts.ts";

const MS_PER: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
const MONEY: readonly string[] = ["USD", "usd", "$", "{USD}"];

/** A value with its unit; of an unknown unit the number with the unit behind it. */
export function formatValue(unit: string | undefined, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN;
  if (unit === undefined || unit === "") return formatNumber(value);
  const perMs = MS_PER[unit];
  if (perMs !== undefined) return formatDuration(value * perMs);
  if (unit === "1") return formatShare(value);
  if (unit === "1/min") return formatRate(value);
  if (unit === "By") return value < 0 || !Number.isInteger(value) ? formatBytes(Math.round(value)) : formatBytes(value);
  if (MONEY.includes(unit)) return formatMoney(value);
  if (unit.endsWith("/s")) return `${formatValue(unit.slice(0, -2), value)} / s`;
  return `${formatNumber(value)} ${unit.replace(/[{}]/g, "")}`;
}

/** `0.042`, `7`, `12.4k`: three digits that count. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return formatCount(value);
  return String(Number(value.toPrecision(3)));
}

/** The unit of a figure of a metric: a rate is per second, a count has none. */
export function figureUnit(unit: string | undefined, figure: FigureName | undefined): string | undefined {
  if (figure === "count") return undefined;
  if (figure !== "rate") return unit;
  return `${unit === "1" || unit === undefined ? "" : unit}/s`;
}

/**
 * The unit that values are to be read in. Many senders write `1` for plain numbers too: shares are only values that are
 * no counts and never exceed 1.
 */
export function readableUnit(unit: string | undefined, kind: MetricKind, largest: number): string | undefined {
  const isCount = kind === "counter" || kind === "updown";
  return unit === "1" && (isCount || largest > 1) ? undefined : unit;
}
