// On a phone: what one does with Now, Runs and Run by touch, and that no page is wider than the screen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const ALL_TIME = "since=2026-01-01T00:00:00Z";
const RUN = "/runs/185d56b1c011ce877dd2e34b07d1df74";
const TARGET_PX_MIN = 32;
const ADDRESSES = [
  `/now?${ALL_TIME}`,
  `/runs?${ALL_TIME}`,
  RUN,
  ...["sequence", "graph", "conversation", "messages", "agents", "events", "compare"].map(
    (view) => `${RUN}?view=${view}`,
  ),
  `/agents?${ALL_TIME}`,
  `/agents?${ALL_TIME}&view=heatmap`,
  `/agents/supervisor?${ALL_TIME}`,
  `/communication?${ALL_TIME}`,
  `/errors?${ALL_TIME}`,
  `/errors/2f37709becf20ee9?${ALL_TIME}`,
  `/events?${ALL_TIME}`,
  `/explore?${ALL_TIME}`,
  "/boards",
  `/boards/fleet?${ALL_TIME}`,
  `/search?${ALL_TIME}&kind=llm`,
  "/sql",
  "/settings",
  "/settings/keys",
  "/settings/storage",
  "/settings/health",
];

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** What stands out of the screen on the right, and cannot be scrolled to. */
async function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== document.body &&
      (/auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const found = [...document.querySelectorAll("#page *")].filter(
      (element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element.parentElement),
    );
    const wide = document.scrollingElement === null ? 0 : document.scrollingElement.scrollWidth - innerWidth;
    return [
      ...(wide > 0 ? [`the page by ${wide} px`] : []),
      ...found.slice(0, 5).map((element) => `${element.tagName} ${element.className}`),
    ];
  });
}

async function lowTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(
    (min) =>
      [...document.querySelectorAll(".sidebar-item, .button, .tab, .table-row, .run-line, .finding")]
        .map((element) => ({ height: element.getBoundingClientRect().height, name: element.className }))
        .filter(({ height }) => height > 0 && height < min)
        .map(({ height, name }) => `${name}: ${height} px`),
    TARGET_PX_MIN,
  );
}

test("a reader goes from Now to a run, reads a span, closes it and changes the view, all by touch", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url, PHONE);
  await page.goto(`/now?${ALL_TIME}`);
  await page.locator(".run-line").first().waitFor();
  assert.deepEqual(await lowTargets(page), []);
  await page.getByRole("button", { name: "More" }).tap();
  await page.getByRole("link", { name: "Settings" }).waitFor();
  await page.getByRole("link", { name: "Runs", exact: true }).tap();
  await page.waitForURL(/\/runs/);
  await page.goto(`/runs?${ALL_TIME}`);
  const row = page.locator(".table-body .table-row").first();
  await row.waitFor();
  assert.deepEqual(await lowTargets(page), []);
  const columns = await page.getByRole("columnheader").allTextContents();
  assert.deepEqual(columns, ["", "Name", "Started", "Duration", "Cost"]);
  await row.tap();
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  await page.locator(".timeline-rows").tap({ position: { x: 60, y: 11 } });
  const panel = page.getByRole("region", { name: "Selected span" });
  await panel.locator(".span-facts").waitFor();
  const box = await panel.boundingBox();
  assert.equal(box?.width, PHONE.viewport.width, "the span is a sheet as wide as the screen");
  assert.deepEqual(await lowTargets(page), []);
  await page.getByRole("button", { name: "Close the details" }).tap();
  await panel.waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Conversation" }).tap();
  await page.waitForURL(/view=conversation/);
  assert.deepEqual(problems, []);
  await close();
});

