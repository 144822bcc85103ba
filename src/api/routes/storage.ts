import { formatInstant, nsFromMs } from "../../base/time.ts";
import { CONFIG, DERIVED_TABLES, JOURNALED_TABLES } from "../../model/columns.ts";
import { rollUpTables } from "../../model/roll-ups.ts";
import { type DroppedDay, Storage, type StoredTable } from "../../model/server-shapes.ts";
import { droppedDays } from "../../store/queries/partitions.ts";
import { tableSizes } from "../../store/queries/sizes.ts";
import type { ApiParts } from "../api-parts.ts";
import { type Route, route } from "../route.ts";

const DOCS: ReadonlyMap<string, string> = new Map(
  [...JOURNALED_TABLES, ...DERIVED_TABLES, CONFIG].map(({ name, doc }) => [name, doc]),
);
const ROLL_UPS: ReadonlySet<string> = new Set(rollUpTables());

const storage = route({
  url: "/api/v1/storage",
  summary: "What is stored, by table and day, and what goes when",
  tag: "Server",
  answer: Storage,
  handle: async ({ parts }): Promise<Storage> => {
    const [{ days, ...rule }, sizes, dropped] = await Promise.all([
      parts.retention.state(),
      tableSizes(parts.store),
      droppedLately(parts),
    ]);
    const tables = [...sizes]
      .map(([name, { rows, bytesOnDisk }]): StoredTable => {
        return { name, doc: DOCS.get(name) ?? docOfOwn(name), rows, bytes: bytesOnDisk };
      })
      .sort((a, b) => b.bytes - a.bytes);
    return {
      ...rule,
      bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
      days: days.map(({ day, rows, bytesOnDisk, expiresAtMs }) => ({
        ...{ day, rows, bytes: bytesOnDisk },
        expiresAt: formatInstant(nsFromMs(expiresAtMs)),
      })),
      ...{ tables, dropped },
    };
  },
});

function docOfOwn(table: string): string {
  return ROLL_UPS.has(table) ? "Sums over time, kept by the engine" : "What the store needs to know of itself";
}

/** What the store has is rougher than what this process did itself. */
async function droppedLately({ store, retention }: ApiParts): Promise<DroppedDay[]> {
  const own = new Map(retention.dropped.map((one) => [one.day, one]));
  return (await droppedDays(store)).map(({ day, atMs }) => {
    const known = own.get(day);
    return {
      ...{ day, droppedAt: formatInstant(nsFromMs(atMs)) },
      ...(known === undefined ? {} : { reason: known.reason, bytes: known.bytes }),
    };
  });
}

/** What takes the disk. */
export const STORAGE_ROUTES: readonly Route[] = [storage];
