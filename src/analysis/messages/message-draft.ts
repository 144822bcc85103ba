// A message as a rule finds it, and the collection in which the finds of all rules meet.

import { NONE } from "../../model/run-columns.ts";
import type { MessageKind } from "../../model/vocabulary.ts";
import { getOrMake } from "../get-or-make.ts";
import { ROUNDING_NS } from "../tree.ts";

/** How far a rule can be trusted: what a source says outright, a convention, a guess. */
export const CONFIDENCE = { high: 0.95, medium: 0.8, low: 0.4 } as const;

export interface MessageDraft {
  readonly from: string;
  readonly to: string;
  readonly kind: MessageKind;
  readonly at: number;
  /** When the receiver began to act on it; undefined when it cannot be known. */
  readonly arrived: number | undefined;
  /** The span that is the message, and spans of the sender and of the receiver; NONE where there is none. */
  readonly row: number;
  readonly fromRow: number;
  readonly toRow: number;
  /** The rule of docs/dialects.md that it rests on. */
  readonly evidence: string;
  readonly confidence: number;
}

/**
 * Messages found so far. Two rules that see the same transfer (same sender and receiver, at the same span or into the
 * same invocation) make one message: the more trustworthy, with what only the other knew.
 */
export class MessageCollection {
  readonly #drafts: MessageDraft[] = [];
  /** Per sender, receiver and direction: the message at a place. */
  readonly #byPair = new Map<number, Map<number, number>>();
  readonly #names = new Map<string, number>();
  readonly #received = new Map<number, MessageDraft>();
  /** Where an invocation handed control. */
  readonly #handedTo = new Map<number, number>();
  readonly #start: Float64Array;

  /** `start`: of the run's rows. */
  constructor(start: Float64Array) {
    this.#start = start;
  }

  add(draft: MessageDraft): void {
    if (draft.from === draft.to || draft.from === "" || draft.to === "") return;
    const places = getOrMake(this.#byPair, this.#pairOf(draft), () => new Map<number, number>());
    const known = places.get(spanPlace(draft)) ?? places.get(invocationPlace(draft));
    const at = known ?? this.#drafts.length;
    const merged = known === undefined ? draft : strongerOf(this.#drafts[known] as MessageDraft, draft);
    this.#drafts[at] = merged;
    for (const one of merged === draft ? [draft] : [draft, merged]) {
      if (one.row !== NONE) places.set(spanPlace(one), at);
      if (invocationOf(one) !== NONE) places.set(invocationPlace(one), at);
    }
    // A reply usually comes to an invocation that began long before.
    const begins = merged.toRow !== NONE && merged.at <= (this.#start[merged.toRow] as number) + ROUNDING_NS;
    if (begins) this.#received.set(merged.toRow, merged);
    if (merged.kind === "handoff" && merged.fromRow !== NONE) this.#handedTo.set(merged.fromRow, merged.toRow);
  }

  #pairOf(draft: MessageDraft): number {
    const from = getOrMake(this.#names, draft.from, () => this.#names.size);
    const to = getOrMake(this.#names, draft.to, () => this.#names.size);
    return (from * NAMES_MAX + to) * 2 + (isAnswer(draft) ? 1 : 0);
  }

  /** The message that began an invocation, as far as found. */
  into(entry: number): MessageDraft | undefined {
    return this.#received.get(entry);
  }

  /** Whether an invocation handed control on. */
  handsOn(entry: number): boolean {
    return this.#handedTo.has(entry);
  }

  /** The invocation at the end of the chain of handoffs that begins with this one. */
  lastInChain(entry: number): number {
    const seen = new Set<number>();
    let at = entry;
    for (let next = this.#handedTo.get(at); next !== undefined && next !== NONE; next = this.#handedTo.get(at)) {
      if (seen.has(next)) break;
      seen.add(next);
      at = next;
    }
    return at;
  }

  all(): readonly MessageDraft[] {
    return this.#drafts;
  }
}

/** More agents than a run can have spans. */
const NAMES_MAX = 2 ** 25;

function isAnswer({ kind }: MessageDraft): boolean {
  return kind === "reply" || kind === "output";
}

/** A reply is told apart by the invocation that gives it, every other message by the one that it starts. */
function invocationOf(draft: MessageDraft): number {
  return isAnswer(draft) ? draft.fromRow : draft.toRow;
}

/** Places in one number. Of a draft without the span or the invocation it is one that nothing is ever put at. */
function spanPlace({ row }: MessageDraft): number {
  return 2 * row;
}

function invocationPlace(draft: MessageDraft): number {
  return 2 * invocationOf(draft) + 1;
}

function strongerOf(known: MessageDraft, other: MessageDraft): MessageDraft {
  const [strong, weak] = other.confidence > known.confidence ? [other, known] : [known, other];
  return {
    ...strong,
    row: strong.row === NONE ? weak.row : strong.row,
    fromRow: strong.fromRow === NONE ? weak.fromRow : strong.fromRow,
    toRow: strong.toRow === NONE ? weak.toRow : strong.toRow,
    arrived: strong.arrived ?? weak.arrived,
  };
}
