// Checks the structure of an item (a span, a log record, a metric) before anything of it is written into columns, so
// that writing cannot fail half way. One walk over the tags; texts are looked at only for being UTF-8.

import { isUtf8 } from "node:buffer";
import { LIMITS } from "../../model/limits.ts";
import { type Field, type FieldType, MESSAGES, type Message } from "./descriptors.ts";
import { MalformedError, WIRE, WireReader } from "./wire.ts";

/** What is wrong with an item that is well-formed, as bits. */
export const FLAWS = {
  /** A value is nested beyond the limit. */
  tooDeep: 1,
  /** A text is not UTF-8. */
  badText: 2,
} as const;

export function isTooDeep(flaws: number): boolean {
  return (flaws & FLAWS.tooDeep) !== 0;
}

export function isTextBad(flaws: number): boolean {
  return (flaws & FLAWS.badText) !== 0;
}

const WIDTH_OF: Partial<Record<FieldType, number>> = { fixed32: 4, fixed64: 8, sfixed64: 8, double: 8 };

/** From this length on a call into the engine beats looking at the bytes here. */
const LONG_TEXT_BYTES = 128;
const NOT_ASCII = 0x80808080;

/** Checks the messages of one body. */
export class StructureCheck {
  readonly #reader = new WireReader();
  readonly #body: Buffer;
  readonly #view: DataView;

  constructor(body: Buffer) {
    this.#body = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.length);
  }

  /** The flaws of the message `body[start, end)`, down to its last byte. Throws MalformedError when it is none. */
  flaws(start: number, end: number, message: Message): number {
    this.#reader.reset(this.#body, start, end);
    return this.#message(message, 0);
  }

  /** `depth` counts the values around the message. */
  #message(message: Message, depth: number): number {
    const reader = this.#reader;
    let flaws = 0;
    while (reader.tag()) {
      const nested = message.nested[reader.field];
      if (nested === undefined) {
        const field = message.byNumber[reader.field];
        if (field === undefined || field.wire === reader.wire) {
          reader.skip();
          if (field?.type === "string" && !this.#isText(reader.start, reader.stop)) flaws |= FLAWS.badText;
        } else this.#packed(field);
        continue;
      }
      if (reader.wire !== WIRE.bytes) throw wrongType(message.byNumber[reader.field] as Field);
      reader.range();
      const below = nested === MESSAGES.AnyValue ? depth + 1 : depth;
      if (below > LIMITS.nestingDepth) {
        flaws |= FLAWS.tooDeep;
        continue;
      }
      const { end, at } = reader;
      reader.at = reader.start;
      reader.end = reader.stop;
      flaws |= this.#message(nested, below);
      reader.at = at;
      reader.end = end;
    }
    return flaws;
  }

  #packed(field: Field): void {
    const reader = this.#reader;
    if (!field.repeated || reader.wire !== WIRE.bytes) throw wrongType(field);
    reader.range();
    const width = WIDTH_OF[field.type];
    if (width !== undefined) {
      if ((reader.stop - reader.start) % width !== 0)
        throw new MalformedError(`${field.name} does not hold whole numbers`);
      return;
    }
    const { at, end } = reader;
    reader.at = reader.start;
    reader.end = reader.stop;
    while (reader.at < reader.end) reader.varint32();
    reader.at = at;
    reader.end = end;
  }

  /** Most texts are short and ASCII: four bytes at a time tell that at once. */
  #isText(start: number, end: number): boolean {
    if (end - start >= LONG_TEXT_BYTES) return isUtf8(this.#body.subarray(start, end));
    const view = this.#view;
    let bits = 0;
    let at = start;
    for (; at + 4 <= end; at += 4) bits |= view.getInt32(at);
    for (; at < end; at++) bits |= view.getUint8(at);
    return (bits & NOT_ASCII) === 0 || isUtf8(this.#body.subarray(start, end));
  }
}

function wrongType(field: Field): MalformedError {
  return new MalformedError(`${field.name} is not written as ${field.type}`);
}
