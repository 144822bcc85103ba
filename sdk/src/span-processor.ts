import type { Context } from "@opentelemetry/api";
import type { Client } from "./client.ts";
import { LIMITS } from "./limits.ts";
import { NAMES } from "./names.ts";
import { quietly } from "./quietly.ts";
import { runIdIn } from "./run-context.ts";
import type { TaleaOptions } from "./settings.ts";
import { useClient } from "./shared-client.ts";
import { isSampled, spanRecord, startedRecord, unfinishedRecord } from "./span-json.ts";
import type { RecordedSpan, SpanProcessorShape, StartedSpan } from "./span-shape.ts";
import { YoungSpans } from "./young-spans.ts";

export interface TaleaSpanProcessorOptions extends TaleaOptions {
  /**
   * Whether ended spans are sent too. False by default: another processor exports them. True makes this processor the
   * only one that is needed.
   */
  readonly exportSpans?: boolean | undefined;
}

/**
 * Makes work visible while it lasts: announces each sampled span that is still open after 150 ms, whichever library made
 * it, with the attributes that it has by then. Spans inside a `run` with an id get that id. Never throws.
 *
 * `new NodeSDK({ spanProcessors: [new TaleaSpanProcessor({ exportSpans: true })] })`
 */
export class TaleaSpanProcessor implements SpanProcessorShape {
  readonly #client: Client;
  readonly #young: YoungSpans<RecordedSpan>;
  /** Announced and still open: Talea waits for their ends. */
  readonly #announced = new Set<RecordedSpan>();
  readonly #exportsSpans: boolean;
  #isShutDown = false;

  constructor(options: TaleaSpanProcessorOptions = {}) {
    const { endpoint, key, exportSpans } = quietly<TaleaSpanProcessorOptions>(() => ({ ...options }), {});
    this.#client = useClient({ endpoint, key });
    this.#exportsSpans = exportSpans === true;
    this.#young = new YoungSpans({
      afterMs: LIMITS.announceAfterMs,
      max: LIMITS.watchedSpans,
      atOnce: LIMITS.announcedAtOnce,
      onDue: (span) => quietly(() => this.#announce(span), undefined),
      onTooMany: () => this.#client.drop("too_many_open"),
      nowMs: () => performance.now(),
    });
    this.#client.beforeEnd(() => this.#endOpenSpans());
  }

  onStart(span: StartedSpan, parentContext: Context): void {
    const runId = runIdIn(parentContext);
    if (runId !== undefined && span.attributes[NAMES.runId] === undefined) span.setAttribute(NAMES.runId, runId);
    if (!this.#isShutDown) this.#young.add(span);
  }

  onEnd(span: RecordedSpan): void {
    this.#young.remove(span);
    this.#announced.delete(span);
    if (this.#exportsSpans && !this.#isShutDown && isSampled(span)) {
      quietly(() => this.#client.spans.add(spanRecord(span, this.#client.resourceOf(span))), false);
    }
  }

  async forceFlush(): Promise<void> {
    await this.#client.flush(LIMITS.flushMs);
  }

  /**
   * Announces nothing more and sends what is there; announced spans that are still open end as failed, for nothing would
   * say so later. RunEvents may still follow.
   */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    this.#young.clear();
    this.#endOpenSpans();
    await this.#client.flush(LIMITS.flushMs);
  }

  #announce(span: RecordedSpan): void {
    if (!isSampled(span)) return;
    const isTaken = this.#client.events.add(startedRecord(span, this.#client.resourceOf(span)));
    if (isTaken && this.#announced.size < LIMITS.watchedSpans) this.#announced.add(span);
  }

  #endOpenSpans(): void {
    const nowMs = Date.now();
    for (const span of this.#announced) {
      quietly(() => this.#client.spans.add(unfinishedRecord(span, nowMs, this.#client.resourceOf(span))), false);
    }
    this.#announced.clear();
  }
}
