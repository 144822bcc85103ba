import { EngineError } from "../../engine/engine.ts";
import { createLog } from "../../server/log.ts";
import { startTalea, type Talea } from "../../server/server.ts";
import {
  environmentNameOf,
  flagOf,
  readSettings,
  SETTINGS,
  type Settings,
  SettingsError,
} from "../../server/settings.ts";
import { DowngradeError } from "../../store/migrations.ts";
import type { Command } from "../command.ts";

const CONFIG_FILE = "talea.config.json";
const STOP_WITHIN_MS = 10_000;

/** `talea serve`: starts the server and stays until it is told to stop. */
export const serve: Command = {
  summary: "Start Talea: collect telemetry and serve the page and the API",

  async run(args) {
    if (args.includes("--help")) {
      console.log(help());
      return 0;
    }
    let settings: Settings;
    try {
      settings = readSettings({ args, environment: process.env, file: CONFIG_FILE });
    } catch (error) {
      return fail(error);
    }
    if (settings.key !== "" && args.some((arg) => arg.startsWith("--key=") || arg === "--key")) {
      console.error("--key shows in the list of processes: TALEA_KEY or --key-file FILE keep it to yourself.");
    }
    const { log, logger } = createLog(settings.logLevel);
    let talea: Talea;
    try {
      talea = await startTalea(settings, log, logger);
    } catch (error) {
      return fail(error);
    }
    console.log(`Talea is ready on ${talea.url} (OTLP/gRPC ${talea.grpcAddress}, data ${talea.dataDirectory})`);
    await stopSignal();
    const timer = setTimeout(() => {
      log("error", "Stopping took too long; what is not loaded waits in the journal");
      process.exit(1);
    }, STOP_WITHIN_MS);
    timer.unref();
    await talea.close();
    return 0;
  },
};

function fail(error: unknown): number {
  if (error instanceof SettingsError || error instanceof EngineError || error instanceof DowngradeError) {
    console.error(error.message);
    return 2;
  }
  throw error;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
}

function help(): string {
  const lines = Object.entries(SETTINGS).map(([name, { value, doc, default: fallback }]) => {
    const flag = `${flagOf(name)}${value === "" ? "" : ` ${value}`}`;
    const standard = fallback === "" || fallback === "false" ? "" : ` [${fallback}]`;
    return `  ${flag.padEnd(28)} ${doc}${standard}\n${" ".repeat(31)}${environmentNameOf(name)}`;
  });
  return `talea serve: ${serve.summary}.\n\nEvery flag is also a variable of the environment and a key of ${CONFIG_FILE}.\n\n${lines.join("\n")}`;
}
