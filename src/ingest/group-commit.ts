// Group commit: whatever is taken in while one group is being written to disk goes into the next, so that one fsync
// acknowledges many requests and one block holds the rows of many. Two batches take turns.
//
//   request ─ rows ─▶ open batch ──(write under way: waits)──▶ frames ─▶ fsync ─▶ acknowledged, handed to listeners

import type { Clock } from "../base/time.ts";
import { JOURNALED_TABLES, type JournaledTableName, SCHEMA_VERSION } from "../model/columns.ts";
import type { CommittedGroup, GroupBlock } from "../model/committed-group.ts";
import { LIMITS } from "../model/limits.ts";
import { Batch, type OffsetSource } from "./batch.ts";

/** Where groups are made durable. */
export interface GroupLog extends OffsetSource {
  append(blocks: readonly GroupBlock[]): Promise<void>;
}

export interface GroupCommitOptions {
  readonly log: GroupLog;
  readonly clock: Clock;
  /** Called with every group after it is durable and before its requests are answered. */
  readonly onCommitted: (group: CommittedGroup) => void;
  /** Called when a group could not be stored: whoever remembers its rows must forget them. */
  readonly onFailed: () => void;
}

/** This program failed at a row and cannot tell what of it was written. It would fail again: not to be sent again. */
export class IngestFault extends Error {
  override readonly name = "IngestFault";
}

/** The request had rows in a group that was given up for a fault of another request; it is to be sent again. */
export class GroupAbandonedError extends Error {
  override readonly name = "GroupAbandonedError";
}

/** Counts failures: a request whose groups span one has lost rows. */
export type Ticket = number & { readonly ticket: unique symbol };

/** A request that came less than this after the one before waits for company: then there are many of them. */
const CROWD_GAP_MS = 2;

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #open: Batch;
  #spare: Batch;
  /** Settles when the open batch is durable, or could not be stored. */
  #waiting: PromiseWithResolvers<void> | undefined;
  #writing = false;
  #failures = 0;
  #lastFailure: unknown;
  #timer: NodeJS.Timeout | undefined;
  #lastRequestMs = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#open = new Batch(options.log, options.clock);
    this.#spare = new Batch(options.log, options.clock);
  }

  /** The batch that rows go into. Take it anew after every `await`. */
  get batch(): Batch {
    return this.#open;
  }

  /** To be called before the first row of a request is put into a batch; the ticket goes into `committed`. */
  begin(): Ticket {
    return this.#failures as Ticket;
  }

  /**
   * Resolves when everything that was put into the batches since `begin` is on disk; rejects when any of it cannot be
   * stored, and the client is to send it again.
   */
  async committed(ticket: Ticket): Promise<void> {
    if (this.#open.rows > 0) {
      this.#waiting ??= waiter();
      const { promise } = this.#waiting;
      this.#schedule();
      await promise;
    } else if (this.#writing) {
      this.#idle ??= waiter();
      await this.#idle.promise;
    }
    if (this.#failures !== ticket) throw this.#lastFailure;
  }

  /** Whether the open batch is as large as a group may be: wait for `room` then. */
  get isFull(): boolean {
    const { rows, inputBytes } = this.#open;
    return rows >= LIMITS.groupRows || (rows > 0 && inputBytes >= LIMITS.groupBytes);
  }

  /**
   * Waits, where a request has many rows, until a group has room for more. To be called after every pause of a request
   * that goes on: rejects when rows of it were lost meanwhile, so that the rest is not written in vain.
   */
  async room(ticket: Ticket): Promise<void> {
    if (this.isFull) await this.committed(ticket);
    else if (this.#failures !== ticket) throw this.#lastFailure;
  }

  /**
   * Gives up the open batch, because a row was begun that cannot be finished. Returns what the request that did it is
   * to throw; all others with rows in it fail in a way that passes.
   */
  abandon(cause: unknown): IngestFault {
    this.#fail(undefined, new GroupAbandonedError("A request beside failed. Send the same data again.", { cause }));
    return new IngestFault("A fault of this server: it is in its log, please report it.", { cause });
  }

  /** Waits until nothing is being written. */
  async drained(): Promise<void> {
    while (this.#writing || this.#open.rows > 0) {
      await this.committed(this.begin()).catch(() => undefined);
    }
  }

  #schedule(): void {
    if (this.#writing || this.#timer !== undefined) return;
    const now = this.#options.clock.nowMs();
    const isCrowded = now - this.#lastRequestMs < CROWD_GAP_MS;
    this.#lastRequestMs = now;
    const isLarge = this.#open.rows >= LIMITS.groupRows / 20 || this.#open.inputBytes >= LIMITS.groupBytes / 20;
    if (isCrowded && !isLarge) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#write();
      }, LIMITS.groupLingerMs);
    } else void this.#write();
  }

  /**
   * The rows that came in meanwhile may refer to contents that were in the failed group: they fail with it. A request
   * that has rows in either finds out by its ticket.
   */
  #fail(waiting: PromiseWithResolvers<void> | undefined, error: unknown): void {
    this.#failures++;
    this.#lastFailure = error;
    this.#open.clear();
    this.#options.onFailed();
    waiting?.reject(error);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  async #write(): Promise<void> {
    if (this.#writing || this.#open.rows === 0) return;
    this.#writing = true;
    const batch = this.#open;
    const waiting = this.#waiting;
    this.#open = this.#spare;
    this.#waiting = undefined;
    let blocks: GroupBlock[];
    try {
      blocks = encode(batch);
      await this.#options.log.append(blocks);
    } catch (error) {
      this.#fail(waiting, error);
      this.#finish(batch);
      return;
    }
    const { firstOffset, lastOffset } = batch;
    try {
      // The group is durable, whatever a listener does: one that throws is a fault of this program.
      this.#options.onCommitted({ blocks, firstOffset, lastOffset, counts: batch.counts(), tokens: batch.tokens });
    } finally {
      waiting?.resolve();
      this.#finish(batch);
    }
  }

  /** Makes a written batch the spare one, and has written what came in meanwhile. */
  #finish(batch: Batch): void {
    batch.clear();
    this.#spare = batch;
    this.#writing = false;
    this.#idle?.resolve();
    this.#idle = undefined;
    if (this.#open.rows > 0) this.#schedule();
  }
}

function waiter(): PromiseWithResolvers<void> {
  const made = Promise.withResolvers<void>();
  // Each request awaits it by itself; a group for which nobody waits any more must not end the process.
  made.promise.catch(() => undefined);
  return made;
}

/** The blocks lie in memory of the batch: they are good until the batch is used again. */
function encode(batch: Batch): GroupBlock[] {
  return batch.filled().map((builder) => {
    const tableName = builder.table.name as JournaledTableName;
    return {
      table: JOURNALED_TABLES.findIndex((table) => table.name === tableName),
      tableName,
      schemaVersion: SCHEMA_VERSION,
      rows: builder.rows,
      firstOffset: batch.firstOffset,
      lastOffset: batch.lastOffset,
      block: batch.encode(tableName),
    };
  });
}
