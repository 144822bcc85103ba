// Whether a server has what senders were told it has: looked at past its answers, so that repeats are seen.

import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Status } from "../../src/model/shapes.ts";
import { engineRunning, rawRows } from "./engine-of.ts";
import type { Acknowledged, NumberedSenders } from "./numbered-senders.ts";
import type { TaleaProcess } from "./talea-process.ts";

/** On a machine with much else to do loading is slow, but it gets on. */
const STALLED_MS = 30_000;
const IDENTITIES = { spans: "lower(hex(span_id))", events: "id", points: "toString(toUInt64(value))" } as const;

/** All that was acknowledged when it began is stored, and no row twice. */
export async function assertAllThere(talea: TaleaProcess, senders: NumberedSenders, when: string): Promise<void> {
  const { spans, events, points } = senders.acknowledged;
  const due = { spans: new Set(spans), events: new Set(events), points: new Set(points) };
  await untilStored(talea);
  await assertAllStored(await engineRunning(talea.pid), due, when);
}

/** An engine has all that is due, and no row twice. */
export async function assertAllStored(
  engine: { readonly socketPath: string; readonly database?: string },
  due: Acknowledged,
  when: string,
): Promise<void> {
  for (const table of ["spans", "events", "points"] as const) {
    const { rows, ids } = await rawRows(engine, table, IDENTITIES[table]);
    const missing = [...due[table]].filter((id) => !ids.has(id));
    assert.equal(missing.length, 0, `${when}: ${missing.length} acknowledged ${table} are missing: ${missing[0]} …`);
    assert.equal(rows, ids.size, `${when}: ${rows - ids.size} ${table} are stored twice`);
  }
}

/** What is acknowledged by now reaches the store. */
export async function untilStored({ url }: TaleaProcess): Promise<void> {
  const { acknowledged } = await status(url);
  let most = 0;
  let deadline = performance.now() + STALLED_MS;
  for (;;) {
    const now = await status(url).catch(() => undefined);
    if (now?.ready && now.stored.spans >= acknowledged.spans && now.stored.events >= acknowledged.events) {
      if (now.stored.points >= acknowledged.points) return;
    }
    const loaded = now === undefined ? 0 : now.stored.spans + now.stored.events + now.stored.points;
    if (loaded > most) deadline = performance.now() + STALLED_MS;
    most = Math.max(most, loaded);
    assert.ok(performance.now() < deadline, `loading does not get on: ${JSON.stringify(now)}`);
    await delay(50);
  }
}

export async function status(url: string): Promise<Status> {
  return (await (await fetch(`${url}/api/v1/status`)).json()) as Status;
}
