import type { FastifyInstance } from "fastify";
import type { Clock } from "../base/time.ts";
import type { Access } from "../ingest/access.ts";
import type { IngestStats } from "../ingest/ingest-stats.ts";
import type { IssuedKeys } from "../ingest/issued-keys.ts";
import type { JsonRecords } from "../ingest/json-records.ts";
import type { OtlpReceiver } from "../ingest/otlp-receiver.ts";
import type { Pricing } from "../ingest/pricing.ts";
import type { Deletions } from "../jobs/deletions.ts";
import type { Retention } from "../jobs/retention.ts";
import type { Analyst } from "../jobs/runs/analyst.ts";
import type { RunDirectory } from "../jobs/runs/run-directory.ts";
import type { RunReader } from "../jobs/runs/run-reader.ts";
import type { SettleGate } from "../jobs/settle/settle-gate.ts";
import type { RetriedFrames } from "../journal/journal.ts";
import type { Unsettled } from "../live/unsettled.ts";
import type { ShownSetting } from "../model/server-shapes.ts";
import type { ServerStatus } from "../model/shapes.ts";
import type { StoreClient } from "../store/client.ts";
import type { Guard } from "./guard.ts";
import type { SqlRunner } from "./sql/sql-runner.ts";
import type { EventStreams } from "./stream/server-sent-events.ts";
import type { StreamParts } from "./stream/stream-parts.ts";

/** Waits for the store. */
export interface LoadedThrough {
  /** The store has everything up to this offset. */
  readonly throughOffset: number;
  waitFor(offset: number, timeoutMs: number): Promise<boolean>;
}

/** What the routes work with: made once by the server and handed to each of them. */
export interface ApiParts {
  readonly guard: Guard;
  readonly access: Access;
  readonly keys: IssuedKeys;
  readonly receiver: OtlpReceiver;
  readonly records: JsonRecords;
  readonly stats: IngestStats;
  /** Throws JournalUnavailableError when nothing can be taken in now. */
  readonly admit: () => void;
  /** Has the store try again what it refused. */
  readonly retryQuarantined: () => Promise<RetriedFrames>;
  readonly store: StoreClient;
  readonly loader: LoadedThrough;
  readonly analyst: Analyst;
  readonly directory: RunDirectory;
  readonly deletions: Deletions;
  readonly retention: Retention;
  readonly reader: RunReader;
  readonly unsettled: Unsettled;
  /** Sums are read through it. */
  readonly settleGate: SettleGate;
  readonly clock: Clock;
  readonly sql: SqlRunner;
  readonly stream: StreamParts;
  /** The server-sent events that are being answered. */
  readonly eventStreams: EventStreams;
  /** The prices of now. */
  readonly pricing: Pricing;
  readonly status: () => Promise<ServerStatus>;
  /** The settings in force. */
  readonly settings: readonly ShownSetting[];
  /** What Prometheus is told, in its text format. */
  readonly scrape: () => Promise<string>;
  readonly ready: () => boolean;
  readonly logger: FastifyInstance["log"];
  readonly version: string;
  /** Where the built page lies. */
  readonly pageDirectory: string;
}