test("two fingers zoom the timeline, one moves it", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url, PHONE);
  await page.goto(RUN);
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  // The header grows with what is found out about the run, and moves the rows down.
  await page.waitForLoadState("networkidle");
  const zoom = () => page.locator(".timeline").getAttribute("data-zoom");
  const box = await page.locator(".timeline-rows").boundingBox();
  assert.ok(box);
  const y = box.y + 60;
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...xs: number[]) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
  const whole = await zoom();
  await touch("touchStart", 260, 300);
  await touch("touchMove", 240, 320);
  await touch("touchMove", 210, 350);
  await touch("touchEnd");
  await page.waitForFunction(
    (before) => document.querySelector(".timeline")?.getAttribute("data-zoom") !== before,
    whole,
  );
  const near = await zoom();
  await touch("touchStart", 300);
  await touch("touchMove", 280);
  await touch("touchMove", 220);
  await touch("touchEnd");
  await page.waitForFunction(
    (before) => document.querySelector(".timeline")?.getAttribute("data-zoom") !== before,
    near,
  );
  await page.getByRole("button", { name: "Fit" }).click();
  await page.waitForFunction(
    (before) => document.querySelector(".timeline")?.getAttribute("data-zoom") === before,
    whole,
  );
  assert.deepEqual(problems, []);
  await close();
});

for (const address of ADDRESSES) {
  test(`${address} is no wider than a phone`, async () => {
    const { page, problems, close } = await openWatchedPage(browser, talea.url, PHONE);
    await page.goto(address);
    await page.locator(".page").first().waitFor();
    await page.waitForLoadState("networkidle");
    assert.deepEqual(await tooWide(page), []);
    assert.deepEqual(problems, []);
    await close();
  });
}

for (const [address, columns] of [
  [`/errors?${ALL_TIME}`, ["Error", "Errors", "Last seen"]],
  [`/events?${ALL_TIME}`, ["Time", "Type", "Message"]],
  [`/search?${ALL_TIME}&kind=llm`, ["Span", "Agent", "Started", "Duration"]],
] as const) {
  test(`${address.split("?")[0]}: a line says what it is about without being scrolled sideways`, async () => {
    const { page, problems, close } = await openWatchedPage(browser, talea.url, PHONE);
    await page.goto(address);
    await page.locator(".table-body .table-row").first().waitFor();
    const heads = (await page.getByRole("columnheader").allTextContents()).map((text) => text.trim());
    assert.deepEqual(heads, columns);
    const hidden = await page.locator(".table").evaluate((table) => table.scrollWidth - table.clientWidth);
    assert.equal(hidden, 0);
    assert.deepEqual(problems, []);
    await close();
  });
}

test("what two agents send each other lies over the drawing, and goes away again", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url, PHONE);
  const pair = encodeURIComponent('["supervisor","research_expert"]');
  await page.goto(`/communication?${ALL_TIME}&selected=${pair}`);
  const panel = page.getByRole("complementary", { name: "The messages between two agents" });
  await panel.locator(".edge-record").first().waitFor();
  assert.equal((await panel.boundingBox())?.width, PHONE.viewport.width);
  await panel.getByRole("button", { name: "Select nothing" }).tap();
  await panel.waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
  await close();
});

test("SQL is asked and answered over the whole width, the tables stand below", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url, PHONE);
  await page.goto("/sql");
  await page.locator(".sql-beginning").waitFor();
  const [main, schema] = [await page.locator(".sql-main").boundingBox(), await page.locator(".schema").boundingBox()];
  assert.equal(main?.width, PHONE.viewport.width);
  assert.ok(main !== null && schema !== null && schema.y >= main.y + main.height - 1);
  assert.deepEqual(problems, []);
  await close();
});

test("in a transcript each turn stands close to its head", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url, PHONE);
  await page.goto(`${RUN}?view=conversation`);
  await page.locator(".turn-body").first().waitFor();
  const heights = await page.locator(".turn-head").evaluateAll((heads) => heads.map((head) => head.clientHeight));
  assert.ok(Math.max(...heights) <= 64, `${heights}: two lines`);
  assert.deepEqual(problems, []);
  await close();
});
