// Keys that were pressed before what they are for was there: a reader who knows the way presses `g v /` and writes on,
// faster than the page comes. They wait in their order, so that a later one never overtakes an earlier one.

/** No reader writes more ahead than this; further ones are lost. */
export const EARLY_KEYS_MAX = 32;
/** Later a key would do what its reader does not expect any more. */
export const EARLY_KEY_KEPT_MS = 2000;

/** Of the keys with a name those that do nothing of the browser's own in an empty page. */
const NAMED = new Set(["Space", "Enter", "Home", "End", "PageUp", "PageDown"]);

interface EarlyKey {
  readonly key: string;
  readonly pressedMs: number;
}

export class EarlyKeys {
  #keys: readonly EarlyKey[] = [];

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /** Keeps a key, spelled as in keys.ts; false for one that is not to be kept. */
  keep(key: string, pressedMs: number): boolean {
    if (!(key.length === 1 || key.startsWith("Arrow") || NAMED.has(key))) return false;
    if (this.#keys.length >= EARLY_KEYS_MAX) return false;
    this.#keys = [...this.#keys, { key, pressedMs }];
    return true;
  }

  drop(): void {
    this.#keys = [];
  }

  /**
   * Hands on the keys in their order for as long as `take` answers true. At one that is not taken it stops while more
   * commands are on the way and the key is not too old; otherwise that key is dropped.
   */
  replay(
    take: (key: string) => boolean,
    { isMoreToCome, nowMs }: { isMoreToCome: () => boolean; nowMs: number },
  ): void {
    for (let first = this.#keys[0]; first !== undefined; first = this.#keys[0]) {
      const { key, pressedMs } = first;
      const isTaken = take(key);
      if (!isTaken && isMoreToCome() && nowMs - pressedMs < EARLY_KEY_KEPT_MS) return;
      this.#keys = this.#keys.slice(1);
    }
  }
}
