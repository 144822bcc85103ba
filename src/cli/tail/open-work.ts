// What went by of work that has not ended: how long it took can be told when its end goes by, and which agent something
// below it belongs to, which events do not say (they carry only what their own span says).

import { parseInstant } from "../../base/time.ts";
import type { RunEvent } from "../../model/shapes.ts";

/** Last words of types that begin something, with what they begin. */
const BEGINS: Readonly<Record<string, string>> = { started: "work", requested: "question", waiting: "wait" };
/** Last words of types that end it. */
const ENDS: Readonly<Record<string, string>> = {
  completed: "work",
  failed: "work",
  cancelled: "work",
  answered: "question",
  resumed: "wait",
};
const NS_PER_MS = 1e6;
/** The oldest are forgotten first. */
const REMEMBERED_MAX = 20_000;

export interface EventContext {
  /** Since the beginning of what the event ends. */
  readonly durationMs: number | undefined;
  /** Its agent, or that of the nearest span above it that has one. */
  readonly agent: string | undefined;
}

export class OpenWork {
  /** When it began, by what it is; undefined: it began twice, and an end would not say which. */
  readonly #begun = new Map<string, bigint | undefined>();
  readonly #agents = new Map<string, string>();

  /** What earlier events tell about this one, which is remembered for later ones. */
  take(event: RunEvent): EventContext {
    return { durationMs: this.#durationMs(event), agent: this.#agent(event) };
  }

  #durationMs(event: RunEvent): number | undefined {
    const { type, spanId, traceId, runId, agentId } = event;
    const dot = type.lastIndexOf(".");
    const [family, word] = [type.slice(0, Math.max(dot, 0)), type.slice(dot + 1)];
    const what = BEGINS[word] ?? ENDS[word];
    const time = parseInstant(event.time);
    if (what === undefined || time === undefined) return undefined;
    const owner = spanId === undefined ? [runId, agentId] : [traceId, spanId];
    const key = JSON.stringify([family, what, ...owner]);
    if (BEGINS[word] !== undefined) {
      remember(this.#begun, key, this.#begun.has(key) && spanId === undefined ? undefined : time);
      return undefined;
    }
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    // Clocks of different machines may differ.
    return begun === undefined || begun > time ? undefined : Number(time - begun) / NS_PER_MS;
  }

  #agent({ agentId, traceId, spanId, parentSpanId }: RunEvent): string | undefined {
    const agent = agentId ?? this.#agents.get(`${traceId}:${spanId}`) ?? this.#agents.get(`${traceId}:${parentSpanId}`);
    if (agent !== undefined && spanId !== undefined) remember(this.#agents, `${traceId}:${spanId}`, agent);
    return agent;
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  if (map.size <= REMEMBERED_MAX) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
