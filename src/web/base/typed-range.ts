// A window of time as people type it: `3h`, `yesterday`, `2026-11-26 10:00 – 12:30`. Dates and hours are of the reader's
// time zone, as they are shown. Pure.

/** As the URL has it: `since` relative or RFC 3339, `until` only where the window ends before now. */
export interface TypedRange {
  readonly since: string;
  readonly until?: string;
}

const SPAN = /^(?:last\s+)?(\d{0,6}(?:\.\d{1,3})?)\s*(s|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$/i;
/** A dash without spaces stands between hours; in dates it is part of them. */
const BETWEEN = /\s+(?:–|—|-|to|until)\s+|\s*[–—]\s*|(?<=:\d{2})-(?=\d{1,2}:)/i;
const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const DAYS_PER_WEEK = 7;

/** The range that a text means; undefined when it means none. */
export function parseTypedRange(text: string, nowMs: number): TypedRange | undefined {
  const words = text.trim();
  const [from = "", to, ...more] = words.split(BETWEEN);
  if (more.length > 0) return undefined;
  if (to !== undefined) return between(from, to, nowMs);
  const span = SPAN.exec(words);
  if (span !== null) return relative(span[1] as string, span[2] as string);
  const day = dayOf(words, nowMs);
  if (day !== undefined) return day.getTime() < nowMs ? wholeDay(day, nowMs) : undefined;
  const start = instantOf(words, nowMs);
  return start === undefined || start.getTime() >= nowMs ? undefined : { since: start.toISOString() };
}

/** `last week` is one of it; none is no range. */
function relative(digits: string, word: string): TypedRange | undefined {
  const count = digits === "" ? 1 : Number(digits);
  if (!(count > 0)) return undefined;
  const unit = (word[0] as string).toLowerCase();
  return { since: unit === "w" ? `-${count * DAYS_PER_WEEK}d` : `-${count}${unit}` };
}

function wholeDay(day: Date, nowMs: number): TypedRange {
  const next = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
  return { since: day.toISOString(), ...(next.getTime() < nowMs ? { until: next.toISOString() } : {}) };
}

function between(from: string, to: string, nowMs: number): TypedRange | undefined {
  const start = dayOf(from, nowMs) ?? instantOf(from, nowMs);
  if (start === undefined) return undefined;
  if (/^now$/i.test(to)) return { since: start.toISOString() };
  const lastDay = dayOf(to, nowMs);
  const end =
    lastDay === undefined
      ? // An hour alone is of the day that the range begins with.
        instantOf(to, start.getTime())
      : new Date(lastDay.getFullYear(), lastDay.getMonth(), lastDay.getDate() + 1);
  if (end === undefined || end <= start) return undefined;
  return { since: start.toISOString(), until: end.toISOString() };
}

/** The start of a day that is named without an hour. */
function dayOf(text: string, nowMs: number): Date | undefined {
  const now = new Date(nowMs);
  if (/^today$/i.test(text)) return new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (/^yesterday$/i.test(text)) return new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return localDate(text, [0, 0, 0]);
}

/** `2026-11-26 10:00`, `10:00` of the day of an instant, or RFC 3339. */
function instantOf(text: string, onDayOfMs: number): Date | undefined {
  if (/T.*(?:Z|[+-]\d{2}:\d{2})$/i.test(text)) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? undefined : new Date(ms);
  }
  const [date = "", clock, ...more] = text.split(/[\sT]+/);
  if (more.length > 0) return undefined;
  const time = clockOf(clock ?? date);
  if (time === undefined) return undefined;
  if (clock !== undefined) return localDate(date, time);
  const day = new Date(onDayOfMs);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), ...time);
}

type Clock = readonly [hours: number, minutes: number, seconds: number];

function clockOf(text: string): Clock | undefined {
  const [found, hours, minutes, seconds] = CLOCK.exec(text) ?? [];
  if (found === undefined) return undefined;
  const clock = [Number(hours), Number(minutes), Number(seconds ?? 0)] as const;
  return clock[0] < 24 && clock[1] < 60 && clock[2] < 60 ? clock : undefined;
}

function localDate(text: string, clock: Clock): Date | undefined {
  const [found, year, month, day] = DATE.exec(text) ?? [];
  if (found === undefined) return undefined;
  const date = new Date(Number(year), Number(month) - 1, Number(day), ...clock);
  // The 31st of a shorter month would be a day of the next one.
  return date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) ? date : undefined;
}
