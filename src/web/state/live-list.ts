import { batch, computed, signal } from "@preact/signals";
import { ApiFailure } from "../base/api.ts";
import {
  countWaiting,
  type KeyOf,
  type NewestFirst,
  type RowPage,
  withFirstPage,
  withPageBehind,
  withWaiting,
} from "../base/newest-first.ts";
import { Resource } from "../base/resource.ts";

type FetchPage<R> = (cursor: string | undefined, signal?: AbortSignal) => Promise<RowPage<R>>;

/** Rows of the server's, the newest first, that are kept current; while the reader is among them new ones wait. */
export class LiveList<R> {
  readonly data = signal<NewestFirst<R> | undefined>(undefined);
  readonly isHeld = signal(false);
  readonly isLoadingMore = signal(false);
  readonly waiting = computed(() => countWaiting(this.data.value ?? { rows: [] }, this.#keyOf));
  readonly #first = new Resource<RowPage<R>>();
  readonly failure = this.#first.failure;
  readonly isLoading = this.#first.isLoading;
  readonly #keyOf: KeyOf<R>;
  #fetch: FetchPage<R> | undefined;

  constructor(keyOf: KeyOf<R>) {
    this.#keyOf = keyOf;
  }

  /** Fetches the newest rows; those of before stay until then. */
  async load(fetch: FetchPage<R>): Promise<void> {
    this.#fetch = fetch;
    let isFirst = true;
    await this.#first.load(async (aborted) => {
      const page = await fetch(undefined, aborted);
      aborted.throwIfAborted();
      const before = this.data.peek();
      this.data.value =
        isFirst || before === undefined ? page : withFirstPage(before, page, this.isHeld.peek(), this.#keyOf);
      isFirst = false;
      return page;
    });
  }

  /** Fetches the newest rows again; answers whether that succeeded. */
  async refresh(): Promise<boolean> {
    await this.#first.refresh();
    return this.failure.peek() === undefined;
  }

  retry(): void {
    if (this.#fetch !== undefined) void this.load(this.#fetch);
  }

  /** Fetches the page behind the last row. */
  async loadMore(): Promise<void> {
    const [fetch, cursor] = [this.#fetch, this.data.peek()?.nextCursor];
    if (fetch === undefined || cursor === undefined || this.isLoadingMore.peek()) return;
    this.isLoadingMore.value = true;
    try {
      const page = await fetch(cursor);
      const list = this.data.peek();
      // In the meantime it may have begun anew.
      if (list?.nextCursor === cursor && this.#fetch === fetch)
        this.data.value = withPageBehind(list, page, this.#keyOf);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.failure.value = error;
    } finally {
      this.isLoadingMore.value = false;
    }
  }

  /** The reader is among the rows, or at their top again: then what waits comes in. */
  hold(isHeld: boolean): void {
    batch(() => {
      this.isHeld.value = isHeld;
      const list = this.data.peek();
      if (!isHeld && list !== undefined) this.data.value = withWaiting(list, this.#keyOf);
    });
  }

  /** Forgets everything: for a list of something else. */
  clear(): void {
    this.#fetch = undefined;
    this.#first.clear();
    batch(() => {
      this.data.value = undefined;
      this.isHeld.value = false;
    });
  }
}
