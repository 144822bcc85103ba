// The transcript of the open run: read page by page as far as it is looked at, read on while the run goes on.

import { batch, signal } from "@preact/signals";
import type { Conversation, ConversationPart } from "../../model/conversation-shapes.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { pathOf } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { isShifted, type Transcript, turnOfSpan, withPage } from "./transcript.ts";

/** What is read at first and on scrolling; and at once, where all of it is wanted. */
const PAGE = 100;
const LARGE_PAGE = 1000;

export class RunConversation {
  readonly #runId: string;
  readonly #transcript = new Resource<Transcript>();
  readonly isLoadingMore = signal(false);
  /** Texts that were cut and then read in full, by hash. */
  readonly wholeParts = signal<ReadonlyMap<string, ConversationPart>>(new Map());
  #agents: readonly string[] = [];

  constructor(runId: string) {
    this.#runId = runId;
  }

  get data() {
    return this.#transcript.data;
  }

  get failure() {
    return this.#transcript.failure;
  }

  get isLoading() {
    return this.#transcript.isLoading;
  }

  /** Reads the beginning of what these agents said and heard; of all for none. Nothing when that is there already. */
  show(agents: readonly string[]): void {
    const isSame = agents.join("\0") === this.#agents.join("\0");
    if (isSame && this.data.peek() !== undefined) return;
    this.#agents = agents;
    void this.#transcript.load(async (abort) =>
      withPage(undefined, undefined, await this.#fetch(undefined, PAGE, abort)),
    );
  }

  retry(): void {
    this.#transcript.retry();
  }

  async loadMore(limit = PAGE): Promise<void> {
    const { nextCursor } = this.data.peek() ?? {};
    if (nextCursor === undefined || this.isLoadingMore.peek()) return;
    this.isLoadingMore.value = true;
    const agents = this.#agents;
    try {
      const page = await this.#fetch(nextCursor, limit);
      if (agents === this.#agents) this.data.value = withPage(this.data.peek(), nextCursor, page);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.failure.value = error;
    } finally {
      this.isLoadingMore.value = false;
    }
  }

  /** Reads on until nothing is left, or until `isEnough`. */
  async loadAll(isEnough: (transcript: Transcript) => boolean = () => false): Promise<void> {
    const agents = this.#agents;
    for (;;) {
      const known = this.data.peek();
      const isDone = known === undefined || known.nextCursor === undefined || isEnough(known);
      if (isDone || agents !== this.#agents || this.failure.peek() !== undefined) return;
      if (this.isLoadingMore.peek()) await new Promise((resolve) => setTimeout(resolve, 20));
      else await this.loadMore(LARGE_PAGE);
    }
  }

  /** Reads on until a span's turn is there. */
  async loadUntil(spanId: string): Promise<void> {
    await this.loadAll(({ turns }) => turnOfSpan(turns, spanId) !== undefined);
  }

  /** Reads the last page again: the run has gone on. When turns have come before it, everything is. */
  async refresh(): Promise<void> {
    const known = this.data.peek();
    const agents = this.#agents;
    const last = known?.pages.at(-1);
    if (known === undefined || last === undefined || this.isLoadingMore.peek()) return;
    try {
      const page = await this.#fetch(last.after, Math.max(PAGE, last.turns.length));
      const fresh = isShifted(known, last.after, page)
        ? await this.#readAgain(known.turns.length)
        : withPage(known, last.after, page);
      if (agents === this.#agents && this.data.peek() === known) this.data.value = fresh;
    } catch (error) {
      // What is shown stays; the next news of the run asks again.
      if (!(error instanceof ApiFailure)) throw error;
    }
  }

  async #readAgain(count: number): Promise<Transcript> {
    let fresh = withPage(this.data.peek(), undefined, await this.#fetch(undefined, LARGE_PAGE));
    while (fresh.turns.length < count && fresh.nextCursor !== undefined) {
      fresh = withPage(fresh, fresh.nextCursor, await this.#fetch(fresh.nextCursor, LARGE_PAGE));
    }
    return fresh;
  }

  /** Reads the whole of a text that was cut. */
  async loadWhole(hash: string): Promise<void> {
    try {
      const part = await getJson<ConversationPart>(pathOf`/runs/${this.#runId}/contents/${hash}`);
      batch(() => {
        this.wholeParts.value = new Map([...this.wholeParts.peek(), [hash, part]]);
      });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.failure.value = error;
    }
  }

  #fetch(after: string | undefined, limit: number, abort?: AbortSignal): Promise<Conversation> {
    const query = new Map([
      ["limit", [String(limit)]],
      ...(after === undefined ? [] : [["after", [after]] as [string, string[]]]),
      ...(this.#agents.length === 0 ? [] : [["agent", [...this.#agents]] as [string, string[]]]),
    ]);
    const path = pathOf`/runs/${this.#runId}/conversation`;
    return getJson<Conversation>(path, { query, ...(abort === undefined ? {} : { signal: abort }) });
  }
}
