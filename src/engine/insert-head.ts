import type { Token } from "../base/sql-lexer.ts";
import { clickHouseError } from "./clickhouse-error.ts";

/** `INSERT INTO table (columns) SETTINGS … FORMAT format`, its parts as written, one character per byte. */
export interface InsertHead {
  readonly table: string;
  /** Absent when the statement names no columns. */
  readonly columns: readonly string[] | undefined;
  /** `SETTINGS a = 1`, or empty. */
  readonly settings: string;
  readonly format: string;
  /** Where data may begin that follow the statement in the same text. */
  readonly dataStart: number;
}

/** What may follow the table and its columns. */
const CLAUSES = new Set(["SETTINGS", "FORMAT", "VALUES", "SELECT", "WITH"]);

/** Reads an INSERT from the token behind the word on. */
export class InsertHeadReader {
  /** The tokens read so far. */
  readonly taken: Token[] = [];
  readonly #text: string;
  readonly #source: Iterator<Token, undefined>;

  constructor(text: string, source: Iterator<Token, undefined>) {
    this.#text = text;
    this.#source = source;
  }

  /** `inline` when the data stand in the statement itself (VALUES), `undefined` when they come from a query. */
  read(): InsertHead | "inline" | undefined {
    let token = this.#next();
    if (token?.word === "INTO") token = this.#next();
    if (token?.word === "TABLE") token = this.#next();
    const toFunction = token?.word === "FUNCTION";
    const table = this.#upTo(token, toFunction ? [] : ["("]);
    let columns: string[] | undefined;
    token = table.next;
    if (token?.word === "(") {
      columns = this.#columns();
      if (columns === undefined) return undefined;
      token = this.#next();
    }
    const settings = token?.word === "SETTINGS" ? this.#upTo(token, [], this.#next()) : { text: "", next: token };
    if (settings.next?.word === "VALUES") return "inline";
    if (settings.next?.word !== "FORMAT") return undefined;
    const format = this.#next();
    if (format?.word === "VALUES") return "inline";
    if (format?.kind !== "word") return undefined;
    if (toFunction) throw clickHouseError("NOT_IMPLEMENTED", "INSERT INTO FUNCTION with data is not supported here");
    const name = this.#text.slice(format.start, format.end);
    return {
      table: table.text,
      columns,
      settings: settings.text,
      format: name,
      dataStart: this.#startOfData(format.end),
    };
  }

  #next(): Token | undefined {
    const token = this.#source.next().value;
    if (token !== undefined) this.taken.push(token);
    return token;
  }

  /** The text from `first` up to the word that begins the next clause, which is `next`. */
  #upTo(first: Token | undefined, ends: readonly string[], from = first): { text: string; next: Token | undefined } {
    const start = first?.start ?? 0;
    let end = first?.end ?? 0;
    let token = from;
    for (; token !== undefined; token = this.#next()) {
      if (CLAUSES.has(token.word) || ends.includes(token.word)) break;
      if (token.word === "INFILE") throw clickHouseError("NOT_IMPLEMENTED", "FROM INFILE is not supported over HTTP");
      end = token.end;
    }
    return { text: this.#text.slice(start, Math.max(start, end)), next: token };
  }

  /** The columns up to the closing parenthesis, or undefined when the parenthesis holds a query. */
  #columns(): string[] | undefined {
    const columns: string[] = [];
    let start: number | undefined;
    for (let token = this.#next(), end = 0; token !== undefined; token = this.#next()) {
      if (token.word === "SELECT" || token.word === "WITH") return undefined;
      if (token.word === "," || token.word === ")") {
        if (start !== undefined) columns.push(this.#text.slice(start, end));
        if (token.word === ")") return columns;
        start = undefined;
        continue;
      }
      if (token.kind === "symbol" && token.word !== ".") {
        throw clickHouseError("NOT_IMPLEMENTED", "The columns of an INSERT with data must be plain names here");
      }
      start ??= token.start;
      end = token.end;
    }
    return undefined;
  }

  /** Data follow on the next line, or after spaces on the same one. */
  #startOfData(formatEnd: number): number {
    const blank = /[ \t\f]*(?:\r?\n)?/y;
    blank.lastIndex = formatEnd;
    blank.test(this.#text);
    return blank.lastIndex;
  }
}
