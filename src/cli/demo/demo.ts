// The demonstration: example agents at work against a server. In a checkout the example programs run; an installed
// package, which does not have them, replays captures of them.

import { setTimeout as delay } from "node:timers/promises";
import { TaleaClient } from "../client/talea-client.ts";
import { replaySample, shippedSamples } from "../sample-data.ts";
import { EXAMPLES, type Example, isInstalled, isPresent } from "./examples.ts";
import { runExample } from "./run-example.ts";

export interface DemoOptions {
  readonly url: string;
  readonly key: string | undefined;
  /** Again and again, with other stories, until the signal. */
  readonly loop: boolean;
  readonly signal: AbortSignal;
  /** Told what goes on, a sentence at a time. */
  readonly say: (text: string) => void;
}

/** Between the starts of two examples: so that runs overlap, as they do in life. */
const STAGGER_MS = 1_500;
const PAUSE_MS = 4_000;
/** How many stories of each example are shown when it does not go on for ever. */
const ROUNDS = 2;
const OUTPUT_LINES_SHOWN = 8;

/** Runs the examples, or replays the captures. Resolves when they are done or the signal came. */
export async function showDemo(options: DemoOptions): Promise<void> {
  const { loop, signal, say } = options;
  const installed = EXAMPLES.filter(isInstalled);
  const missing = EXAMPLES.filter((example) => isPresent(example) && !isInstalled(example));
  if (missing.length > 0) {
    say(`Not installed: ${missing.map(({ title }) => title).join("; ")}. \`npm run demo\` installs and runs them.`);
  }
  for (let round = 1; !signal.aborted; round++) {
    if (installed.length > 0) await runAll(installed, round, options);
    else await replayAll(options);
    if (!loop && round === (installed.length > 0 ? ROUNDS : 1)) return;
    await delay(PAUSE_MS, undefined, { signal }).catch(ignoreAbort);
  }
}

async function runAll(examples: readonly Example[], round: number, options: DemoOptions): Promise<void> {
  await Promise.all(
    examples.map(async (example, i) => {
      await delay(i * STAGGER_MS, undefined, { signal: options.signal }).catch(ignoreAbort);
      if (!options.signal.aborted) await runOne(example, 1 + ((round - 1) % example.seeds), options);
    }),
  );
}

async function runOne(example: Example, seed: number, { url, key, signal, say }: DemoOptions): Promise<void> {
  say(`At work: ${example.title}`);
  const { code, output } = await runExample(example, { url, key, seed, signal });
  if (code === 0 || signal.aborted) return;
  const last = output.trimEnd().split("\n").slice(-OUTPUT_LINES_SHOWN);
  say(`${example.title} ended with ${code ?? "a signal"}:\n${last.map((line) => `  ${line}`).join("\n")}`);
}

async function replayAll({ url, key, signal, say }: DemoOptions): Promise<void> {
  const client = new TaleaClient(new URL(url), key);
  const samples = await shippedSamples();
  if (samples.length === 0) throw new Error("There are neither examples nor captures to show");
  await Promise.all(
    samples.map(async (sample, i) => {
      await delay(i * STAGGER_MS, undefined, { signal }).catch(ignoreAbort);
      if (signal.aborted) return;
      say(`Replaying: ${sample.name}`);
      await replaySample(client, sample, { nowMs: Date.now(), pace: 1, signal }).catch(ignoreAbort);
    }),
  );
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
