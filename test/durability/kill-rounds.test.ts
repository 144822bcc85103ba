// `kill -9` at random instants under load: the server alone, its engine alone, both. After every round all that was
// acknowledged is there once. SEED=… repeats a sequence, ROUNDS=200 makes it a night's work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Run } from "../../src/model/shapes.ts";
import { assertAllThere, untilStored } from "../support/all-there.ts";
import { Dice } from "../support/durability-random.ts";
import { engineRunning } from "../support/engine-of.ts";
import { NumberedSenders } from "../support/numbered-senders.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 20);
const KILL_AFTER_MS = { min: 100, max: 1_500 } as const;
const READY_WITHIN_MS = 15_000;
const SPANS_PER_TRACE = 20;

type Victim = "server" | "engine" | "both";
const VICTIMS: readonly Victim[] = ["server", "engine", "both"];

test(`nothing acknowledged is lost or doubled in ${ROUNDS} rounds of kill -9`, async (context) => {
  const dice = Dice.fromEnvironment();
  context.diagnostic(`SEED=${dice.seed}`);
  await using talea = await TaleaProcess.start();
  let isUp = true;
  const senders = new NumberedSenders(() => (isUp ? talea.url : undefined));
  const readyMs: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await delay(dice.between(KILL_AFTER_MS.min, KILL_AFTER_MS.max));
      const victim = VICTIMS[round % VICTIMS.length] as Victim;
      const engine = await engineRunning(talea.pid);
      if (victim !== "server") process.kill(engine.pid, "SIGKILL");
      if (victim !== "engine") {
        isUp = false;
        await talea.kill();
        const from = performance.now();
        await talea.restart();
        readyMs.push(performance.now() - from);
        isUp = true;
      }
      await senders.holdWhile(() => assertAllThere(talea, senders, `round ${round} (${victim})`));
    }
  } finally {
    await senders.stop();
  }
  await assertAllThere(talea, senders, "the end");
  await assertRepeatChangesNothing(talea, senders);
  assert.deepEqual(senders.refusals, []);
  readyMs.sort((a, b) => a - b);
  const { spans, events, points } = senders.acknowledged;
  context.diagnostic(
    `${ROUNDS} rounds; ${spans.size} spans, ${events.size} events, ${points.size} points acknowledged`,
  );
  const [medianMs = 0, maxMs = 0] = [readyMs[Math.floor(readyMs.length / 2)], readyMs.at(-1)];
  context.diagnostic(
    `${readyMs.length} restarts, ready after ${Math.round(medianMs)} ms (median), ${Math.round(maxMs)} ms (longest)`,
  );
  assert.ok(maxMs < READY_WITHIN_MS);
});

/** A sender that did not hear the acknowledgement sends again after a restart forgot the body: its run stays the same. */
async function assertRepeatChangesNothing(talea: TaleaProcess, senders: NumberedSenders): Promise<void> {
  const { last } = senders;
  assert.ok(last !== undefined);
  await talea.kill();
  await talea.restart();
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${talea.url}/v1/traces`, { method: "POST", headers, body: last.body });
  assert.equal(answer.status, 200);
  await untilStored(talea);
  const run = (await (await fetch(`${talea.url}/api/v1/runs/${last.traceId}`)).json()) as Run;
  assert.equal(run.spanCount, SPANS_PER_TRACE);
}
