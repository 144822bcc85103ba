import type { Accepted } from "../model/shapes.ts";
import type { Signal } from "./otlp/responses.ts";
import type { Outcome } from "./outcome.ts";

/** What ingest has done since the start: counters only grow. */
export class IngestStats {
  readonly requests = { traces: 0, logs: 0, metrics: 0, events: 0, points: 0 };
  rejected = 0;
  duplicates = 0;

  took(signal: Signal, outcome: Outcome): void {
    this.requests[signal]++;
    this.rejected += outcome.rejected;
    this.duplicates += outcome.duplicates;
  }

  /** A whole body came again. */
  repeated(outcome: Outcome): void {
    this.duplicates += outcome.accepted;
  }

  tookItems(kind: "events" | "points", answer: Accepted): void {
    this.requests[kind]++;
    this.rejected += answer.rejected;
    this.duplicates += answer.duplicates;
  }
}
