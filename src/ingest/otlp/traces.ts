import { timeProblem } from "../item-checks.ts";
import type { Outcome } from "../outcome.ts";
import { MESSAGES } from "./descriptors.ts";
import { type Item, type ItemIntakeOptions, takeItems } from "./item-intake.ts";
import { OtlpSpan } from "./span-reader.ts";
import { type SpanWriter, startMs } from "./span-writer.ts";

export interface TraceIntakeOptions extends ItemIntakeOptions {
  readonly writer: SpanWriter;
}

/** Takes in ExportTraceServiceRequests. */
export class TraceIntake {
  readonly #options: TraceIntakeOptions;
  readonly #span: OtlpSpan;

  constructor(options: TraceIntakeOptions) {
    this.#options = options;
    this.#span = new OtlpSpan(options.keys, options.texts);
  }

  /** As `takeItems`. */
  take(body: Buffer, project: string): Promise<Outcome> {
    return takeItems(this.#options, body, MESSAGES.Span, (item, outcome) =>
      this.#takeSpan(body, project, item, outcome),
    );
  }

  #takeSpan(body: Buffer, project: string, { start, end, resource, scope, nowMs }: Item, outcome: Outcome): void {
    const span = this.#span;
    span.read(body, start, end, resource, scope);
    const problem = span.idProblem ?? timeProblem(startMs(span), nowMs);
    if (problem !== undefined) {
      outcome.reject(problem);
      return;
    }
    this.#options.writer.write(this.#options.commit.batch, project, span, resource, scope);
    outcome.accepted++;
    if (span.dropped > 0) outcome.warn("attributes, events or links beyond a limit were left out of a span");
  }
}
