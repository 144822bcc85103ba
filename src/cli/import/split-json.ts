// Cuts a stream of bytes into JSON objects without holding more than one of them:
//
//   {…}           one object, over as many lines as it likes
//   [{…}, {…}]    an array of objects: its items
//   {…}⏎{…}⏎      NDJSON: one object a line
//
// NDJSON is cut at line ends, so that a broken line costs that line only. It is told by its first line, which is a whole
// object; everything else is cut where the brackets close. What stands between objects and is no JSON of theirs comes
// out as a text too, its beginning at least: it is for the reader to refuse, not to vanish here.

import { ClientError } from "../client/client-error.ts";

/** Beyond this an object does not fit into one text of the language. */
const OBJECT_BYTES_MAX = 384 * 1024 * 1024;

/** So much of what is no object is handed on: enough to recognise it. */
const STRAY_BYTES_MAX = 80;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

export interface JsonText {
  readonly text: string;
  /** Where it stands, for messages: `line 3`, or `object 3` where lines say nothing. */
  readonly place: string;
}

/** The text of every object of the stream; not yet parsed, and perhaps not valid. Throws ClientError when one is too large. */
export async function* splitJson(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  const source = withoutMark(chunks)[Symbol.asyncIterator]();
  const head = await firstLine(source);
  const whole = resumed(head.read, source);
  if (head.line !== undefined && isWholeObject(head.line)) yield* byLines(whole);
  else yield* byBrackets(whole);
}

/** Editors and shells of Windows begin UTF-8 files with a mark that is no JSON. */
async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) yield chunk;
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < BYTE_ORDER_MARK.length) continue;
      yield afterMark(head);
      head = undefined;
    }
  }
  if (head !== undefined) yield head;
}

function afterMark(head: Buffer): Buffer {
  const hasMark = head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return hasMark ? head.subarray(BYTE_ORDER_MARK.length) : head;
}

interface Head {
  /** The first line that is not blank; undefined when the stream ended before its end. */
  readonly line: Buffer | undefined;
  readonly read: readonly Buffer[];
}

async function firstLine(source: AsyncIterator<Buffer>): Promise<Head> {
  const read: Buffer[] = [];
  let line: Buffer[] = [];
  let size = 0;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return { line: undefined, read };
    read.push(next.value);
    let rest = next.value;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      line.push(rest.subarray(0, end));
      const text = Buffer.concat(line);
      if (!isBlank(text)) return { line: text, read };
      line = [];
      rest = rest.subarray(end + 1);
    }
    line.push(rest);
    size += rest.length;
    if (size > OBJECT_BYTES_MAX) throw tooLarge();
  }
}

async function* resumed(read: readonly Buffer[], source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* read;
  for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every(isSpace);
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === RETURN || byte === NEWLINE;
}

function isWholeObject(line: Buffer): boolean {
  const cutter = new BracketCutter();
  const objects = cutter.push(line);
  return objects.length === 1 && !cutter.isInside && line[0] !== OPEN_BRACKET;
}

async function* byLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 1;
  for await (const chunk of chunks) {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      const line = parts.length === 0 ? rest.subarray(0, end) : Buffer.concat([...parts, rest.subarray(0, end)]);
      if (!isBlank(line)) yield { text: line.toString("utf8"), place: `line ${number}` };
      number++;
      parts = [];
      size = 0;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
    size += rest.length;
    if (size > OBJECT_BYTES_MAX) throw tooLarge();
  }
  const last = Buffer.concat(parts);
  if (!isBlank(last)) yield { text: last.toString("utf8"), place: `line ${number}` };
}

async function* byBrackets(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonText> {
  const cutter = new BracketCutter();
  let number = 0;
  const placed = (text: string): JsonText => ({ text, place: `object ${++number}` });
  for await (const chunk of chunks) yield* cutter.push(chunk).map(placed);
  yield* cutter.rest().map(placed);
}

/** Finds where objects begin and end by counting brackets outside of texts. */
class BracketCutter {
  #parts: Buffer[] = [];
  #size = 0;
  #depth = 0;
  /** 1 inside an outermost array, whose items are the objects. */
  #base = 0;
  #inText = false;
  #escaped = false;
  readonly #stray: number[] = [];

  get isInside(): boolean {
    return this.#depth > this.#base;
  }

  /** The objects that end in this chunk, and what is none. */
  push(chunk: Buffer): string[] {
    const found: string[] = [];
    let start = this.isInside ? 0 : -1;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (this.#inText) this.#readText(byte);
      else if (byte === QUOTE && this.isInside) this.#inText = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.#opens(byte)) {
          found.push(...this.#takeStray());
          start = i;
        }
      } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && this.#depth > 0) {
        if (this.#closes()) {
          found.push(this.#take(chunk.subarray(start, i + 1)));
          start = -1;
        }
      } else if (!this.isInside) this.#keepStray(byte);
    }
    if (start >= 0) this.#keep(chunk.subarray(start));
    return found;
  }

  /** What was begun and never ended, and what was never an object. */
  rest(): string[] {
    const begun = this.#take(Buffer.alloc(0));
    return [...this.#takeStray(), ...(begun === "" ? [] : [begun])];
  }

  /** Whether the bracket begins an object that is looked for. */
  #opens(byte: number): boolean {
    const isOuterArray = this.#depth === 0 && byte === OPEN_BRACKET;
    if (isOuterArray) this.#base = 1;
    this.#depth++;
    return !isOuterArray && this.#depth === this.#base + 1;
  }

  /** Whether the bracket ends an object that is looked for. */
  #closes(): boolean {
    this.#depth--;
    const isEnd = this.#depth === this.#base;
    if (this.#depth < this.#base) this.#base = 0;
    return isEnd;
  }

  #readText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inText = false;
  }

  #keepStray(byte: number): void {
    if (this.#stray.length === STRAY_BYTES_MAX) return;
    const isBetween = isSpace(byte) || byte === COMMA;
    if (!isBetween || this.#stray.length > 0) this.#stray.push(byte);
  }

  #takeStray(): string[] {
    const bytes = this.#stray.splice(0);
    return bytes.length === 0 ? [] : [Buffer.from(bytes).toString("utf8").trim()];
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size > OBJECT_BYTES_MAX) throw tooLarge();
  }

  #take(last: Buffer): string {
    const text = Buffer.concat([...this.#parts, last]).toString("utf8");
    this.#parts = [];
    this.#size = 0;
    return text;
  }
}

function tooLarge(): ClientError {
  return new ClientError(
    `One object is larger than ${OBJECT_BYTES_MAX / 1024 / 1024} MiB: export one request a line (NDJSON) instead.`,
  );
}
