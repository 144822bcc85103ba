import { LIMITS } from "../model/limits.ts";

/** A UTF-16 code unit takes at most this many bytes in UTF-8. */
const UTF8_BYTES_MAX = 3;

/** Cuts the texts of one item that are longer than their limits, between characters, and counts what it cut. */
export class Cuts {
  /** How many bytes of UTF-8 were cut of the item. */
  bytes = 0;

  /** Forgets the item before. */
  begin(): void {
    this.bytes = 0;
  }

  /** The text, or its first `sizeBytesMax` bytes. */
  text(text: string, sizeBytesMax: number): string {
    if (text.length * UTF8_BYTES_MAX <= sizeBytesMax || Buffer.byteLength(text) <= sizeBytesMax) return text;
    return this.utf8(Buffer.from(text), sizeBytesMax).toString();
  }

  /** A text that is a name: of an agent, a model, a service … */
  name(text: string): string {
    return this.text(text, LIMITS.nameBytes);
  }

  /** The same for a text in valid UTF-8. */
  utf8(text: Buffer, sizeBytesMax: number): Buffer {
    if (text.length <= sizeBytesMax) return text;
    let end = sizeBytesMax;
    while (end > 0 && ((text[end] as number) & 0xc0) === 0x80) end--;
    this.bytes += text.length - end;
    return text.subarray(0, end);
  }
}
