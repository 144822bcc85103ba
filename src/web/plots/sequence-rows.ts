// The rows of a sequence: one a message, one for a long pause, and one a message of a round for rounds that repeat.
//
//   boss → writer   delegate  ┐
//   writer → boss   reply     ┘ × 14      28 messages on two rows; unfolded each has its own again
//
// A round is up to twelve messages whose senders, receivers and kinds come again in the same order right after them.
// At each message the round that covers most is taken, the shorter one of two. Looking from the front, a run that grows
// only changes its end.

import { type RoundLimits, roundAt } from "./rounds.ts";
import type { SequenceMessage } from "./sequence-messages.ts";

/** Rounds that repeat, on as many rows as one of them has, or unfolded on all. */
export interface Rounds {
  /** The key of the first message. */
  readonly key: string;
  readonly count: number;
  readonly isFolded: boolean;
  readonly firstRow: number;
  readonly rowCount: number;
}

export interface MessageRow {
  readonly type: "message";
  readonly first: SequenceMessage;
  /** All that the row stands for: more than one in folded rounds. */
  readonly all: readonly SequenceMessage[];
  readonly rounds: Rounds | undefined;
}

/** Nothing is said for so long. */
export interface PauseRow {
  readonly type: "pause";
  readonly ms: number;
}

export type SequenceRow = MessageRow | PauseRow;

/** Which rounds are unfolded: all, or those with these keys. */
export type Unfolded = "all" | ReadonlySet<string>;

const ROUNDS: RoundLimits = { lengthMax: 12, countMin: 3 };
/** A pause is long from so many usual ones on, and from this share of the whole. */
const PAUSE_FACTOR = 8;
const PAUSE_SHARE = 0.02;

/** Only messages that are `shown` get rows; that rounds repeat is seen in all. */
export function sequenceRows(
  messages: readonly SequenceMessage[],
  unfolded: Unfolded,
  shown: (message: SequenceMessage) => boolean = () => true,
): SequenceRow[] {
  const rows: SequenceRow[] = [];
  const kinds = kindNumbers(messages);
  const longMs = longPauseMs(messages.filter(shown));
  let lastMs: number | undefined;
  for (let at = 0; at < messages.length; ) {
    const round = roundAt(kinds.length, at, (a, b) => kinds[a] === kinds[b], ROUNDS);
    const part = messages.slice(at, at + round.length * round.count);
    const seen = part.filter(shown);
    at += part.length;
    const [first] = seen;
    if (first === undefined) continue;
    if (lastMs !== undefined && first.atMs - lastMs >= longMs) rows.push({ type: "pause", ms: first.atMs - lastMs });
    if (round.count === 1) rows.push({ type: "message", first, all: [first], rounds: undefined });
    else rows.push(...roundRows(seen, { key: part[0]?.key ?? "", count: round.count }, unfolded, rows.length));
    lastMs = seen.at(-1)?.atMs;
  }
  return rows;
}

/** Of each round the same messages are shown: they have one sender, receiver and kind. */
function roundRows(
  messages: readonly SequenceMessage[],
  { key, count }: Pick<Rounds, "key" | "count">,
  unfolded: Unfolded,
  firstRow: number,
): MessageRow[] {
  const isFolded = unfolded !== "all" && !unfolded.has(key);
  const length = messages.length / count;
  const rounds = { key, count, isFolded, firstRow, rowCount: isFolded ? length : messages.length };
  return messages.slice(0, rounds.rowCount).map((first, i) => ({
    type: "message",
    first,
    rounds,
    all: isFolded ? messages.filter((_, at) => at % length === i) : [first],
  }));
}

/** Of all its messages; undefined where no one knows of any. */
export function tokensOf({ all }: MessageRow): number | undefined {
  const known = all.flatMap(({ message: { tokens } }) => tokens ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, tokens) => sum + tokens, 0);
}

/** The middle one of its messages. */
export function transitOf({ all }: MessageRow): number | undefined {
  const known = all.flatMap(({ message: { transitMs } }) => transitMs ?? []).sort((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)];
}

/** The same number for messages that look alike. */
function kindNumbers(messages: readonly SequenceMessage[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(messages, ({ message: { from, to, kind } }) => {
    const text = `${from}\n${to}\n${kind}`;
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  });
}

/** In steps of four, so that a run that grows seldom changes what counts as long. */
function longPauseMs(messages: readonly SequenceMessage[]): number {
  const [first, last] = [messages[0], messages.at(-1)];
  if (first === undefined || last === undefined || messages.length < 3) return Number.POSITIVE_INFINITY;
  const pauses = messages.slice(1).map(({ atMs }, i) => atMs - (messages[i]?.atMs ?? atMs));
  pauses.sort((a, b) => a - b);
  const median = pauses[Math.floor(pauses.length / 2)] ?? 0;
  const least = Math.max(PAUSE_FACTOR * median, PAUSE_SHARE * (last.atMs - first.atMs));
  return least === 0 ? Number.POSITIVE_INFINITY : 4 ** Math.ceil(Math.log(least) / Math.log(4));
}
