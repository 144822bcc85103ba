// Protobuf's wire format: a message is a run of (tag, value); tag = field number << 3 | wire type.
// Source: protobuf.dev/programming-guides/encoding.

/** The bytes are not the protobuf message that they should be; nothing of them was stored. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

const NOTHING = Buffer.alloc(0);
/** A varint has at most ten bytes. */
const PADDING_MAX = 5;

/**
 * Walks over one message at a time. Methods move `at` and never read beyond `end`; all of them throw MalformedError on
 * bytes that cannot be. One object serves a whole body, so that walking allocates nothing.
 */
export class WireReader {
  bytes: Buffer = NOTHING;
  at = 0;
  end = 0;
  /** The field number and wire type that `tag` read last. */
  field = 0;
  wire = 0;
  /** The range of the value that `range` read last. */
  start = 0;
  stop = 0;

  reset(bytes: Buffer, at = 0, end = bytes.length): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Reads a tag into `field` and `wire`; false at the end of the message. */
  tag(): boolean {
    if (this.at >= this.end) return false;
    const first = this.bytes[this.at] as number;
    let tag = first;
    if (first < 0x80) this.at++;
    else tag = this.#uint32();
    this.field = tag >>> 3;
    this.wire = tag & 7;
    if (this.field === 0) throw new MalformedError("A field has no valid number");
    return true;
  }

  /** A varint of two bytes or more that must fit into 32 bits, however it is padded. */
  #uint32(): number {
    const bytes = this.bytes;
    let at = this.at + 1;
    let value = (bytes[this.at] as number) & 0x7f;
    let byte = 0x80;
    for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
      byte = bytes[at++] as number;
      value |= (byte & 0x7f) << shift;
    }
    if (byte >= 0x80) {
      byte = bytes[at++] as number;
      value |= (byte & 0x0f) << 28;
      if (byte > 0x0f) at = this.#skipPadding(at, byte);
    }
    if (at > this.end) throw new MalformedError("A number does not end");
    this.at = at;
    return value >>> 0;
  }

  /** Behind the fifth byte of a varint of 32 bits there may be nothing but zeros. Returns the position behind them. */
  #skipPadding(from: number, fifth: number): number {
    let at = from;
    let byte = fifth;
    let bits = fifth & 0x70;
    while (byte >= 0x80) {
      if (at >= this.end || at >= from + PADDING_MAX) throw new MalformedError("A number does not end");
      byte = this.bytes[at++] as number;
      bits |= byte & 0x7f;
    }
    if (bits !== 0) throw new MalformedError("A tag or a length is too large");
    return at;
  }

  /** The low 32 bits of a varint: how protobuf reads an enum or an unsigned 32-bit number from a longer one. */
  varint32(): number {
    const bytes = this.bytes;
    let at = this.at;
    let byte = bytes[at++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (at >= this.end || shift > 63) throw new MalformedError("A number does not end");
      byte = bytes[at++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
    }
    if (at > this.end) throw new MalformedError("A number does not end");
    this.at = at;
    return value >>> 0;
  }

  /** A varint in full, as a signed 64-bit number: a double when it is exact, else a bigint. */
  varint64(): number | bigint {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (this.at >= this.end || shift > 63) throw new MalformedError("A number does not end");
      const byte = this.bytes[this.at++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) break;
    }
    return signed64(low >>> 0, high | 0);
  }

  /** Reads the length of a length-delimited value into `start` and `stop` and moves behind it. */
  range(): void {
    let length = this.at < this.end ? (this.bytes[this.at] as number) : 0x80;
    if (length < 0x80) this.at++;
    else length = this.#uint32();
    this.start = this.at;
    this.stop = this.at + length;
    if (this.stop > this.end) throw new MalformedError("A field is longer than its message");
    this.at = this.stop;
  }

  /** Moves behind a value of `size` bytes and returns where it begins. */
  fixed(size: 4 | 8): number {
    const start = this.at;
    this.at += size;
    if (this.at > this.end) throw new MalformedError("A field is longer than its message");
    return start;
  }

  /** Moves behind the value of the tag that was read last, whatever it is. */
  skip(): void {
    if (this.wire === WIRE.bytes) this.range();
    else if (this.wire === WIRE.varint) this.varint32();
    else if (this.wire === WIRE.fixed64) this.fixed(8);
    else if (this.wire === WIRE.fixed32) this.fixed(4);
    else if (this.wire === WIRE.startGroup) this.#skipGroup();
    else throw new MalformedError("A field has no valid wire type");
  }

  /** OTLP has no groups, but a field that is not known may be anything. Groups in groups are counted, not recursed. */
  #skipGroup(): void {
    const { field } = this;
    for (let depth = 1; depth > 0; ) {
      if (!this.tag()) throw new MalformedError("A group does not end");
      if (this.wire === WIRE.startGroup) depth++;
      else if (this.wire === WIRE.endGroup) depth--;
      else this.skip();
    }
    if (this.field !== field) throw new MalformedError("A group does not end as it began");
    this.wire = WIRE.startGroup;
  }
}

/** A signed 64-bit number from its halves: a double when it is exact, else a bigint. */
export function signed64(low: number, high: number): number | bigint {
  if (high >= -0x20_0000 && high < 0x20_0000) return high * 0x1_0000_0000 + low;
  return (BigInt(high) << 32n) | BigInt(low);
}
