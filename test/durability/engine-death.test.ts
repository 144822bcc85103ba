// The engine's process dies again and again while data come in: taking in goes on, questions wait or say why not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { assertAllThere, status } from "../support/all-there.ts";
import { Dice } from "../support/durability-random.ts";
import { engineRunning } from "../support/engine-of.ts";
import { NumberedSenders } from "../support/numbered-senders.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const DEATHS = 6;
/** Two seconds are what is promised; test runners have neighbours. */
const BACK_WITHIN_MS = 5_000;
const ANSWERED_WITHIN_MS = 10_000;

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
}

test("ingest goes on while the engine is killed, questions get a clear answer, and nothing is lost", async (context) => {
  const dice = Dice.fromEnvironment();
  context.diagnostic(`SEED=${dice.seed}`);
  await using talea = await TaleaProcess.start();
  const senders = new NumberedSenders(() => talea.url);
  const backMs: number[] = [];
  const answers: Answer[] = [];
  const notReady: number[] = [];
  try {
    for (let death = 0; death < DEATHS; death++) {
      await delay(dice.between(300, 1_500));
      const { pid } = await engineRunning(talea.pid);
      const asked = [ask(talea.url), ask(talea.url)];
      process.kill(pid, "SIGKILL");
      const from = performance.now();
      asked.push(
        ask(talea.url),
        delay(50).then(() => ask(talea.url)),
      );
      notReady.push(await untilReady(talea.url));
      backMs.push(performance.now() - from);
      answers.push(...(await Promise.all(asked)));
    }
  } finally {
    await senders.stop();
  }
  assert.equal(senders.failures, 0, "a request was refused or failed while the engine was away");
  for (const { status: code, code: word } of answers) {
    assert.ok(code === 200 || (code === 503 && word === "store_unavailable"), `a question got ${code} ${word}`);
  }
  assert.ok(
    notReady.some((count) => count > 0),
    "/readyz never said that the engine is away",
  );
  context.diagnostic(`back after ${backMs.map(Math.round).join(", ")} ms`);
  assert.ok(Math.max(...backMs) < BACK_WITHIN_MS);
  await assertAllThere(talea, senders, "after the deaths");
  assert.ok((await status(talea.url)).engine.restarts >= DEATHS);
});

/** Resolves when /readyz says 200 after it said 503 or the engine is new; the number of refusals until then. */
async function untilReady(url: string): Promise<number> {
  const before = (await status(url)).engine.restarts;
  let refusals = 0;
  for (const deadline = performance.now() + ANSWERED_WITHIN_MS; performance.now() < deadline; await delay(10)) {
    const isReady = (await fetch(`${url}/readyz`)).status === 200;
    if (!isReady) refusals++;
    if (isReady && (refusals > 0 || (await status(url)).engine.restarts > before)) return refusals;
  }
  throw new Error("The engine did not come back");
}

async function ask(url: string): Promise<Answer> {
  const answer = await fetch(`${url}/api/v1/runs?limit=5`, { signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
  const body = (await answer.json()) as { readonly error?: { readonly code: string } };
  return { status: answer.status, code: body.error?.code };
}
