// Figures for people: short, with their unit.

const MS_PER_S = 1000;
const S_PER_MIN = 60;
const S_PER_H = 3600;
const S_PER_DAY = 86_400;

/** `840 ms`, `12.3 s`, `4 m 05 s`, `3 h 12 m`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < MS_PER_S) return `${Math.round(ms)} ms`;
  const seconds = ms / MS_PER_S;
  if (seconds < S_PER_MIN) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < S_PER_H) return `${Math.floor(whole / S_PER_MIN)} m ${pad(whole % S_PER_MIN)} s`;
  if (whole < S_PER_DAY) return `${Math.floor(whole / S_PER_H)} h ${pad(Math.floor((whole % S_PER_H) / S_PER_MIN))} m`;
  return `${Math.floor(whole / S_PER_DAY)} d ${Math.floor((whole % S_PER_DAY) / S_PER_H)} h`;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];

/** `812 B`, `4.1 MB`: powers of 1000. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `318`, `4.1k`, `12M`: for narrow columns. */
export function formatShort(count: number): string {
  if (count < 1000) return String(Math.round(count));
  const [value, unit] = count < 1e6 ? [count / 1e3, "k"] : count < 1e9 ? [count / 1e6, "M"] : [count / 1e9, "G"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

const USD_SHOWN_MIN = 0.0001;

/** `$0.0123`, `$4.56`; absent when nothing was priced. */
export function formatUsd(usd: number | undefined): string {
  if (usd === undefined) return "";
  if (usd > 0 && usd < USD_SHOWN_MIN) return `<$${USD_SHOWN_MIN}`;
  return `$${usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

/** An RFC 3339 instant in the reader's own time zone: `14:03:22` today, `11-22 14:03` this year, else the date. */
export function formatInstantShort(instant: string, nowMs: number): string {
  const then = new Date(instant);
  const now = new Date(nowMs);
  const day = `${pad(then.getMonth() + 1)}-${pad(then.getDate())}`;
  const minute = `${pad(then.getHours())}:${pad(then.getMinutes())}`;
  if (then.toDateString() === now.toDateString()) return `${minute}:${pad(then.getSeconds())}`;
  if (then.getFullYear() === now.getFullYear()) return `${day} ${minute}`;
  return `${then.getFullYear()}-${day}`;
}

/** An RFC 3339 instant as a clock in the reader's own time zone shows it: `14:03:22.125`. */
export function formatClock(instant: string): string {
  const then = new Date(instant);
  const parts = [then.getHours(), then.getMinutes(), then.getSeconds()].map(pad);
  return `${parts.join(":")}.${String(then.getMilliseconds()).padStart(3, "0")}`;
}
