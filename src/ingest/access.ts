import { hash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../base/time.ts";
import type { Scope } from "../model/key-shapes.ts";

export type { Scope } from "../model/key-shapes.ts";

/** Who asks: the project whose data they see and what they may do. */
export interface Caller {
  readonly project: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The issued key that they have; absent with the main key, and where no key is needed. */
  readonly keyId?: string;
}

/** A key that was issued, as far as it takes to know it again. */
export interface HeldKey {
  readonly id: string;
  readonly project: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the secret. */
  readonly hash: Buffer;
  readonly expiresAtMs?: number | undefined;
}

export const DEFAULT_PROJECT = "default";

const ALL_SCOPES: ReadonlySet<Scope> = new Set<Scope>(["ingest", "read", "admin"]);
const EVERYTHING: Caller = { project: DEFAULT_PROJECT, scopes: ALL_SCOPES };

interface Held {
  readonly key: HeldKey;
  readonly caller: Caller;
}

/** Checks keys. Without a main key everybody may do everything: that is for loopback only. */
export class Access {
  /** SHA-256 of the main key: keys are compared by their hashes, in constant time. */
  readonly #keyHash: Buffer | undefined;
  readonly #clock: Clock;
  #byHash: ReadonlyMap<string, Held> = new Map();
  #byId: ReadonlyMap<string, Held> = new Map();
  readonly #usedAtMs = new Map<string, number>();

  constructor(mainKey: string | undefined, clock: Clock) {
    this.#keyHash = mainKey === undefined ? undefined : hash("sha256", mainKey, "buffer");
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#keyHash === undefined;
  }

  /** The issued keys from now on. */
  hold(keys: readonly HeldKey[]): void {
    const held = keys.map((key) => ({ key, caller: callerWith(key) }));
    this.#byHash = new Map(held.map((one) => [one.key.hash.toString("hex"), one]));
    this.#byId = new Map(held.map((one) => [one.key.id, one]));
    for (const id of this.#usedAtMs.keys()) if (!this.#byId.has(id)) this.#usedAtMs.delete(id);
  }

  /** The caller that a key belongs to, or undefined when the key is missing, wrong, revoked or expired. */
  callerOf(key: string | undefined): Caller | undefined {
    if (this.#keyHash === undefined) return EVERYTHING;
    if (key === undefined) return undefined;
    const given = hash("sha256", key, "buffer");
    if (timingSafeEqual(given, this.#keyHash)) return EVERYTHING;
    // How long the look-up takes tells of hashes at most, and nobody can choose what a text's hash is.
    const held = this.#byHash.get(given.toString("hex"));
    if (held === undefined || !timingSafeEqual(given, held.key.hash) || this.#isExpired(held)) return undefined;
    this.#usedAtMs.set(held.key.id, this.#clock.nowMs());
    return held.caller;
  }

  /** Whether a caller that was known may still do what they may: for what goes on after it was allowed. */
  isStillKnown({ keyId }: Caller): boolean {
    if (keyId === undefined) return true;
    const held = this.#byId.get(keyId);
    return held !== undefined && !this.#isExpired(held);
  }

  /** When issued keys were last used, by id, since this process began. */
  get usedAtMs(): ReadonlyMap<string, number> {
    return this.#usedAtMs;
  }

  #isExpired({ key }: Held): boolean {
    return key.expiresAtMs !== undefined && key.expiresAtMs <= this.#clock.nowMs();
  }
}

/** Whoever may make keys can have a key for anything: `admin` is everything. */
function callerWith({ id, project, scopes }: HeldKey): Caller {
  return { project, keyId: id, scopes: scopes.includes("admin") ? ALL_SCOPES : new Set(scopes) };
}

/** The key in an Authorization header (`Bearer …`), or in x-api-key. */
export function keyFromHeaders(authorization: string | undefined, apiKey: string | undefined): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  return bearer ?? (apiKey === "" ? undefined : apiKey);
}
