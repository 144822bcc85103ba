// Makes the pictures of the documents: starts a server on a data directory of its own, replays the recorded examples, and
// takes docs/images/*.png.   node tools/screenshot.ts

import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { TaleaClient } from "../src/cli/client/talea-client.ts";
import { replaySample, shippedSamples } from "../src/cli/sample-data.ts";
import type { Run, Span } from "../src/model/shapes.ts";
import { launchChromium, openWatchedPage } from "../test/support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../test/support/browser-talea.ts";

const IMAGES = fileURLToPath(new URL("../docs/images/", import.meta.url));
const SIZE = { width: 1440, height: 860 };
/** Fast enough to wait for, slow enough for times to look like times. */
const PACE = 1;
const RUN_SHOWN = /^incident/;
const SPAN_SHOWN = 4;

const talea = await startBrowserTalea();
const browser = await launchChromium();
try {
  const runs = await replaySamples(talea);
  mkdirSync(IMAGES, { recursive: true });
  const { page, close } = await openWatchedPage(browser, talea.url, { viewport: SIZE });
  await page.goto("/runs");
  await page.locator(".run-name").first().waitFor();
  await picture(page, "runs.png");
  const run = runs.find(({ name }) => RUN_SHOWN.test(name)) ?? runs[0];
  if (run === undefined) throw new Error("No sample arrived");
  const { spans } = await talea.get<{ spans: Span[] }>(`/api/v1/runs/${run.id}/spans?format=rows`);
  const call = spans.filter(({ kind, status }) => kind === "llm" && status !== "error")[SPAN_SHOWN];
  await page.goto(`/runs/${run.id}?path=1${call === undefined ? "" : `&span=${call.id}`}`);
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  await picture(page, "run.png");
  await close();
} finally {
  await browser.close();
  await talea.stop();
}

async function replaySamples({ url, get }: BrowserTalea): Promise<readonly Run[]> {
  const client = new TaleaClient(new URL(url), undefined);
  const samples = await shippedSamples();
  const { signal } = new AbortController();
  await Promise.all(samples.map((sample) => replaySample(client, sample, { nowMs: Date.now(), pace: PACE, signal })));
  for (;;) {
    const { runs } = await get<{ runs: Run[] }>("/api/v1/runs");
    if (runs.length > 0 && runs.every(({ figures }) => figures !== undefined)) return runs;
    await delay(500);
  }
}

/** Faces and figures come a moment after the first drawing. */
async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await delay(1_000);
  writeFileSync(`${IMAGES}${name}`, await page.screenshot());
}
