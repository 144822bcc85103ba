// How much memory a JSON text takes when it is parsed, guessed from above before it is: JSON.parse cannot be stopped,
// and a heap that runs full under it ends the whole process, in a worker too.

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_SQUARE = 0x5b;
const OPENING_CURLY = 0x7b;

/** Measured on texts made for it (`[[]],` and objects with ever other keys are the worst), rounded up. */
const WEIGHTS = { object: 160, array: 64, item: 64 } as const;
/** The text itself and the texts in it, at two bytes a character each. */
const BYTES_PER_CHARACTER = 4;

/** Bytes of heap that parsing a text takes at most. It need not be valid JSON. */
export function jsonWeightBytes(text: Uint8Array): number {
  let weightBytes = BYTES_PER_CHARACTER * text.length;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case QUOTE:
        at = closingQuote(text, at);
        break;
      case COMMA:
        weightBytes += WEIGHTS.item;
        break;
      case OPENING_SQUARE:
        weightBytes += WEIGHTS.array;
        break;
      case OPENING_CURLY:
        weightBytes += WEIGHTS.object;
    }
  }
  return weightBytes;
}

/** The position of the quote that ends the text which begins at `at`, or the end. */
function closingQuote(text: Uint8Array, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const byte = text[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return text.length;
}
