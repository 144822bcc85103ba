import { hashText } from "../../base/hash.ts";
import { parseInstant } from "../../base/time.ts";
import type { Message } from "../../model/shapes.ts";

/** A message as the sequence shows it. */
export interface SequenceMessage {
  readonly message: Message;
  /** Names it in the URL: the same whatever comes in before or after it. */
  readonly key: string;
  /** When it was sent, in ms after the run's first span. */
  readonly atMs: number;
  /** What it asks for, or comes from, ended in error. */
  readonly isFailed: boolean;
}

/** The user's name in messages of kind `input` and `output`. */
export const USER = "user";

/** The span that is selected with a message: itself, else what it started, else where it came from. */
export function spanOfMessage({ spanId, toSpanId, fromSpanId }: Message): string | undefined {
  return spanId ?? toSpanId ?? fromSpanId;
}

/** Messages in the order of time, whatever order they came in. `t0`: RFC 3339; `failed`: ids of spans in error. */
export function sequenceMessages(
  messages: readonly Message[],
  t0: string,
  failed: ReadonlySet<string>,
): SequenceMessage[] {
  const zero = parseInstant(t0) ?? 0n;
  const made = messages.map((message) => ({
    message,
    atMs: Number((parseInstant(message.at) ?? zero) - zero) / 1e6,
    isFailed: isFailed(message, failed),
    text: textOf(message),
  }));
  made.sort((a, b) => a.atMs - b.atMs || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const seen = new Map<string, number>();
  return made.map(({ text, ...rest }) => {
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return { ...rest, key: keyOf(text, before) };
  });
}

/** Whether a message is of one agent, or between two, whichever way; without a name every one is. */
export function isBetween({ message: { from, to } }: SequenceMessage, [one, other]: readonly string[]): boolean {
  if (one === undefined) return true;
  if (other === undefined) return from === one || to === one;
  return (from === one && to === other) || (from === other && to === one);
}

/** Its own span failed, or what it answers for. A call is not at fault for what became of it. */
function isFailed({ kind, spanId, fromSpanId }: Message, failed: ReadonlySet<string>): boolean {
  const isAnswer = kind === "reply" || kind === "output";
  const spans = isAnswer ? [spanId, fromSpanId] : [spanId];
  return spans.some((span) => span !== undefined && failed.has(span));
}

function textOf({ at, from, to, kind, spanId, fromSpanId, toSpanId }: Message): string {
  return [at, from, to, kind, spanId, fromSpanId, toSpanId].join("\n");
}

/** `repeat`: how many messages before it look quite the same. */
function keyOf(text: string, repeat: number): string {
  return (hashText(repeat === 0 ? text : `${text}\n${repeat}`) >>> 0).toString(36);
}
