import { JOURNALED_TABLES } from "../../model/columns.ts";
import type { StoreClient } from "../client.ts";

/** The highest offset of any stored record, 0 in an empty store. */
export async function highestOffset(store: StoreClient): Promise<number> {
  const parts = JOURNALED_TABLES.map(({ name }) => `SELECT max(offset) AS last FROM ${name}`);
  const [row] = await store.rows(`SELECT max(last) AS last FROM (${parts.join(" UNION ALL ")})`);
  return Number(row?.["last"] ?? 0);
}
