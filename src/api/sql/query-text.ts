// The first of the gate's checks: what a reader sent is taken apart into tokens and written anew from them, on one
// line and without comments, and only that is given to the engine.
//
// Where a comment or a literal ends is a question on which two readers of one text may differ, and then one of them
// takes for a text what the other runs. Written anew there is nothing left to differ on: a literal has no line in it
// that could end a comment, and whatever is not plain ASCII stands in quotes.

import { type Token, tokens } from "../../base/sql-lexer.ts";
import { type Refusal, refused } from "./refusal.ts";

/** A query as it is given to the engine. */
export interface QueryText {
  readonly sql: string;
  /** Names that subqueries have in WITH. */
  readonly subqueries: ReadonlySet<string>;
  /** Names of the parameters. */
  readonly parameters: ReadonlySet<string>;
  /** The place in what the reader sent, in characters, of a byte of `sql`. */
  readonly positionOf: (byte: number) => number;
}

/** A statement begins so, or it is none that reads. */
const OPENINGS: ReadonlySet<string> = new Set(["SELECT", "WITH", "FROM", "("]);

/** Clauses of a SELECT that reach beyond it: to files, to settings, to how the answer is written. */
const CLAUSES: ReadonlySet<string> = new Set(["INTO", "OUTFILE", "SETTINGS", "FORMAT"]);

const PLAIN_WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PLAIN_NAME = /^(["`])[^\p{Cc}\\"`]+\1$/u;
const SYMBOLS = new Set("()[]{},.:=<>!+-*/%|?");

/** Throws an ApiError when the text holds anything that has no place in a query. */
export function readQueryText(text: string): QueryText {
  // One character per byte, as the lexer and the engine count.
  const bytes = Buffer.from(text).toString("latin1");
  const read = [...tokens(bytes)];
  const at = (byte: number) => Buffer.from(bytes.slice(0, byte), "latin1").toString().length;
  checkOpening(read[0], bytes, at);
  for (const token of read) checkToken(token, bytes, at);
  const { sql, starts } = writtenAnew(read, bytes);
  return {
    sql: Buffer.from(sql, "latin1").toString(),
    subqueries: subqueryNames(read, bytes),
    parameters: parameterNames(read, bytes, at),
    positionOf: (byte) => {
      const index = starts.findLastIndex((start) => start <= byte);
      const token = read[Math.max(0, index)];
      return token === undefined ? 0 : at(Math.min(token.start + byte - (starts[index] ?? byte), token.end));
    },
  };
}

function checkOpening(first: Token | undefined, text: string, at: (byte: number) => number): void {
  if (first === undefined) throw refused("The query is empty.", { what: "statement" });
  if (OPENINGS.has(first.word)) return;
  const name = first.kind === "word" ? first.word : text.slice(first.start, first.end).slice(0, 20);
  throw refused(`Only SELECT is run here, not ${name}.`, { what: "statement", name, position: at(first.start) });
}

function checkToken(token: Token, text: string, at: (byte: number) => number): void {
  const { kind, word, start, end } = token;
  const written = text.slice(start, end);
  const refuse = (message: string, what: Refusal["what"]) =>
    refused(message, { what, name: word, position: at(start) });
  if (kind === "unclosed") throw refuse("The quote that begins here is not closed.", "quote");
  if (kind === "string" && !written.startsWith("'")) throw refuse("Write texts in single quotes.", "character");
  if (kind === "string" && written.includes("\0")) throw refuse("A text holds the character 0.", "character");
  if (kind === "quoted" && !PLAIN_NAME.test(Buffer.from(written, "latin1").toString())) {
    throw refuse("A quoted name may hold no quotes, backslashes or control characters.", "name");
  }
  if (kind === "word" && CLAUSES.has(word)) throw refuse(`${word} has no place in a query here.`, "clause");
  if (word === ";") throw refuse("One query at a time, without a semicolon.", "clause");
  if ((kind === "word" && !PLAIN_WORD.test(written)) || (kind === "symbol" && !SYMBOLS.has(written))) {
    throw refuse("This character stands only in quotes.", "character");
  }
}

/** The tokens on one line, with a space where there was one or a comment, and where each begins in it. */
function writtenAnew(read: readonly Token[], text: string): { readonly sql: string; readonly starts: number[] } {
  const starts: number[] = [];
  let sql = "";
  let before = read[0]?.start ?? 0;
  for (const { kind, start, end } of read) {
    if (start > before) sql += " ";
    starts.push(sql.length);
    const written = text.slice(start, end);
    sql += kind === "string" ? onOneLine(written) : written;
    before = end;
  }
  return { sql, starts };
}

/** The same literal without control characters. The engine, too, forgets a backslash in front of one. */
function onOneLine(literal: string): string {
  return literal.replace(/\\?[\s\S]/g, (found) => {
    const code = found.charCodeAt(found.length - 1);
    return code < 0x20 ? `\\x${code.toString(16).padStart(2, "0")}` : found;
  });
}

/** What stands before `AS (`, with or without a list of columns between: more than the names in WITH, never less. */
function subqueryNames(read: readonly Token[], text: string): Set<string> {
  const names = new Set<string>();
  for (const [i, token] of read.entries()) {
    if (token.word !== "AS" || read[i + 1]?.word !== "(") continue;
    const name = read[read[i - 1]?.word === ")" ? openingOf(read, i - 1) - 1 : i - 1];
    if (name !== undefined) names.add(text.slice(name.start, name.end).replace(/^["`]|["`]$/g, ""));
  }
  return names;
}

/** Where the parenthesis opens that closes there. */
function openingOf(read: readonly Token[], close: number): number {
  let depth = 0;
  for (let i = close; i >= 0; i--) {
    if (read[i]?.word === ")") depth++;
    if (read[i]?.word === "(" && --depth === 0) return i;
  }
  return 0;
}

/** `{name:Type}`. A parameter of type Identifier would put a name where the gate has seen none. */
function parameterNames(read: readonly Token[], text: string, at: (byte: number) => number): Set<string> {
  const names = new Set<string>();
  for (const [i, token] of read.entries()) {
    if (token.word !== "{") continue;
    const [name, colon, type] = read.slice(i + 1);
    if (name?.kind !== "word" || colon?.word !== ":" || type?.kind !== "word" || type.word === "IDENTIFIER") {
      throw refused("A parameter is written {name:Type}, with the type of a value.", {
        what: "parameter",
        position: at(token.start),
      });
    }
    names.add(text.slice(name.start, name.end));
  }
  return names;
}
