// The composition root: makes every part, hands each what it needs, starts them in order and stops them in order.
//
//   start: engine ▶ schema ▶ journal (recovery) ▶ loader ▶ sockets
//   stop:  sockets ▶ what was taken in ▶ seal ▶ load for a while ▶ store ▶ engine

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { RUN_TIMINGS } from "../analysis/run-analysis.ts";
import { createApi } from "../api/api.ts";
import { Guard } from "../api/guard.ts";
import { Scrape } from "../api/prometheus/scrape.ts";
import { RunningRuns } from "../api/runs/running-runs.ts";
import { SqlRunner } from "../api/sql/sql-runner.ts";
import { EventStreams } from "../api/stream/server-sent-events.ts";
import { StateHub } from "../api/stream/state-hub.ts";
import type { StreamParts } from "../api/stream/stream-parts.ts";
import { StreamServer } from "../api/stream/stream-server.ts";
import { systemClock } from "../base/time.ts";
import type { Engine } from "../engine/engine.ts";
import { Access } from "../ingest/access.ts";
import { createIngest, type Ingest } from "../ingest/ingest.ts";
import { IssuedKeys } from "../ingest/issued-keys.ts";
import { OtlpGrpc } from "../ingest/otlp-grpc.ts";
import { Pricing } from "../ingest/pricing.ts";
import { Deletions } from "../jobs/deletions.ts";
import { HeavyWorker } from "../jobs/heavy/heavy-work.ts";
import { Loader } from "../jobs/loader.ts";
import { Retention } from "../jobs/retention.ts";
import { RollUps } from "../jobs/roll-ups.ts";
import { Analyst } from "../jobs/runs/analyst.ts";
import { RunDirectory } from "../jobs/runs/run-directory.ts";
import { RunReader } from "../jobs/runs/run-reader.ts";
import { noteSegment, restoreUnsettled } from "../jobs/settle/restore.ts";
import { SettleGate } from "../jobs/settle/settle-gate.ts";
import { Settler } from "../jobs/settle/settler.ts";
import { Journal } from "../journal/journal.ts";
import { EventHub } from "../live/event-hub.ts";
import { EventLog } from "../live/event-log.ts";
import { Rate } from "../live/rates.ts";
import { RunNames } from "../live/run-names.ts";
import { Unsettled } from "../live/unsettled.ts";
import type { CommittedGroup } from "../model/committed-group.ts";
import { LIMITS } from "../model/limits.ts";
import type { StoreClient } from "../store/client.ts";
import { highestOffset } from "../store/queries/offsets.ts";
import type { Log } from "./log.ts";
import { openStore } from "./open-store.ts";
import { readPrices } from "./price-file.ts";
import { type Settings, SettingsError } from "./settings.ts";
import { shownSettings } from "./shown-settings.ts";
import { StatusReporter, VERSION } from "./status.ts";

/** A running Talea. */
export interface Talea {
  /** Where the page, the API and OTLP/HTTP are. */
  readonly url: string;
  readonly grpcAddress: string;
  readonly dataDirectory: string;
  /** Stops taking, seals, loads what can be loaded in 5 s and closes. Can be called again. */
  close(): Promise<void>;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);
const LOAD_AT_STOP_MS = 5_000;
const GRPC_GRACE_MS = 2_000;
const OUTLINER_RENEWED_AFTER_MS = 2_000;
/** With so many segments waiting, ingest has the machine. */
const SEGMENTS_WAITING_BUSY = 2;

/** What has to be closed, in the order in which it was opened; closing goes backwards. */
class Closers {
  readonly #closers: (() => Promise<void>)[] = [];
  #closing: Promise<void> | undefined;

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close();
  }
}

