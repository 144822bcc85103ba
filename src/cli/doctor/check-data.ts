// The data directory, looked at from outside: nothing is written, and a server may be running on it.

import type { Stats } from "node:fs";
import { readdir, readFile, stat, statfs } from "node:fs/promises";
import { join, resolve } from "node:path";
import { decodeHeader, scanSegment } from "../../journal/frame.ts";
import { JOURNALED_TABLES } from "../../model/columns.ts";
import { formatBytes, formatCount } from "../format.ts";
import { type Finding, ok, problem } from "./finding.ts";

const DISK_FREE_BYTES_MIN = 2e9;
const FRAMES_LISTED_MAX = 20;

/** Undefined: there is no such directory. */
export async function checkData(data: string): Promise<Finding[] | undefined> {
  const directory = resolve(data);
  const info = await statOf(directory);
  if (info === undefined) return undefined;
  if (!info.isDirectory()) return [problem("data", `${directory} is no folder`, "Name the folder with --data.")];
  const owner = await livingOwner(directory);
  return [
    ok("data", owner === undefined ? `${directory}, no server runs on it` : `${directory}, in use by ${owner}`),
    ...checkMode(directory, info),
    await checkDisk(directory),
    ...(owner === undefined ? await checkSegments(directory) : []),
    ...(await checkQuarantine(directory)),
  ];
}

/** The process that holds the directory, in words. */
async function livingOwner(directory: string): Promise<string | undefined> {
  const text = await readIfThere(join(directory, "owner.json"));
  if (text === undefined) return undefined;
  const { pid, owner } = JSON.parse(text.toString("utf8")) as { pid: number; owner: string };
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  return `process ${pid} (${owner})`;
}

function checkMode(directory: string, { mode }: Stats): Finding[] {
  if ((mode & 0o077) === 0 || process.platform === "win32") return [];
  return [
    problem("data", "Other users of this machine can read what agents sent", `chmod 700 ${JSON.stringify(directory)}`),
  ];
}

async function checkDisk(directory: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(directory);
  const message = `${formatBytes(bavail * bsize)} of ${formatBytes(blocks * bsize)} free`;
  if (bavail * bsize > DISK_FREE_BYTES_MIN) return ok("disk", message);
  return problem("disk", message, "Make room, or let the oldest days go sooner: --max-disk SIZE, --retention 7d.");
}

/** What waits in the journal of a stopped server, and whether all of it can be read. */
async function checkSegments(directory: string): Promise<Finding[]> {
  const journal = join(directory, "journal");
  const names = (await namesIn(journal)).filter((name) => name.endsWith(".seg"));
  let rows = 0;
  let damaged = 0;
  for (const name of names) {
    const scan = scanSegment(await readFile(join(journal, name)));
    rows += scan.frames.reduce((sum, frame) => sum + frame.rows, 0);
    damaged += scan.damaged.length;
  }
  const waiting = rows === 0 ? "Nothing waits in the journal" : `${formatCount(rows)} rows wait in the journal`;
  if (damaged === 0) return [ok("journal", rows === 0 ? waiting : `${waiting}; the next start loads them`)];
  const advice = "The next start sets them aside and loads the rest. Was the disk faulty or the file changed?";
  return [problem("journal", `${waiting}; ${damaged} stretches cannot be read`, advice)];
}

/** The frames that the store refused for good, with the reason that was written down beside each. */
async function checkQuarantine(directory: string): Promise<Finding[]> {
  const quarantine = join(directory, "journal", "quarantine");
  const frames = (await namesIn(quarantine)).filter((name) => name.endsWith(".frame")).sort();
  if (frames.length === 0) return [];
  const listed = await Promise.all(frames.slice(0, FRAMES_LISTED_MAX).map((name) => describeFrame(quarantine, name)));
  const more = frames.length > listed.length ? [`and ${frames.length - listed.length} more`] : [];
  return [
    problem(
      "quarantine",
      `${frames.length} frames were set aside in ${quarantine}`,
      ...listed,
      ...more,
      "`talea doctor --retry` has the store try them again; those that cannot be read stay.",
    ),
  ];
}

async function describeFrame(quarantine: string, name: string): Promise<string> {
  const bytes = await readFile(join(quarantine, name));
  const reason = await readIfThere(join(quarantine, name.replace(/\.frame$/, ".txt")));
  const header = decodeHeader(bytes, 0);
  const table = header && JOURNALED_TABLES[header.table]?.name;
  const what =
    header === undefined ? formatBytes(bytes.length) : `${header.rows} rows of ${table ?? "an unknown table"}`;
  return `${name}: ${what}: ${reason?.toString("utf8").trim() ?? "no reason was written down"}`;
}

async function namesIn(directory: string): Promise<string[]> {
  return (await absentIfMissing(readdir(directory))) ?? [];
}

function readIfThere(path: string): Promise<Buffer | undefined> {
  return absentIfMissing(readFile(path));
}

function statOf(path: string): Promise<Stats | undefined> {
  return absentIfMissing(stat(path));
}

async function absentIfMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** What to say when there is no data directory, and somebody asked for it. */
export function missingData(data: string): Finding {
  return problem("data", `There is no ${resolve(data)}`, "Name the server's folder with --data DIR.");
}
