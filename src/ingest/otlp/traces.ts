import { attributeKey } from "../../model/attribute-keys.ts";
import { isRunId } from "../../model/ids.ts";
import { TALEA } from "../../model/names.ts";
import {
  BAD_TEXT,
  endProblem,
  PARTS_LEFT_OUT,
  RUN_ID_UNUSABLE,
  TEXT_CUT,
  TOO_DEEP,
  timeProblem,
} from "../item-checks.ts";
import type { Outcome } from "../outcome.ts";
import { isTooDeep } from "./check.ts";
import type { ResourceContext } from "./contexts.ts";
import { MESSAGES } from "./descriptors.ts";
import { type Item, type ItemIntakeOptions, takeItems } from "./item-intake.ts";
import { OtlpSpan } from "./span-reader.ts";
import { endMs, type SpanWriter, startMs } from "./span-writer.ts";

const RUN_ID = attributeKey(TALEA.runId);

export interface TraceIntakeOptions extends ItemIntakeOptions {
  readonly writer: SpanWriter;
}

/** Takes in ExportTraceServiceRequests. */
export class TraceIntake {
  readonly #options: TraceIntakeOptions;
  readonly #span: OtlpSpan;
  /** A run id that was found to be usable: neighbouring spans mostly have the same. */
  #lastRunId = "";

  constructor(options: TraceIntakeOptions) {
    this.#options = options;
    this.#span = new OtlpSpan(options.keys, options.texts);
  }

  /** As `takeItems`. */
  take(body: Buffer, project: string): Promise<Outcome> {
    return takeItems(this.#options, body, MESSAGES.Span, (item, outcome) => {
      this.#takeSpan(body, project, item, outcome);
      return undefined;
    });
  }

  #takeSpan(body: Buffer, project: string, item: Item, outcome: Outcome): void {
    if (isTooDeep(item.flaws)) {
      outcome.reject(TOO_DEEP);
      return;
    }
    const span = this.#span;
    span.read(body, item);
    const problem = span.idProblem ?? timeProblem(startMs(span), item.nowMs) ?? endProblem(endMs(span), item.nowMs);
    if (problem !== undefined) {
      outcome.reject(problem);
      return;
    }
    const { writer, commit } = this.#options;
    const cutBytes = writer.write(commit.batch, project, span, item.resource, item.scope);
    outcome.accepted++;
    if (cutBytes > 0) outcome.warn(TEXT_CUT);
    if (span.leftOut > 0) outcome.warn(PARTS_LEFT_OUT);
    if (!span.isText) outcome.warn(BAD_TEXT);
    if (!this.#isRunIdUsable(span, item.resource)) outcome.warn(RUN_ID_UNUSABLE);
  }

  /** Whether the run that the span or its resource names, if any, can be one. */
  #isRunIdUsable(span: OtlpSpan, resource: ResourceContext): boolean {
    const runId = span.attributes.text(RUN_ID) || resource.runId;
    if (runId === this.#lastRunId) return true;
    if (runId !== "" && !isRunId(runId)) return false;
    this.#lastRunId = runId;
    return true;
  }
}
