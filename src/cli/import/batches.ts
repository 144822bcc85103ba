// Puts items together into requests of a good size: what a file has as ten thousand small requests, or as one huge
// one, goes over the wire in pieces of a few megabytes.

import { type RequestItem, SIGNALS, type Signal } from "./otlp-request.ts";

/** An item as text, with the texts of what it lies in. */
interface BatchItem {
  readonly resource: string;
  readonly scope: string;
  readonly text: string;
}

/** Items of one signal that go in one request. */
export interface Batch {
  readonly signal: Signal;
  readonly items: readonly BatchItem[];
}

const BATCH_BYTES_MAX = 4 * 1024 * 1024;
const BATCH_ITEMS_MAX = 10_000;

/** Collects items; a batch is handed out when it is full. */
export class Batcher {
  readonly #open = new Map<Signal, { items: BatchItem[]; bytes: number }>();
  #resource: { readonly value: object; readonly text: string } | undefined;
  #scope: { readonly value: object; readonly text: string } | undefined;

  /** Adds an item; returns the batch that it did not fit into any more. */
  add({ signal, resource, scope, item }: RequestItem): Batch | undefined {
    const text = JSON.stringify(item);
    const bytes = Buffer.byteLength(text);
    const open = this.#open.get(signal);
    const isFull =
      open !== undefined && (open.bytes + bytes > BATCH_BYTES_MAX || open.items.length === BATCH_ITEMS_MAX);
    const batch = isFull ? this.#take(signal) : undefined;
    const target = this.#open.get(signal) ?? { items: [], bytes: 0 };
    this.#open.set(signal, target);
    const before = target.items.at(-1);
    const added = { resource: this.#resourceText(resource), scope: this.#scopeText(scope), text };
    target.items.push(added);
    target.bytes += bytes + 1 + (before?.scope === added.scope ? 0 : added.scope.length + added.resource.length);
    return batch;
  }

  /** What is left, at the end. */
  rest(): Batch[] {
    return [...this.#open.keys()].map((signal) => this.#take(signal)).filter((batch) => batch !== undefined);
  }

  #take(signal: Signal): Batch | undefined {
    const open = this.#open.get(signal);
    this.#open.delete(signal);
    return open === undefined ? undefined : { signal, items: open.items };
  }

  /** Thousands of items in a row share one resource and scope: each is written once. */
  #resourceText(value: object): string {
    if (this.#resource?.value !== value) this.#resource = { value, text: JSON.stringify(value) };
    return this.#resource.text;
  }

  #scopeText(value: object): string {
    if (this.#scope?.value !== value) this.#scope = { value, text: JSON.stringify(value) };
    return this.#scope.text;
  }
}

/** The request's body: items in a row that share a resource and a scope stand together. */
export function bodyOf({ signal, items }: Batch): string {
  const names = SIGNALS[signal];
  const parts: string[] = [];
  let before: BatchItem | undefined;
  for (const item of items) {
    if (before !== undefined && before.resource === item.resource && before.scope === item.scope) parts.push(",");
    else if (before !== undefined && before.resource === item.resource) {
      parts.push("]},", opened(item.scope, names.items));
    } else {
      if (before !== undefined) parts.push("]}]},");
      parts.push(opened(item.resource, names.scopes), opened(item.scope, names.items));
    }
    parts.push(item.text);
    before = item;
  }
  return `{"${names.resources}":[${parts.join("")}${before === undefined ? "" : "]}]}"}]}`;
}

/** An object's text, open at its end, with one more field that is a list. */
function opened(object: string, list: string): string {
  return `${object.slice(0, -1)}${object === "{}" ? "" : ","}"${list}":[`;
}
