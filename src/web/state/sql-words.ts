// What the text of a query has in it, without a parser: its parameters, the tables that it reads, and what may be
// written at a place.

import { type Token, tokens } from "../../base/sql-lexer.ts";
import type { SqlSchema } from "../../model/sql-shapes.ts";

export type SqlTable = SqlSchema["tables"][number];

export interface SqlParameter {
  readonly name: string;
  readonly type: string;
}

/** The parameters, `{name:Type}`, each once, in their order. */
export function parametersOf(text: string): SqlParameter[] {
  const found = new Map<string, SqlParameter>();
  const read = [...tokens(text)];
  for (const [i, { word, end }] of read.entries()) {
    const name = read[i + 1];
    if (word !== "{" || name?.kind !== "word" || read[i + 2]?.word !== ":") continue;
    const close = read.find((token) => token.start > end && token.word === "}");
    const type = text.slice(read[i + 2]?.end, close?.start ?? text.length).trim();
    const spelled = wordOf(text, name);
    if (!found.has(spelled)) found.set(spelled, { name: spelled, type });
  }
  return [...found.values()];
}

/** The tables of the schema that the text names anywhere. */
export function tablesIn(text: string, { tables }: SqlSchema): SqlTable[] {
  const words = new Set([...tokens(text)].filter(({ kind }) => kind === "word").map((token) => wordOf(text, token)));
  return tables.filter(({ name }) => words.has(name));
}

/** The table that a name in front of a dot stands for: itself, or what it is an alias of. */
export function tableOf(text: string, name: string, schema: SqlSchema): SqlTable | undefined {
  const byName = (wanted: string) => schema.tables.find((table) => table.name === wanted);
  const read = [...tokens(text)];
  for (const [i, token] of read.entries()) {
    if (token.kind !== "word" || wordOf(text, token) !== name) continue;
    const before = read[i - 1]?.word === "AS" ? read[i - 2] : read[i - 1];
    const table = before?.kind === "word" ? byName(wordOf(text, before)) : undefined;
    if (table !== undefined) return table;
  }
  return byName(name);
}

function wordOf(text: string, { start, end }: Token): string {
  return text.slice(start, end);
}

/** How a stretch of a query is coloured. */
export type SqlInk = "keyword" | "text" | "number" | "function" | "comment" | "parameter";

export interface InkedStretch {
  readonly from: number;
  readonly to: number;
  readonly ink: SqlInk;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT OFFSET WITH AS AND OR NOT IN BETWEEN LIKE ILIKE IS NULL TRUE FALSE CASE " +
    "WHEN THEN ELSE END DISTINCT ON USING JOIN INNER LEFT RIGHT FULL OUTER CROSS ANY ALL ASOF SEMI ANTI GLOBAL ARRAY UNION " +
    "EXCEPT INTERSECT ASC DESC NULLS FIRST LAST TIES FILL STEP INTERPOLATE TOTALS ROLLUP CUBE GROUPING SETS WINDOW OVER " +
    "PARTITION ROWS RANGE PRECEDING FOLLOWING UNBOUNDED CURRENT ROW QUALIFY FILTER RECURSIVE INTERVAL CAST REPLACE EXISTS " +
    "EXTRACT FINAL TO FOR DIV MOD"
  ).split(" "),
);

/** Keywords as completion offers them. */
export const SQL_KEYWORDS: readonly string[] = [...KEYWORDS];

/** What is coloured in a query; the rest is plain. */
export function inkedStretches(text: string): InkedStretch[] {
  const stretches: InkedStretch[] = [];
  let before = 0;
  const read = [...tokens(text)];
  for (const [i, token] of read.entries()) {
    const { start, end } = token;
    addComment(text, before, start, stretches);
    before = end;
    const ink = inkOf(token, read[i - 1], read[i + 1]);
    if (ink !== undefined) stretches.push({ from: start, to: end, ink });
  }
  addComment(text, before, text.length, stretches);
  return stretches;
}

function inkOf({ kind, word }: Token, before: Token | undefined, after: Token | undefined): SqlInk | undefined {
  if (kind === "string" || kind === "unclosed") return "text";
  if (kind === "number") return "number";
  if (kind !== "word") return undefined;
  if (before?.word === "{") return "parameter";
  if (after?.word === "(" && !["IN", "AS", "AND", "OR", "NOT", "ON", "USING", "BY", "OVER", "FILTER"].includes(word)) {
    return "function";
  }
  return KEYWORDS.has(word) ? "keyword" : undefined;
}

/** Between two tokens there are blanks and comments only. */
function addComment(text: string, from: number, to: number, stretches: InkedStretch[]): void {
  const between = text.slice(from, to);
  const trimmed = between.trim();
  if (trimmed === "") return;
  const start = from + between.indexOf(trimmed);
  stretches.push({ from: start, to: start + trimmed.length, ink: "comment" });
}
