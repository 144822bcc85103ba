import type { Status } from "../../model/shapes.ts";
import { ClientError } from "../client/client-error.ts";
import { failure, type TaleaAnswer, type TaleaClient } from "../client/talea-client.ts";
import { formatBytes, formatCount, formatDuration } from "../format.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

const BEHIND_MS = 15_000;
const JOURNAL_SHARE_HIGH = 0.5;
const CLOCK_OFF_MS = 5_000;
const TIMEOUT_MS = 5_000;

export interface ServerCheck {
  readonly findings: readonly Finding[];
  /** Absent when the server does not answer. */
  readonly status: Status | undefined;
}

/** What a running server says about itself. */
export async function checkServer(client: TaleaClient, ownVersion: string): Promise<ServerCheck> {
  let answer: TaleaAnswer;
  const askedMs = performance.now();
  try {
    answer = await client.ask("/api/v1/status", { timeoutMs: TIMEOUT_MS });
    if (answer.status !== 200) throw failure(answer, client.url);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { findings: [problem("server", error.message)], status: undefined };
  }
  const tookMs = performance.now() - askedMs;
  const status = JSON.parse(answer.body.toString("utf8")) as Status;
  const up = `${client.url}, Talea ${status.version}, up for ${formatDuration(status.uptimeMs)}`;
  const findings = [
    ok("server", `${up}, answers in ${formatDuration(tookMs)}`),
    ...checkVersion(status, ownVersion),
    ...checkClock(answer.headers.get("date") ?? undefined),
    checkEngine(status),
    checkLag(status),
    checkJournal(status),
    ...checkRejected(status),
  ];
  return { findings, status };
}

function checkVersion({ version }: Status, ownVersion: string): Finding[] {
  if (version === ownVersion) return [];
  return [
    note("version", `The server is ${version}, this command line ${ownVersion}`, "Use the same version of both."),
  ];
}

/** The header has whole seconds, so that a second more or less says nothing. */
function checkClock(date: string | undefined): Finding[] {
  if (date === undefined) return [];
  const offMs = Date.now() - Date.parse(date);
  if (Math.abs(offMs) < CLOCK_OFF_MS) return [ok("clock", "The server's clock agrees with this machine's")];
  const direction = offMs > 0 ? "behind" : "ahead of";
  return [
    problem(
      "clock",
      `The server's clock is ${formatDuration(Math.abs(offMs))} ${direction} this machine's`,
      "Set both by NTP: open runs and waiting times are wrong otherwise, and items from the future are refused.",
    ),
  ];
}

function checkEngine({ engine, ready }: Status): Finding {
  const { state, restarts, residentBytes, diskBytes } = engine;
  const size = [
    residentBytes === undefined ? "" : `, ${formatBytes(residentBytes)} resident`,
    diskBytes === undefined ? "" : `, ${formatBytes(diskBytes)} on disk`,
  ].join("");
  const again = restarts === 0 ? "" : `, restarted ${restarts === 1 ? "once" : `${restarts} times`}`;
  const message = `${state}${again}${size}`;
  if (!ready) {
    return problem(
      "engine",
      message,
      "What is sent meanwhile is kept in the journal. If it does not come back, the server's log says why.",
    );
  }
  if (restarts === 0) return ok("engine", message);
  return note("engine", message, "Nothing was lost. The server's log says why; --engine-memory gives it more memory.");
}

function checkLag({ acknowledged, stored, journal }: Status): Finding {
  const names = ["spans", "events", "points"] as const;
  const waiting = names.reduce((sum, name) => sum + Math.max(0, acknowledged[name] - stored[name]), 0);
  const counts = names.map((name) => `${formatCount(stored[name])} ${name}`).join(", ");
  if (waiting === 0) return ok("store", counts);
  const lag = `${counts}; ${formatCount(waiting)} wait to be loaded, the oldest for ${formatDuration(journal.oldestMs)}`;
  if (journal.oldestMs < BEHIND_MS) return ok("store", lag);
  return problem(
    "store",
    lag,
    "They are safe on disk, but lists do not show them. Is the engine ready, and is the disk full or slow?",
  );
}

function checkJournal({ journal, limits }: Status): Finding {
  const message = `${journal.segments} segments, ${formatBytes(journal.bytes)}`;
  if (journal.quarantined > 0) {
    return problem(
      "journal",
      `${message}, ${journal.quarantined} frames set aside because they could not be loaded`,
      "`talea doctor --data DIR` on the server's machine lists them with their reasons.",
    );
  }
  const limit = limits["journalBytes"] ?? Number.POSITIVE_INFINITY;
  if (journal.bytes < JOURNAL_SHARE_HIGH * limit) return ok("journal", message);
  return problem(
    "journal",
    `${message} of ${formatBytes(limit)}`,
    "When it is full, senders are told to wait (503). Send less, or find out why the store is behind.",
  );
}

function checkRejected({ rejected, duplicates }: Status): Finding[] {
  const repeats =
    duplicates === 0
      ? []
      : [note("repeats", `${countedItems(duplicates)} came again and ${duplicates === 1 ? "counts" : "count"} once`)];
  if (rejected === 0) return repeats;
  return [
    ...repeats,
    note(
      "rejected",
      `${countedItems(rejected)} refused since the start`,
      "Senders are told the reasons in the answer (partial success): look at their logs.",
    ),
  ];
}

function countedItems(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "item" : "items"}`;
}
