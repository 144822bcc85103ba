import { type Signal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { ApiFailure } from "../base/api.ts";
import { FailureNotice, Waiting } from "./notices.tsx";

/**
 * A part of the page whose script is fetched when it is first needed. Its styles do not come with the script: import
 * them where the lazy part is declared.
 */
export class Lazy<T> {
  readonly part: Signal<T | undefined> = signal(undefined);
  readonly failure: Signal<ApiFailure | undefined> = signal(undefined);
  readonly #fetch: () => Promise<T>;
  #isUnderWay = false;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  /** Fetches it unless it is there or on its way. */
  async need(): Promise<void> {
    if (this.part.peek() !== undefined || this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      this.part.value = await this.#fetch();
      this.failure.value = undefined;
    } catch {
      // After an update the server does not have the files of the old page any more.
      this.failure.value = new ApiFailure(
        "unreachable",
        "This part of the page could not be loaded. Reload the page if Talea was updated.",
      );
    } finally {
      this.#isUnderWay = false;
    }
  }
}

/** A component whose script is fetched when it is first shown. */
export function lazyView<P extends object>(fetch: () => Promise<ComponentType<P>>): ComponentType<P> {
  const lazy = new Lazy(fetch);
  return function LazyView(props: P) {
    useEffect(() => void lazy.need(), []);
    const View = lazy.part.value;
    if (View !== undefined) return <View {...props} />;
    return <LazyPlace lazy={lazy} />;
  };
}

/** What stands in the place of a part that is not there yet. */
export function LazyPlace({ lazy }: { readonly lazy: Lazy<unknown> }) {
  const failure = lazy.failure.value;
  return failure === undefined ? <Waiting /> : <FailureNotice failure={failure} onRetry={() => void lazy.need()} />;
}
