// Keys that people issue, besides the main key that the server was started with. They lie in the append-only `config`
// table as kind `key`, by the SHA-256 of their secret: the secret itself is told once and kept nowhere. Requests are
// checked against what `Access` holds in memory, so that known keys go on working while the store is away; every two
// seconds the store is read, which is how a key that another node revoked ends here.

import { hash, randomBytes, randomUUID } from "node:crypto";
import { type Clock, formatInstant, msFromNs, nsFromMs, parseInstant } from "../base/time.ts";
import type { Key, NewKey, Scope } from "../model/key-shapes.ts";
import { LIMITS } from "../model/limits.ts";
import { type StoreClient, StoreError } from "../store/client.ts";
import {
  appendConfig,
  type ConfigKey,
  type ConfigVersion,
  configOfAllProjects,
  insertConfig,
} from "../store/queries/config.ts";
import type { Access, Caller, HeldKey } from "./access.ts";

export interface IssuedKeysOptions {
  readonly store: StoreClient;
  readonly access: Access;
  readonly clock: Clock;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
}

/** A key as it is kept. */
interface KeptKey extends HeldKey {
  readonly name: string;
  readonly createdAtMs: number;
}

/** What a stored key's body says. */
interface KeyBody {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly sha256: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

/** There are as many keys as there may be. */
export class TooManyKeysError extends Error {
  override readonly name = "TooManyKeysError";
}

const KIND = "key";
/** When a key was last used: apart from the key itself, so that using one is no change of it. */
const USE_KIND = "key-use";
const SECRET_PREFIX = "talea_";
const SECRET_BYTES = 32;
const ID_BYTES = 8;
const READ_EVERY_MS = 2_000;
/** Uses are written at most once in this time, each key: what is written is kept for ever. */
const USE_EVERY_MS = 3_600_000;

export class IssuedKeys {
  readonly #options: IssuedKeysOptions;
  #keys: readonly KeptKey[] = [];
  /** Uses that the store knows of. */
  readonly #storedUses = new Map<string, number>();
  /** Grows with every change made here: what was read meanwhile is older. */
  #changes = 0;
  #beingIssued = 0;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #isStopped = false;
  #isAway = false;
  #onEnded: () => void = () => undefined;

  constructor(options: IssuedKeysOptions) {
    this.#options = options;
  }

  /** Reads the keys, and goes on doing so. Throws StoreError. */
  async start(): Promise<void> {
    await this.#read();
    for (const { id, body } of await configOfAllProjects(this.#options.store, USE_KIND)) {
      const { at } = JSON.parse(body) as { readonly at: string };
      this.#storedUses.set(id, Date.parse(at));
    }
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#reading;
  }

  /** Called whenever keys may have ended: connections that were opened with one of them have to be closed. */
  onEnded(listener: () => void): void {
    this.#onEnded = listener;
  }

  /** How many there are, of all projects. */
  get count(): number {
    return this.#keys.length;
  }

  /** The keys of the caller's project, newest first. */
  list(caller: Caller): Key[] {
    return this.#keys.filter(({ project }) => project === caller.project).map((key) => this.#present(key, caller));
  }

  /** Makes a key. Throws TooManyKeysError and StoreError. */
  async issue(
    caller: Caller,
    { name, scopes }: Pick<NewKey, "name" | "scopes">,
    expiresAtMs: number | undefined,
  ): Promise<{ readonly key: Key; readonly secret: string }> {
    const { project } = caller;
    const count = this.#keys.filter((key) => key.project === project).length;
    if (count + this.#beingIssued >= LIMITS.keys) {
      throw new TooManyKeysError(`There are ${LIMITS.keys} keys already.`);
    }
    const secret = SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
    const nowMs = this.#options.clock.nowMs();
    const key: KeptKey = {
      ...{ id: randomBytes(ID_BYTES).toString("hex"), project, name: name.trim(), scopes },
      hash: hash("sha256", secret, "buffer"),
      createdAtMs: nowMs,
      expiresAtMs,
    };
    this.#beingIssued++;
    try {
      await this.#append(key, { version: 1, isDeleted: false, body: bodyOf(key) });
    } finally {
      this.#beingIssued--;
    }
    this.#hold([key, ...this.#without(key)]);
    return { key: this.#present(key, caller), secret };
  }

  /** Ends a key at once. False when there is none. Throws StoreError. */
  async revoke({ project }: Caller, id: string): Promise<boolean> {
    const key = this.#keys.find((one) => one.id === id && one.project === project);
    if (key === undefined) return false;
    await this.#append(key, { version: 2, isDeleted: true, body: "" });
    this.#hold(this.#without(key));
    return true;
  }

  /** The keys may have been read anew since this one was found among them. */
  #without({ id }: KeptKey): readonly KeptKey[] {
    return this.#keys.filter((one) => one.id !== id);
  }

  async #append(
    { project, id }: KeptKey,
    written: Pick<ConfigVersion, "version" | "isDeleted" | "body">,
  ): Promise<void> {
    const { store, clock } = this.#options;
    this.#changes++;
    const key: ConfigKey = { project, kind: KIND, id };
    // Of two who revoke a key one writes; for both it is revoked.
    await appendConfig(store, key, { ...written, id, atNs: nsFromMs(clock.nowMs()) });
    this.#changes++;
  }

