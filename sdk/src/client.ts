import { randomUUID } from "node:crypto";
import { type Dropped, type DropReason, Drops } from "./drops.ts";
import { HttpSender } from "./http-sender.ts";
import { LIMITS } from "./limits.ts";
import { NAMES, SCOPE } from "./names.ts";
import { attributesOf } from "./otlp-json.ts";
import { Outbox, type Outgoing, otlpBody } from "./outbox.ts";
import type { Connection } from "./settings.ts";
import { resourceJson, scopeJson } from "./span-json.ts";
import type { ResourceShape } from "./span-shape.ts";

export interface ClientOptions {
  readonly connection: Connection;
  /** What emitted events belong to where no span says it. */
  readonly fallback: ResourceShape;
  /** 0…1; for the spread of retries. */
  readonly random?: () => number;
}

/** One Talea as this process sees it: three bounded queues, the connection, and what could not be delivered. */
export class Client {
  readonly #fallback: ResourceShape;
  #named: ResourceShape | undefined;
  readonly events: Outbox;
  readonly spans: Outbox;
  readonly points: Outbox;
  readonly sender: HttpSender;
  readonly #drops = new Drops();
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #flushedUpTo = -1;
  readonly #lastActs = new Set<() => void>();

  constructor({ connection, fallback, random = Math.random }: ClientOptions) {
    this.#fallback = fallback;
    this.sender = new HttpSender(connection);
    const shared = {
      post: (path: string, body: string) => this.sender.post(path, body),
      drops: this.#drops,
      onAccepted: () => this.#tellDrops(),
      random,
    };
    this.events = new Outbox({
      ...{ ...shared, path: "/v1/logs", bytesMax: LIMITS.queueBytes },
      encode: (records) => otlpBody(["resourceLogs", "scopeLogs", "logRecords"], records),
    });
    this.spans = new Outbox({
      ...{ ...shared, path: "/v1/traces", bytesMax: LIMITS.spanQueueBytes },
      encode: (records) => otlpBody(["resourceSpans", "scopeSpans", "spans"], records),
    });
    this.points = new Outbox({
      ...{ ...shared, path: "/api/v1/metrics", bytesMax: LIMITS.queueBytes },
      encode: (records) => `[${records.map(({ json }) => json).join(",")}]`,
    });
  }

  /** Says what this process is: from here on, all that is sent belongs to it. */
  nameProcess(resource: ResourceShape): void {
    this.#named = resource;
  }

  /** What something belongs to: the named process, else what its span says. */
  resourceOf(span?: { readonly resource?: ResourceShape }): ResourceShape {
    return this.#named ?? span?.resource ?? this.#fallback;
  }

  /** Does something before the last flush. */
  beforeEnd(act: () => void): void {
    this.#lastActs.add(act);
  }

  get #boxes(): readonly Outbox[] {
    return [this.spans, this.points, this.events];
  }

  drop(reason: DropReason): void {
    this.#drops.add(reason);
  }

  get dropped(): Dropped["reasons"] {
    return this.#drops.counts;
  }

  /** Whether everything that was there went out within the time. */
  async flush(timeoutMs: number): Promise<boolean> {
    const sent = await Promise.all(this.#boxes.map((box) => box.flush(timeoutMs)));
    return sent.every(Boolean);
  }

  /** At the end of the process: tries once to send what is there; a second call without anything new does nothing. */
  async flushAtExit(): Promise<void> {
    for (const act of this.#lastActs) act();
    const added = this.#boxes.reduce((sum, box) => sum + box.progress.added, 0);
    if (added === this.#flushedUpTo) return;
    this.#flushedUpTo = added;
    await Promise.all(this.#boxes.map((box) => box.flush(LIMITS.exitFlushMs, true)));
  }

  /** Sends what can be sent within the time, and takes nothing more. Whether all was sent. */
  async shutdown(timeoutMs: number): Promise<boolean> {
    for (const act of this.#lastActs) act();
    const isSent = await this.flush(timeoutMs);
    for (const box of this.#boxes) box.close();
    this.sender.close();
    return isSent;
  }

  /** The server answers: it is told what it did not get. Not at each answer, for the telling may be dropped too. */
  #tellDrops(): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < LIMITS.dropReportMs) return;
    this.#drops.tellEach((reason, count) => {
      this.#toldAtMs = nowMs;
      return this.events.add(this.#dropRecord(reason, count));
    });
  }

  #dropRecord(reason: DropReason, count: number): Outgoing {
    const record = {
      timeUnixNano: `${Date.now()}000000`,
      severityNumber: 13,
      eventName: "sdk.dropped",
      body: { stringValue: `${count} records were dropped: ${reason}` },
      attributes: attributesOf({ [NAMES.eventId]: randomUUID(), count, reason }),
    };
    return { json: JSON.stringify(record), resource: resourceJson(this.resourceOf()), scope: scopeJson(SCOPE) };
  }
}
