import type { Table } from "../model/columns.ts";

/**
 * Settings of every table: dropping old parts whole, a deduplication window for insert tokens, and an insert that has
 * returned is on disk (the journal deletes its segment then).
 */
const SETTINGS = [
  "non_replicated_deduplication_window = 10000",
  "fsync_after_insert = 1",
  "fsync_part_directory = 1",
  "old_parts_lifetime = 60",
  "index_granularity = 8192",
  "max_compress_block_size = 131072",
  "min_compress_block_size = 32768",
].join(", ");

/** The statement that creates a table as it is declared. */
export function createTableSql(table: Table): string {
  const columns = Object.entries(table.columns).map(([name, { type, codec, doc }]) => {
    const compression = codec === undefined ? "" : ` CODEC(${codec})`;
    return `${name} ${type} COMMENT '${doc.replaceAll("'", "\\'")}'${compression}`;
  });
  const primary = table.orderBy.slice(0, table.orderBy.length - table.sortOnly);
  return [
    `CREATE TABLE IF NOT EXISTS ${table.name} (`,
    `  ${[...columns, ...table.indexes, ...table.projections].join(",\n  ")}`,
    ") ENGINE = MergeTree",
    `PARTITION BY ${table.partitionBy}`,
    `PRIMARY KEY (${primary.join(", ")})`,
    `ORDER BY (${table.orderBy.join(", ")})`,
    `SETTINGS ${SETTINGS}`,
  ].join("\n");
}
