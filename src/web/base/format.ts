// How figures read on the page. Widths stay calm: at most four significant digits, units beside the number, and a dash
// for what is not known (never 0).

/** Stands for a value that is not known. */
export const UNKNOWN = "–";

const MS_PER_S = 1000;
const MS_PER_MIN = 60 * MS_PER_S;
const MS_PER_H = 60 * MS_PER_MIN;
const MS_PER_DAY = 24 * MS_PER_H;

/** `640 µs`, `5.2 ms`, `467 ms`, `4.68 s`, `12.5 s`, `3m 12s`, `2h 05m`, `3d 4h`. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return "0 ms";
  if (ms < 0.0005) return "< 1 µs";
  if (ms < 0.9995) return `${significant(ms * 1000, 3)} µs`;
  if (ms < 999.5) return `${significant(ms, 3)} ms`;
  if (ms < MS_PER_MIN - 50) return `${significant(ms / MS_PER_S, 3)} s`;
  return formatLongDuration(Math.round(ms / MS_PER_S));
}

/** Of what goes on, in whole seconds so that it is calm: `0 s`, `12 s`, `3m 12s`, `2h 05m`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / MS_PER_S));
  return seconds < 60 ? `${seconds} s` : formatLongDuration(seconds);
}

/**
 * An instant after a beginning, so that neighbours differ: `110 ms`, `12.345 s`, `39m 51.234s`, `2h 05m 12s`, `3d 4h`.
 */
export function formatOffset(ms: number): string {
  if (ms < 999.5) return formatDuration(ms);
  if (ms < MS_PER_MIN - 0.5) return `${(ms / MS_PER_S).toFixed(3)} s`;
  const seconds = Math.round(ms) / MS_PER_S;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(3).padStart(6, "0")}s`;
  const whole = Math.floor(seconds);
  return whole < 24 * 3600 ? `${formatLongDuration(whole)} ${twoDigits(whole % 60)}s` : formatLongDuration(whole);
}

function formatLongDuration(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** `7`, `1,204`, `12.4k`, `3.1M`: short enough for a column. */
export function formatCount(count: number | undefined): string {
  if (count === undefined || !Number.isFinite(count)) return UNKNOWN;
  if (Math.abs(count) < 10_000) return Math.round(count).toLocaleString("en-US");
  if (Math.abs(count) < 999_500) return `${significant(count / 1e3, 3)}k`;
  if (Math.abs(count) < 999_500_000) return `${significant(count / 1e6, 3)}M`;
  return `${significant(count / 1e9, 3)}G`;
}

/** Every digit: `1,204,332`. */
export function formatExactCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 span`, `2 spans`. */
export function formatCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatExactCount(count)} ${count === 1 ? noun : plural}`;
}

/** US dollars: `$0`, `$0.00012`, `$0.043`, `$1.27`, `$1,204`. Small amounts keep two digits that count. */
export function formatMoney(usd: number | undefined): string {
  if (usd === undefined || !Number.isFinite(usd)) return UNKNOWN;
  if (usd === 0) return "$0";
  if (usd >= 1000) return `$${Math.round(usd).toLocaleString("en-US")}`;
  if (usd >= 0.995) return `$${usd.toFixed(2)}`;
  if (usd < 1e-6) return "< $0.000001";
  const decimals = 1 - Math.floor(Math.log10(usd));
  return `$${usd.toFixed(decimals).replace(/0+$/, "")}`;
}

/** A share 0…1 as `0 %`, `0.4 %`, `12 %`, `100 %`. */
export function formatShare(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return UNKNOWN;
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return "< 0.1 %";
  if (percent < 9.95 && percent !== Math.round(percent)) return `${percent.toFixed(1)} %`;
  if (percent > 99 && percent < 100) return `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
  return `${Math.round(percent)} %`;
}

/** `512 B`, `1.2 kB`, `3.4 MB`. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return UNKNOWN;
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${significant(bytes / 1e3, 3)} kB`;
  if (bytes < 999_500_000) return `${significant(bytes / 1e6, 3)} MB`;
  return `${significant(bytes / 1e9, 3)} GB`;
}

/** How long ago: `now`, `12s ago`, `3m ago`, `5h ago`, `2d ago`, then the date. */
export function formatAgo(instant: string, nowMs: number): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return UNKNOWN;
  const ago = nowMs - at;
  if (ago < -5 * MS_PER_S) return formatDate(at);
  if (ago < 5 * MS_PER_S) return "now";
  if (ago < MS_PER_MIN) return `${Math.floor(ago / MS_PER_S)}s ago`;
  if (ago < MS_PER_H) return `${Math.floor(ago / MS_PER_MIN)}m ago`;
  if (ago < MS_PER_DAY) return `${Math.floor(ago / MS_PER_H)}h ago`;
  if (ago < 7 * MS_PER_DAY) return `${Math.floor(ago / MS_PER_DAY)}d ago`;
  return formatDate(at);
}

function formatDate(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** An instant in the reader's zone to the millisecond: `2026-11-22 22:37:45.155`. */
export function formatInstantExact(instant: string): string {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? instant : `${formatDate(at)} ${formatClock(at)}`;
}

/** A step of a chart in the reader's zone: `2026-11-22 22:30 – 23:00`, `22:37:45 – 22:37:50`, a day as its date. */
export function formatStep(atMs: number, stepMs: number): string {
  const untilMs = atMs + stepMs;
  const isWhole = (unitMs: number) => atMs % unitMs === 0 && stepMs % unitMs === 0;
  const digits = isWhole(MS_PER_MIN) ? 5 : isWhole(MS_PER_S) ? 8 : 12;
  const clock = (ms: number) => formatClock(ms).slice(0, digits);
  const [day, lastDay] = [formatDate(atMs), formatDate(untilMs)];
  const isOfDays = stepMs % MS_PER_DAY === 0 && clock(atMs) === "00:00";
  if (isOfDays) return stepMs === MS_PER_DAY ? day : `${day} – ${formatDate(untilMs - 1)}`;
  return `${day} ${clock(atMs)} – ${day === lastDay || clock(untilMs) === "00:00" ? "" : `${lastDay} `}${clock(untilMs)}`;
}

/** The time of day in the reader's zone: `22:37:45.155`. */
export function formatClock(atMs: number): string {
  const date = new Date(atMs);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
  return `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** At least the digits before the point, and no zeros at the end that say nothing. */
function significant(value: number, digits: number): string {
  const whole = Math.max(1, Math.floor(Math.log10(Math.abs(value) || 1)) + 1);
  const text = value.toFixed(Math.max(0, digits - whole));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
