import { JournalUnavailableError } from "../journal/journal.ts";
import { StoreError } from "../store/client.ts";

/** Whether reading the log failed for a reason that passes: the store is away, or too far behind. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof JournalUnavailableError || (error instanceof StoreError && error.transient);
}
