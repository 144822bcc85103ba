// Random producers, random disconnects, a server that is killed with -9 and started again: what every subscriber
// received, over all its connections, is the stored sequence. No gap, no repeat. SEED=… repeats a sequence.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parseOffset } from "../../src/model/ids.ts";
import type { RunEvent } from "../../src/model/shapes.ts";
import type { StreamFilter } from "../../src/model/stream.ts";
import { untilStored } from "../support/all-there.ts";
import { Dice } from "../support/durability-random.ts";
import { ResumingSubscriber } from "../support/resuming-subscriber.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const KILLS = Number(process.env["ROUNDS"] ?? 4);
const RUNS = 6;
const TYPES = ["agent.started", "agent.completed", "tool.started", "tool.completed", "log", "state.changed", "my.own"];
const SETTLED_WITHIN_MS = 60_000;

test(`every subscriber receives the stored sequence, through ${KILLS} kills and random disconnects`, async (context) => {
  const dice = Dice.fromEnvironment();
  context.diagnostic(`SEED=${dice.seed}`);
  await using talea = await TaleaProcess.start();
  let isUp = true;
  const urlOf = () => (isUp ? talea.url : undefined);
  const traces = Array.from({ length: RUNS }, () => dice.hex(32));
  const runIds = Array.from({ length: RUNS }, (_, i) => `run-${i}`);
  const filters: StreamFilter[] = [
    {},
    {},
    { types: ["tool.*", "my.own"] },
    { runId: runIds[0] as string },
    { runId: traces[0] as string },
    { agent: "a1" },
  ];
  const subscribers = filters.map((filter, i) => new ResumingSubscriber(urlOf, filter, i % 2 === 0));
  const producers = new Producers(dice, urlOf, runIds, traces);
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      for (let i = dice.between(2, 6); i > 0; i--) {
        await delay(dice.between(50, 400));
        dice.oneOf(subscribers).disconnect();
      }
      isUp = false;
      await talea.kill();
      await talea.restart();
      isUp = true;
    }
    await delay(500);
  } finally {
    await producers.stop();
  }
  await untilStored(talea);
  const stored = await storedSequence(talea.url, [...runIds, ...traces]);
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  const last = stored.at(-1) as RunEvent;
  const isThrough = ({ after }: ResumingSubscriber) => number(after) >= number(last.offset);
  while (!subscribers.every(isThrough) && performance.now() < deadline) await delay(50);
  await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
  for (const [i, { filter, received, gaps }] of subscribers.entries()) {
    const expected = stored.filter((event) => passes(event, filter));
    assert.deepEqual(
      received.map(({ offset, event }) => `${offset} ${event.id}`),
      expected.map(({ offset, id }) => `${offset} ${id}`),
      `subscriber ${i} ${JSON.stringify(filter)}`,
    );
    assert.deepEqual(gaps, []);
  }
  const connections = subscribers.reduce((sum, subscriber) => sum + subscriber.connections, 0);
  context.diagnostic(`${stored.length} events, ${connections} connections of ${subscribers.length} subscribers`);
  assert.ok(stored.length > 500 && connections > KILLS * subscribers.length);
});

const number = (offset: string) => parseOffset(offset)?.number ?? 0;

function passes({ type, agentId, runId }: RunEvent, filter: StreamFilter): boolean {
  if (filter.runId !== undefined && runId !== filter.runId) return false;
  if (filter.agent !== undefined && agentId !== filter.agent) return false;
  return filter.types?.some((one) => (one.endsWith("*") ? type.startsWith(one.slice(0, -1)) : one === type)) ?? true;
}

