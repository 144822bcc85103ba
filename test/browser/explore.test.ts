import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium, openWatchedPage, type WatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await sendLatencies();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** Two queues over the last half hour, with a hole of five minutes. */
async function sendLatencies(): Promise<void> {
  const now = Date.now();
  const points = Array.from({ length: 30 }, (_, minute) => minute)
    .filter((minute) => minute < 10 || minute >= 15)
    .flatMap((minute) =>
      [
        { queue: "drafts", value: 100 + 10 * minute },
        { queue: "reviews", value: 900 },
      ].map(({ queue, value }) => ({
        ...{ name: "queue.wait", value, unit: "ms", agentId: "writer", attributes: { queue } },
        time: new Date(now - minute * 60_000 - 1_000).toISOString(),
      })),
    );
  const answer = await talea.post("/api/v1/metrics", points);
  assert.equal(answer.status, 200);
  const { offset } = (await answer.json()) as { offset: string };
  await talea.get(`/api/v1/metrics?waitFor=${offset}`);
}

async function open(address: string): Promise<WatchedPage> {
  const opened = await openWatchedPage(browser, talea.url);
  await opened.page.goto(address);
  return opened;
}

async function end(opened: WatchedPage): Promise<void> {
  assert.deepEqual(opened.problems, []);
  assert.deepEqual(opened.outside, []);
  await opened.close();
}

const legend = ({ page }: WatchedPage) => page.locator(".time-chart-legend");

test("the page is reached by its key, and offers what was measured", async () => {
  const opened = await open("/agents");
  const { page } = opened;
  await page.getByRole("heading", { name: "Agents" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.getByText("/api/v1/metrics -H").waitFor();
  await page.getByRole("link", { name: "queue.wait" }).click();
  await page.waitForURL(/\/explore\?metric=queue\.wait$/);
  await legend(opened).getByText("queue.wait").waitFor();
  await end(opened);
});

test("a metric is told apart by a label, aggregated, filtered, and all of it is the URL", async () => {
  const opened = await open("/explore?metric=queue.wait&since=-1h");
  const { page } = opened;
  await page.getByRole("button", { name: /^By/ }).click();
  await page.getByRole("checkbox", { name: "queue" }).check();
  await legend(opened).getByText("reviews").waitFor();
  assert.match(await legend(opened).innerText(), /drafts\s+100 ms/);
  const row = page.getByRole("row").filter({ hasText: "reviews" });
  const cells = await row.last().getByRole("gridcell").allInnerTexts();
  assert.deepEqual(cells.slice(0, 6), ["reviews", "900 ms", "22.5 s", "900 ms", "900 ms", "900 ms"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Show/ }).click();
  await page.getByRole("button", { name: "count", exact: true }).click();
  await page.waitForURL(/agg=count/);
  await page.getByRole("button", { name: "Bars" }).click();
  await page.getByRole("button", { name: "queue", exact: true }).click();
  await page.getByRole("checkbox", { name: /drafts/ }).check();
  await legend(opened).getByText("reviews").waitFor({ state: "detached" });
  const { searchParams } = new URL(page.url());
  assert.deepEqual(
    ["by", "agg", "draw", "attr.queue"].map((name) => searchParams.get(name)),
    ["queue", "count", "bars", "drafts"],
  );
  await page.reload();
  await legend(opened).getByText("drafts").waitFor();
  assert.equal(await legend(opened).getByText("reviews").count(), 0);
  await end(opened);
});

test("an interval that is dragged over becomes the window, and back leads to the one before", async () => {
  const opened = await open("/explore?metric=queue.wait&by=queue&since=-1h");
  const { page } = opened;
  await legend(opened).getByText("reviews").waitFor();
  const box = await page.locator(".u-over").boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, y, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/until=/);
  const { searchParams } = new URL(page.url());
  const minutes = (Date.parse(searchParams.get("until") ?? "") - Date.parse(searchParams.get("since") ?? "")) / 60_000;
  assert.ok(minutes > 13 && minutes < 17, `${minutes} minutes`);
  await page.goBack();
  await page.waitForURL(/since=-1h$/);
  await end(opened);
});

test("the values below the pointer stand in the legend, and a hole is not 0", async () => {
  const opened = await open("/explore?metric=queue.wait&by=queue&since=-1h&step=1m");
  const { page } = opened;
  await legend(opened).getByText("reviews").waitFor();
  const box = await page.locator(".u-over").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width * (1 - 12.5 / 60), box.y + 20);
  await legend(opened).getByText("Last values").waitFor({ state: "detached" });
  assert.match(await legend(opened).innerText(), /reviews\s+–/);
  await page.mouse.move(box.x + box.width * (1 - 20 / 60), box.y + 20);
  await legend(opened).getByText("900 ms").waitFor();
  await end(opened);
});

test("a key figure is asked about like a metric", async () => {
  const opened = await open("/explore?figure=task_completion_time&by=agent&since=2026-01-01T00:00:00Z&step=1d");
  const { page } = opened;
  await page.getByRole("grid", { name: "Over the window" }).getByText("supervisor").waitFor();
  await page.getByRole("button", { name: /^By/ }).click();
  await page.getByRole("button", { name: "run", exact: true }).click();
  await page.waitForURL(/by=name/);
  await end(opened);
});

test("a metric that nobody sent in the window says so, and offers a way on", async () => {
  const opened = await open("/explore?metric=no.such.metric");
  const { page } = opened;
  await page.getByText("Nothing was measured in this window of time").waitFor();
  await page.getByRole("button", { name: "Look at the last 30 days" }).click();
  await page.waitForURL(/since=-30d/);
  await end(opened);
});
