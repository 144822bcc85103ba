// The list of runs as a question that is asked, kept and taken elsewhere: durations, saved views, copies.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openWatchedPage, type WatchedPage } from "../support/browser-chromium.ts";
import { syntheticBodies } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.load("strands-js/multi-agent.otlp.json");
  await talea.load("openai-agents-js/openinference-bridge.otlp.json");
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** The captures are from a fixed day. */
const ALL_TIME = "since=2026-01-01T00:00:00Z";

async function openRuns(query = ""): Promise<WatchedPage> {
  const opened = await openWatchedPage(browser, talea.url);
  await opened.page.goto(`/runs?${ALL_TIME}${query}`);
  await opened.page.locator(".run-name").first().waitFor();
  await opened.page.getByRole("slider").first().waitFor({ state: "attached" });
  return opened;
}

async function end(opened: WatchedPage): Promise<void> {
  assert.deepEqual(opened.problems, []);
  assert.deepEqual(opened.outside, []);
  await opened.close();
}

const legend = (page: Page) => page.locator(".duration-legend");

async function waitForRows(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelectorAll(".run-name").length === wanted, count);
}

test("a range of durations is brushed with the pointer, stands in the URL, and is cleared by one key", async () => {
  const opened = await openRuns();
  const { page } = opened;
  const all = await page.locator(".run-name").count();
  await legend(page).getByText(`${all} runs`).waitFor();
  const area = await page.locator(".duration-area").boundingBox();
  assert.ok(area !== null);
  const y = area.y + area.height / 2;
  await page.mouse.move(area.x + 1, y);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width / 2, y, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/maxDuration=/);
  const { runs } = await talea.get<{ runs: unknown[] }>(`/api/v1/runs${new URL(page.url()).search}`);
  assert.ok(runs.length > 0 && runs.length < all, `${runs.length} of ${all}`);
  await waitForRows(page, runs.length);
  await legend(page).getByText(`${runs.length} of ${all} runs`).waitFor();
  await page.keyboard.press("D");
  await waitForRows(page, all);
  assert.doesNotMatch(page.url(), /Duration=/);
  await end(opened);
});

test("the range is set from the keyboard alone, and its chips take it away", async () => {
  const opened = await openRuns();
  const { page } = opened;
  const all = await page.locator(".run-name").count();
  await page.keyboard.press("d");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Shortest duration");
  await page.keyboard.press("End");
  await page.waitForURL(/minDuration=/);
  await page.waitForFunction((before) => document.querySelectorAll(".run-name").length < before, all);
  await page.keyboard.press("Escape");
  await waitForRows(page, all);
  await page.goto(`/runs?${ALL_TIME}&minDuration=0.3s&maxDuration=1m`);
  await page.getByText("At least").waitFor();
  await page.locator(".chip").getByText("300 ms").waitFor();
  await page.getByRole("button", { name: "Remove the filter At most 1m 00s" }).click();
  await page.waitForURL((url) => !url.search.includes("maxDuration"));
  await page.keyboard.press("X");
  await waitForRows(page, all);
  await end(opened);
});

test("the histogram follows other filters and what comes in, and folds away", async () => {
  const opened = await openRuns("&status=failed");
  const { page } = opened;
  const failed = await page.locator(".run-name").count();
  await legend(page).getByText(`${failed} failed`).waitFor();
  await page.keyboard.press("X");
  await page.waitForURL((url) => !url.search.includes("status"));
  await page.waitForFunction((before) => document.querySelectorAll(".run-name").length > before, failed);
  const all = await page.locator(".run-name").count();
  await legend(page).getByText(`${all} runs`).waitFor();
  for (const body of syntheticBodies({ name: "Came in later", seed: 3, spanCount: 20, endsAtMs: Date.now() })) {
    await talea.send(body);
  }
  await legend(page)
    .getByText(`${all + 1} runs`)
    .waitFor();
  await page.getByRole("gridcell", { name: "Came in later" }).waitFor();
  await page.keyboard.press("h");
  await page.locator(".duration-area").waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("button", { name: "Duration", exact: true, expanded: false }).click();
  await page.locator(".duration-area").waitFor();
  await end(opened);
});
