// Captures of real runs that are shipped with the package: replayed as if they happened now, at the pace at which they
// happened, under new ids. So that a person who has no agents at hand sees something move.

import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { captureBounds, movedRequest } from "../model/moved-capture.ts";
import { failure, type TaleaClient } from "./client/talea-client.ts";
import { Batcher, bodyOf } from "./import/batches.ts";
import { itemsOf, type RequestItem } from "./import/otlp-request.ts";

/** A capture: OTLP/JSON requests. */
export interface Sample {
  readonly name: string;
  readonly requests: readonly string[];
}

/** An item and when it became known: the end of a span, the time of a log record; nanoseconds since 1970. */
interface TimedItem {
  readonly item: RequestItem;
  readonly atNs: bigint;
}

export interface ReplayOptions {
  readonly nowMs: number;
  /** 1: as fast as it happened; 0: everything at once, the last span ending now. */
  readonly pace: number;
  readonly signal?: AbortSignal;
}

const SAMPLES = new URL("../../samples/", import.meta.url);
const SUFFIX = ".otlp.ndjson.gz";
const NS_PER_MS = 1_000_000n;
/** How often a paced replay sends. */
const STEP_MS = 500;
const PATIENCE_MS = 30_000;

/** The captures that are shipped; none when the folder is missing. */
export async function shippedSamples(): Promise<Sample[]> {
  const folder = fileURLToPath(SAMPLES);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(SUFFIX)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = gunzipSync(await readFile(new URL(name, SAMPLES))).toString("utf8");
      return { name: name.slice(0, -SUFFIX.length), requests: text.split("\n").filter((line) => line !== "") };
    }),
  );
}

/** Sends a capture. Resolves to the ids of its traces as they were sent. Throws ClientError. */
export async function replaySample(client: TaleaClient, sample: Sample, options: ReplayOptions): Promise<string[]> {
  const { nowMs, pace, signal } = options;
  const bounds = captureBounds(sample.requests);
  const nowNs = BigInt(Math.round(nowMs)) * NS_PER_MS;
  const shiftNs = nowNs - (pace === 0 ? bounds.endNs : bounds.startNs);
  const moved = movedItems(sample.requests, shiftNs);
  for (let stepMs = nowMs; moved.items.length > 0; stepMs += STEP_MS) {
    const untilNs = BigInt(Math.round(stepMs)) * NS_PER_MS;
    const due = pace === 0 ? moved.items.length : moved.items.findIndex(({ atNs }) => atNs > untilNs);
    await sendItems(client, moved.items.splice(0, due < 0 ? moved.items.length : due));
    if (moved.items.length > 0) await delay(STEP_MS / pace, undefined, signal === undefined ? {} : { signal });
  }
  return moved.traceIds;
}

async function sendItems(client: TaleaClient, items: readonly TimedItem[]): Promise<void> {
  const batcher = new Batcher();
  const full = items.map(({ item }) => batcher.add(item)).filter((batch) => batch !== undefined);
  for (const batch of [...full, ...batcher.rest()]) {
    const request = { method: "POST" as const, body: bodyOf(batch), patienceMs: PATIENCE_MS };
    const answer = await client.ask(`/v1/${batch.signal}`, request);
    if (answer.status >= 400) throw failure(answer, client.url);
  }
}

/** The items of all requests at their new times and under new ids, in the order in which they became known. */
function movedItems(requests: readonly string[], shiftNs: bigint): { items: TimedItem[]; traceIds: string[] } {
  const mask = randomBytes(16);
  const traceIds = new Set<string>();
  const items = requests.flatMap((request) => {
    const moved = movedRequest(request, shiftNs, mask, (id) => traceIds.add(id));
    return [...itemsOf(moved)].map((item) => ({ item, atNs: knownAtNs(item.item) }));
  });
  items.sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0));
  return { items, traceIds: [...traceIds] };
}

function knownAtNs(item: unknown): bigint {
  const { endTimeUnixNano, timeUnixNano } = item as { endTimeUnixNano?: string; timeUnixNano?: string };
  return BigInt(endTimeUnixNano ?? timeUnixNano ?? 0);
}
