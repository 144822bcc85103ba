import { tooLarge } from "./spool.ts";
import { readStatement, type Statement, startsWithInsert } from "./statement.ts";

/** A statement and the data that came with it. */
export interface Submission {
  readonly statement: Statement;
  /** The statement's text. */
  readonly text: string;
  /** What the INSERT inserts; empty for other statements. */
  readonly data: AsyncIterable<Uint8Array>;
}

/** An INSERT names its format within this many bytes. */
const HEAD_BYTES = 256 * 1024;
/** A statement with everything in its text, VALUES included. */
const TEXT_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Finds the statement in the URL's query and the body. As in ClickHouse the two are one text, the URL first, and the
 * data of an INSERT may begin anywhere in it. Data are not gathered: they are read when `data` is.
 */
export async function readSubmission(urlText: string, body: AsyncIterable<Uint8Array>): Promise<Submission> {
  const source = body[Symbol.asyncIterator]();
  const inUrl = Buffer.from(urlText);
  if (urlText !== "" && startsWithInsert(bytewise(inUrl))) {
    const submission = asInsert(inUrl, source);
    if (submission !== undefined) return submission;
  }
  const gathered = new Gathered(urlText === "" ? [] : [inUrl, Buffer.from("\n")]);
  await gathered.fill(source, HEAD_BYTES);
  const head = gathered.take();
  if (startsWithInsert(bytewise(head))) {
    const submission = asInsert(head, source);
    if (submission !== undefined) return submission;
  }
  await gathered.fill(source, TEXT_BYTES_MAX + 1);
  const all = gathered.take();
  if (all.length > TEXT_BYTES_MAX) throw tooLarge(TEXT_BYTES_MAX);
  const statement = readStatement(bytewise(all));
  return { statement, text: all.toString("utf8", 0, statement.end), data: chain([], source) };
}

/** Undefined when the data are in the text, or the text is not yet whole. */
function asInsert(text: Buffer, rest: AsyncIterator<Uint8Array>): Submission | undefined {
  const statement = readStatement(bytewise(text));
  if (statement.insert === undefined) return undefined;
  const { dataStart } = statement.insert;
  return { statement, text: text.toString("utf8", 0, dataStart), data: chain([text.subarray(dataStart)], rest) };
}

/** One character per byte, so that offsets agree. */
function bytewise(text: Buffer): string {
  return text.toString("latin1");
}

/** What was read bytewise as the text it is. */
export function textOf(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}

class Gathered {
  #chunks: Uint8Array[];

  constructor(chunks: Uint8Array[]) {
    this.#chunks = chunks;
  }

  async fill(source: AsyncIterator<Uint8Array>, sizeBytes: number): Promise<void> {
    let have = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    while (have < sizeBytes) {
      const next = await source.next();
      if (next.done) return;
      this.#chunks.push(next.value);
      have += next.value.length;
    }
  }

  take(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}

async function* chain(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of first) if (chunk.length > 0) yield chunk;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
