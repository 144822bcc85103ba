import pino, { type Logger } from "pino";

export type LogLevel = "debug" | "info" | "warn" | "error";
/** What parts of the server write: a sentence and its details. */
export type Log = (level: LogLevel, message: string, details?: object) => void;

/** The server's own log: one JSON object a line on standard error. */
export function createLog(level: string): { log: Log; logger: Logger } {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  return { logger, log: (at, message, details) => logger[at](details ?? {}, message) };
}
