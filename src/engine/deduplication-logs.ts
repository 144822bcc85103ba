// What a kill leaves in the engine's memory of inserts, mended before the engine reads it.
//
//   <database>/store/<3>/<uuid>/deduplication_logs/deduplication_log_<n>.txt      "1\tall_7_7_0\tall_98…\n"
//
// A table with `non_replicated_deduplication_window` writes there which block of which insert became which part. The
// engine writes the record first and then gives the part its name. A process that is killed between the two, some
// 100 µs, knows after its start a block that no part has, takes the insert that comes again for a double, and answers
// that all is well: its rows are lost. So records of parts that are not there are taken out. Nothing is inserted twice
// by that: a part of which anything is left, itself or merged into another, covers the numbers of its blocks.

import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LOGS = "deduplication_logs";
const LOG_FILE = /^deduplication_log_\d+\.txt$/;
/** `<partition>_<first block>_<last block>_<level>[_<mutation>]`; what is being written or removed has a prefix. */
const PART = /^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$/;
const ADDED = "1";

interface BlockRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Takes out of the deduplication logs of all tables the records of parts that were never finished. To be called while
 * no engine runs on the database. Returns how many records that were.
 */
export function forgetUnfinishedParts(databaseDirectory: string): number {
  let forgotten = 0;
  for (const table of tableDirectories(join(databaseDirectory, "store"))) {
    const logs = join(table, LOGS);
    if (!existsSync(logs)) continue;
    let ranges: Map<string, BlockRange[]> | undefined;
    for (const name of readdirSync(logs)) {
      if (!LOG_FILE.test(name)) continue;
      ranges ??= blockRangesOf(table);
      forgotten += mendLog(join(logs, name), ranges);
    }
  }
  return forgotten;
}

function tableDirectories(store: string): string[] {
  if (!existsSync(store)) return [];
  return readdirSync(store).flatMap((prefix) => {
    const directory = join(store, prefix);
    return readdirSync(directory).map((uuid) => join(directory, uuid));
  });
}

/** The block numbers of the parts that a table has, by partition, the parts with the most of them first. */
function blockRangesOf(table: string): Map<string, BlockRange[]> {
  const ranges = new Map<string, BlockRange[]>();
  for (const name of readdirSync(table)) {
    const part = PART.exec(name);
    if (part === null) continue;
    const [, partition = "", first, last] = part;
    const ofPartition = ranges.get(partition) ?? [];
    ofPartition.push({ first: Number(first), last: Number(last) });
    ranges.set(partition, ofPartition);
  }
  for (const ofPartition of ranges.values()) ofPartition.sort((a, b) => b.last - b.first - (a.last - a.first));
  return ranges;
}

function mendLog(file: string, ranges: ReadonlyMap<string, readonly BlockRange[]>): number {
  const lines = readFileSync(file, "latin1").split("\n");
  const torn = lines.pop(); // empty where the last record is whole
  const kept = lines.filter((line) => isOfLivingPart(line, ranges));
  if (kept.length === lines.length && torn === "") return 0;
  writeFileSync(`${file}.new`, kept.map((line) => `${line}\n`).join(""), { encoding: "latin1", flush: true });
  renameSync(`${file}.new`, file);
  return lines.length - kept.length + (torn === "" ? 0 : 1);
}

function isOfLivingPart(line: string, ranges: ReadonlyMap<string, readonly BlockRange[]>): boolean {
  const [operation, name = ""] = line.split("\t");
  const part = PART.exec(name);
  if (operation !== ADDED || part === null) return true;
  const [, partition = "", first, last] = part;
  const ofPartition = ranges.get(partition) ?? [];
  return ofPartition.some((range) => range.first <= Number(first) && range.last >= Number(last));
}
