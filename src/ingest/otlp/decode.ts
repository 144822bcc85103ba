// Decodes OTLP messages to plain objects by their descriptors: for what is rare enough not to need columns (metrics).

import type { AttributeValue } from "../../model/foreign-span.ts";
import { readAnyValue, readKeyValue } from "./attributes.ts";
import { type Field, MESSAGES, type Message, messageOf } from "./descriptors.ts";
import { WIRE, WireReader } from "./wire.ts";

/** A decoded scalar: 64-bit integers that are not exact as a double are bigints. */
export type DecodedValue =
  | string
  | number
  | bigint
  | boolean
  | Buffer
  | Decoded
  | AttributeValue
  | undefined
  | DecodedValue[];

/** A decoded message by the JSON names of its fields. Absent scalars are absent, repeated fields always arrays. */
export interface Decoded {
  [name: string]: DecodedValue;
}

/**
 * Decodes `bytes[start, end)`, whose structure was checked. KeyValues come as `[key, value]`. What comes in several
 * pieces is put together in `decoded`.
 */
export function decodeMessage(
  bytes: Buffer,
  start: number,
  end: number,
  message: Message,
  decoded: Decoded = {},
): Decoded {
  for (const field of message.byNumber) if (field?.repeated) decoded[field.name] ??= [];
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  while (wire.tag()) {
    const field = message.byNumber[wire.field];
    if (field === undefined) wire.skip();
    else if (!field.repeated) {
      decoded[field.name] = decodeField(wire, field, decoded[field.name]);
      if (field.rival !== undefined) delete decoded[field.rival];
    } else if (wire.wire === WIRE.bytes && isNumeric(field))
      decodePacked(wire, field, decoded[field.name] as DecodedValue[]);
    else (decoded[field.name] as DecodedValue[]).push(decodeField(wire, field, undefined));
  }
  return decoded;
}

function isNumeric(field: Field): boolean {
  return messageOf(field) === undefined && !["string", "bytes", "id"].includes(field.type);
}

function decodePacked(wire: WireReader, field: Field, into: DecodedValue[]): void {
  wire.range();
  const { at, end } = wire;
  wire.at = wire.start;
  wire.end = wire.stop;
  while (wire.at < wire.end) into.push(decodeNumber(wire, field));
  wire.at = at;
  wire.end = end;
}

/** `before` is what an earlier piece of the same field held. */
function decodeField(wire: WireReader, field: Field, before: DecodedValue): DecodedValue {
  if (isNumeric(field)) return decodeNumber(wire, field);
  const { bytes } = wire;
  wire.range();
  const nested = messageOf(field);
  if (nested === MESSAGES.AnyValue) return readAnyValue(bytes, wire.start, wire.stop);
  if (nested === MESSAGES.KeyValue) return readKeyValue(bytes, wire.start, wire.stop) as DecodedValue[];
  if (nested !== undefined) return decodeMessage(bytes, wire.start, wire.stop, nested, before as Decoded | undefined);
  if (field.type === "string") return bytes.toString("utf8", wire.start, wire.stop);
  return bytes.subarray(wire.start, wire.stop);
}

function decodeNumber(wire: WireReader, field: Field): DecodedValue {
  const { bytes } = wire;
  switch (field.type) {
    case "bool":
      return wire.varint64() !== 0;
    case "enum":
      return Number(wire.varint64()) | 0;
    case "varint":
    case "int64":
      return wire.varint64();
    case "zigzag": {
      const value = wire.varint32();
      return (value >>> 1) ^ -(value & 1);
    }
    case "fixed32":
      return bytes.readUInt32LE(wire.fixed(4));
    case "double":
      return bytes.readDoubleLE(wire.fixed(8));
    case "sfixed64":
      return exact(bytes.readBigInt64LE(wire.fixed(8)));
    default:
      return exact(bytes.readBigUInt64LE(wire.fixed(8)));
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
