import { readFileSync } from "node:fs";
import type { Clock } from "../base/time.ts";
import type { Engine } from "../engine/engine.ts";
import type { IngestStats } from "../ingest/ingest-stats.ts";
import type { Loader } from "../jobs/loader.ts";
import type { Journal, SealedSegment } from "../journal/journal.ts";
import { LoopDelay } from "../live/loop-delay.ts";
import type { Rate } from "../live/rates.ts";
import { JOURNALED_TABLES } from "../model/columns.ts";
import type { CommittedGroup } from "../model/committed-group.ts";
import { LIMITS } from "../model/limits.ts";
import type { ServerStatus } from "../model/shapes.ts";
import type { StoreClient } from "../store/client.ts";
import { tableSizes } from "../store/queries/sizes.ts";

export interface StatusSources {
  readonly clock: Clock;
  readonly journal: Journal;
  /** Absent with a server as the store. */
  readonly engine: Engine | undefined;
  readonly store: StoreClient;
  readonly stats: () => IngestStats | undefined;
  readonly loader: Loader;
  readonly rates: { readonly spans: Rate; readonly events: Rate; readonly tokens: Rate };
  /** How much waits to be settled: traces, and runs that events name. */
  readonly unsettled: () => number;
  readonly sockets: () => number;
  /** What the embedded engine may allocate. */
  readonly engineMemoryBytes: number;
}

export const VERSION = readVersion();

const SIZES_AGE_MS = 5_000;
const DELAY_WINDOW_MS = 10_000;

const COUNTED = ["spans", "events", "points"] as const;
type Counted = (typeof COUNTED)[number];
type Counts = Record<Counted, number>;

/** How the server does: what it took, what the store has, what waits. */
export class StatusReporter {
  readonly #sources: StatusSources;
  readonly #startedAtMs: number;
  /** Rows that the store had, and that waited in the journal, when this process began. */
  readonly #storedBefore: Counts = { spans: 0, events: 0, points: 0 };
  readonly #waitedBefore: Counts = { spans: 0, events: 0, points: 0 };
  readonly #acknowledged: Counts = { spans: 0, events: 0, points: 0 };
  readonly #loop = new LoopDelay();
  readonly #turning: NodeJS.Timeout;
  #delays = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  /** Known once it listens. */
  grpcPort: number | undefined;
  #diskBytes: { readonly atMs: number; readonly bytes: number } | undefined;

  constructor(sources: StatusSources) {
    this.#sources = sources;
    this.#startedAtMs = sources.clock.nowMs();
    this.#turning = setInterval(() => {
      this.#delays = this.#loop.take();
    }, DELAY_WINDOW_MS).unref();
  }

  stop(): void {
    clearInterval(this.#turning);
    this.#loop.stop();
  }

  /** Reads what is there at the start, so that counters go on where they were. Nothing may be loaded meanwhile. */
  async begin(): Promise<void> {
    const { store, journal } = this.#sources;
    const sizes = await tableSizes(store);
    const segments = journal.sealed();
    for (const name of COUNTED) {
      this.#storedBefore[name] = sizes.get(name)?.rows ?? 0;
      const frames = segments.flatMap((segment) => segment.frames.filter(({ table }) => nameOf(table) === name));
      let waiting = frames.reduce((sum, { rows }) => sum + rows, 0);
      // A crash may have come between loading a segment, or a part of it, and deleting it.
      for (const { first, last } of waiting === 0 ? [] : rangesOf(segments)) {
        waiting -= await store.rowsBetween(name, first, last);
      }
      this.#waitedBefore[name] = Math.max(waiting, 0);
    }
  }

  committed({ counts }: CommittedGroup): void {
    this.#acknowledged.spans += counts.spans;
    this.#acknowledged.events += counts.events;
    this.#acknowledged.points += counts.points;
  }

  get ready(): boolean {
    const state = this.#sources.engine?.status().state;
    return state === undefined || state === "ready";
  }

  /** `running`: open runs, and their agents by what they do now. */
  async report(running: ServerStatus["running"]): Promise<ServerStatus> {
    const { clock, journal, engine, loader, rates, unsettled, sockets, engineMemoryBytes } = this.#sources;
    const stats = this.#sources.stats();
    const engineStatus = engine?.status();
    const memory = process.memoryUsage();
    const diskBytes = await this.#disk();
    const counts = (of: (name: Counted) => number) => ({
      spans: of("spans"),
      events: of("events"),
      points: of("points"),
    });
    return {
      version: VERSION,
      uptimeMs: Math.round(clock.nowMs() - this.#startedAtMs),
      pid: process.pid,
      ready: this.ready,
      acknowledged: counts((name) => this.#storedBefore[name] + this.#waitedBefore[name] + this.#acknowledged[name]),
      stored: counts((name) => this.#storedBefore[name] + loader.loaded[name]),
      duplicates: stats?.duplicates ?? 0,
      rejected: stats?.rejected ?? 0,
      journal: journal.stats(),
      engine: {
        state: engineStatus?.state ?? "external",
        restarts: engineStatus?.restarts ?? 0,
        ...(engineStatus?.residentBytes === undefined ? {} : { residentBytes: engineStatus.residentBytes }),
        ...(diskBytes === undefined ? {} : { diskBytes }),
        ...(engine === undefined ? {} : { memoryBytesMax: engineMemoryBytes }),
      },
      running,
      unsettled: unsettled(),
      rates: { spansPerS: rates.spans.perS, eventsPerS: rates.events.perS, tokensPerS: rates.tokens.perS },
      sockets: sockets(),
      limits: { ...LIMITS },
      eventLoop: this.#delays,
      process: { residentBytes: memory.rss, heapUsedBytes: memory.heapUsed },
      losses: stats?.losses() ?? { rejected: [], changed: [], refusedRequests: [] },
      ...(this.grpcPort === undefined ? {} : { grpcPort: this.grpcPort }),
    };
  }

  async #disk(): Promise<number | undefined> {
    const nowMs = this.#sources.clock.nowMs();
    if (this.#diskBytes !== undefined && nowMs - this.#diskBytes.atMs < SIZES_AGE_MS) return this.#diskBytes.bytes;
    if (!this.ready) return this.#diskBytes?.bytes;
    try {
      const sizes = await tableSizes(this.#sources.store);
      const bytes = [...sizes.values()].reduce((sum, { bytesOnDisk }) => sum + bytesOnDisk, 0);
      this.#diskBytes = { atMs: nowMs, bytes };
    } catch {
      // The store is away: status has to answer all the more, with what was known.
      return this.#diskBytes?.bytes;
    }
    return this.#diskBytes.bytes;
  }
}

function readVersion(): string {
  for (const up of ["../../package.json", "../../../package.json"]) {
    try {
      return (JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return "0.0.0";
}

function nameOf(table: number): string | undefined {
  return JOURNALED_TABLES[table]?.name;
}

/** The offsets of segments, those that follow one another as one range. */
function rangesOf(segments: readonly SealedSegment[]): { first: number; last: number }[] {
  const ranges: { first: number; last: number }[] = [];
  for (const { frames, lastOffset } of segments) {
    const [frame] = frames;
    if (frame === undefined) continue;
    const before = ranges.at(-1);
    if (before !== undefined && before.last + 1 === frame.firstOffset) before.last = lastOffset;
    else ranges.push({ first: frame.firstOffset, last: lastOffset });
  }
  return ranges;
}
