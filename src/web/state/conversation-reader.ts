// What the reader does with a run's transcript: whose turns are shown, what is searched for, which turn is selected.
// Filter, search and form stand in the URL as `agent`, `find` and `text=raw`; the selection is the timeline's.

import { computed, type Signal, signal } from "@preact/signals";
import type { Turn } from "../../model/conversation-shapes.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { countUntil } from "../plots/instants.ts";
import { msInRun, type OpenRun } from "./open-run.ts";
import { RunConversation } from "./run-conversation.ts";
import { turnOfSpan } from "./transcript.ts";
import { matchesWords, wordsOf } from "./turn-text.ts";

interface ChosenTurn {
  readonly id: string;
  /** What was selected with it: another selection is another turn. */
  readonly span: string | undefined;
}

interface RevealWish {
  /** The turn's. */
  readonly id: string;
  isFulfilled: boolean;
}

export class ConversationReader {
  readonly run: OpenRun;
  readonly conversation: RunConversation;
  readonly agents = computed<readonly string[]>(() => place.value.query.get("agent") ?? []);
  readonly find = computed(() => queryValue(place.value.query, "find") ?? "");
  readonly words = computed(() => wordsOf(this.find.value));
  /** Texts as they were sent, rather than as Markdown. */
  readonly isRaw = computed(() => queryValue(place.value.query, "text") === "raw");
  /** The turns that are shown. */
  readonly turns;
  readonly selected;
  /** How many of the turns had been said at the time cursor; undefined: there is none. */
  readonly saidCount;
  /** The last wish to bring a turn into sight. */
  readonly wish = signal<RevealWish | undefined>(undefined);
  readonly #chosen = signal<ChosenTurn | undefined>(undefined);
  readonly #folds = new Map<string, Signal<boolean>>();

  constructor(run: OpenRun) {
    this.run = run;
    this.conversation = new RunConversation(run.id);
    this.turns = computed<readonly Turn[]>(() => {
      const turns = this.conversation.data.value?.turns ?? [];
      const words = this.words.value;
      const inWindow = turns.filter((turn) => this.#isInWindow(turn));
      return words.length === 0 ? inWindow : inWindow.filter((turn) => matchesWords(turn, words));
    });
    const times = computed(() => Float64Array.from(this.turns.value, ({ at }) => msInRun(run, at)));
    this.saidCount = computed(() => {
      const cursorMs = run.timeline.cursorMs.value;
      return cursorMs === undefined ? undefined : countUntil(times.value, cursorMs);
    });
    this.selected = computed<string | undefined>(() => {
      const span = run.timeline.selected.value;
      const chosen = this.#chosen.value;
      if (chosen !== undefined && chosen.span === span) return chosen.id;
      return span === undefined ? undefined : turnOfSpan(this.turns.value, span)?.id;
    });
  }

  setAgents(agents: readonly string[]): void {
    setQuery({ agent: agents }, "step");
  }

  setFind(find: string): void {
    setQuery({ find: find === "" ? undefined : find }, "quiet");
  }

  toggleRaw(): void {
    setQuery({ text: this.isRaw.peek() ? undefined : "raw" }, "step");
  }

  /** Selects a turn, and its span for all views; or one of the turn's tool calls. */
  select(turn: Turn, spanId = turn.spanId): void {
    const { timeline } = this.run;
    if (spanId === undefined || !timeline.selectSpan(spanId)) timeline.clearSelection();
    this.#chosen.value = { id: turn.id, span: timeline.selected.peek() };
  }

  /** Moves the selection by turns; without one, to the first. */
  move(by: number): void {
    const at = this.turns.peek().findIndex(({ id }) => id === this.selected.peek());
    this.#moveTo(at < 0 ? 0 : at + by);
  }

  moveToFirst(): void {
    this.#moveTo(0);
  }

  /** To the last turn that there is, reading on until it is there. */
  async moveToLast(): Promise<void> {
    await this.conversation.loadAll();
    this.#moveTo(Number.POSITIVE_INFINITY);
  }

  #moveTo(index: number): void {
    const turns = this.turns.peek();
    const turn = turns[Math.min(Math.max(index, 0), turns.length - 1)];
    if (turn === undefined) return;
    this.select(turn);
    this.reveal();
  }

  /** Shows the details of the selected turn's span; the turn stays in sight beside them. */
  open(): void {
    this.run.timeline.isPanelOpen.value = true;
    this.reveal();
  }

  /** Closes the details, and where none are open selects nothing. */
  close(): void {
    const { timeline } = this.run;
    this.reveal();
    if (timeline.selected.peek() !== undefined && timeline.isPanelOpen.peek()) timeline.isPanelOpen.value = false;
    else this.#deselect();
  }

  #deselect(): void {
    this.run.timeline.clearSelection();
    this.#chosen.value = undefined;
  }

  /** Brings the selected turn into sight. */
  reveal(): void {
    const id = this.selected.peek();
    if (id !== undefined) this.wish.value = { id, isFulfilled: false };
  }

  /** Brings the turn of the selected span into sight, reading on until it is there. */
  async revealSelected(): Promise<void> {
    const span = this.run.timeline.selected.peek();
    if (span === undefined) return;
    await this.conversation.loadUntil(span);
    if (this.run.timeline.selected.peek() === span) this.reveal();
  }

  /** Brings the last turn before the time cursor into sight, reading on until it is there. */
  async revealCursor(): Promise<void> {
    const cursorMs = this.run.timeline.cursorMs.peek();
    if (cursorMs === undefined) return;
    await this.conversation.loadAll(({ turns }) => msInRun(this.run, turns.at(-1)?.at ?? "") > cursorMs);
    const turn = this.turns.peek()[Math.max(0, (this.saidCount.peek() ?? 0) - 1)];
    if (turn !== undefined) this.wish.value = { id: turn.id, isFulfilled: false };
  }

  #isInWindow({ at, durationMs = 0 }: Turn): boolean {
    const { timeline } = this.run;
    if (timeline.zoom.value === undefined) return true;
    const fromMs = msInRun(this.run, at);
    return timeline.isInWindow(fromMs, fromMs + durationMs);
  }

  /** Whether something of a turn is open; it stays so while its turn is out of sight. */
  fold(key: string, isOpen: boolean): Signal<boolean> {
    const known = this.#folds.get(key);
    if (known !== undefined) return known;
    const fold = signal(isOpen);
    this.#folds.set(key, fold);
    return fold;
  }
}

const readers = new WeakMap<OpenRun, ConversationReader>();

/** The reader of a run: it keeps what was read while another view is shown. */
export function readerOf(run: OpenRun): ConversationReader {
  const known = readers.get(run);
  if (known !== undefined) return known;
  const reader = new ConversationReader(run);
  readers.set(run, reader);
  return reader;
}
