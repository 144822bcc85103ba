import { LIMITS } from "../model/limits.ts";

const REASONS_MAX = 8;

/** What became of the items of one request. */
export class Outcome {
  accepted = 0;
  rejected = 0;
  /** Of the accepted: repeats of what was stored before. */
  duplicates = 0;
  /** Why items were rejected, and what was changed about accepted ones: each sentence once, with its count. */
  #reasons: Map<string, number> | undefined;
  #warnings: Map<string, number> | undefined;

  reject(reason: string, count = 1): void {
    this.rejected += count;
    this.#reasons = add(this.#reasons, reason, count);
  }

  /** The item was accepted, but not as it came. */
  warn(warning: string): void {
    this.#warnings = add(this.#warnings, warning, 1);
  }

  /** Why items were rejected, with counts. */
  get reasons(): Iterable<readonly [string, number]> {
    return this.#reasons ?? [];
  }

  /** What was changed about accepted ones, with counts. */
  get warnings(): Iterable<readonly [string, number]> {
    return this.#warnings ?? [];
  }

  /** English for the sender's log: what was rejected or changed, and how to mend it. "" when all is well. */
  get message(): string {
    const sentences = [...(this.#reasons ?? []), ...(this.#warnings ?? [])].map(
      ([text, count]) => `${count} × ${text}`,
    );
    return sentences.join("; ").slice(0, LIMITS.partialSuccessMessageBytes);
  }
}

function add(sentences: Map<string, number> | undefined, text: string, count: number): Map<string, number> {
  const counts = sentences ?? new Map<string, number>();
  if (counts.size < REASONS_MAX || counts.has(text)) counts.set(text, (counts.get(text) ?? 0) + count);
  return counts;
}
