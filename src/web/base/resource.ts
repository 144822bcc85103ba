import { batch, signal } from "@preact/signals";
import { ApiFailure } from "./api.ts";

type Fetch<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Something of the server's that a view shows. While it loads anew the old data stay (views dim them); a failure stays
 * until the next answer.
 */
export class Resource<T> {
  readonly data = signal<T | undefined>(undefined);
  readonly failure = signal<ApiFailure | undefined>(undefined);
  /** True while something is fetched that the reader asked for; refreshing in the background is not shown. */
  readonly isLoading = signal(false);
  #running: AbortController | undefined;
  /** Settles when what is under way has ended. */
  #ended: Promise<void> = Promise.resolve();
  #isLoud = false;
  #fetch: Fetch<T> | undefined;

  /** Fetches; what was still under way is given up. */
  load(fetch: Fetch<T>): Promise<void> {
    this.#ended = this.#start(fetch, true);
    return this.#ended;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#ended;
  }

  /** Fetches the same again without showing it, after what is under way: that may be older than the wish. */
  async refresh(): Promise<void> {
    await this.idle();
    if (this.#fetch === undefined) return;
    this.#ended = this.#start(this.#fetch, false);
    await this.#ended;
  }

  retry(): void {
    if (this.#fetch !== undefined) void this.load(this.#fetch);
  }

  /** Gives up what is under way; what was there before stays. */
  cancel(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.isLoading.value = false;
  }

  /** Forgets everything: for another thing than before, whose old data would be wrong. */
  clear(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#fetch = undefined;
    batch(() => {
      this.data.value = undefined;
      this.failure.value = undefined;
      this.isLoading.value = false;
    });
  }

  async #start(fetch: Fetch<T>, isLoud: boolean): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#fetch = fetch;
    this.#isLoud = isLoud;
    this.isLoading.value = isLoud;
    try {
      const data = await fetch(running.signal);
      if (this.#running !== running) return;
      this.#end(() => {
        this.data.value = data;
        this.failure.value = undefined;
      });
    } catch (error) {
      if (this.#running !== running) return;
      this.#end(() => this.#fail(error));
    }
  }

  #end(change: () => void): void {
    this.#running = undefined;
    batch(() => {
      change();
      this.isLoading.value = false;
    });
  }

  /** A refresh that fails leaves what is shown, unless the server is gone: that the reader must know. */
  #fail(error: unknown): void {
    if (!(error instanceof ApiFailure)) throw error;
    if (this.#isLoud || error.code === "unreachable") this.failure.value = error;
  }
}
