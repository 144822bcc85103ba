const CAPACITY_MIN = 256;
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

/** Strings up to this length are encoded by a loop when they are ASCII: faster than a call into the engine. */
const ASCII_LOOP_LENGTH_MAX = 64;

const encoder = new TextEncoder();

/**
 * A byte buffer that grows. All numbers are little-endian.
 *
 * `bytes` and `view` are replaced when the buffer grows: read them again after every write.
 */
export class ByteWriter {
  bytes: Uint8Array;
  view: DataView;
  length = 0;

  constructor(capacity = CAPACITY_MIN) {
    this.bytes = new Uint8Array(Math.max(capacity, 16));
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `sizeBytes` more bytes. */
  reserve(sizeBytes: number): void {
    const needed = this.length + sizeBytes;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** A 64-bit number from its two halves. */
  u64(low: number, high: number): void {
    this.reserve(8);
    this.view.setUint32(this.length, low, true);
    this.view.setUint32(this.length + 4, high, true);
    this.length += 8;
  }

  /** An unsigned integer below 2^53 as 64 bits. */
  u64FromNumber(value: number): void {
    this.u64(value >>> 0, Math.floor(value / 0x1_0000_0000));
  }

  f32(value: number): void {
    this.reserve(4);
    this.view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** An unsigned integer below 2^53 as a base-128 varint (protobuf and ClickHouse spell it the same way). */
  varUint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest = rest > 0x7fff_ffff ? Math.floor(rest / 128) : rest >>> 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** `source[start, end)`. */
  copy(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.reserve(size);
    if (size < 48) {
      const target = this.bytes;
      let at = this.length;
      for (let i = start; i < end; i++) target[at++] = source[i] as number;
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length += size;
  }

  zeros(count: number): void {
    this.reserve(count);
    this.bytes.fill(0, this.length, this.length + count);
    this.length += count;
  }

  /** The text in UTF-8, without a length. Returns the number of bytes. */
  text(value: string): number {
    const start = this.length;
    this.reserve(value.length * 3);
    if (value.length <= ASCII_LOOP_LENGTH_MAX && this.#asciiText(value)) return this.length - start;
    this.length = start + encoder.encodeInto(value, this.bytes.subarray(start)).written;
    return this.length - start;
  }

  /** The text in UTF-8 after its length in bytes as a varint. */
  lengthPrefixedText(value: string): void {
    if (value.length <= ASCII_LOOP_LENGTH_MAX) {
      this.reserve(1 + value.length * 3);
      const start = this.length++;
      if (this.#asciiText(value)) {
        this.bytes[start] = value.length;
        return;
      }
      this.length = start;
    }
    const utf8 = encoder.encode(value);
    this.varUint(utf8.length);
    this.copy(utf8);
  }

  /** A view of what was written; it stays valid only until the next write. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Forgets what was written and keeps the memory, unless that is very much. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length <= KEPT_BYTES_MAX) return;
    this.bytes = new Uint8Array(CAPACITY_MIN);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Writes the text if it is ASCII; otherwise writes nothing and returns false. */
  #asciiText(value: string): boolean {
    const target = this.bytes;
    const start = this.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      target[start + i] = code;
    }
    this.length = start + value.length;
    return true;
  }
}
