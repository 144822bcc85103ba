const SLOTS = 8192;
const CACHED_LENGTH_MAX = 64;

/**
 * Texts by their bytes. Names, models and agents repeat from span to span: a text that stands in its slot is returned
 * as the very same string, which later compares at no cost. Fixed size; a new text takes the slot of an old one.
 */
export class TextCache {
  readonly #texts: string[] = new Array<string>(SLOTS).fill("");

  /** The UTF-8 text `source[start, end)`; bytes that are not UTF-8 become U+FFFD. */
  text(source: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > CACHED_LENGTH_MAX) return source.toString("utf8", start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (source[i] as number)) | 0;
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1);
    const cached = this.#texts[slot] as string;
    if (cached.length === length && isAscii(cached, source, start)) return cached;
    const text = source.toString("utf8", start, end);
    this.#texts[slot] = text;
    return text;
  }
}

/** Whether the text's characters are the bytes at `start`: true only for ASCII, as bytes above are no characters. */
function isAscii(text: string, source: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const byte = source[start + i] as number;
    if (byte > 0x7f || text.charCodeAt(i) !== byte) return false;
  }
  return true;
}
