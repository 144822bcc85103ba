// What has to be known of a statement before it is run: which session may run it, which format it answers in, which
// parameters it names, and for an insert where its data begins.
//
// This is no parser: the engine parses. It finds clauses between literals and comments, and where it cannot tell, it
// chooses what is safe (a statement of unknown kind counts as a write).

import { type Token, tokens } from "../base/sql-lexer.ts";
import { clickHouseError } from "./clickhouse-error.ts";
import { type InsertHead, InsertHeadReader } from "./insert-head.ts";

/**
 * `read` may run on any reader; `write` changes something; `insert` is an INSERT whose data follow its FORMAT clause;
 * `session` changes only the session it runs in (SET, USE, temporary tables); `kill` ends other queries.
 */
export type StatementKind = "read" | "write" | "insert" | "session" | "kill";

export interface Statement {
  readonly kind: StatementKind;
  /** Where the statement ends: its closing semicolon and what follows are left out. */
  readonly end: number;
  /** The FORMAT clause of a query. */
  readonly format: Clause | undefined;
  /** Names of the `{name:Type}` parameters. */
  readonly parameters: ReadonlySet<string>;
  /** `name = value` pairs with a literal value: the SETTINGS clauses are among them. */
  readonly assignments: readonly Assignment[];
  readonly insert: InsertHead | undefined;
}

export interface Clause {
  /** Where the word FORMAT stands. */
  readonly start: number;
  readonly name: string;
}

export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/** The data of an INSERT do not count. */
const QUERY_BYTES_MAX = 4 * 1024 * 1024;

const READS = new Set(["SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "CHECK"]);
const SESSION = new Set(["SET", "USE", "BEGIN", "COMMIT", "ROLLBACK"]);

/** Not looked into: what follows VALUES may be long. */
const INLINE_INSERT: Omit<Statement, "end"> = {
  kind: "write",
  format: undefined,
  parameters: new Set(),
  assignments: [],
  insert: undefined,
};

/** After these words FORMAT is a name, not a clause. */
const BEFORE_EXPRESSION = new Set(
  (
    "SELECT DISTINCT BY AS WHERE PREWHERE HAVING QUALIFY AND OR NOT ON USING WITH CASE WHEN THEN ELSE IN LIKE ILIKE " +
    "BETWEEN IS FROM JOIN TABLE DESCRIBE DESC EXISTS LIMIT OFFSET INTERVAL"
  ).split(" "),
);

/** Reads the statement at the start of `text` (one character per byte). Throws what ClickHouse answers in its place. */
export function readStatement(text: string): Statement {
  const source = tokens(text);
  const first = source.next().value;
  if (first === undefined) throw clickHouseError("SYNTAX_ERROR", "Syntax error: Empty query");
  if (first.word !== "INSERT") return readPlain(text, allOf(text, [first], source), undefined);
  const reader = new InsertHeadReader(text, source);
  const head = reader.read();
  const read = [first, ...reader.taken];
  if (head === "inline") {
    return { ...INLINE_INSERT, end: text.length };
  }
  if (head === undefined) return readPlain(text, allOf(text, read, source), "write");
  const { parameters, assignments } = namesOf(text, read);
  return { kind: "insert", end: head.dataStart, format: undefined, parameters, assignments, insert: head };
}

/** Whether the text begins with an INSERT; `undefined` while only its beginning is known and that does not tell. */
export function startsWithInsert(text: string): boolean | undefined {
  const first = tokens(text).next().value;
  if (first === undefined || first.end === text.length) return undefined;
  return first.word === "INSERT";
}

function allOf(text: string, read: readonly Token[], rest: Iterable<Token>): Token[] {
  if (text.length <= QUERY_BYTES_MAX) return [...read, ...rest];
  throw clickHouseError("QUERY_IS_TOO_LARGE", `The query is longer than ${QUERY_BYTES_MAX} bytes`);
}

function readPlain(text: string, all: readonly Token[], kind: StatementKind | undefined): Statement {
  const semicolon = all.findIndex((token) => token.word === ";");
  if (all.slice(semicolon < 0 ? all.length : semicolon).some((token) => token.word !== ";")) {
    throw clickHouseError("SYNTAX_ERROR", "Syntax error (Multi-statements are not allowed)");
  }
  const statement = semicolon < 0 ? all : all.slice(0, semicolon);
  if (statement.some((token, i) => token.word === "INTO" && statement[i + 1]?.word === "OUTFILE")) {
    throw clickHouseError("INTO_OUTFILE_NOT_ALLOWED", "INTO OUTFILE is not allowed");
  }
  return {
    kind: kind ?? kindOf(statement),
    end: statement.at(-1)?.end ?? 0,
    format: formatClause(text, statement),
    ...namesOf(text, statement),
    insert: undefined,
  };
}

function kindOf(statement: readonly Token[]): StatementKind {
  const opening = statement.find((token) => token.word !== "(")?.word ?? "";
  if (opening === "KILL") return "kill";
  if (SESSION.has(opening)) return "session";
  if (opening === "CREATE" && statement.slice(1, 4).some((token) => token.word === "TEMPORARY")) return "session";
  if (
    opening === "WITH" &&
    statement.some((token, i) => token.word === "INSERT" && statement[i + 1]?.word === "INTO")
  ) {
    return "write";
  }
  return READS.has(opening) ? "read" : "write";
}

/** The last `FORMAT name` outside parentheses, with nothing but a SETTINGS clause behind it. */
function formatClause(text: string, statement: readonly Token[]): Clause | undefined {
  let depth = 0;
  let found: Clause | undefined;
  for (const [i, token] of statement.entries()) {
    if (token.word === "(") depth++;
    if (token.word === ")") depth--;
    const next = statement[i + 1];
    const afterNext = statement[i + 2];
    if (depth !== 0 || token.word !== "FORMAT" || next?.kind !== "word" || !endsExpression(statement[i - 1])) continue;
    if (afterNext === undefined || afterNext.word === "SETTINGS") {
      found = { start: token.start, name: text.slice(next.start, next.end) };
    }
  }
  return found;
}

function endsExpression(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "word") return !BEFORE_EXPRESSION.has(token.word);
  return token.kind !== "symbol" || ")]}*".includes(token.word);
}

function namesOf(text: string, statement: readonly Token[]): Pick<Statement, "parameters" | "assignments"> {
  const parameters = new Set<string>();
  const assignments: Assignment[] = [];
  for (const [i, token] of statement.entries()) {
    const next = statement[i + 1];
    const afterNext = statement[i + 2];
    if (next === undefined || afterNext === undefined) break;
    if (token.word === "{" && next.kind === "word" && afterNext.word === ":") {
      parameters.add(text.slice(next.start, next.end));
    }
    if (token.kind === "word" && next.word === "=" && (afterNext.kind === "number" || afterNext.kind === "string")) {
      const value = text.slice(afterNext.start, afterNext.end);
      assignments.push({ name: text.slice(token.start, token.end), value: value.replace(/^'|'$/g, "") });
    }
  }
  return { parameters, assignments };
}
