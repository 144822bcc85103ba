// How the server itself does, as families: what it took, what waits, its engine, its process.

import type { IngestStats } from "../../ingest/ingest-stats.ts";
import type { Delays } from "../../live/loop-delay.ts";
import type { ServerStatus } from "../../model/shapes.ts";
import type { Family, Sample, SimpleFamily } from "./exposition.ts";

const US_PER_S = 1e6;
const ENGINE_STATES = ["starting", "ready", "restarting", "closed", "external"];

const counter = (name: string, help: string, samples: readonly Sample[] | number): SimpleFamily => ({
  ...{ name, help, type: "counter" },
  samples: typeof samples === "number" ? [{ value: samples }] : samples,
});
const gauge = (name: string, help: string, samples: readonly Sample[] | number): SimpleFamily => ({
  ...counter(name, help, samples),
  type: "gauge",
});
const labelled = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

/** The label `quantile` is that of summaries. */
function delays({ p50Ms, p99Ms, maxMs }: Delays): Sample[] {
  return labelled("stat", { p50: p50Ms / 1000, p99: p99Ms / 1000, max: maxMs / 1000 });
}

export function healthFamilies(status: ServerStatus, stats: IngestStats, delay: Delays): Family[] {
  return [...ingestFamilies(status, stats), ...storeFamilies(status), ...processFamilies(status, delay)];
}

function ingestFamilies(status: ServerStatus, stats: IngestStats): Family[] {
  return [
    counter("talea_ingest_requests_total", "Requests that brought records", labelled("signal", stats.requests)),
    counter("talea_ingest_accepted_total", "Records that were acknowledged", labelled("record", status.acknowledged)),
    counter("talea_ingest_rejected_total", "Items that were refused", status.rejected),
    counter("talea_ingest_duplicates_total", "Repeats that were dropped", status.duplicates),
  ];
}

function storeFamilies({ stored, journal, engine, running, sockets, unsettled }: ServerStatus): Family[] {
  const { residentBytes, diskBytes } = engine;
  const states = new Set([...ENGINE_STATES, engine.state]);
  const perState = Object.fromEntries([...states].map((state) => [state, state === engine.state ? 1 : 0]));
  return [
    counter("talea_stored_total", "Records that the store has", labelled("record", stored)),
    gauge("talea_journal_segments", "Segments of the journal that are not loaded", journal.segments),
    gauge("talea_journal_bytes", "What they take on disk", journal.bytes),
    gauge("talea_journal_oldest_seconds", "Age of the oldest of them", journal.oldestMs / 1000),
    gauge("talea_journal_quarantined", "Frames of the journal that were set aside", journal.quarantined),
    gauge("talea_engine_state", "1 for the state that the engine is in", labelled("state", perState)),
    counter("talea_engine_restarts_total", "How often the engine was started again", engine.restarts),
    ...(residentBytes === undefined
      ? []
      : [gauge("talea_engine_resident_memory_bytes", "Memory of the engine", residentBytes)]),
    ...(diskBytes === undefined ? [] : [gauge("talea_store_bytes", "Disk that the store takes", diskBytes)]),
    gauge("talea_runs_running", "Open runs", running.runs),
    gauge("talea_agents_running", "Agents of open runs by what they do", labelled("state", running.agents)),
    gauge("talea_unsettled", "Traces and named runs that wait to be settled", unsettled),
    gauge("talea_sockets", "Open WebSockets", sockets),
  ];
}

function processFamilies({ version, uptimeMs }: ServerStatus, delay: Delays): Family[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    gauge("talea_event_loop_delay_seconds", "How late the event loop was since the last look", delays(delay)),
    gauge("talea_uptime_seconds", "Since the start of the process", uptimeMs / 1000),
    counter("process_cpu_seconds_total", "Processor time of the server's process", (user + system) / US_PER_S),
    gauge("process_resident_memory_bytes", "Memory of the server's process", rss),
    gauge("talea_heap_used_bytes", "Of it: live JavaScript objects", heapUsed),
    gauge("talea_build_info", "1, with the version", [{ labels: { version }, value: 1 }]),
  ];
}
