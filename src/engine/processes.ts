import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells a process from an earlier or later one with the same pid: its start. `undefined` when there is no such
 * process (or only its remains, which hold nothing).
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === "linux") return startFromProc(pid);
  try {
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined; // ps ends with 1 when it finds none
  }
}

/** Boot id and start in clock ticks since the boot: field 22 of /proc/<pid>/stat, behind the name in parentheses. */
function startFromProc(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return `${readText("/proc/sys/kernel/random/boot_id")?.trim() ?? ""} ${fields[19] ?? ""}`;
}

/** Resident memory; `undefined` where the system does not tell. */
export function residentBytes(pid: number): number | undefined {
  const kiB = /^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? "")?.[1];
  return kiB === undefined ? undefined : Number(kiB) * 1024;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && ["ENOENT", "ESRCH", "EACCES"].includes(String(thrown.code))) {
      return undefined;
    }
    throw thrown;
  }
}
