// The tables that readers of SQL see: per project a database that has nothing but views of the project's rows. A query
// runs with it as the default database, so that whatever name stands in a query, however it got there, finds a view or
// nothing at all.

import { hash } from "node:crypto";
import { quoteName, quoteText } from "../base/sql-quote.ts";
import { DELETIONS, REPEATS } from "../model/columns.ts";
import { SQL_TABLES, type SqlTable } from "../model/sql-tables.ts";
import { SPAN_TRAITS } from "../model/vocabulary.ts";
import type { StoreClient } from "./client.ts";

const DIGEST_DIGITS = 24;

/** Where a project's views are. */
export interface ProjectViews {
  /** A client whose unqualified table names are the views. */
  readonly store: StoreClient;
  readonly database: string;
  /** All databases of the store, the views' own among them. */
  readonly databases: ReadonlySet<string>;
}

/** Makes the views of projects, each when it is first needed. */
export class SqlViews {
  readonly #store: StoreClient;
  readonly #made = new Map<string, Promise<ProjectViews>>();

  constructor(store: StoreClient) {
    this.#store = store;
  }

  /** The views of a project, made unless they are there as they should be. Throws StoreError. */
  of(project: string): Promise<ProjectViews> {
    const known = this.#made.get(project);
    if (known !== undefined) return known;
    const making = this.#make(project);
    this.#made.set(project, making);
    making.catch(() => this.#made.delete(project));
    return making;
  }

  async close(): Promise<void> {
    for (const made of await Promise.allSettled(this.#made.values())) {
      if (made.status === "fulfilled") await made.value.store.close();
    }
  }

  async #make(project: string): Promise<ProjectViews> {
    const source = this.#store.database;
    const database = viewDatabase(source, project);
    await this.#store.command(`CREATE DATABASE IF NOT EXISTS ${quoteName(database)} ENGINE = Atomic`);
    const there = await this.#store.rows("SELECT name, comment FROM system.tables WHERE database = {database:String}", {
      params: { database },
    });
    const versions = new Map(there.map((row) => [row["name"], row["comment"]]));
    for (const table of SQL_TABLES) {
      const query = viewQuery(table, source, project);
      const version = digest(query);
      if (versions.get(table.name) === version) continue;
      const name = `${quoteName(database)}.${quoteName(table.name)}`;
      await this.#store.command(`CREATE OR REPLACE VIEW ${name} AS ${query} COMMENT '${version}'`);
    }
    const databases = await this.#store.rows("SELECT name FROM system.databases");
    return {
      store: this.#store.inDatabase(database),
      database,
      databases: new Set(databases.map((row) => row["name"] as string)),
    };
  }
}

/** The database of a project's views: its name says nothing of the project's. */
export function viewDatabase(source: string, project: string): string {
  return `${source}_sql_${digest(project)}`;
}

/** What a view selects. */
function viewQuery(table: SqlTable, database: string, project: string): string {
  const named = (name: string) => `${quoteName(database)}.${quoteName(name)}`;
  const columns = table.columns.map(({ name, sql }) => `${sql} AS ${quoteName(name)}`).join(", ");
  const { conditions, limitBy = "" } = rowsThatCount(table, named, `project = ${quoteText(project)}`);
  return `SELECT ${columns} FROM ${named(table.source)} AS r WHERE ${conditions.join(" AND ")}${limitBy}`;
}

/**
 * Which rows count, as conditions alone wherever that can be: what a query asks for is then looked up in the stored
 * table as if there were no view. `inProject` holds for the rows of a project in any table.
 */
function rowsThatCount(
  { rows, source }: SqlTable,
  named: (table: string) => string,
  inProject: string,
): { readonly conditions: readonly string[]; readonly limitBy?: string } {
  const own = `r.${inProject}`;
  const notDeleted = (column: string) =>
    `r.${column} NOT IN (SELECT ${column} FROM ${named(DELETIONS.name)} WHERE ${inProject})`;
  const notRepeated = `r.offset NOT IN (SELECT offset FROM ${named(REPEATS.name)} WHERE ${inProject})`;
  // What has no trace or run cannot be deleted with it.
  const notDeletedWithRun = [
    `(r.run_id = '' OR ${notDeleted("run_id")})`,
    `(r.trace_id = toFixedString('', 16) OR ${notDeleted("trace_id")})`,
  ];
  switch (rows) {
    case "ended spans":
      return { conditions: [own, `bitAnd(r.traits, ${SPAN_TRAITS.pending}) = 0`, notDeleted("trace_id"), notRepeated] };
    case "events":
      return { conditions: [own, ...notDeletedWithRun, notRepeated] };
    case "points":
      return { conditions: [own, ...notDeletedWithRun] };
    case "contents":
      return { conditions: [own, notDeleted("trace_id")], limitBy: " LIMIT 1 BY r.trace_id, r.hash" };
    case "settled": {
      // A settling takes back the rows of the ones before it, in its own name.
      const takenBack =
        `SELECT run_id, arrayJoin(range(1, max(n))) FROM ${named(source)} ` +
        `WHERE ${inProject} AND sign = -1 GROUP BY run_id`;
      return { conditions: [own, "r.sign = 1", `(r.run_id, r.n) NOT IN (${takenBack})`, notDeleted("run_id")] };
    }
  }
}

/** Short, and no name or text can be made to have that of another. */
function digest(text: string): string {
  return hash("sha256", text, "hex").slice(0, DIGEST_DIGITS);
}