/** Starts everything. Throws SettingsError or EngineError in words that say what to do. */
export async function startTalea(settings: Settings, log: Log, logger: FastifyBaseLogger): Promise<Talea> {
  const access = accessOf(settings, log);
  const closers = new Closers();
  try {
    return await start(settings, access, log, logger, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(
  settings: Settings,
  access: Access,
  log: Log,
  logger: FastifyBaseLogger,
  closers: Closers,
): Promise<Talea> {
  const intake = await startIntake(settings, log, closers);
  const jobs = await startJobs(settings, intake, log, closers);
  const { receiver, records, stats } = intake.ingest;
  const { store, loader, unsettled, journal, status } = intake;
  const guard = new Guard({ access, allowHosts: settings.allowHost, allowOrigins: settings.allowOrigin });
  const running = new RunningRuns({ ...jobs, store, unsettled, clock: systemClock, isBusy: () => isBusy(journal) });
  const report = async () => status.report(await running.now());
  const stream = streamOf(settings, intake, jobs, logger);
  const eventStreams = new EventStreams();
  const keys = await startKeys(store, access, log, closers);
  closers.add(async () => {
    stream.states.close();
    stream.events.close();
  });
  intake.onCommitted((group) => stream.events.committed(group));
  const scrape = new Scrape({ store, stats, logger, clock: systemClock, status: report });
  closers.add(async () => scrape.stop());
  const sql = new SqlRunner(store);
  closers.add(() => sql.close());
  const app = await createApi({
    ...jobs,
    ...{ guard, access, keys, receiver, records, stats, store, loader, unsettled, logger },
    ...{ sql, stream, eventStreams },
    clock: systemClock,
    admit: () => journal.admit(),
    // Their runs are told of these records only now.
    retryQuarantined: () => journal.retryQuarantined((segment) => noteSegment(journal, segment, unsettled)),
    pricing: intake.pricing,
    status: report,
    settings: shownSettings(settings),
    scrape: () => scrape.text(),
    ready: () => status.ready,
    version: VERSION,
    pageDirectory: pageDirectory(),
  });
  closers.add(() => app.close());
  const sockets = new StreamServer(app, guard, stream);
  closers.add(async () => {
    await Promise.all([sockets.close(), eventStreams.close()]);
  });
  keys.onEnded(() => {
    sockets.refuseEnded(access);
    eventStreams.refuseEnded(access);
  });
  intake.countSockets(() => sockets.count + eventStreams.count);
  const talea = await listen(settings, access, app, receiver, closers);
  intake.noteOwner(talea.url);
  status.grpcPort = Number(talea.grpcAddress.split(":").at(-1));
  return talea;
}

async function startKeys(store: StoreClient, access: Access, log: Log, closers: Closers): Promise<IssuedKeys> {
  const keys = new IssuedKeys({ store, access, log, clock: systemClock });
  await keys.start();
  // Also those that were made while the server asked for none: whoever gives it a main key should know.
  if (!access.isOpen && keys.count > 0)
    log("info", "Issued keys are in force besides the main key", { count: keys.count });
  closers.add(() => keys.stop());
  return keys;
}

/** What subscribers are fed from. */
function streamOf(
  settings: Settings,
  { store, journal, unsettled }: Intake,
  { directory, analyst }: { readonly directory: RunDirectory; readonly analyst: Analyst },
  logger: FastifyBaseLogger,
): StreamParts {
  const onFault = (error: unknown) => logger.error({ err: error }, "The live stream failed");
  return {
    events: new EventHub({
      log: new EventLog(store, journal),
      runs: new RunNames(unsettled, directory),
      durableOffset: journal.durableOffset,
      onFault,
    }),
    states: new StateHub({
      ...{ store, directory, analyst, unsettled, onFault },
      clock: systemClock,
      isBusy: () => isBusy(journal),
      timings: timingsOf(settings),
    }),
  };
}

/** Whether ingest has so much to do that other work waits. */
function isBusy(journal: Journal): boolean {
  return journal.sealed().length >= SEGMENTS_WAITING_BUSY;
}

/** What takes records in and brings them into the store. */
interface Intake {
  readonly pricing: Pricing;
  readonly store: StoreClient;
  readonly engine: Engine | undefined;
  readonly noteOwner: (url: string) => void;
  readonly journal: Journal;
  readonly loader: Loader;
  readonly unsettled: Unsettled;
  readonly status: StatusReporter;
  readonly ingest: Ingest;
  /** Whoever is called with every group after it is durable. */
  readonly onCommitted: (listener: (group: CommittedGroup) => void) => void;
  readonly countSockets: (count: () => number) => void;
}

async function startIntake(settings: Settings, log: Log, closers: Closers): Promise<Intake> {
  const clock = systemClock;
  const pricing = new Pricing(readPrices(settings.prices));
  const { store, engine, noteOwner } = await openStore(settings, log, closers);
  // A segment may be sealed before the loader exists: then it is found by the loader's first look.
  let wake: () => void = () => undefined;
  const journal = await openJournal(settings, store, log, () => wake());
  const loader = new Loader({ journal, store, log, onLoaded: () => undefined });
  wake = () => loader.wake();
  engine?.onReady(wake);
  closers.add(() => loader.stop(LOAD_AT_STOP_MS));
  closers.add(() => journal.close());

  const unsettled = new Unsettled(clock);
  let follower: (group: CommittedGroup) => void = () => undefined;
  let sockets: () => number = () => 0;
  const rates = { spans: new Rate(clock), events: new Rate(clock), tokens: new Rate(clock) };
  const ingest = createIngest({
    ...{ log: journal, clock, pricing },
    admit: () => journal.admit(),
    onCommitted: (group) => {
      status.committed(group);
      unsettled.note(group);
      rates.spans.add(group.counts.spans);
      rates.events.add(group.counts.events);
      rates.tokens.add(group.tokens);
      follower(group);
    },
  });
  const status = new StatusReporter({
    ...{ clock, journal, engine, store, loader, rates },
    stats: () => ingest.stats,
    unsettled: () => unsettled.size,
    sockets: () => sockets(),
    engineMemoryBytes: settings.engineMemory,
  });
  closers.add(async () => status.stop());
  await status.begin();
  closers.add(() => ingest.close());
  return {
    ...{ store, engine, noteOwner, journal, loader, unsettled, status, ingest, pricing },
    onCommitted: (listener) => {
      follower = listener;
    },
    countSockets: (count) => {
      sockets = count;
    },
  };
}

/** What works on stored records: reading and settling of runs, deletion, retention. */
async function startJobs(settings: Settings, intake: Intake, log: Log, closers: Closers) {
  const { store, engine, journal, loader, unsettled } = intake;
  const clock = systemClock;
  const loadedThrough = () => loader.throughOffset;
  let settler: Settler | undefined;
  const settleGate = new SettleGate();
  const deletions = new Deletions({
    ...{ store, clock, log, loadedThrough },
    unsettle: async (reference) => settler?.remove(reference),
  });
  await deletions.start();
  closers.add(() => deletions.stop());
  const directory = new RunDirectory(store, unsettled, deletions);
  const reader = new RunReader(store, journal);
  const worker = new HeavyWorker(store.address);
  closers.add(() => worker.close());
  const outliner = new HeavyWorker(store.address, OUTLINER_RENEWED_AFTER_MS);
  closers.add(() => outliner.close());
  // Whoever opens a large run first need not wait for it.
  outliner.prepare();
  const timings = timingsOf(settings);
  const analyst = new Analyst({ directory, reader, recent: unsettled, worker, outliner, clock, timings });

  await restoreUnsettled(store, journal, unsettled);
  loader.wake();
  settler = new Settler({
    ...{ store, reader, directory, worker, unsettled, clock, timings, log, loadedThrough, gate: settleGate },
    isBusy: () => isBusy(journal),
    onSettled: (reference) => analyst.forgetOutdated(reference),
  });
  settler.start();
  closers.add(() => (settler as Settler).stop());

  const rollUps = new RollUps({ store, clock, log, loadedThrough, isBusy: () => isBusy(journal) });
  rollUps.start();
  closers.add(() => rollUps.stop());

  const retention = new Retention({
    ...{ store, clock, log, keepMs: settings.retention, bytesMax: settings.maxDisk },
    directory: engine === undefined ? undefined : settings.data,
  });
  retention.start();
  closers.add(() => retention.stop());
  return { deletions, retention, directory, reader, analyst, settleGate };
}

async function openJournal(settings: Settings, store: StoreClient, log: Log, onSealed: () => void): Promise<Journal> {
  const directory = join(resolve(settings.data), "journal");
  return Journal.open(
    {
      ...{ directory, clock: systemClock, log, onSealed },
      segmentBytes: LIMITS.segmentBytes,
      segmentRows: LIMITS.segmentRows,
      segmentAgeBusyMs: LIMITS.segmentAgeBusyMs,
      segmentAgeCalmMs: LIMITS.segmentAgeCalmMs,
      busyRowsPerS: LIMITS.busyRowsPerS,
      bytesMax: LIMITS.journalBytes,
      shareOfFreeDisk: LIMITS.journalShareOfFreeDisk,
    },
    () => highestOffset(store),
  );
}

async function listen(
  settings: Settings,
  access: Access,
  app: FastifyInstance,
  receiver: Ingest["receiver"],
  closers: Closers,
): Promise<Talea> {
  const { host } = settings;
  await app.listen({ host, port: settings.port }).catch(refuse("--port", host, settings.port));
  const grpc = await OtlpGrpc.listen({ receiver, access, host, port: settings.grpcPort }).catch(
    refuse("--grpc-port", host, settings.grpcPort),
  );
  closers.add(() => grpc.close(GRPC_GRACE_MS));
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : settings.port;
  const named = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${named}:${port}`,
    grpcAddress: `${named}:${grpc.port}`,
    dataDirectory: settings.data,
    close: () => closers.close(),
  };
}

/** Why nobody can listen there, in words that say what to do. gRPC's library gives no code, and one reason for all. */
function refuse(flag: string, host: string, port: number): (error: Error) => never {
  return (error) => {
    if (/EADDRINUSE|No address added/.test(String(error))) {
      throw new SettingsError(
        `Port ${port} on ${host} is taken. Is another Talea or an OpenTelemetry collector running? Choose another with ` +
          `${flag} (0 picks a free one).`,
      );
    }
    if (!("code" in error)) throw error;
    throw new SettingsError(`Talea cannot listen on ${host}, port ${port}: ${error.message}. See --host and ${flag}.`);
  };
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

/** The keys in force. Off loopback a key is a must. */
function accessOf(settings: Settings, log: Log): Access {
  let key = settings.key;
  if (settings.keyFile !== "") {
    try {
      key = readFileSync(settings.keyFile, "utf8").trim();
    } catch (error) {
      throw new SettingsError(`--key-file cannot be read: ${(error as Error).message}`);
    }
    if (key === "") throw new SettingsError(`--key-file ${settings.keyFile} is empty`);
  }
  if (key === "" && !isLoopback(settings.host)) {
    throw new SettingsError(
      `Without a key Talea listens on this machine only, and ${settings.host} is open to others. Set TALEA_KEY or ` +
        "--key-file FILE to a secret of your choice; senders and readers then pass it as `Authorization: Bearer <key>`.",
    );
  }
  if (key !== "" && !isLoopback(settings.host)) {
    log("warn", "The key travels unencrypted over plain HTTP: put a proxy with TLS in front");
  }
  return new Access(key === "" ? undefined : key, systemClock);
}

/** Where the built page lies: beside the sources' dist, or in the package beside the compiled server. */
function pageDirectory(): string {
  const fromSources = fileURLToPath(new URL("../../dist/web", import.meta.url));
  return existsSync(fromSources) ? fromSources : fileURLToPath(new URL("../web", import.meta.url));
}

function timingsOf({ quiet, stallAfter, abandonAfter }: Settings) {
  return { ...RUN_TIMINGS, quietMs: quiet, stallAfterMs: stallAfter, abandonAfterMs: abandonAfter };
}
