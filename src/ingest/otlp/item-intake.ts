// The way that the items of every signal take: check the whole body, then write item after item, in slices.

import type { Clock } from "../../base/time.ts";
import type { GroupCommit } from "../group-commit.ts";
import { TOO_DEEP } from "../item-checks.ts";
import { Outcome } from "../outcome.ts";
import { Slices } from "../slices.ts";
import { type ResourceContext, readResource, readScope, type ScopeContext } from "./contexts.ts";
import type { Message } from "./descriptors.ts";
import { indexItems } from "./item-index.ts";
import type { KeyTable } from "./key-table.ts";
import type { TextCache } from "./text-cache.ts";

/** What the intakes of all signals work with. */
export interface ItemIntakeOptions {
  readonly commit: GroupCommit;
  readonly clock: Clock;
  readonly keys: KeyTable;
  readonly texts: TextCache;
}

/** An item of the body, ready to be written. */
export interface Item {
  readonly start: number;
  readonly end: number;
  readonly resource: ResourceContext;
  readonly scope: ScopeContext;
  /** When the request came, milliseconds since 1970. */
  readonly nowMs: number;
}

const ITEMS_PER_CHECK = 32;

/**
 * Takes in all items of an export request by `write`, which is synchronous and counts in the outcome. Resolves when
 * everything that was written is on disk. Throws MalformedError when the body is not what it should be, and
 * JournalUnavailableError when it cannot be stored now.
 */
export async function takeItems(
  { commit, clock, keys, texts }: ItemIntakeOptions,
  body: Buffer,
  message: Message,
  write: (item: Item, outcome: Outcome) => void,
): Promise<Outcome> {
  const slices = new Slices();
  const index = await indexItems(body, message, slices);
  const resources = index.resources.map(({ start, end }) => readResource(body, start, end, keys, texts));
  const scopes = index.scopes.map(({ start, end }) => readScope(body, start, end, texts));
  const outcome = new Outcome();
  const ticket = commit.begin();
  const nowMs = clock.nowMs();
  for (let i = 0; i < index.start.length; i++) {
    if (i % ITEMS_PER_CHECK === 0) {
      if (keys.isFull) keys.forget();
      if (slices.isOver) await slices.pause();
      await commit.room();
    }
    if (index.tooDeep.has(i)) {
      outcome.reject(TOO_DEEP);
      continue;
    }
    const scope = index.scope[i] as number;
    write(
      {
        start: index.start[i] as number,
        end: index.end[i] as number,
        resource: resources[index.scopes[scope]?.resource as number] as ResourceContext,
        scope: scopes[scope] as ScopeContext,
        nowMs,
      },
      outcome,
    );
  }
  await commit.committed(ticket);
  return outcome;
}
