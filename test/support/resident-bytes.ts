import { readFileSync } from "node:fs";

/** Memory of a process that lies in RAM. Linux only, as /proc is. */
export function residentBytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return pages * 4096;
}