/** All events of the runs by offset, as the history answers them. */
async function storedSequence(url: string, ids: readonly string[]): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for (const id of ids) {
    for (let after = ""; ; ) {
      const path = `/api/v1/runs/${id}/events?order=offset&limit=1000${after === "" ? "" : `&after=${after}`}`;
      const answer = (await (await fetch(url + path)).json()) as { events: RunEvent[]; nextOffset?: string };
      all.push(...answer.events);
      if (answer.nextOffset === undefined) break;
      after = answer.nextOffset;
    }
  }
  const places = new Map(all.map((event) => [event, parseOffset(event.offset) as { number: number; index: number }]));
  const placeOf = (event: RunEvent) => places.get(event) as { number: number; index: number };
  return all.sort((a, b) => placeOf(a).number - placeOf(b).number || placeOf(a).index - placeOf(b).index);
}

/** Send events, spans and announcements of spans, and some of them again. */
class Producers {
  readonly #dice: Dice;
  readonly #urlOf: () => string | undefined;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>[];
  #events = 0;
  /** Spans that were announced and have not ended. */
  readonly #open: { traceId: string; spanId: string }[] = [];

  constructor(dice: Dice, urlOf: () => string | undefined, runIds: readonly string[], traces: readonly string[]) {
    this.#dice = dice;
    this.#urlOf = urlOf;
    this.#running = [
      this.#repeat(() => this.#sendEvents(runIds)),
      this.#repeat(() => this.#sendEvents(runIds)),
      this.#repeat(() => this.#sendSpans(traces)),
      this.#repeat(() => this.#announce(traces)),
    ];
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #repeat(send: () => Promise<void>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await send();
      await delay(this.#dice.between(1, 30));
    }
  }

  async #sendEvents(runIds: readonly string[]): Promise<void> {
    const events = Array.from({ length: this.#dice.between(1, 20) }, () => ({
      ...{ id: `event-${++this.#events}`, runId: this.#dice.oneOf(runIds), type: this.#dice.oneOf(TYPES) },
      agentId: this.#dice.oneOf(["a1", "a2", ""]),
    }));
    await this.#deliver("/api/v1/events", events);
    // The same events again, in a body of another shape.
    if (this.#dice.between(0, 4) === 0) await this.#deliver("/api/v1/events", events.slice(0, 3));
  }

  async #sendSpans(traces: readonly string[]): Promise<void> {
    const spans = Array.from({ length: this.#dice.between(1, 5) }, () => {
      const announced = this.#dice.between(0, 1) === 0 ? this.#open.shift() : undefined;
      return this.#span(announced ?? { traceId: this.#dice.oneOf(traces), spanId: this.#dice.hex(16) });
    });
    await this.#deliver("/v1/traces", { resourceSpans: [{ scopeSpans: [{ spans }] }] });
    if (this.#dice.between(0, 4) > 0) return;
    await this.#deliver("/v1/traces", { resourceSpans: [{ scopeSpans: [{ spans: spans.slice(0, 1) }] }] });
  }

  #span(ids: { traceId: string; spanId: string }) {
    const time = String(BigInt(Date.now()) * 1_000_000n);
    return {
      ...{ ...ids, name: "chat", startTimeUnixNano: time, endTimeUnixNano: time },
      attributes: [
        { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
        { key: "gen_ai.agent.name", value: { stringValue: "a1" } },
      ],
    };
  }

  async #announce(traces: readonly string[]): Promise<void> {
    const ids = { traceId: this.#dice.oneOf(traces), spanId: this.#dice.hex(16) };
    const { name, attributes, startTimeUnixNano } = this.#span(ids);
    const record = {
      ...{ ...ids, eventName: "span.started", timeUnixNano: startTimeUnixNano, body: { stringValue: name } },
      attributes,
    };
    await this.#deliver("/v1/logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    this.#open.push(ids);
  }

  /** Sends until it is acknowledged: a server that was killed may have taken it all the same. */
  async #deliver(path: string, body: object): Promise<void> {
    for (; !this.#stopping.signal.aborted; await delay(20)) {
      const url = this.#urlOf();
      if (url === undefined) continue;
      const headers = { "content-type": "application/json" };
      const status = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) }).then(
        (answer) => answer.status,
        () => undefined,
      );
      if (status === 200) return;
    }
  }
}
