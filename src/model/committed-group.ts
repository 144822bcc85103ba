import type { JournaledTableName } from "./columns.ts";

/** The rows of one table in a commit group: what the journal writes and what listeners read. */
export interface GroupBlock {
  /** Index into JOURNALED_TABLES. */
  readonly table: number;
  readonly tableName: JournaledTableName;
  readonly schemaVersion: number;
  readonly rows: number;
  /** Offsets of the whole group: those of the block lie between them. */
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** A ClickHouse Native block. A listener that keeps it makes a copy: the memory is used again for later groups. */
  readonly block: Uint8Array;
}

/** How many rows of each table a group holds. */
export type RowCounts = Readonly<Record<JournaledTableName, number>>;

/** A commit group that is on disk. */
export interface CommittedGroup {
  readonly blocks: readonly GroupBlock[];
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly counts: RowCounts;
  /** Tokens that model calls in it used, as their spans say. */
  readonly tokens: number;
}
