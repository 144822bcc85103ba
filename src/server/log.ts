import pino, { type Logger } from "pino";
import type { LogLevel } from "./settings.ts";

/** What parts of the server write: a sentence and its details. */
export type Log = (level: LogLevel, message: string, details?: object) => void;

/** The server's own log: one JSON object a line on standard error. */
export function createLog(level: LogLevel): { log: Log; logger: Logger } {
  const own = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  // Where it listens the web framework tells once for each address; `talea serve` says it in its own line.
  const logger = own.child({}, { level: level === "info" ? "warn" : level });
  return { logger, log: (at, message, details) => own[at](details ?? {}, message) };
}
