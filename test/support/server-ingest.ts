// The half of the server that takes data in, in this process: real sockets, real journal, no engine. What was committed
// can be read back as rows, and limits that the whole server has in common can be set low.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { answerErrors } from "../../src/api/error-answers.ts";
import { recordRoutes } from "../../src/api/routes/records.ts";
import { systemClock } from "../../src/base/time.ts";
import { Access } from "../../src/ingest/access.ts";
import { createIngest, type Ingest } from "../../src/ingest/ingest.ts";
import { OtlpGrpc } from "../../src/ingest/otlp-grpc.ts";
import { otlpHttp } from "../../src/ingest/otlp-http.ts";
import { Pricing } from "../../src/ingest/pricing.ts";
import { Journal } from "../../src/journal/journal.ts";
import type { JournaledTableName } from "../../src/model/columns.ts";
import type { CommittedGroup } from "../../src/model/committed-group.ts";
import { LIMITS } from "../../src/model/limits.ts";
import { type Row, readBlocks, rowsOf } from "../../src/store/native/block-reader.ts";

export interface IngestServerOptions {
  /** What the journal may hold before it refuses more. */
  readonly journalBytes?: number;
  readonly bodiesInFlightBytes?: number;
  readonly key?: string;
}

export interface IngestServer {
  readonly ingest: Ingest;
  readonly url: string;
  readonly grpcAddress: string;
  /** Errors that should never happen. */
  readonly faults: readonly unknown[];
  /** The committed rows of a table, in the order in which they were taken in. */
  rows(table: JournaledTableName): Row[];
  /** Forgets the committed rows. */
  forgetRows(): void;
  close(): Promise<void>;
}

/** Committed blocks as rows. Blocks are copied: their memory is used again. */
export class CommittedRows {
  readonly #blocks: { readonly table: JournaledTableName; readonly block: Uint8Array }[] = [];

  add({ blocks }: CommittedGroup): void {
    for (const { tableName, block } of blocks) this.#blocks.push({ table: tableName, block: Uint8Array.from(block) });
  }

  rows(table: JournaledTableName): Row[] {
    return this.#blocks.filter((one) => one.table === table).flatMap(({ block }) => readBlocks(block).flatMap(rowsOf));
  }

  clear(): void {
    this.#blocks.length = 0;
  }
}

/** An Ingest over memory: no sockets, no disk. */
export function ingestInMemory(): { readonly ingest: Ingest; readonly committed: CommittedRows; faults: unknown[] } {
  const committed = new CommittedRows();
  const faults: unknown[] = [];
  let offset = 0;
  const ingest = createIngest({
    log: { next: () => ++offset, append: async () => undefined },
    clock: systemClock,
    pricing: new Pricing(),
    admit: () => undefined,
    onCommitted: (group) => committed.add(group),
    onFault: (error) => faults.push(error),
  });
  return { ingest, committed, faults };
}

export async function startIngestServer(options: IngestServerOptions = {}): Promise<IngestServer> {
  const directory = mkdtempSync(join(tmpdir(), "talea-ingest-"));
  const journal = await Journal.open(
    {
      ...{ directory, clock: systemClock, log: () => undefined, onSealed: () => undefined },
      segmentBytes: LIMITS.segmentBytes,
      segmentRows: LIMITS.segmentRows,
      segmentAgeBusyMs: 60_000,
      segmentAgeCalmMs: 60_000,
      busyRowsPerS: LIMITS.busyRowsPerS,
      bytesMax: options.journalBytes ?? LIMITS.journalBytes,
      shareOfFreeDisk: 1,
    },
    async () => 0,
  );
  const committed = new CommittedRows();
  const faults: unknown[] = [];
  const ingest = createIngest({
    ...{ log: journal, clock: systemClock, pricing: new Pricing() },
    admit: () => journal.admit(),
    onCommitted: (group) => committed.add(group),
    onFault: (error) => faults.push(error),
    ...(options.bodiesInFlightBytes === undefined ? {} : { bodiesInFlightBytes: options.bodiesInFlightBytes }),
  });
  const access = new Access(options.key, systemClock);
  const app = await httpServer(ingest, access, journal);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const grpc = await OtlpGrpc.listen({ receiver: ingest.receiver, access, host: "127.0.0.1", port: 0 });
  return {
    ...{ ingest, url, faults },
    grpcAddress: `127.0.0.1:${grpc.port}`,
    rows: (table) => committed.rows(table),
    forgetRows: () => committed.clear(),
    close: async () => {
      await grpc.close(100);
      await app.close();
      await ingest.close();
      await journal.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function httpServer(ingest: Ingest, access: Access, journal: Journal) {
  const app = fastify({ bodyLimit: LIMITS.compressedBodyBytes, forceCloseConnections: true });
  const caller = access.callerOf(undefined);
  app.addHook("onRequest", async (request) => {
    if (caller !== undefined) request.caller = caller;
  });
  answerErrors(app);
  await app.register((scope, _options, done) => {
    otlpHttp(scope, ingest.receiver);
    done();
  });
  const { records, receiver, stats } = ingest;
  const parts = { records, receiver, stats, admit: () => journal.admit() };
  await app.register((scope, _options, done) => {
    recordRoutes(scope, parts);
    done();
  });
  return app;
}
