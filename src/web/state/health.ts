// What the status of the server means: each figure with a sentence, whether it is well, and what to do when it is not.

import type { Status } from "../../model/shapes.ts";
import { formatBytes, formatCount, formatCounted, formatDuration, formatExactCount } from "../base/format.ts";

/** `look`: nothing is lost, but somebody should see to it. */
export type HealthState = "good" | "look" | "bad";

export interface HealthLine {
  readonly id: string;
  readonly title: string;
  readonly value: string;
  readonly state: HealthState;
  readonly meaning: string;
  /** What to do; for lines that are not well. */
  readonly advice?: string;
}

const OLD_MS = { look: 10_000, bad: 60_000 };
const JOURNAL_SHARE = { look: 0.5, bad: 0.9 };
const DELAY_MS = { look: 50, bad: 500 };
const SOCKETS_SHARE = { look: 0.8, bad: 1 };
/** The engine's own measure leaves out what libraries and caches of the system take. */
const ENGINE_MEMORY_SHARE = { look: 1.5, bad: 2.5 };
/** Of what was taken. */
const REJECTED_SHARE = { look: 0.001, bad: 0.1 };
const UNSETTLED = { look: 50_000, bad: 500_000 };

type Judged = Omit<HealthLine, "advice"> & { readonly advice: string };

/** All lines, in the order in which records pass through the server. */
export function healthLines(status: Status): readonly HealthLine[] {
  return [...takingLines(status), ...storeLines(status), ...processLines(status)].map(({ advice, ...line }) =>
    line.state === "good" ? line : { ...line, advice },
  );
}

/** The worst of some lines. */
export function worstOf(lines: readonly HealthLine[]): HealthState {
  if (lines.some(({ state }) => state === "bad")) return "bad";
  return lines.some(({ state }) => state === "look") ? "look" : "good";
}

function takingLines({ journal, rejected, acknowledged, stored }: Status): Judged[] {
  const waiting = sum(acknowledged) - sum(stored);
  return [
    {
      ...{ id: "journal-lag", title: "Waits for the store" },
      value: waiting <= 0 ? "nothing" : `${formatCounted(waiting, "record")}, ${formatDuration(journal.oldestMs)} old`,
      state: beyond(journal.oldestMs, OLD_MS),
      meaning:
        "What was acknowledged is on disk at once and in lists and figures when the store has it, within seconds.",
      advice:
        "The store is behind: look whether the engine is ready and has memory, and whether the disk is slow or full.",
    },
    {
      ...{ id: "journal-disk", title: "Journal on disk" },
      value: `${formatBytes(journal.bytes)} of ${formatBytes(journal.bytesAllowed)}`,
      state: beyond(journal.bytes / Math.max(1, journal.bytesAllowed), JOURNAL_SHARE),
      meaning: "What waits may take so much, or a fifth of the free disk; beyond, senders are told to come back later.",
      advice: "Senders will be refused when it is full: free some disk, or see why the store does not take what waits.",
    },
    {
      ...{ id: "quarantined", title: "Set aside" },
      value: formatCounted(journal.quarantined, "frame"),
      state: journal.quarantined > 0 ? "bad" : "good",
      meaning:
        "Records that the store refused for good, or that cannot be read. They are kept in journal/quarantine with the reason.",
      advice:
        "`talea doctor` shows the reasons. After an update, or with another setting of the store, try them again.",
    },
    {
      ...{ id: "rejected", title: "Refused" },
      value: formatCounted(rejected, "item"),
      state: beyond(rejected / Math.max(1, sum(acknowledged)), REJECTED_SHARE),
      meaning: "Single items that senders were told could not be taken, since the start of the server.",
      advice: "The reasons are below; their senders were told the same.",
    },
  ];
}

function storeLines({ engine, unsettled, limits, sockets }: Status): Judged[] {
  const { state, restarts, residentBytes, memoryBytesMax } = engine;
  const socketsMax = limits["sockets"] ?? Number.POSITIVE_INFINITY;
  const isReady = state === "ready" || state === "external";
  return [
    {
      ...{ id: "engine", title: "Engine", value: state === "external" ? "a server of its own" : state },
      state: isReady ? "good" : "bad",
      meaning: "The database. While it is away, records are taken in and kept, and questions wait.",
      advice: "It starts again by itself. If it does not, the log of the server says why.",
    },
    {
      ...{ id: "engine-restarts", title: "Engine restarts", value: formatExactCount(restarts) },
      state: restarts > 0 ? "look" : "good",
      meaning: "How often the engine ended unexpectedly since the start of the server. Nothing is lost by it.",
      advice: "Most often it was out of memory: give it more by --engine-memory, or ask over shorter windows.",
    },
    ...(residentBytes === undefined
      ? []
      : [
          {
            ...{ id: "engine-memory", title: "Engine memory" },
            value: `${formatBytes(residentBytes)}${memoryBytesMax === undefined ? "" : `, may allocate ${formatBytes(memoryBytesMax)}`}`,
            state: beyond(residentBytes / (memoryBytesMax ?? Number.POSITIVE_INFINITY), ENGINE_MEMORY_SHARE),
            meaning: "Memory of the engine's process, with what it has mapped.",
            advice: "Set --engine-memory lower than the machine's memory less half a gigabyte.",
          },
        ]),
    {
      ...{ id: "unsettled", title: "Waits to be settled", value: formatCounted(unsettled, "trace") },
      state: beyond(unsettled, UNSETTLED),
      meaning: "Traces that go on, or ended so lately that their figures are not in the sums yet.",
      advice: "Settling is behind: it gives way to taking in, and catches up when less comes.",
    },
    {
      ...{
        id: "sockets",
        title: "Live connections",
        value: `${formatExactCount(sockets)} of ${formatCount(socketsMax)}`,
      },
      state: beyond(sockets / socketsMax, SOCKETS_SHARE),
      meaning: "Pages, command lines and programs that follow what happens.",
      advice:
        "Who comes beyond the limit is refused: see what opens so many, such as a program that never closes them.",
    },
  ];
}

function processLines({ eventLoop, process: own }: Status): Judged[] {
  return [
    {
      ...{ id: "event-loop", title: "Event loop delay" },
      value: `p99 ${formatDuration(eventLoop.p99Ms)}, worst ${formatDuration(eventLoop.maxMs)}`,
      state: beyond(eventLoop.p99Ms, DELAY_MS),
      meaning: "How late the server's one thread is, over ten seconds: everything it does is late by as much.",
      advice: "The machine is too busy: give the server a processor of its own, or send in larger and fewer batches.",
    },
    {
      ...{ id: "memory", title: "Server memory" },
      value: `${formatBytes(own.residentBytes)}, of it ${formatBytes(own.heapUsedBytes)} objects`,
      state: "good",
      meaning: "Of the server's process, without the engine's.",
      advice: "",
    },
  ];
}

function beyond(value: number, { look, bad }: { readonly look: number; readonly bad: number }): HealthState {
  if (value >= bad) return "bad";
  return value >= look ? "look" : "good";
}

function sum({ spans, events, points }: Status["stored"]): number {
  return spans + events + points;
}
