// The process of `talea serve`: starts the server, says where it is, stays until it is told to stop.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { EngineError } from "../engine/engine.ts";
import { createLog } from "../server/log.ts";
import { isLoopback, startTalea, type Talea } from "../server/server.ts";
import { type Settings, SettingsError } from "../server/settings.ts";
import { DowngradeError } from "../store/migrations.ts";
import { stopSignal } from "./stop-signal.ts";
import type { Terminal } from "./terminal.ts";

const STOP_WITHIN_MS = 10_000;
/**
 * How much the heap of old objects may grow before it is collected, in percent. By V8's own rule a heap of 40 MB is
 * walked twice a second while requests come in, which costs a third of what taking them in does.
 */
const HEAP_GROWTH_PERCENT = 200;

/** Runs a server until SIGTERM or SIGINT. Resolves to the exit code. */
export async function runServer(settings: Settings, terminal: Terminal): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const { log, logger } = createLog(settings.logLevel);
  let talea: Talea;
  try {
    talea = await startTalea(settings, log, logger);
  } catch (error) {
    if (!isExpected(error)) throw error;
    terminal.err.line(error.message);
    return 2;
  }
  const { url, grpcAddress, dataDirectory } = talea;
  // Before anybody can know that it is ready, and stop it.
  const stopping = stopSignal();
  terminal.out.line(`Talea is ready on ${url} (OTLP/gRPC ${grpcAddress}, data ${dataDirectory})`);
  if (terminal.out.isTerminal && isLoopback(settings.host)) {
    terminal.err.line(
      "Agents in containers do not reach this address. For them: TALEA_KEY=<secret> talea serve --host 0.0.0.0",
    );
  }
  const demo = settings.demo ? runDemo(url, settings, terminal, stopping) : undefined;
  if (!stopping.aborted) await once(stopping, "abort");
  const timer = setTimeout(() => {
    log("error", "Stopping took too long; what is not loaded waits in the journal");
    process.exit(1);
  }, STOP_WITHIN_MS);
  timer.unref();
  await demo;
  await talea.close();
  return 0;
}

async function runDemo(url: string, settings: Settings, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { showDemo } = await import("./demo/demo.ts");
  try {
    await showDemo({ url, key: keyOf(settings), loop: true, signal, say: (text) => terminal.err.line(text) });
  } catch (error) {
    // The server is what was asked for; it goes on without its demonstration.
    terminal.err.line(`The demonstration ended: ${(error as Error).message}`);
  }
}

function isExpected(error: unknown): error is Error {
  return error instanceof SettingsError || error instanceof EngineError || error instanceof DowngradeError;
}

/** The key in force: the file's goes before the setting's. The server has read the file before. */
function keyOf({ key, keyFile }: Settings): string | undefined {
  const inForce = keyFile === "" ? key : readFileSync(keyFile, "utf8").trim();
  return inForce === "" ? undefined : inForce;
}
