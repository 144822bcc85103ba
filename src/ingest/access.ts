import { hash, timingSafeEqual } from "node:crypto";

/** What a key allows. */
export type Scope = "ingest" | "read" | "admin";

/** Who asks: the project whose data they see and what they may do. */
export interface Caller {
  readonly project: string;
  readonly scopes: ReadonlySet<Scope>;
}

export const DEFAULT_PROJECT = "default";

const EVERYTHING: Caller = { project: DEFAULT_PROJECT, scopes: new Set<Scope>(["ingest", "read", "admin"]) };

/** Checks keys. Without a configured key everybody may do everything: that is for loopback only. */
export class Access {
  /** SHA-256 of the key: keys are compared by their hashes, in constant time. */
  readonly #keyHash: Buffer | undefined;

  constructor(key: string | undefined) {
    this.#keyHash = key === undefined ? undefined : hash("sha256", key, "buffer");
  }

  get isOpen(): boolean {
    return this.#keyHash === undefined;
  }

  /** The caller that a key belongs to, or undefined when the key is missing or wrong. */
  callerOf(key: string | undefined): Caller | undefined {
    if (this.#keyHash === undefined) return EVERYTHING;
    if (key === undefined) return undefined;
    return timingSafeEqual(hash("sha256", key, "buffer"), this.#keyHash) ? EVERYTHING : undefined;
  }
}

/** The key in an Authorization header (`Bearer …`), or in x-api-key. */
export function keyFromHeaders(authorization: string | undefined, apiKey: string | undefined): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  return bearer ?? (apiKey === "" ? undefined : apiKey);
}
