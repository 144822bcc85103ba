// The page on large runs, in the real browser: how soon it is usable, how soon runs of 100,000 and a million spans are
// drawn (cold: the server has not read them since it started), what frames cost, and how long a large graph takes.

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { layoutGraph } from "../src/web/plots/graph-layout.ts";
import { layoutTask } from "../src/web/plots/graph-places.ts";
import { launchChromium, openWatchedPage } from "../test/support/browser-chromium.ts";
import { madeGraph, manyEdges } from "../test/support/browser-graph.ts";
import { fleetBodies } from "../test/support/fleet-run.ts";
import { frameTimes, TIMELINE_MOTIONS, type TimelineMotion } from "../test/support/page-frames.ts";
import { PageWork } from "../test/support/page-work.ts";
import { buildPage } from "../tools/build.ts";
import { MeasuredTalea } from "./measured-process.ts";

const MB = 1e6;
const DRAWN = "talea:spans-drawn";
const TIMEOUT_MS = 120_000;
const FIRST_VIEWS = 5;

export async function pageBench(isQuick: boolean): Promise<Readonly<Record<string, unknown>>> {
  const { firstLoadBytes } = await buildPage({ outDir: "dist/web", minify: true });
  const sizes = isQuick ? [100_000] : [100_000, 1_000_000];
  const first = await MeasuredTalea.start();
  for (const size of sizes) await sendFleet(first, size);
  await first.stop(true);
  const browser = await launchChromium();
  const results: Record<string, unknown> = { firstLoadBytes };
  try {
    for (const size of sizes) {
      const talea = await MeasuredTalea.start(first.directory);
      try {
        if (size === sizes[0]) results["usableMs"] = await usableMs(browser, talea.url);
        results[`spans${size}`] = await largeRun(browser, talea, size, isQuick ? 30 : 120);
      } finally {
        await talea.stop(size !== sizes.at(-1));
      }
    }
  } finally {
    await browser.close();
  }
  return { ...results, graphLayoutMs: graphLayoutMs() };
}

const idOf = (size: number) => `fleet-${size}`;

async function sendFleet(talea: MeasuredTalea, spanCount: number): Promise<void> {
  const run = { id: idOf(spanCount), seed: 3, spanCount, startsAtMs: Date.now() - 3_600_000, durationMs: 1_800_000 };
  for (const body of fleetBodies(run)) {
    const headers = { "content-type": "application/x-protobuf" };
    const answer = await fetch(`${talea.url}/v1/traces`, { method: "POST", headers, body: new Blob([body.slice()]) });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  }
  for (;;) {
    const { acknowledged, stored, unsettled } = await talea.status();
    if (stored.spans >= acknowledged.spans && unsettled === 0) return;
    await sleep(500);
  }
}

/** From the end of the HTML to the first content on the screen, the median of some first visits. */
async function usableMs(browser: Browser, url: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < FIRST_VIEWS; i++) {
    const { page, close } = await openWatchedPage(browser, url);
    await page.goto("/");
    await until(page, `performance.getEntriesByName("first-contentful-paint").length > 0`);
    const ms: unknown = await page.evaluate(`(() => {
      const [navigation] = performance.getEntriesByType("navigation");
      const painted = performance.getEntriesByName("first-contentful-paint")[0];
      return painted.startTime - navigation.responseEnd;
    })()`);
    times.push(Number(ms));
    await close();
  }
  times.sort((a, b) => a - b);
  return Math.round(times[Math.floor(times.length / 2)] as number);
}

async function largeRun(browser: Browser, talea: MeasuredTalea, size: number, frames: number): Promise<object> {
  const cold = await opened(browser, talea.url, size);
  const { page } = cold;
  await page.locator(".run-header .finding").first().waitFor({ timeout: TIMEOUT_MS });
  await until(page, `!document.querySelector(".run-header").textContent.includes("Looking for findings")`);
  const analysedMs = Math.round(Number(await page.evaluate("performance.now()")));
  // The skeleton with agents and kinds resolved comes last.
  const isResolved = `performance.getEntriesByType("resource").some(({ name }) => name.includes("resolved=true"))`;
  await until(page, isResolved);
  await sleep(1000);
  const times: Record<string, object> = {};
  for (const motion of Object.keys(TIMELINE_MOTIONS) as TimelineMotion[]) {
    times[motion] = await frameTimes(page, motion, frames);
  }
  await cold.close();
  const warm = await opened(browser, talea.url, size);
  await warm.close();
  return {
    ...{ coldMs: cold.drawnMs, coldWorkMs: cold.workMs, headerMs: cold.headerMs, analysedMs },
    ...{ warmMs: warm.drawnMs, warmWorkMs: warm.workMs },
    ...{ frames: times, residentMb: Math.round(talea.resources().residentBytes / MB) },
  };
}

/**
 * From the start of the navigation until spans are on the screen, how long the page's main thread worked for it, and when
 * the run's figures stood in the header.
 */
async function opened(browser: Browser, url: string, size: number) {
  const { page, close } = await openWatchedPage(browser, url);
  const work = await PageWork.of(page);
  await page.goto(`/runs/${idOf(size)}`);
  const header = until(page, `document.querySelector(".run-header .figures") !== null`);
  const headerMs = header.then(() => page.evaluate("performance.now()"));
  await until(page, `performance.getEntriesByName("${DRAWN}").length > 0`);
  const workMs = Math.round(await work.totalMs());
  const drawnMs = Math.round(Number(await page.evaluate(`performance.getEntriesByName("${DRAWN}")[0].startTime`)));
  return { page, close, workMs, drawnMs, headerMs: Math.round(Number(await headerMs)) };
}

/** Asks until an expression of the page is true; the page's content security policy lets nothing of it wait by itself. */
async function until(page: Page, expression: string): Promise<void> {
  for (const deadline = performance.now() + TIMEOUT_MS; performance.now() < deadline; await sleep(20)) {
    if (await page.evaluate(expression)) return;
  }
  throw new Error(`Not in time: ${expression}`);
}

/** 500 agents and 5,000 edges, by the code of the page's worker; the best of some, as after its first graph. */
function graphLayoutMs(): number {
  const edges = manyEdges(500, 5_000).map(({ from, to, count }) => `${from} delegate ${to} ${count}`);
  const task = layoutTask(madeGraph(edges));
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now();
    layoutGraph(task);
    return performance.now() - from;
  });
  return Math.round(Math.min(...times));
}
