// Finds the items of an export request (spans, log records, metrics) without reading them. The three requests have the
// same frame:
//
//   Export…Request ─1▶ Resource… ─1▶ Resource
//                             └───2▶ Scope… ─1▶ InstrumentationScope
//                                       └───2▶ item
//
// A body is walked twice: once to check everything, then to take in item after item. Nothing is kept in between but
// what is wrong with single items, so that a body of millions of empty messages costs no memory.

import { LIMITS } from "../../model/limits.ts";
import { BodyError } from "../body.ts";
import type { Slices } from "../slices.ts";
import { FLAWS, isTooDeep, StructureCheck } from "./check.ts";
import { MESSAGES, type Message } from "./descriptors.ts";
import { MalformedError, WIRE, WireReader } from "./wire.ts";

const CONTEXT_FIELD = 1;
const CHILD_FIELD = 2;

/** Called for each Resource and InstrumentationScope on the way; `container` is where its parent begins. */
export type ContextVisitor = (message: Message, start: number, end: number, container: number) => void;

/** Stands on one item after another. */
export class ItemWalk {
  readonly #body: Buffer;
  readonly #onContext: ContextVisitor | undefined;
  readonly #request = new WireReader();
  readonly #resource = new WireReader();
  readonly #scope = new WireReader();
  #messages = 0;
  /** The item lies at `body[start, end)`. */
  start = 0;
  end = 0;
  /** The Resource… message around it, and the Scope… message. */
  resourceStart = 0;
  resourceEnd = 0;
  scopeStart = 0;
  scopeEnd = 0;

  constructor(body: Buffer, onContext?: ContextVisitor) {
    this.#body = body;
    this.#onContext = onContext;
    this.#request.reset(body);
  }

  /** Moves to the next item; false behind the last one. Throws MalformedError, and BodyError when there are too many. */
  next(): boolean {
    while (!this.#child(this.#scope, this.scopeStart, MESSAGES.InstrumentationScope)) {
      while (!this.#child(this.#resource, this.resourceStart, MESSAGES.Resource)) {
        if (!this.#resourceItems()) return false;
      }
      this.scopeStart = this.#resource.start;
      this.scopeEnd = this.#resource.stop;
      this.#scope.reset(this.#body, this.scopeStart, this.scopeEnd);
    }
    this.start = this.#scope.start;
    this.end = this.#scope.stop;
    return true;
  }

  /** Moves to the next Resource… message of the request. */
  #resourceItems(): boolean {
    const wire = this.#request;
    while (wire.tag()) {
      wire.skip();
      if (wire.field !== 1) continue;
      this.#count(wire);
      this.resourceStart = wire.start;
      this.resourceEnd = wire.stop;
      this.#resource.reset(this.#body, wire.start, wire.stop);
      return true;
    }
    return false;
  }

  #child(wire: WireReader, container: number, context: Message): boolean {
    while (wire.tag()) {
      wire.skip();
      if (wire.field === CHILD_FIELD) {
        this.#count(wire);
        return true;
      }
      if (wire.field !== CONTEXT_FIELD) continue;
      requireMessage(wire);
      this.#onContext?.(context, wire.start, wire.stop, container);
    }
    return false;
  }

  #count(wire: WireReader): void {
    requireMessage(wire);
    if (++this.#messages <= LIMITS.itemsPerRequest) return;
    throw new BodyError("too_large", `The body has more than ${LIMITS.itemsPerRequest} items: send smaller batches`);
  }
}

function requireMessage(wire: WireReader): void {
  if (wire.wire !== WIRE.bytes) throw new MalformedError("A message is due and a number is there");
}

/** What is wrong with single items of a well-formed body. */
export class ItemFlaws {
  #byItem: Uint8Array | undefined;
  /** Resource… and Scope… messages, by where they begin, whose Resource or InstrumentationScope has flaws. */
  readonly #byContainer = new Map<number, number>();

  note(item: number, flaws: number): void {
    if (flaws === 0) return;
    if (this.#byItem === undefined || item >= this.#byItem.length) {
      const grown = new Uint8Array(Math.max(1024, 2 * item));
      if (this.#byItem !== undefined) grown.set(this.#byItem);
      this.#byItem = grown;
    }
    this.#byItem[item] = flaws;
  }

  noteContext(container: number, flaws: number): void {
    if (flaws !== 0) this.#byContainer.set(container, flaws | (this.#byContainer.get(container) ?? 0));
  }

  /** The flaws of an item, and of what it shares with others but for what is nested too deep: that is left out. */
  of(item: number, walk: ItemWalk): number {
    const own = this.#byItem?.[item] ?? 0;
    if (this.#byContainer.size === 0) return own;
    const shared = (this.#byContainer.get(walk.resourceStart) ?? 0) | (this.#byContainer.get(walk.scopeStart) ?? 0);
    return own | (shared & ~FLAWS.tooDeep);
  }

  /** Whether an attribute of the Resource is nested beyond the limit. */
  isResourceTooDeep(resourceStart: number): boolean {
    return isTooDeep(this.#byContainer.get(resourceStart) ?? 0);
  }
}

/** Checks the structure of the whole body. Throws MalformedError and BodyError; nothing was written then. */
export async function checkItems(body: Buffer, item: Message, slices: Slices): Promise<ItemFlaws> {
  const check = new StructureCheck(body);
  const flaws = new ItemFlaws();
  const walk = new ItemWalk(body, (message, start, end, container) =>
    flaws.noteContext(container, check.flaws(start, end, message)),
  );
  for (let number = 0; walk.next(); number++) {
    flaws.note(number, check.flaws(walk.start, walk.end, item));
    if (slices.after(walk.end - walk.start)) await slices.pause();
  }
  return flaws;
}
