// INSERT with data. The engine takes its data from a file: the body is spooled, and
//   INSERT INTO t (a, b) FORMAT Native <data>   becomes   INSERT INTO t (a, b) SELECT a, b FROM file('spool/7', Native)
// Blocks that follow each other in one body become one part per partition, so that `insert_deduplication_token` is exact.

import { quoteName, quoteText } from "../base/sql-quote.ts";
import type { EngineSession, Environment } from "./engine-session.ts";
import { isSelfDescribing } from "./formats.ts";
import type { InsertHead } from "./insert-head.ts";
import type { SpooledFile } from "./spool.ts";
import { textOf } from "./submission.ts";

const NO_LIMIT = "1000000000000";

/** One block, hence one part; deduplicated together with what its materialized views make of it. */
export const INSERT_SETTINGS: ReadonlyMap<string, string> = new Map([
  ["max_insert_threads", "1"],
  ["max_insert_block_size", NO_LIMIT],
  ["min_insert_block_size_rows", NO_LIMIT],
  ["min_insert_block_size_bytes", NO_LIMIT],
]);

interface Column {
  readonly name: string;
  readonly type: string;
  /** The DEFAULT expression, or empty. */
  readonly standard: string;
}

/** Inserts the rows of a spooled file. `head` is bytewise text, as the statement was read. */
export async function insertFile(
  session: EngineSession,
  head: InsertHead,
  file: SpooledFile,
  environment: Environment,
): Promise<void> {
  const table = textOf(head.table);
  const source = `${quoteText(file.name)}, ${head.format}`;
  if (file.sizeBytes === 0) {
    await describe(session, table, environment);
    return;
  }
  let structure = "";
  let columns = head.columns?.map(textOf);
  if (isSelfDescribing(head.format)) {
    columns ??= (await describe(session, `file(${source})`, environment)).map((column) => quoteName(column.name));
  } else {
    const known = await describe(session, table, environment);
    structure = `, ${quoteText(structureOf(known, columns))}`;
    columns ??= known.map((column) => quoteName(column.name));
  }
  const list = columns.join(", ");
  const settings = textOf(head.settings);
  const text = `INSERT INTO ${table} (${list}) ${settings} SELECT ${list} FROM file(${source}${structure})`;
  await session.query(text, "Null", environment);
}

/** The columns that an insert may fill. */
async function describe(session: EngineSession, table: string, environment: Environment): Promise<Column[]> {
  const result = await session.query(`DESCRIBE TABLE ${table}`, "JSONCompact", environment);
  const { data } = result.json<{ data: [name: string, type: string, kind: string, expression: string][] }>();
  return data
    .filter(([, , kind]) => kind === "" || kind === "DEFAULT")
    .map(([name, type, kind, expression]) => ({ name, type, standard: kind === "" ? "" : expression }));
}

/**
 * The structure for formats that have none: the named columns in their order, or all. A DEFAULT may speak of any other
 * column, so it is given only where all are there.
 */
function structureOf(known: readonly Column[], columns: readonly string[] | undefined): string {
  if (columns === undefined) {
    return known
      .map(({ name, type, standard }) => `${quoteName(name)} ${type}${standard === "" ? "" : ` DEFAULT ${standard}`}`)
      .join(", ");
  }
  const types = new Map(known.map(({ name, type }) => [name, type]));
  return columns.map((column) => `${column} ${types.get(unquoted(column)) ?? "String"}`).join(", ");
}

function unquoted(name: string): string {
  return name.replace(/^[`"]|[`"]$/g, "");
}
