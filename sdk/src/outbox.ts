// A bounded queue in front of one path of the server. Records are gathered for a moment, sent in batches, and stay in the
// queue until the server has them; a batch that is sent again is the same bytes, which lets the server see the repeat.
//
//   add ──▶ [ a b c d e f ]      the first batch is under way, or waits for its next try; the rest waits behind it
//             └batch┘
//
// Timers and sockets never keep the process alive; only `flush` does, for as long as it waits.

import { backOffMs } from "./back-off.ts";
import type { Drops } from "./drops.ts";
import type { Outcome } from "./http-sender.ts";
import { LIMITS } from "./limits.ts";
import { log } from "./quietly.ts";

/** A record as JSON, with the JSON of what it belongs to. */
export interface Outgoing {
  readonly json: string;
  readonly resource: string;
  readonly scope: string;
}

export interface OutboxOptions {
  readonly path: string;
  readonly bytesMax: number;
  /** The body of a request. */
  readonly encode: (records: readonly Outgoing[]) => string;
  readonly post: (path: string, body: string) => Promise<Outcome>;
  readonly drops: Drops;
  readonly onAccepted: () => void;
  readonly random: () => number;
}

interface Waiter {
  readonly target: number;
  readonly firstTryOnly: boolean;
  readonly finish: (isSent: boolean) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting: { record: Outgoing; bytes: number }[] = [];
  #bytes = 0;
  #added = 0;
  #gone = 0;
  #isSending = false;
  #isClosed = false;
  #trouble: string | undefined;
  #linger: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #waiters: Waiter[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Whether it was taken; if not, it was counted. */
  add(record: Outgoing): boolean {
    const bytes = Buffer.byteLength(record.json);
    const { bytesMax, drops } = this.#options;
    const isFull = this.#waiting.length >= LIMITS.queueRecords || this.#bytes + bytes > bytesMax;
    if (this.#isClosed || isFull) {
      drops.add(this.#isClosed ? "shutdown" : bytes > bytesMax ? "too_large" : "queue_full");
      return false;
    }
    this.#waiting.push({ record, bytes });
    this.#bytes += bytes;
    this.#added++;
    this.#sendSoon();
    return true;
  }

  /** How many were ever taken, and how many of them are not under way any more. */
  get progress(): { readonly added: number; readonly gone: number } {
    return { added: this.#added, gone: this.#gone };
  }

  /**
   * Sends what is there by now without waiting for more; whether all of it went out in time. With `firstTryOnly` it ends
   * when the server cannot be reached.
   */
  flush(timeoutMs: number, firstTryOnly = false): Promise<boolean> {
    if (this.#gone === this.#added) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(false), timeoutMs);
      const finish = (isSent: boolean) => {
        clearTimeout(timer);
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        resolve(isSent);
      };
      const waiter = { target: this.#added, firstTryOnly, finish };
      this.#waiters.push(waiter);
      this.#wake?.();
      this.#send();
    });
  }

  /** Takes nothing more; what is still there is counted as dropped. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#linger);
    this.#options.drops.add("shutdown", this.#waiting.length);
    this.#remove(this.#waiting.length);
    this.#wake?.();
  }

  #sendSoon(): void {
    if (this.#isSending) return;
    if (this.#waiting.length >= LIMITS.batchRecords) this.#send();
    else this.#linger ??= setTimeout(() => this.#send(), LIMITS.lingerMs).unref();
  }

  #send(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#isSending || this.#waiting.length === 0) return;
    this.#isSending = true;
    const done = () => {
      this.#isSending = false;
      if (this.#waiting.length > 0) this.#sendSoon();
    };
    this.#sendBatches().then(done, (error: unknown) => {
      log.error(String(error));
      done();
    });
  }

  async #sendBatches(): Promise<void> {
    do {
      const batch = this.#nextBatch();
      await this.#deliver(this.#options.encode(batch), batch.length);
    } while (this.#waiting.length > 0 && (this.#waiters.length > 0 || this.#waiting.length >= LIMITS.batchRecords));
  }

  #nextBatch(): Outgoing[] {
    let bytes = 0;
    const batch: Outgoing[] = [];
    for (const item of this.#waiting) {
      bytes += item.bytes;
      const isFull = batch.length >= LIMITS.batchRecords || bytes > LIMITS.batchBytes;
      if (isFull && batch.length > 0) break;
      batch.push(item.record);
    }
    return batch;
  }

  /** Ends when the server has the batch, or does not want it, or the box was closed. */
  async #deliver(body: string, count: number): Promise<void> {
    const { post, path, drops, onAccepted, random } = this.#options;
    for (let tries = 0; ; tries++) {
      const outcome = await post(path, body);
      if (this.#isClosed) return;
      this.#say(outcome.trouble);
      if (outcome.kind !== "retry") {
        if (outcome.kind === "refused") drops.add("refused", count);
        else drops.add("rejected", outcome.rejected);
        this.#remove(count);
        if (outcome.kind === "accepted") onAccepted();
        return;
      }
      for (const waiter of this.#waiters) if (waiter.firstTryOnly) waiter.finish(false);
      await this.#pause(backOffMs(tries, outcome.afterMs, random), outcome.afterMs === undefined);
      if (this.#isClosed) return;
    }
  }

  /** Says a trouble once, until it is over or another. */
  #say(trouble: string | undefined): void {
    if (trouble !== undefined && trouble !== this.#trouble) log.warn(`${this.#options.path}: ${trouble}`);
    this.#trouble = trouble;
  }

  #remove(count: number): void {
    for (const { bytes } of this.#waiting.splice(0, count)) this.#bytes -= bytes;
    this.#gone += count;
    for (const waiter of this.#waiters) if (waiter.target <= this.#gone) waiter.finish(true);
  }

  /** A flush cuts a pause of our own short, but not one that the server asked for. */
  async #pause(ms: number, mayBeCut: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => {
        if (!mayBeCut && !this.#isClosed) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

/** Records below the scopes and resources that they belong to: the body of an OTLP/JSON request. */
export function otlpBody(names: readonly [string, string, string], records: readonly Outgoing[]): string {
  const byResource = new Map<string, Map<string, string[]>>();
  for (const { resource, scope, json } of records) {
    const scopes = byResource.get(resource) ?? new Map<string, string[]>();
    byResource.set(resource, scopes);
    const list = scopes.get(scope);
    if (list === undefined) scopes.set(scope, [json]);
    else list.push(json);
  }
  const [resourceField, scopeField, recordField] = names;
  const resources = [...byResource].map(([resource, scopes]) => {
    const inside = [...scopes].map(([scope, list]) => `{"scope":${scope},"${recordField}":[${list.join(",")}]}`);
    return `{"resource":${resource},"${scopeField}":[${inside.join(",")}]}`;
  });
  return `{"${resourceField}":[${resources.join(",")}]}`;
}
