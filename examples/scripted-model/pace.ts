// How fast an example goes. EXAMPLE_SEED varies the delays from run to run (one seed, one rhythm); EXAMPLE_SPEED=10
// makes everything ten times as fast.

import { setTimeout as delay } from "node:timers/promises";

const SPREAD = 0.35;
const SPEED_MAX = 1000;

const speed = Math.min(SPEED_MAX, Math.max(0.01, Number(process.env["EXAMPLE_SPEED"] ?? "1") || 1));
const seed = Number(process.env["EXAMPLE_SEED"] ?? "1") || 1;
const next = randomNumbers(seed);

/** Waits about so long: work takes a little longer or shorter each time. */
export async function pause(ms: number): Promise<void> {
  await delay(Math.max(1, (ms * (1 + SPREAD * (2 * next() - 1))) / speed));
}

/** A duration that a library is given rather than waited for here, at the example's speed. */
export function paced(ms: number): number {
  return Math.max(1, Math.round(ms / speed));
}

/** One of the items, by the seed alone. */
export function pick<T>(items: readonly T[]): T {
  const item = items[(seed - 1) % items.length];
  if (item === undefined) throw new Error("EXAMPLE_SEED must be a whole number from 1 on");
  return item;
}

/** Mulberry32: a small generator whose numbers, 0…1, depend on the seed only. */
function randomNumbers(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
