// A place in bytes of ClickHouse "Native" blocks, and what the names of column types say.

/** The bytes are not a Native block of column types that are known here. */
export class NativeFormatError extends Error {
  override readonly name = "NativeFormatError";
}

const utf8 = new TextDecoder();

export class NativeCursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's `slice` does not copy, a Uint8Array's does.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  text(): string {
    return utf8.decode(this.take(this.varUint()));
  }

  varUint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new NativeFormatError("The block ends inside a number");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  u64(): number {
    const at = this.at;
    this.take(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 0x1_0000_0000;
  }

  /** The next bytes, not copied. */
  take(sizeBytes: number): Uint8Array {
    const start = this.at;
    this.at += sizeBytes;
    if (this.at > this.bytes.length) throw new NativeFormatError("The block ends inside a column");
    return this.bytes.subarray(start, this.at);
  }

  /** The next bytes, copied, so that typed arrays can lie over them. */
  copy(sizeBytes: number): ArrayBuffer {
    return this.take(sizeBytes).slice().buffer as ArrayBuffer;
  }
}

export function isArray(type: string): boolean {
  return type.startsWith("Array(");
}

export function isMap(type: string): boolean {
  return type.startsWith("Map(");
}

export function isDictionary(type: string): boolean {
  return type.startsWith("LowCardinality(");
}

/** Whether a prefix stands before the column's data. */
export function hasPrefix(type: string): boolean {
  return type.includes("LowCardinality(");
}

export function elementType(arrayType: string): string {
  return arrayType.slice("Array(".length, -1);
}

export function keyAndValueType(mapType: string): readonly [key: string, value: string] {
  const comma = mapType.indexOf(", ", mapType.indexOf(")"));
  if (comma > 0) return [mapType.slice(4, comma), mapType.slice(comma + 2, -1)];
  return mapType.slice(4, -1).split(", ") as [string, string];
}

const WIDTHS: Readonly<Record<string, number>> = {
  ...{ UInt8: 1, Bool: 1, Enum8: 1, Int8: 1, UInt16: 2, Int16: 2, Date: 2, UInt32: 4, Int32: 4, DateTime: 4 },
  ...{ Float32: 4, Float64: 8, UInt64: 8, Int64: 8, DateTime64: 8 },
};

/** Bytes of a value of a type whose values are all of one size. Throws NativeFormatError for types that are not known. */
export function widthOf(type: string): number {
  const name = nameOfType(type);
  const width = name === "FixedString" ? Number(type.slice("FixedString(".length, -1)) : WIDTHS[name];
  if (width === undefined) throw new NativeFormatError(`No reader for the column type ${type}`);
  return width;
}

/** The type without its parameters. */
export function nameOfType(type: string): string {
  const parameters = type.indexOf("(");
  return parameters < 0 ? type : type.slice(0, parameters);
}
