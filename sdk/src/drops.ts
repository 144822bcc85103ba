/**
 * Why something was not delivered: the queue was full, one record was larger than the queue, the server refused a
 * request or single records of it, the SDK was shut down, too many spans were young at once, or a value was none.
 */
export type DropReason = "queue_full" | "too_large" | "refused" | "rejected" | "shutdown" | "too_many_open" | "invalid";

export interface Dropped {
  /** Records in all. */
  readonly count: number;
  readonly reasons: Readonly<Partial<Record<DropReason, number>>>;
}

/** Counts what was dropped, and what of it the server has not been told. */
export class Drops {
  readonly #counts = new Map<DropReason, number>();
  readonly #untold = new Map<DropReason, number>();

  add(reason: DropReason, count = 1): void {
    if (count <= 0) return;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
    this.#untold.set(reason, (this.#untold.get(reason) ?? 0) + count);
  }

  get counts(): Readonly<Partial<Record<DropReason, number>>> {
    return Object.fromEntries(this.#counts);
  }

  /** Hands over each untold count; where `tell` says yes it counts as told. */
  tellEach(tell: (reason: DropReason, count: number) => boolean): void {
    for (const [reason, count] of [...this.#untold]) if (tell(reason, count)) this.#untold.delete(reason);
  }
}
