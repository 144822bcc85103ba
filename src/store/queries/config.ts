// What people keep: appended, never changed. Of one thing the row with the highest version is true.

import { CONFIG, type Table } from "../../model/columns.ts";
import type { StoreClient } from "../client.ts";
import { encodeBlock, TableBuilder } from "../native/table-builder.ts";
import { Conditions } from "../sql.ts";

/** What names one thing. */
export interface ConfigKey {
  readonly project: string;
  readonly kind: string;
  readonly id: string;
}

export interface ConfigVersion {
  readonly id: string;
  /** From 1 on, one more with each writing. */
  readonly version: number;
  readonly isDeleted: boolean;
  /** JSON. */
  readonly body: string;
  readonly atNs: bigint;
}

const NEWEST = `SELECT project, id, max(version) AS newest, argMax(deleted, version) AS is_deleted, argMax(body, version) AS text,
  toUnixTimestamp64Nano(argMax(at, version)) AS at_ns FROM config`;

/** The newest versions of a kind that are not deleted, by id. */
export async function configOfKind(
  store: StoreClient,
  { project, kind }: Pick<ConfigKey, "project" | "kind">,
  limit: number,
): Promise<ConfigVersion[]> {
  const where = new Conditions(project);
  where.add(`kind = ${where.value(kind, "String")}`);
  const sql = `${NEWEST} WHERE ${where.sql} GROUP BY project, id HAVING is_deleted = 0 ORDER BY id LIMIT ${Math.floor(limit)}`;
  return (await store.rows(sql, { params: where.params })).map(readVersion);
}

/** The newest versions of a kind that are not deleted, of all projects, each with its project. */
export async function configOfAllProjects(
  store: StoreClient,
  kind: string,
): Promise<(ConfigVersion & Pick<ConfigKey, "project">)[]> {
  const sql = `${NEWEST} WHERE kind = {kind:String} GROUP BY project, id HAVING is_deleted = 0 ORDER BY at_ns DESC, id`;
  const rows = await store.rows(sql, { params: { kind } });
  return rows.map((row) => ({ ...readVersion(row), project: String(row["project"]) }));
}

/** The newest version of one thing, or the newest up to a number, be it deleted; undefined when it never was. */
export async function newestConfig(
  store: StoreClient,
  { project, kind, id }: ConfigKey,
  through?: number,
): Promise<ConfigVersion | undefined> {
  const where = new Conditions(project);
  where.add(`kind = ${where.value(kind, "String")}`);
  where.add(`id = ${where.value(id, "String")}`);
  if (through !== undefined) where.add(`version <= ${where.value(through, "UInt32")}`);
  const [row] = await store.rows(`${NEWEST} WHERE ${where.sql} GROUP BY project, id`, { params: where.params });
  return row === undefined ? undefined : readVersion(row);
}

/**
 * Appends a version. False when another writer has appended one of this number: an insert's token is its number, so the
 * store keeps the first, and what it has is read back.
 */
export async function appendConfig(store: StoreClient, key: ConfigKey, written: ConfigVersion): Promise<boolean> {
  const token = ["config", key.project, key.kind, key.id, written.version].join("/");
  await insertConfig(store, [{ key, written }], token);
  const kept = await newestConfig(store, key, written.version);
  return kept?.version === written.version && kept.atNs === written.atNs && kept.body === written.body;
}

/** Appends versions at once. A second insert with the same token does nothing. */
export async function insertConfig(
  store: StoreClient,
  versions: readonly { readonly key: ConfigKey; readonly written: ConfigVersion }[],
  token: string,
): Promise<void> {
  const builder = new TableBuilder(CONFIG);
  const { columns } = builder;
  for (const { key, written } of versions) {
    const row = builder.addRow();
    columns.project.put(row, key.project);
    columns.kind.put(row, key.kind);
    columns.id.put(row, key.id);
    columns.version.put(row, written.version);
    columns.deleted.put(row, written.isDeleted ? 1 : 0);
    columns.body.put(row, written.body);
    columns.at.putBigInt(row, written.atNs);
  }
  const names = Object.keys((CONFIG as Table).columns);
  await store.insert(CONFIG.name, names, [encodeBlock(builder as TableBuilder)], token);
}

function readVersion(row: Readonly<Record<string, unknown>>): ConfigVersion {
  return {
    id: String(row["id"]),
    version: Number(row["newest"]),
    isDeleted: Number(row["is_deleted"]) === 1,
    body: String(row["text"]),
    atNs: BigInt(row["at_ns"] as number | bigint),
  };
}
