// Senders that know what they sent: traces of numbered spans, RunEvents with ids and points with values of their own.
// What was acknowledged is remembered, so that it can be looked for later.

import { setTimeout as delay } from "node:timers/promises";

export type Sent = "spans" | "events" | "points";

const SPANS_PER_BODY = 20;
const ITEMS_PER_BODY = 10;
const WAIT_AFTER_FAILURE_MS = 20;
const PAUSE_MS = 2;

/** What a store must hold: span ids, event ids, values of points. */
export interface Acknowledged {
  readonly spans: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly points: ReadonlySet<string>;
}

export class NumberedSenders {
  readonly acknowledged = { spans: new Set<string>(), events: new Set<string>(), points: new Set<string>() };
  /** Answers that were neither 200 nor a reason to send again. */
  readonly refusals: string[] = [];
  /** Requests that were told to be sent again, or that found nobody. */
  failures = 0;
  /** The last body of traces that was acknowledged, and its trace. */
  last: { readonly traceId: string; readonly body: string } | undefined;
  readonly #urlOf: () => string | undefined;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>[];
  #number = 0;
  #resumed = Promise.resolve();

  /** `urlOf` says where the server is now; undefined while there is none. */
  constructor(urlOf: () => string | undefined) {
    this.#urlOf = urlOf;
    this.#running = [this.#send("spans"), this.#send("spans"), this.#send("events"), this.#send("points")];
  }

  /** Begins nothing new while `work` is done: a slow machine would not get done with it otherwise. */
  async holdWhile<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resumed = promise;
    try {
      return await work();
    } finally {
      resolve();
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #send(what: Sent): Promise<void> {
    for (; !this.#stopping.signal.aborted; await this.#resumed) {
      const url = this.#urlOf();
      const { path, body, ids, traceId } = this.#make(what);
      const status = url === undefined ? undefined : await post(url + path, body);
      if (status === 200) {
        for (const id of ids) this.acknowledged[what].add(id);
        if (traceId !== undefined) this.last = { traceId, body };
        await delay(PAUSE_MS);
        continue;
      }
      this.failures++;
      if (status !== undefined && status !== 503) this.refusals.push(`${path}: ${status}`);
      await delay(WAIT_AFTER_FAILURE_MS);
    }
  }

  #make(what: Sent): { path: string; body: string; ids: string[]; traceId?: string } {
    const number = ++this.#number;
    if (what === "spans") return traceBody(number);
    const ids = Array.from({ length: ITEMS_PER_BODY }, (_, i) => String(number * ITEMS_PER_BODY + i));
    if (what === "events") {
      const events = ids.map((id) => ({ id: `e${id}`, runId: `run-${number}`, type: "state.changed", agentId: "a" }));
      return { path: "/api/v1/events", body: JSON.stringify(events), ids: events.map(({ id }) => id) };
    }
    const points = ids.map((id) => ({ name: "numbered", value: Number(id) }));
    return { path: "/api/v1/metrics", body: JSON.stringify(points), ids };
  }
}

function traceBody(number: number): { path: string; body: string; ids: string[]; traceId: string } {
  const traceId = number.toString(16).padStart(32, "a");
  const ids = Array.from({ length: SPANS_PER_BODY }, (_, i) => (number * 1000 + i).toString(16).padStart(16, "b"));
  const nowMs = Date.now();
  const spans = ids.map((spanId, i) => ({
    traceId,
    spanId,
    ...(i === 0 ? {} : { parentSpanId: ids[0] }),
    name: `step ${i}`,
    startTimeUnixNano: `${nowMs - 1000}000000`,
    endTimeUnixNano: `${nowMs}000000`,
    attributes: [{ key: "gen_ai.operation.name", value: { stringValue: i === 0 ? "invoke_agent" : "chat" } }],
  }));
  const body = JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "test" }, spans }] }] });
  return { path: "/v1/traces", body, ids, traceId };
}

async function post(url: string, body: string): Promise<number | undefined> {
  try {
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    // Nobody there, or gone before the answer: whether it is stored is not known.
    return undefined;
  }
}
