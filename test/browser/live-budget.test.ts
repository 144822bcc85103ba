// What the live tail may cost at 2,000 events a second: no long task, nothing that moves, no memory that grows. The events
// come from another process on this machine. See support/browser-budget.ts for why tasks are measured by thread time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { heapBytes, liveCosts, sendEvents } from "../support/browser-budget.ts";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const PER_SECOND = 2_000;
const RUNS = 20;
const MEASURED_MS = 10_000;
const TASK_MS_MAX = 50;
/** Rows that are kept are full by then. */
const WARM_UP_EVENTS = 8_000;
const LOAD_S = 60;
const HEAP_GROWTH_BYTES_MAX = 3_000_000;

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

async function acknowledged(): Promise<number> {
  return (await talea.get<{ acknowledged: { events: number } }>("/api/v1/status")).acknowledged.events;
}

/** Until so many more events were taken in. */
async function untilTaken(more: number): Promise<void> {
  const until = (await acknowledged()) + more;
  const deadline = performance.now() + LOAD_S * 1000;
  while ((await acknowledged()) < until) {
    assert.ok(performance.now() < deadline, "the events come in");
    await delay(200);
  }
}

test(`page Events at ${PER_SECOND} events a second: no long task, nothing moves, memory does not grow`, async (context) => {
  const load = sendEvents(talea.url, LOAD_S, PER_SECOND, RUNS);
  const { page, problems, close } = await openWatchedPage(browser, talea.url, { reducedMotion: "no-preference" });
  try {
    await untilTaken(PER_SECOND);
    await page.goto("/events?tail=1&since=-15m");
    await page.locator(".table-row .event-run").first().waitFor();
    await untilTaken(WARM_UP_EVENTS);
    const heapBefore = await heapBytes(page);
    const taken = await acknowledged();
    const costs = await liveCosts(browser, page, () => delay(MEASURED_MS));
    const events = (await acknowledged()) - taken;
    const grownBytes = (await heapBytes(page)) - heapBefore;
    context.diagnostic(
      `${events} events: longest task ${costs.longestCpuMs.toFixed(0)} ms of its thread, ` +
        `${costs.longestMs.toFixed(0)} ms by the clock; heap ${(heapBefore / 1e6).toFixed(1)} MB, ` +
        `then ${(grownBytes / 1e6).toFixed(1)} MB more`,
    );
    assert.ok(events > WARM_UP_EVENTS && costs.tasks > 100, "the page was at work");
    assert.ok(costs.longestCpuMs <= TASK_MS_MAX, `${costs.longestCpuMs} ms`);
    assert.ok(grownBytes <= HEAP_GROWTH_BYTES_MAX, `${grownBytes} bytes`);
    assert.deepEqual(costs.shifts, []);
    assert.deepEqual(problems, []);
  } finally {
    load.stop();
    await load.sent;
    await close();
  }
});
