import { type DiagLogger, diag } from "@opentelemetry/api";

/** Where the SDK says what went wrong: OpenTelemetry's own channel, silent unless the user listens to it. */
export const log: DiagLogger = diag.createComponentLogger({ namespace: "@talea/sdk" });

/**
 * Does something of the SDK's inside user code, which must not suffer from it: what is thrown goes to the diagnostics,
 * and the fallback is returned.
 */
export function quietly<T>(act: () => T, fallback: T): T {
  try {
    return act();
  } catch (error) {
    log.error(errorText(error, (known) => known.stack ?? known.message));
    return fallback;
  }
}

/** What was thrown, in words, with its class unless `read` says what else of an error; anything can be thrown. */
export function errorText(error: unknown, read: (error: Error) => string = String): string {
  try {
    return error instanceof Error ? read(error) : String(error);
  } catch {
    return "an error without words";
  }
}
