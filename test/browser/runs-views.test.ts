// The list of runs as a question that is asked, kept and taken elsewhere: durations, saved views, copies.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { end, launchChromium, openWatchedPage, visit, type WatchedPage } from "../support/browser-chromium.ts";
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
  const opened = await visit(browser, talea.url, `/runs?${ALL_TIME}${query}`);
  await opened.page.locator(".run-name").first().waitFor();
  await opened.page.getByRole("slider").first().waitFor({ state: "attached" });
  return opened;
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

test("a view is saved, opened, renamed, overwritten and deleted, by keys, and keeps a relative window relative", async () => {
  const opened = await openWatchedPage(browser, talea.url);
  const { page } = opened;
  await page.goto("/runs?status=failed&since=-30d&selected=x");
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  await page.keyboard.press("v");
  const name = page.getByRole("textbox", { name: "Name of the view" });
  await name.waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Name of the view");
  await page.keyboard.type("Failed lately");
  await page.keyboard.press("Enter");
  const button = page.locator(".views-menu .menu-frame > .button");
  await button.getByText("Failed lately").waitFor();
  const { items } = await talea.get<{ items: { body: unknown }[] }>("/api/v1/config/view");
  assert.deepEqual(items[0]?.body, { name: "Failed lately", path: "/runs", query: "status=failed&since=-30d" });
  await page.keyboard.press("Escape");

  await page.goto("/runs");
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  await page.keyboard.press("v");
  await page.locator(".view-open:focus").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/status=failed&since=-30d$/);

  await page.goto("/runs?status=completed");
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  await page.keyboard.press("v");
  await page.locator(".view-open:focus").waitFor();
  await page.getByRole("button", { name: "Save what is shown as Failed lately" }).click();
  await button.getByText("Failed lately").waitFor();
  await page.getByRole("button", { name: "Rename Failed lately" }).click();
  await page.keyboard.type("Fine ones");
  await page.keyboard.press("Enter");
  await button.getByText("Fine ones").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".view-open").waitFor({ state: "detached" });

  await page.goto("/search");
  await page.getByRole("heading", { name: "Search", exact: true }).waitFor();
  await page.keyboard.press("v");
  await page.getByText("Of other pages").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("open view fine");
  await page.getByRole("option", { name: /Open view Fine ones/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\?status=completed$/);

  await page.keyboard.press("v");
  await page.getByRole("button", { name: "Delete Fine ones" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("No view is saved").waitFor();
  assert.deepEqual(await talea.get("/api/v1/config/view"), { items: [] });
  await end(opened);
});

test("whoever writes a view that somebody else wrote meanwhile is told, and overwrites nothing", async () => {
  const put = (expectedVersion: number, query: string) =>
    fetch(`${talea.url}/api/v1/config/view/shared`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ expectedVersion, body: { name: "Shared", path: "/runs", query } }),
    });
  assert.equal((await put(0, "status=failed")).status, 200);
  const opened = await openRuns();
  const { page } = opened;
  await page.keyboard.press("v");
  await page.locator(".view-open:focus").waitFor();
  assert.equal((await put(1, "status=cancelled")).status, 200);
  await page.getByRole("button", { name: "Save what is shown as Shared" }).click();
  await page.getByRole("alert").getByText("Somebody else changed this view meanwhile").waitFor();
  await page.locator(".view-open").getByText("status cancelled").waitFor();
  // The browser itself reports the 409 on the console.
  assert.deepEqual(
    opened.problems.filter((problem) => !problem.includes("409")),
    [],
  );
  await opened.close();
});

test("sessions and users are chosen from all values, and a facet offers what could be chosen beside what is", async () => {
  const opened = await openRuns("&status=failed");
  const { page } = opened;
  await page.getByRole("button", { name: "Status 1" }).click();
  await page.getByRole("checkbox", { name: /completed/ }).check();
  await page.waitForURL(/status=failed&status=completed/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: "Session", exact: true }).click();
  await page.getByRole("checkbox", { name: /sess-1/ }).check();
  await page.waitForURL(/session=sess-1/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More 1" }).waitFor();
  await page.locator(".chip").getByText("sess-1").waitFor();
  await end(opened);
});

test("marked runs or all loaded ones are copied, and all are downloaded", async () => {
  const opened = await openRuns();
  const { page } = opened;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const all = await page.locator(".run-name").count();
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: `Copy ${all} loaded runs as JSON` }).click();
  await page.getByText(`Copied ${all} runs as JSON`).waitFor();
  assert.equal((JSON.parse(await clipboard()) as unknown[]).length, all);
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press("j");
    await page.keyboard.press("x");
  }
  await page.getByText("3 runs marked").waitFor();
  await page.getByRole("button", { name: "Copy 3 marked runs as CSV" }).click();
  await page.getByText("Copied 3 runs as CSV").waitFor();
  const lines = (await clipboard()).replaceAll("\r\n", "\n").split("\n");
  assert.equal(lines.length, 5);
  assert.match(lines[0] ?? "", /^id,name,status,.*tokens\.input/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("download csv");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const file = await download;
  assert.match(file.suggestedFilename(), /^runs-.*\.csv$/);
  await page.getByText(`Downloaded ${all} runs as CSV`).waitFor();
  assert.equal(readFileSync(await file.path(), "utf8").split("\r\n").length, all + 2);
  await end(opened);
});

test("one jumps to a time: the list begins there", async () => {
  const opened = await openRuns();
  const { page } = opened;
  const started = (
    await talea.get<{ runs: { startedAt: string; name: string }[] }>(`/api/v1/runs?${ALL_TIME}&limit=50`)
  ).runs;
  const middle = started[Math.floor(started.length / 2)];
  assert.ok(middle !== undefined);
  await page.keyboard.press("J");
  const field = page.getByLabel("Runs before");
  await field.fill(middle.startedAt.slice(0, 19));
  await page.keyboard.press("Enter");
  await page.waitForURL(/until=/);
  const left = started.filter(({ startedAt }) => startedAt < `${middle.startedAt.slice(0, 19)}.`).length;
  await waitForRows(page, left);
  await end(opened);
});
