// Splits SQL of ClickHouse's dialect into tokens: as much of its lexer as is needed to find statements, clauses and
// parameters without mistaking the inside of a literal or a comment for one of them.
// Source: ClickHouse src/Parsers/Lexer.cpp. The text holds one character per byte ("latin1"), so that offsets are offsets
// in bytes and binary data may follow the statement.

/** `unclosed` is a literal or quoted name that the text ends in. */
export type TokenKind = "word" | "quoted" | "string" | "unclosed" | "number" | "symbol";

export interface Token {
  readonly kind: TokenKind;
  /** The token is `text[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** A word in upper case, a symbol as it is; empty for the others. */
  readonly word: string;
}

const SPACE = /[\s\0]+/y;
const LINE_COMMENT = /(?:--|\/\/|#!|# )[^\n]*/y;
const WORD = /[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*/y;
const NUMBER = /[0-9][A-Za-z0-9_.]*/y;
const HEREDOC_TAG = /\$[A-Za-z0-9_]*\$/y;

/** The tokens of `text` from `start` on, one at a time. */
export function* tokens(text: string, start = 0): Generator<Token, undefined> {
  let at = start;
  for (;;) {
    at = skipBlank(text, at);
    if (at >= text.length) return undefined;
    const token = readToken(text, at);
    yield token;
    at = token.end;
  }
}

function readToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if (first === "'") return literal("string", text, start, endOfQuoted(text, start));
  if (first === '"' || first === "`") return literal("quoted", text, start, endOfQuoted(text, start));
  const wordEnd = endOf(WORD, text, start);
  if (wordEnd > start) return { kind: "word", start, end: wordEnd, word: text.slice(start, wordEnd).toUpperCase() };
  const numberEnd = endOf(NUMBER, text, start);
  if (numberEnd > start) return { kind: "number", start, end: numberEnd, word: "" };
  const tagEnd = endOf(HEREDOC_TAG, text, start);
  if (tagEnd > start) return literal("string", text, start, endOfHeredoc(text, start, tagEnd));
  return { kind: "symbol", start, end: start + 1, word: first };
}

function literal(kind: TokenKind, text: string, start: number, end: number | undefined): Token {
  if (end === undefined) return { kind: "unclosed", start, end: text.length, word: "" };
  return { kind, start, end, word: "" };
}

function skipBlank(text: string, start: number): number {
  let at = start;
  for (;;) {
    const before = at;
    at = endOf(SPACE, text, at);
    at = endOf(LINE_COMMENT, text, at);
    if (text.startsWith("/*", at)) at = endOfComment(text, at);
    if (at === before) return at;
  }
}

/** Comments nest. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith("/*", at)) {
      depth++;
      at++;
    } else if (text.startsWith("*/", at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** Quotes are escaped by a backslash or by doubling them. */
function endOfQuoted(text: string, start: number): number | undefined {
  const quote = text.charAt(start);
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === "\\") at += 2;
    else if (character !== quote) at++;
    else if (text.charAt(at + 1) === quote) at += 2;
    else return at + 1;
  }
  return undefined;
}

function endOfHeredoc(text: string, start: number, tagEnd: number): number | undefined {
  const tag = text.slice(start, tagEnd);
  const close = text.indexOf(tag, tagEnd);
  return close < 0 ? undefined : close + tag.length;
}

/** Where the match of a sticky expression at `start` ends; `start` when there is none. */
function endOf(expression: RegExp, text: string, start: number): number {
  expression.lastIndex = start;
  return expression.test(text) ? expression.lastIndex : start;
}
