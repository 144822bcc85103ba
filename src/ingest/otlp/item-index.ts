// Finds the items of an export request (spans, log records, metrics) without reading them: where each lies, of which
// scope and resource. The three requests have the same frame:
//
//   Export…Request ─1▶ Resource… ─1▶ Resource
//                             └───2▶ Scope… ─1▶ InstrumentationScope
//                                       └───2▶ item

import type { Slices } from "../slices.ts";
import { checkMessage } from "./check.ts";
import { MESSAGES, type Message } from "./descriptors.ts";
import { MalformedError, WIRE, WireReader } from "./wire.ts";

/** A stretch of the body. */
interface Range {
  start: number;
  end: number;
}

export interface IndexedScope extends Range {
  /** Index into `resources`. */
  readonly resource: number;
}

/** Items by number: `start`, `end`, `scope` run parallel. */
export interface ItemIndex {
  readonly resources: readonly Range[];
  readonly scopes: readonly IndexedScope[];
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** Index into `scopes`. */
  readonly scope: readonly number[];
  /** Items with values that are nested beyond the limit. */
  readonly tooDeep: ReadonlySet<number>;
}

const ITEMS_PER_CHECK = 64;

/** Walks over the whole body and checks its structure. Throws MalformedError; nothing was written then. */
export async function indexItems(body: Buffer, item: Message, slices: Slices): Promise<ItemIndex> {
  const index = new IndexBuilder(body, item);
  const request = new WireReader();
  request.reset(body);
  while (request.tag()) {
    request.skip();
    if (request.field !== 1) continue;
    requireMessage(request);
    await index.resourceItems(request.start, request.stop, slices);
  }
  return index;
}

class IndexBuilder implements ItemIndex {
  readonly #body: Buffer;
  readonly #item: Message;
  readonly #check = new WireReader();
  readonly resources: Range[] = [];
  readonly scopes: IndexedScope[] = [];
  readonly start: number[] = [];
  readonly end: number[] = [];
  readonly scope: number[] = [];
  readonly tooDeep = new Set<number>();

  constructor(body: Buffer, item: Message) {
    this.#body = body;
    this.#item = item;
  }

  async resourceItems(start: number, end: number, slices: Slices): Promise<void> {
    const resource = { start: 0, end: 0 };
    this.resources.push(resource);
    const wire = new WireReader();
    wire.reset(this.#body, start, end);
    while (wire.tag()) {
      wire.skip();
      if (wire.field !== 1 && wire.field !== 2) continue;
      requireMessage(wire);
      if (wire.field === 2) await this.#scopeItems(wire.start, wire.stop, slices);
      else this.#context(resource, MESSAGES.Resource, wire);
    }
  }

  async #scopeItems(start: number, end: number, slices: Slices): Promise<void> {
    const scope = { start: 0, end: 0, resource: this.resources.length - 1 };
    this.scopes.push(scope);
    const wire = new WireReader();
    wire.reset(this.#body, start, end);
    while (wire.tag()) {
      wire.skip();
      if (wire.field !== 1 && wire.field !== 2) continue;
      requireMessage(wire);
      if (wire.field === 1) {
        this.#context(scope, MESSAGES.InstrumentationScope, wire);
        continue;
      }
      this.#addItem(wire.start, wire.stop);
      if (this.start.length % ITEMS_PER_CHECK === 0 && slices.isOver) await slices.pause();
    }
  }

  #addItem(start: number, end: number): void {
    this.#check.reset(this.#body, start, end);
    if (checkMessage(this.#check, this.#item) === "too deep") this.tooDeep.add(this.start.length);
    this.start.push(start);
    this.end.push(end);
    this.scope.push(this.scopes.length - 1);
  }

  #context(range: Range, message: Message, wire: WireReader): void {
    this.#check.reset(this.#body, wire.start, wire.stop);
    if (checkMessage(this.#check, message) === "too deep") {
      throw new MalformedError(`A value of the ${message.name} is nested too deeply`);
    }
    range.start = wire.start;
    range.end = wire.stop;
  }
}

function requireMessage(wire: WireReader): void {
  if (wire.wire !== WIRE.bytes) throw new MalformedError("A message is due and a number is there");
}
