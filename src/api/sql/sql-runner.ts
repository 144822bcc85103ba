// Runs what readers ask in SQL: through the gate, then as a query that only reads, over views of their project, within
// limits. docs/adr/0011 says what each step of the gate is for.
//
//   text ─▶ tokens, written anew ─▶ EXPLAIN AST, checked ─▶ EXPLAIN QUERY TREE, checked ─▶ run ─▶ JSON as it is

import { Turns } from "../../base/turns.ts";
import { LIMITS } from "../../model/limits.ts";
import { SQL_TABLES } from "../../model/sql-tables.ts";
import type { QueryOptions, QueryParams, StoreClient } from "../../store/client.ts";
import { readBlocks, rowsOf } from "../../store/native/block-reader.ts";
import { type ProjectViews, SqlViews } from "../../store/sql-views.ts";
import { ApiError } from "../errors.ts";
import { checkResolved } from "./check-resolved.ts";
import { checkSyntax } from "./check-syntax.ts";
import { queryError, resultTooLarge } from "./engine-message.ts";
import { type QueryText, readQueryText } from "./query-text.ts";
import { refused } from "./refusal.ts";
import { sqlAnswer } from "./sql-answer.ts";
import { readSyntaxTree } from "./syntax-tree.ts";

export interface SqlQuestion {
  readonly project: string;
  readonly query: string;
  readonly params: QueryParams;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

const SYNTAX = "EXPLAIN AST ";
const RESOLVED = "EXPLAIN QUERY TREE passes = 1 ";

/**
 * `readonly` alone lets files be read and written: it is there for what it does hold back. What would be spilled to
 * disk fails for its memory instead.
 */
const SETTINGS: NonNullable<QueryOptions["settings"]> = {
  readonly: "1",
  max_execution_time: LIMITS.sqlTimeMs / 1000,
  timeout_overflow_mode: "throw",
  max_memory_usage: String(LIMITS.sqlMemoryBytes),
  max_threads: LIMITS.sqlThreads,
  max_result_rows: String(LIMITS.sqlResultRows),
  max_result_bytes: String(LIMITS.sqlResultBytes),
  result_overflow_mode: "throw",
  max_bytes_ratio_before_external_group_by: 0,
  max_bytes_ratio_before_external_sort: 0,
  max_bytes_before_external_group_by: "0",
  max_bytes_before_external_sort: "0",
  cancel_http_readonly_queries_on_client_close: 1,
  union_default_mode: "DISTINCT",
  date_time_output_format: "iso",
  output_format_json_quote_64bit_integers: 0,
};

export class SqlRunner {
  readonly #views: SqlViews;
  readonly #turns = new Turns(LIMITS.sqlQueries, LIMITS.sqlQueriesWaiting, sqlBusy);

  constructor(store: StoreClient) {
    this.#views = new SqlViews(store);
  }

  /** Answers a query as JSON in the shape of SqlAnswer. Throws ApiError or StoreError. */
  async run({ project, query, params, signal }: SqlQuestion): Promise<Buffer> {
    const text = readQueryText(query);
    return this.#turns.run(signal, async () => {
      const views = await this.#views.of(project);
      const named = Object.entries(params).filter(([name]) => text.parameters.has(name));
      const options = { params: Object.fromEntries(named), signal };
      await checkMeaning(text, views, options);
      const json = await ask(text, "", views, options, "JSON");
      if (json.length > LIMITS.sqlAnswerBytes) throw resultTooLarge();
      return sqlAnswer(json);
    });
  }

  close(): Promise<void> {
    return this.#views.close();
  }
}

/** Throws an ApiError unless the query is one that may be run. */
async function checkMeaning(text: QueryText, views: ProjectViews, options: QueryOptions): Promise<void> {
  const listed = SQL_TABLES.map(({ name }) => name);
  const root = readSyntaxTree(await linesOf(text, SYNTAX, views, options));
  if (root === undefined) throw refused("The query cannot be looked through.", { what: "statement" });
  checkSyntax(root, { listed, tables: new Set([...listed, ...text.subqueries]), databases: views.databases });
  checkResolved(await linesOf(text, RESOLVED, views, options), views.database);
}

async function linesOf(text: QueryText, before: string, views: ProjectViews, options: QueryOptions): Promise<string[]> {
  const blocks = readBlocks(await ask(text, before, views, options, "Native"));
  return blocks.flatMap(rowsOf).map((row) => String(row["explain"]));
}

async function ask(
  text: QueryText,
  before: string,
  { store }: ProjectViews,
  options: QueryOptions,
  format: string,
): Promise<Buffer> {
  try {
    // Nothing is put behind the query: what it ends with could take it in.
    return await store.bytes(before + text.sql, { ...options, settings: SETTINGS, format });
  } catch (error) {
    throw queryError(error, text, before.length);
  }
}

function sqlBusy(): ApiError {
  const { sqlQueries, sqlQueriesWaiting } = LIMITS;
  return new ApiError("sql_busy", `${sqlQueries} queries run and ${sqlQueriesWaiting} wait: try again in a moment.`);
}
