// The way that the items of every signal take: check the whole body, then write item after item, in slices.

import type { Clock } from "../../base/time.ts";
import type { GroupCommit, Ticket } from "../group-commit.ts";
import { Outcome } from "../outcome.ts";
import { Slices } from "../slices.ts";
import { NO_SCOPE, type ResourceContext, readResource, readScope, type ScopeContext } from "./contexts.ts";
import type { Message } from "./descriptors.ts";
import { checkItems, type ItemFlaws, ItemWalk } from "./item-walk.ts";
import type { KeyTable } from "./key-table.ts";
import type { TextCache } from "./text-cache.ts";

/** What the intakes of all signals work with. */
export interface ItemIntakeOptions {
  readonly commit: GroupCommit;
  readonly clock: Clock;
  readonly keys: KeyTable;
  readonly texts: TextCache;
  /** Called with what should never be thrown: a fault of this program. */
  readonly onFault?: (error: unknown) => void;
}

/** An item of the body, ready to be written. Valid until the next one. */
export interface Item {
  readonly start: number;
  readonly end: number;
  /** What is wrong with it, as bits of FLAWS. */
  readonly flaws: number;
  readonly resource: ResourceContext;
  readonly scope: ScopeContext;
  /** When the request came, milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Writes an item into the open batch and counts it in the outcome. An item of many parts (a metric of many points) is
 * an iterator instead: each step writes a part and tells its size in bytes.
 */
export type WriteItem = (item: Item, outcome: Outcome) => Iterator<number, void> | undefined;

/** What the sender is told when this program failed at an item. */
const FAULT = "this server failed at it, which is a fault of its own and in its log: please report it";
const RESOURCE_CUT = "attributes of a resource were beyond a limit and were left out or cut";

/**
 * Takes in all items of an export request. Resolves when everything that was written is on disk. Throws MalformedError
 * and BodyError when the body is not what it should be, and JournalUnavailableError when it cannot be stored now.
 */
export async function takeItems(
  options: ItemIntakeOptions,
  body: Buffer,
  message: Message,
  write: WriteItem,
): Promise<Outcome> {
  const slices = new Slices();
  const flaws = await checkItems(body, message, slices);
  return await new Intake(options, body, flaws, slices).take(write);
}

/** The second walk over a body: reads what items share, and has them written. */
class Intake implements Item {
  readonly #options: ItemIntakeOptions;
  readonly #body: Buffer;
  readonly #flaws: ItemFlaws;
  readonly #slices: Slices;
  readonly #walk: ItemWalk;
  readonly #ticket: Ticket;
  readonly #outcome = new Outcome();
  #number = -1;
  #resourceStart = -1;
  #scopeStart = -1;
  resource: ResourceContext;
  scope: ScopeContext = NO_SCOPE;
  readonly nowMs: number;

  constructor(options: ItemIntakeOptions, body: Buffer, flaws: ItemFlaws, slices: Slices) {
    this.#options = options;
    this.#body = body;
    this.#flaws = flaws;
    this.#slices = slices;
    this.#walk = new ItemWalk(body);
    this.#ticket = options.commit.begin();
    this.nowMs = options.clock.nowMs();
    this.resource = readResource(body, 0, 0, false, options.keys, options.texts);
  }

  get start(): number {
    return this.#walk.start;
  }
  get end(): number {
    return this.#walk.end;
  }
  get flaws(): number {
    return this.#flaws.of(this.#number, this.#walk);
  }

  async take(write: WriteItem): Promise<Outcome> {
    const { commit } = this.#options;
    while (this.#walk.next()) {
      this.#number++;
      this.#readContexts();
      const parts = this.#guard(() => write(this, this.#outcome));
      if (parts === undefined) {
        if (this.#mustRest(this.end - this.start)) await this.#rest();
        continue;
      }
      for (let part = this.#guard(() => parts.next()); part?.done === false; part = this.#guard(() => parts.next())) {
        if (this.#mustRest(part.value)) await this.#rest();
      }
    }
    await commit.committed(this.#ticket);
    return this.#outcome;
  }

  #readContexts(): void {
    const { resourceStart, resourceEnd, scopeStart, scopeEnd } = this.#walk;
    if (scopeStart === this.#scopeStart) return;
    const { keys, texts } = this.#options;
    this.#scopeStart = scopeStart;
    this.scope = readScope(this.#body, scopeStart, scopeEnd, texts);
    if (resourceStart === this.#resourceStart) return;
    this.#resourceStart = resourceStart;
    const isTooDeep = this.#flaws.isResourceTooDeep(resourceStart);
    this.resource = readResource(this.#body, resourceStart, resourceEnd, isTooDeep, keys, texts);
    if (this.resource.isCut) this.#outcome.warn(RESOURCE_CUT);
  }

  /** To be asked after each item or part of one. */
  #mustRest(sizeBytes: number): boolean {
    const { commit } = this.#options;
    if (commit.batch.rows > 0) commit.batch.inputBytes += sizeBytes;
    return this.#slices.after(sizeBytes) || commit.isFull;
  }

  async #rest(): Promise<void> {
    await this.#slices.pause();
    await this.#options.commit.room(this.#ticket);
  }

  /**
   * Keeps a fault of this program from costing more than an item, or being repeated by the sender for ever. When rows
   * were begun they may be incomplete: then the open batch is given up.
   */
  #guard<T>(step: () => T): T | undefined {
    const { commit, onFault } = this.#options;
    const rowsBefore = commit.batch.rows;
    try {
      return step();
    } catch (error) {
      onFault?.(error);
      if (commit.batch.rows !== rowsBefore) throw commit.abandon(error);
      this.#outcome.reject(FAULT);
      return undefined;
    }
  }
}
