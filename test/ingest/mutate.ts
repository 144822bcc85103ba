// Makes bodies that nearly are what they should be.

import type { Dice } from "../support/durability-random.ts";
import type { Format } from "./requests.ts";

/** A body with one to four mutations. */
export function mutated(body: Buffer, other: Buffer, format: Format, dice: Dice): Buffer {
  const mutations = format === "json" ? [...ANY, ...TEXT] : [...ANY, ...BINARY];
  let result = body;
  for (let i = dice.between(1, 4); i > 0; i--) result = dice.oneOf(mutations)(result, dice, other);
  return result;
}

type Mutation = (body: Buffer, dice: Dice, other: Buffer) => Buffer;

const at = (body: Buffer, dice: Dice) => dice.between(0, Math.max(0, body.length - 1));

function replaced(body: Buffer, start: number, end: number, by: Uint8Array): Buffer {
  return Buffer.concat([body.subarray(0, start), by, body.subarray(end)]);
}

const ANY: readonly Mutation[] = [
  function flipBit(body, dice) {
    const result = Buffer.from(body);
    const position = at(body, dice);
    if (result.length > 0) result[position] = (result[position] as number) ^ (1 << dice.between(0, 7));
    return result;
  },
  function setByte(body, dice) {
    const result = Buffer.from(body);
    if (result.length > 0) result[at(body, dice)] = dice.oneOf([0, 0x7f, 0x80, 0xff, dice.between(0, 255)]);
    return result;
  },
  function truncate(body, dice) {
    return body.subarray(0, at(body, dice));
  },
  function remove(body, dice) {
    const start = at(body, dice);
    return replaced(body, start, start + dice.between(1, 12), Buffer.alloc(0));
  },
  function insert(body, dice) {
    const start = at(body, dice);
    return replaced(body, start, start, dice.bytes(dice.between(1, 12)));
  },
  function repeat(body, dice) {
    const start = at(body, dice);
    return replaced(body, start, start, body.subarray(start, start + dice.between(1, 200)));
  },
  function splice(body, dice, other) {
    return Buffer.concat([body.subarray(0, at(body, dice)), other.subarray(at(other, dice))]);
  },
];

/** Varints that are too long, padded, or say more than there is. */
const NUMBERS = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x81, 0x80, 0x80, 0x80, 0x80, 0x00],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0x7f],
  [0x80],
  [0x00],
].map((bytes) => Buffer.from(bytes));

const BINARY: readonly Mutation[] = [
  function otherNumber(body, dice) {
    const start = at(body, dice);
    return replaced(body, start, start + 1, dice.oneOf(NUMBERS));
  },
  function otherTag(body, dice) {
    const start = at(body, dice);
    const tag = (dice.between(0, 16) << 3) | dice.between(0, 7);
    return replaced(body, start, start + 1, Buffer.from([tag & 0x7f]));
  },
  function otherWireType(body, dice) {
    const result = Buffer.from(body);
    const position = at(body, dice);
    if (result.length > 0) result[position] = ((result[position] as number) & 0xf8) | dice.between(0, 7);
    return result;
  },
  function longTag(body, dice) {
    const start = at(body, dice);
    return replaced(body, start, start + 1, Buffer.from([dice.between(0x80, 0xff), dice.between(0, 0x7f)]));
  },
];

const TOKENS = [
  ...["null", "{}", "[]", "[[]]", "true", "0", "-1", "1e309", "-1e309", "1e-400", "0.5", "99999999999999999999"],
  ...[
    '""',
    '"NaN"',
    '"Infinity"',
    '"-1"',
    '"\\ud800"',
    '"\\u0000"',
    '"18446744073709551616"',
    '"0x10"',
    '{"__proto__":1}',
  ],
  ...['{"stringValue":"a","intValue":"1"}', '{"arrayValue":{"values":[{}]}}', `${"[".repeat(300)}${"]".repeat(300)}`],
  ...['{"kvlistValue":{"values":[{"key":"","value":null}]}}', '"constructor":{}', ",", ":", "}", "]", "{", "["],
].map((token) => Buffer.from(token));

const TEXT: readonly Mutation[] = [
  /** Puts another value where one stands. */
  function otherValue(body, dice) {
    const values = [...body.toString("latin1").matchAll(/:(?:"[^"]*"|[^,:[\]{}"]+)|:\{\}|:\[\]/g)];
    if (values.length === 0) return body;
    const value = dice.oneOf(values);
    return replaced(body, value.index + 1, value.index + value[0].length, dice.oneOf(TOKENS));
  },
  function anotherToken(body, dice) {
    const start = at(body, dice);
    return replaced(body, start, start, dice.oneOf(TOKENS));
  },
];
