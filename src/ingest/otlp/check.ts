// Checks the structure of an item (a span, a log record, a metric) before anything of it is written into columns, so
// that writing cannot fail half way. One walk over the tags; texts are not looked at.

import { LIMITS } from "../../model/limits.ts";
import { type Field, type FieldType, MESSAGES, type Message } from "./descriptors.ts";
import { MalformedError, WIRE, type WireReader } from "./wire.ts";

/** Whether an item can be taken; a malformed one throws instead. */
export type Verdict = "ok" | "too deep";

const WIDTH_OF: Partial<Record<FieldType, number>> = { fixed32: 4, fixed64: 8, sfixed64: 8, double: 8 };

/**
 * Walks over the message that the reader stands before, down to its last byte. Values that are nested beyond the limit
 * are not an error of the body but of the item. `depth` counts the values around the message.
 */
export function checkMessage(reader: WireReader, message: Message, depth = 0): Verdict {
  let verdict: Verdict = "ok";
  while (reader.tag()) {
    const nested = message.nested[reader.field];
    if (nested === undefined) {
      const field = message.byNumber[reader.field];
      if (field === undefined || field.wire === reader.wire) reader.skip();
      else checkPacked(reader, field);
      continue;
    }
    if (reader.wire !== WIRE.bytes) throw wrongType(message.byNumber[reader.field] as Field);
    reader.range();
    const below = nested === MESSAGES.AnyValue ? depth + 1 : depth;
    if (below > LIMITS.nestingDepth) {
      verdict = "too deep";
      continue;
    }
    const { end, at } = reader;
    reader.at = reader.start;
    reader.end = reader.stop;
    if (checkMessage(reader, nested, below) === "too deep") verdict = "too deep";
    reader.at = at;
    reader.end = end;
  }
  return verdict;
}

function checkPacked(reader: WireReader, field: Field): void {
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

function wrongType(field: Field): MalformedError {
  return new MalformedError(`${field.name} is not written as ${field.type}`);
}
