// The turns of a transcript that were read so far, in pages. A run that goes on gets turns at its end, and now and then
// in between, when a span comes late. Pure.

import type { Conversation, Turn } from "../../model/conversation-shapes.ts";

interface TranscriptPage {
  /** What it was asked for with; undefined: from the beginning. */
  readonly after: string | undefined;
  readonly turns: readonly Turn[];
}

export interface Transcript {
  readonly pages: readonly TranscriptPage[];
  readonly turns: readonly Turn[];
  /** Where it goes on; undefined: all turns are there. */
  readonly nextCursor: string | undefined;
  /** Turns that there are, as of the last answer. */
  readonly total: number;
  readonly captured: boolean;
}

/** The transcript with a page that was just read: a further one, the last one anew, or the first of a fresh beginning. */
export function withPage(known: Transcript | undefined, after: string | undefined, page: Conversation): Transcript {
  const at = known?.pages.findIndex((other) => other.after === after) ?? -1;
  const before = after === undefined ? [] : (known?.pages.slice(0, at < 0 ? undefined : at) ?? []);
  const pages = [...before, { after, turns: keeping(known?.turns ?? [], page.turns) }];
  const { nextCursor, total, captured } = page;
  return { pages, turns: pages.flatMap(({ turns }) => turns), nextCursor, total, captured };
}

/** Whether turns have come before a page that was read anew: then those before it must be read again too. */
export function isShifted(known: Transcript, after: string | undefined, { before }: Conversation): boolean {
  const at = known.pages.findIndex((page) => page.after === after);
  const expected = known.pages.slice(0, Math.max(at, 0)).reduce((sum, { turns }) => sum + turns.length, 0);
  return before !== expected;
}

/** The fresh turns, those that have not changed as the same objects: they are not drawn anew. */
function keeping(known: readonly Turn[], fresh: readonly Turn[]): readonly Turn[] {
  const byId = new Map(known.map((turn) => [turn.id, turn]));
  return fresh.map((turn) => {
    const before = byId.get(turn.id);
    return before !== undefined && JSON.stringify(before) === JSON.stringify(turn) ? before : turn;
  });
}

/** The turn that a span is selected with: its own, rather its answer than its prompt, or the one that calls it. */
export function turnOfSpan(turns: readonly Turn[], spanId: string): Turn | undefined {
  const own = turns.filter((turn) => turn.spanId === spanId);
  return (
    own.find(({ kind }) => kind === "answer") ??
    own[0] ??
    turns.find(({ toolCalls }) => toolCalls.some((call) => call.spanId === spanId))
  );
}
