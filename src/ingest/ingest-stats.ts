import { Tally } from "../base/tally.ts";
import type { Losses } from "../model/server-shapes.ts";
import type { Accepted } from "../model/shapes.ts";
import type { Signal } from "./otlp/responses.ts";
import type { Outcome } from "./outcome.ts";

/** Reasons are sentences of ours, codes and statuses: there are not many. */
const REASONS_MAX = 100;

/** What ingest has done since the start: counters only grow. */
export class IngestStats {
  readonly requests = { traces: 0, logs: 0, metrics: 0, events: 0, points: 0 };
  rejected = 0;
  duplicates = 0;
  readonly #rejected = new Tally(REASONS_MAX);
  readonly #changed = new Tally(REASONS_MAX);
  readonly #refused = new Tally(REASONS_MAX);

  took(signal: Signal, outcome: Outcome): void {
    this.requests[signal]++;
    this.rejected += outcome.rejected;
    this.duplicates += outcome.duplicates;
    for (const [reason, count] of outcome.reasons) this.#rejected.add(reason, count);
    for (const [warning, count] of outcome.warnings) this.#changed.add(warning, count);
  }

  /** A whole body came again. */
  repeated(outcome: Outcome): void {
    this.duplicates += outcome.accepted;
  }

  tookItems(kind: "events" | "points", answer: Accepted): void {
    this.requests[kind]++;
    this.rejected += answer.rejected;
    this.duplicates += answer.duplicates;
    for (const { code } of answer.errors) this.#rejected.add(code);
  }

  /** A whole request was refused over HTTP. */
  refused(httpStatus: number): void {
    this.#refused.add(String(httpStatus));
  }

  /** What was not taken as it came. */
  losses(): Losses {
    return { rejected: this.#rejected.list(), changed: this.#changed.list(), refusedRequests: this.#refused.list() };
  }
}
