// A run of the size at which a known peer's page dies.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import type { Status } from "../../src/model/shapes.ts";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { syntheticBodies, syntheticSpans } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";
import { PageWork } from "../support/page-work.ts";

const RUN = { name: "large", seed: 11, spanCount: 32_843, endsAtMs: Date.now() - 5_000 } as const;
/** Of the page's main thread until the spans are drawn; wall time says more of the neighbours (bench/). */
const DRAWN_WORK_MS_MAX = 700;
const FRAMES = 40;
/** Of a frame's work when scrolling: 8 ms are aimed at. */
const FRAME_MS_MAX = 33;

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  for (const body of syntheticBodies(RUN)) await talea.send(body);
  for (;;) {
    const { acknowledged, stored, running } = await talea.get<Status>("/api/v1/status");
    if (stored.spans >= acknowledged.spans && running.runs === 0) break;
    await delay(100);
  }
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

test("a run of 32,843 spans is drawn soon after the address is opened, and scrolls", async (context) => {
  const [root] = syntheticSpans({ ...RUN, spanCount: 2 });
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  const work = await PageWork.of(page);
  await page.goto(`/runs/${root?.traceId}?plumbing=1`);
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  const drawnMs = await page.evaluate(() => performance.getEntriesByName("talea:spans-drawn")[0]?.startTime ?? 0);
  const drawnWorkMs = await work.totalMs();
  const slowness = await work.slowness();
  context.diagnostic(`drawn ${Math.round(drawnMs)} ms after the navigation began`);
  assert.ok(drawnWorkMs < DRAWN_WORK_MS_MAX * slowness, `${drawnWorkMs} ms of work, ${slowness} times slower`);
  const lines = await page.locator(".timeline-rows").getAttribute("data-lines");
  assert.equal(Number(lines), RUN.spanCount, "every span has its line");
  const frameMs = await page.evaluate(async (frames) => {
    const rows = document.querySelector(".timeline-rows") as HTMLElement;
    const times: number[] = [];
    for (let i = 0; i < frames; i++) {
      const from = performance.now();
      rows.scrollTop += 2_000;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      times.push(performance.now() - from);
    }
    return times.sort((a, b) => a - b)[Math.floor(frames / 2)] as number;
  }, FRAMES);
  context.diagnostic(`a scrolled frame took ${frameMs.toFixed(1)} ms (median, waiting for the screen included)`);
  assert.ok(frameMs < FRAME_MS_MAX * slowness);
  assert.deepEqual(problems, []);
  await close();
});
