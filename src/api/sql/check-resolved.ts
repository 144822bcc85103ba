// The third of the gate's checks, on what the engine has found the query to mean: EXPLAIN QUERY TREE, in which every
// name is resolved. The syntax was checked before, so that nothing is ever found here; if anything is, then the engine
// read a name in a way that this gate did not know.
//
//   QUERY id: 0
//     JOIN TREE
//       TABLE id: 3, alias: __table1, table_name: talea_sql_0123.spans
//     WHERE
//       FUNCTION id: 4, function_name: equals, function_type: ordinary, result_type: UInt8

import { isAllowedFunction, TABLE_FUNCTIONS } from "./allowed-functions.ts";
import { refused } from "./refusal.ts";

const TABLE = /^\s*TABLE id: \d+, (?:.*, )?table_name: (.*)$/s;
const TABLE_FUNCTION = /^\s*TABLE_FUNCTION id: \d+, (?:.*, )?table_function_name: (\w+)/s;
const FUNCTION = /^\s*FUNCTION id: \d+, (?:.*?, )?function_name: (.*?), function_type: /s;
const SOURCE = /^\s*TABLE(?:_FUNCTION)? id: /;

/** What a SELECT without FROM reads: one row. Its name cannot be written, as it has a database in it. */
const NO_TABLE = "system.one";

/** What WITH RECURSIVE has found so far lies in a table that lives as long as the query. */
const OF_RECURSION = /^_temporary_and_external_tables\._tmp_[0-9a-f-]{36}, temporary_table_name: /;

/** Functions that nobody calls: the engine puts them in the place of what was written. */
const OF_THE_ENGINE: ReadonlySet<string> = new Set(["__scalarSubqueryResult", "__getScalar", "__actionName"]);

/** Throws an ApiError unless all tables are views of this database, and all functions allowed. */
export function checkResolved(lines: readonly string[], database: string): void {
  for (const line of lines) {
    const table = TABLE.exec(line)?.[1];
    const tableFunction = TABLE_FUNCTION.exec(line)?.[1];
    if (SOURCE.test(line) && !isAllowedSource(table, tableFunction, database)) {
      throw refused("A name in the query stands for something that is not allowed here.", { what: "table" });
    }
    const name = FUNCTION.exec(line)?.[1];
    if (name !== undefined && !isAllowedFunction(name) && !OF_THE_ENGINE.has(name)) {
      throw refused(`The function ${name} is not allowed here.`, { what: "function", name });
    }
  }
}

function isAllowedSource(table: string | undefined, tableFunction: string | undefined, database: string): boolean {
  if (tableFunction !== undefined) return TABLE_FUNCTIONS.has(tableFunction.toLowerCase());
  if (table === undefined) return false;
  return table === NO_TABLE || table.startsWith(`${database}.`) || OF_RECURSION.test(table);
}