  #hold(keys: readonly KeptKey[]): void {
    this.#keys = keys;
    this.#options.access.hold(keys);
    this.#onEnded();
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#reading = this.#tick().finally(() => this.#schedule());
    }, READ_EVERY_MS);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    // Whatever becomes of the reading: keys may have expired.
    this.#onEnded();
    try {
      await this.#read();
      await this.#writeUses();
      this.#isAway = false;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (!this.#isAway) this.#options.log("warn", "Keys are as they were: the store does not answer");
      this.#isAway = true;
    }
  }

  async #read(): Promise<void> {
    const changes = this.#changes;
    const stored = await configOfAllProjects(this.#options.store, KIND);
    if (changes !== this.#changes) return;
    this.#hold(stored.map(readKey));
  }

  async #writeUses(): Promise<void> {
    const { store, access } = this.#options;
    const due = this.#keys.flatMap(({ id, project }) => {
      const usedAtMs = access.usedAtMs.get(id);
      if (usedAtMs === undefined || usedAtMs - (this.#storedUses.get(id) ?? 0) < USE_EVERY_MS) return [];
      return [{ id, project, usedAtMs }];
    });
    if (due.length === 0) return;
    const versions = due.map(({ id, project, usedAtMs }) => ({
      key: { project, kind: USE_KIND, id },
      // Grows with time, whichever node writes it.
      written: { id, version: Math.floor(usedAtMs / 1000), isDeleted: false, ...useAt(usedAtMs) },
    }));
    await insertConfig(store, versions, `config/${USE_KIND}/${randomUUID()}`);
    for (const { id, usedAtMs } of due) this.#storedUses.set(id, usedAtMs);
  }

  #present(key: KeptKey, caller: Caller): Key {
    const { access, clock } = this.#options;
    const { id, name, scopes, createdAtMs, expiresAtMs } = key;
    const usedAtMs = access.usedAtMs.get(id) ?? this.#storedUses.get(id);
    return {
      ...{ id, name, scopes: [...scopes] },
      createdAt: instantOf(createdAtMs),
      ...(expiresAtMs === undefined ? {} : { expiresAt: instantOf(expiresAtMs) }),
      isExpired: expiresAtMs !== undefined && expiresAtMs <= clock.nowMs(),
      ...(usedAtMs === undefined ? {} : { lastUsedAt: instantOf(usedAtMs) }),
      isYours: caller.keyId === id,
    };
  }
}

function instantOf(ms: number): string {
  return formatInstant(nsFromMs(ms));
}

function useAt(usedAtMs: number): Pick<ConfigVersion, "body" | "atNs"> {
  return { body: JSON.stringify({ at: instantOf(usedAtMs) }), atNs: nsFromMs(usedAtMs) };
}

function bodyOf({ name, scopes, hash: sha256, createdAtMs, expiresAtMs }: KeptKey): string {
  const body: KeyBody = {
    ...{ name, scopes, sha256: sha256.toString("hex"), createdAt: instantOf(createdAtMs) },
    ...(expiresAtMs === undefined ? {} : { expiresAt: instantOf(expiresAtMs) }),
  };
  return JSON.stringify(body);
}

function readKey({ id, project, body }: ConfigVersion & { readonly project: string }): KeptKey {
  const { name, scopes, sha256, createdAt, expiresAt } = JSON.parse(body) as KeyBody;
  const msOf = (text: string) => msFromNs(parseInstant(text) ?? 0n);
  return {
    ...{ id, project, name, scopes, hash: Buffer.from(sha256, "hex"), createdAtMs: msOf(createdAt) },
    expiresAtMs: expiresAt === undefined ? undefined : msOf(expiresAt),
  };
}
