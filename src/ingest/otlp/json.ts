// OTLP/JSON to OTLP/protobuf: JSON bodies take the same way as all others from here on.
//
// The mapping is protobuf's JSON mapping with OTLP's changes: ids in hexadecimal, enums as integers only, unknown fields
// ignored, lowerCamelCase names only. 64-bit integers may be numbers or decimal texts.
// Source: OTLP specification, "JSON Protobuf Encoding".
//
// A nested message's length is written as a varint of fixed width after its content is known.

import { ByteWriter } from "../../base/byte-writer.ts";
import { fromHex } from "../../base/hex.ts";
import { LIMITS } from "../../model/limits.ts";
import { type Field, MESSAGES, type Message, type MessageName, messageOf } from "./descriptors.ts";
import { MalformedError, WIRE } from "./wire.ts";

const LENGTH_WIDTH = 5;
/**
 * Messages inside messages, to bound the stack. What is deeper is left out, and what is left is still so deep that the
 * check which follows refuses the item.
 */
const DEPTH_MAX = 4 * LIMITS.nestingDepth;
/** What stands for an id that is not hexadecimal: one byte, so that the item is refused for its id. */
const NO_ID = Uint8Array.of(0);

/** The protobuf form of a parsed OTLP/JSON message. Throws MalformedError with the path of what is wrong. */
export function encodeJson(name: MessageName, value: unknown): Uint8Array {
  const out = new ByteWriter(64 * 1024);
  writeMessage(out, MESSAGES[name], value, "", 0);
  return out.written();
}

function writeMessage(out: ByteWriter, message: Message, value: unknown, path: string, depth: number): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedError(`${path || "The body"} must be a JSON object`);
  }
  if (depth > DEPTH_MAX) return;
  for (const key of Object.keys(value)) {
    const field = message.byName.get(key);
    const item: unknown = (value as Record<string, unknown>)[key];
    if (field === undefined || item === null || item === undefined) continue;
    const at = path === "" ? key : `${path}.${key}`;
    if (!field.repeated) writeField(out, field, item, at, depth);
    else if (!Array.isArray(item)) throw new MalformedError(`${at} must be an array`);
    else if (field.packed) writePacked(out, field, item, at);
    else for (let i = 0; i < item.length; i++) writeField(out, field, item[i], `${at}[${i}]`, depth);
  }
}

function writeField(out: ByteWriter, field: Field, value: unknown, path: string, depth: number): void {
  const nested = messageOf(field);
  if (nested !== undefined) {
    out.varUint((field.number << 3) | WIRE.bytes);
    const start = beginLength(out);
    writeMessage(out, nested, value, path, depth + 1);
    endLength(out, start);
    return;
  }
  switch (field.type) {
    case "string":
      out.varUint((field.number << 3) | WIRE.bytes);
      out.lengthPrefixedText(textOf(value, path));
      return;
    case "id":
    case "bytes": {
      const bytes = field.type === "id" ? (fromHex(textOf(value, path)) ?? NO_ID) : base64Of(value, path);
      out.varUint((field.number << 3) | WIRE.bytes);
      out.varUint(bytes.length);
      out.copy(bytes);
      return;
    }
    case "fixed32":
      out.varUint((field.number << 3) | WIRE.fixed32);
      out.u32(Number(integerOf(value, path, 0n, UINT32_MAX)));
      return;
    case "fixed64":
    case "sfixed64":
    case "double":
      out.varUint((field.number << 3) | WIRE.fixed64);
      writeWide(out, field, value, path);
      return;
    default:
      out.varUint((field.number << 3) | WIRE.varint);
      writeVarint(out, field, value, path);
  }
}

function writePacked(out: ByteWriter, field: Field, items: readonly unknown[], path: string): void {
  out.varUint((field.number << 3) | WIRE.bytes);
  const start = beginLength(out);
  for (let i = 0; i < items.length; i++) {
    if (field.type === "varint") writeVarint(out, field, items[i], `${path}[${i}]`);
    else writeWide(out, field, items[i], `${path}[${i}]`);
  }
  endLength(out, start);
}

function writeWide(out: ByteWriter, field: Field, value: unknown, path: string): void {
  if (field.type === "double") {
    out.f64(doubleOf(value, path));
    return;
  }
  const integer =
    field.type === "fixed64" ? integerOf(value, path, 0n, UINT64_MAX) : integerOf(value, path, INT64_MIN, INT64_MAX);
  out.reserve(8);
  out.view.setBigInt64(out.length, BigInt.asIntN(64, integer), true);
  out.length += 8;
}

function writeVarint(out: ByteWriter, field: Field, value: unknown, path: string): void {
  if (field.type === "bool") {
    if (typeof value !== "boolean") throw new MalformedError(`${path} must be true or false`);
    out.u8(value ? 1 : 0);
    return;
  }
  if (field.type === "enum" && typeof value !== "number") {
    throw new MalformedError(`${path} must be the enum's integer, not its name`);
  }
  let rest = integerOf(value, path, INT64_MIN, field.type === "int64" ? INT64_MAX : UINT64_MAX);
  if (field.type === "zigzag") rest = rest >= 0n ? rest * 2n : -rest * 2n - 1n;
  if (rest >= 0n && rest <= BigInt(Number.MAX_SAFE_INTEGER)) {
    out.varUint(Number(rest));
    return;
  }
  rest = BigInt.asUintN(64, rest);
  for (; rest > 0x7fn; rest >>= 7n) out.u8(Number(rest & 0x7fn) | 0x80);
  out.u8(Number(rest));
}

function beginLength(out: ByteWriter): number {
  out.zeros(LENGTH_WIDTH);
  return out.length;
}

/** A varint of full width: every byte but the last says that another follows. */
function endLength(out: ByteWriter, start: number): void {
  let rest = out.length - start;
  for (let i = start - LENGTH_WIDTH; i < start - 1; i++) {
    out.bytes[i] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out.bytes[start - 1] = rest;
}

function textOf(value: unknown, path: string): string {
  if (typeof value !== "string") throw new MalformedError(`${path} must be a text`);
  return value;
}

function base64Of(value: unknown, path: string): Uint8Array {
  return Buffer.from(textOf(value, path), "base64");
}

const DECIMAL = /^-?\d{1,20}$/;
const UINT32_MAX = 0xffff_ffffn;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

function integerOf(value: unknown, path: string, min: bigint, max: bigint): bigint {
  let integer: bigint | undefined;
  if (typeof value === "number" && Number.isInteger(value)) integer = BigInt(value);
  else if (typeof value === "string" && DECIMAL.test(value)) integer = BigInt(value);
  if (integer === undefined) throw new MalformedError(`${path} must be an integer, as a number or a decimal text`);
  if (integer < min || integer > max) throw new MalformedError(`${path} must be between ${min} and ${max}`);
  return integer;
}

function doubleOf(value: unknown, path: string): number {
  if (typeof value === "number") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (Number.isNaN(number) && value !== "NaN") throw new MalformedError(`${path} must be a number`);
  return number;
}
