import { type Finding, note, ok, problem } from "./finding.ts";

const NODE_MAJOR_MIN = 24;

/** Whether this machine can run a server. */
export function checkMachine(): Finding[] {
  const { platform, arch, versions } = process;
  const major = Number(versions.node.split(".")[0]);
  const machine = `${platform} ${arch}, Node ${versions.node}`;
  if (major < NODE_MAJOR_MIN) {
    return [problem("machine", machine, `Talea needs Node ${NODE_MAJOR_MIN} or newer: nodejs.org.`)];
  }
  const elsewhere = "A client works here. To serve, use --store http://… with a ClickHouse server.";
  if (platform === "win32") return [note("machine", `${machine}: the embedded engine needs WSL 2`, elsewhere)];
  if (platform === "linux" && !hasGlibc()) {
    return [note("machine", `${machine}, musl: the embedded engine needs glibc (Debian, not Alpine)`, elsewhere)];
  }
  return [ok("machine", machine)];
}

function hasGlibc(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}
