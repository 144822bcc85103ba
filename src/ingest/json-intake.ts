// Takes in items of one kind that were sent as JSON: reads all of them first, so that an unreadable body touches
// nothing, then writes the good ones.

import type { Clock } from "../base/time.ts";
import { formatOffset } from "../model/ids.ts";
import type { Accepted } from "../model/shapes.ts";
import type { Batch } from "./batch.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { ItemError, ItemErrorCode } from "./item-errors.ts";
import { type JsonItem, parseItem } from "./json-items.ts";
import { Slices } from "./slices.ts";

/** What items of one kind are. */
export interface JsonKind<R extends object> {
  /** The code of an item that is none of this kind. */
  readonly invalid: ItemErrorCode;
  /** A sent value, checked, or why it cannot be stored. */
  read(value: unknown, nowMs: number): R | ItemError;
  /** Writes the record; false when it was written before. */
  write(batch: Batch, project: string, record: R, nowMs: number): boolean;
}

/** The items of a request: each a record or why there is none. */
export interface ReadItems<R> {
  readonly items: readonly ReadItem<R>[];
  readonly sizeBytes: number;
  readonly nowMs: number;
  /** Every item has a time or an id of its own: an equal body is a repeat, not the same fact again. */
  readonly tellThemselves: boolean;
}
type ReadItem<R> = { readonly record: R } | { readonly error: ItemError };

export class JsonIntake<R extends object> {
  readonly #kind: JsonKind<R>;
  readonly #commit: GroupCommit;
  readonly #clock: Clock;

  constructor(kind: JsonKind<R>, commit: GroupCommit, clock: Clock) {
    this.#kind = kind;
    this.#commit = commit;
    this.#clock = clock;
  }

  /** Reads the items of a body. Throws UnreadableBodyError. */
  async read(body: Buffer, items: readonly JsonItem[]): Promise<ReadItems<R>> {
    const slices = new Slices();
    const nowMs = this.#clock.nowMs();
    const read: ReadItem<R>[] = [];
    let tellThemselves = true;
    for (const item of items) {
      const parsed = parseItem(body, item);
      if ("problem" in parsed) {
        const code = parsed.code === "invalid" ? this.#kind.invalid : parsed.code;
        read.push({ error: { code, message: parsed.problem } });
        tellThemselves = false;
      } else {
        const record = this.#kind.read(parsed.value, nowMs);
        read.push("code" in record ? { error: record } : { record });
        tellThemselves &&= tellsItself(parsed.value);
      }
      if (slices.after(item.end - item.start)) await slices.pause();
    }
    return { items: read, sizeBytes: body.length, nowMs, tellThemselves };
  }

  /** Resolves when every good item is on disk. Throws JournalUnavailableError when they cannot be stored now. */
  async write({ items, sizeBytes, nowMs }: ReadItems<R>, project: string): Promise<Accepted> {
    const commit = this.#commit;
    const slices = new Slices();
    const answer: Accepted = { accepted: 0, rejected: 0, duplicates: 0, errors: [] };
    const itemBytes = sizeBytes / Math.max(1, items.length);
    const ticket = commit.begin();
    let lastOffset = 0;
    for (const [index, item] of items.entries()) {
      if ("error" in item) {
        answer.rejected++;
        answer.errors.push({ index, ...item.error });
        continue;
      }
      answer.accepted++;
      if (this.#kind.write(commit.batch, project, item.record, nowMs)) lastOffset = commit.batch.lastOffset;
      else answer.duplicates++;
      commit.batch.inputBytes += itemBytes;
      if (slices.after(itemBytes) || commit.isFull) {
        await slices.pause();
        await commit.room(ticket);
      }
    }
    await commit.committed(ticket);
    return lastOffset === 0 ? answer : { ...answer, offset: formatOffset(lastOffset) };
  }
}

function tellsItself(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { id, time, timestamp } = value as Record<string, unknown>;
  return (id ?? time ?? timestamp ?? undefined) !== undefined;
}

/** Many senders spell an absent field as null. */
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (!Object.values(value).includes(null)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}
