// The live tail of page Events in a real browser, for minutes: long tasks, memory, frames that were not drawn.

import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { heapBytes, sendEvents, watchShifts } from "../test/support/browser-budget.ts";
import { launchChromium, openWatchedPage } from "../test/support/browser-chromium.ts";
import { buildPage } from "../tools/build.ts";
import { MeasuredTalea } from "./measured-process.ts";

const PER_SECOND = 2_000;
const RUNS = 20;
const MINUTE_MS = 60_000;
/** Until the lists that are kept are full. */
const WARM_UP_MS = 10_000;

interface Minute {
  readonly heapMb: number;
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly droppedFrames: number;
}

interface Watched {
  readonly long: readonly number[];
  readonly dropped: number;
}

type Results = Record<string, unknown>;

export async function tailBench(isQuick: boolean): Promise<Results> {
  const minutes = isQuick ? 1 : 10;
  await buildPage({ outDir: "dist/web", minify: true });
  const talea = await MeasuredTalea.start();
  const browser = await launchChromium();
  const load = sendEvents(talea.url, (minutes * MINUTE_MS + 2 * WARM_UP_MS) / 1000, PER_SECOND, RUNS);
  try {
    const { page } = await openWatchedPage(browser, talea.url, { reducedMotion: "no-preference" });
    await page.goto("/events?tail=1&since=-15m");
    await sleep(WARM_UP_MS);
    await watchShifts(page);
    await page.evaluate(FRAME_WATCH);
    const heapMbAtFirst = await heapMb(page);
    const byMinute: Minute[] = [];
    for (let minute = 0; minute < minutes; minute++) {
      await sleep(MINUTE_MS);
      byMinute.push(await minuteOf(page));
    }
    const shifts = await page.evaluate<number>("window.shifts.length");
    return { perSecond: PER_SECOND, sent: await load.sent, heapMbAtFirst, shifts, byMinute };
  } finally {
    load.stop();
    await browser.close();
    await talea.stop();
  }
}

async function heapMb(page: Page): Promise<number> {
  return Number(((await heapBytes(page)) / 1e6).toFixed(1));
}

/** In the page, by the clock, as a reader would notice it: other work of the machine is in it. */
const FRAME_WATCH = `
  window.watched = { long: [], dropped: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.watched.long.push(duration);
  }).observe({ type: "longtask" });
  let last = performance.now();
  const frame = (now) => {
    window.watched.dropped += Math.max(0, Math.round((now - last) / (1000 / 60)) - 1);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  undefined;
`;
const TAKE_WATCHED = `(() => {
  const { watched } = window;
  window.watched = { long: [], dropped: 0 };
  return watched;
})()`;

/** What happened since it was asked last. */
async function minuteOf(page: Page): Promise<Minute> {
  const { long, dropped } = await page.evaluate<Watched>(TAKE_WATCHED);
  return {
    heapMb: await heapMb(page),
    longTasks: long.length,
    longestTaskMs: Math.round(Math.max(0, ...long)),
    droppedFrames: dropped,
  };
}
