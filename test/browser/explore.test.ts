import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { end, launchChromium, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await sendLatencies();
  await sendSizes();
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

/** In the middle of a minute. */
const SIZES_AT_MS = (Math.floor(Date.now() / 60_000) - 20.5) * 60_000;

/** A histogram of two steps ten minutes apart. */
async function sendSizes(): Promise<void> {
  const atMs = SIZES_AT_MS;
  const point = (minute: number, bucketCounts: readonly number[]) => ({
    ...{ startTimeUnixNano: `${atMs - 60_000}000000`, timeUnixNano: `${atMs + minute * 60_000}000000` },
    ...{ explicitBounds: [10, 100], bucketCounts, sum: 50, count: bucketCounts.reduce((sum, n) => sum + n, 0) },
  });
  const dataPoints = [point(0, [1, 20, 3]), point(10, [4, 2, 0])];
  const metrics = [{ name: "answer.size", unit: "ms", histogram: { aggregationTemporality: 1, dataPoints } }];
  const answer = await talea.post("/v1/metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  assert.equal(answer.status, 200);
}

const open = (address: string) => visit(browser, talea.url, address);

const legend = ({ page }: WatchedPage) => page.locator(".time-chart-legend");

test("the page is reached by its key, and offers what was measured", async () => {
  const opened = await open("/agents");
  const { page } = opened;
  await page.getByRole("heading", { name: "Agents", exact: true }).waitFor();
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

/** How wide the stretches of one colour are along a line of the chart, in pixels: at a share of its height from above. */
function stretchesAt(page: Page, height: number): Promise<number[]> {
  return page.locator(".time-chart canvas").evaluate((canvas: HTMLCanvasElement, share) => {
    const { width, height: rows } = canvas;
    // Beside the axis of values, and above that of time.
    const left = Math.ceil(70 * devicePixelRatio);
    const y = Math.round((rows - 40 * devicePixelRatio) * share);
    // A copy: reading from the canvas itself would change how it is drawn.
    const line = new OffscreenCanvas(width - left, 1).getContext("2d", { willReadFrequently: true });
    line?.drawImage(canvas, left, y, width - left, 1, 0, 0, width - left, 1);
    const pixels = line?.getImageData(0, 0, width - left, 1).data ?? [];
    const colours = Array.from({ length: width - left }, (_, x) => pixels.slice(4 * x, 4 * x + 4).join());
    const widths: number[] = [];
    let run = 0;
    for (const [x, colour] of colours.entries()) {
      const isBar = colour.endsWith(",255");
      if (isBar && colour === colours[x - 1]) run++;
      else {
        if (run > 0) widths.push(run / devicePixelRatio);
        run = isBar ? 1 : 0;
      }
    }
    return widths;
  }, height);
}

test("bars are wide enough to be told apart: sums stand on each other, other figures side by side", async () => {
  const opened = await open("/explore?metric=queue.wait&by=queue&since=-1h&draw=bars&agg=count");
  const { page } = opened;
  await legend(opened).getByText("reviews").waitFor();
  await page.waitForLoadState("networkidle");
  for (const [height, series] of [
    [0.9, "the lower ones"],
    [0.35, "the upper ones"],
  ] as const) {
    const widths = await stretchesAt(page, height);
    assert.ok(widths.length >= 10 && Math.min(...widths) >= 6, `${series}: ${widths.join(" ")}`);
  }
  const box = await page.locator(".u-over").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width * (1 - 5 / 60), box.y + box.height - 10);
  const total = legend(opened).locator("tr", { hasText: "Together" }).locator("td");
  await total.waitFor();
  const values = await legend(opened).locator("tbody tr:not(.time-chart-together) td").allInnerTexts();
  assert.equal(
    Number(await total.innerText()),
    values.map(Number).reduce((sum, value) => sum + value),
  );
  assert.match(await legend(opened).locator("caption").innerText(), /^[\d-]{10} \d\d:\d\d – \d\d:\d\d$/);
  await legend(opened).locator("tr.pointed").waitFor();
  await page.goto("/explore?metric=queue.wait&by=queue&since=-1h&draw=bars&agg=max");
  await legend(opened).getByText("reviews").waitFor();
  await page.waitForLoadState("networkidle");
  const widths = await stretchesAt(page, 0.95);
  assert.ok(widths.length >= 8 && Math.min(...widths) >= 6, widths.join(" "));
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => (document.querySelector(".time-chart-drawing")?.clientWidth ?? 0) > 300);
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

test("a histogram is drawn as a heatmap: `b` leads to it, and the step and bucket below the pointer are told", async () => {
  const opened = await open("/explore?metric=answer.size&since=-30m&step=1m");
  const { page } = opened;
  await legend(opened).getByText("answer.size").waitFor();
  await page.keyboard.press("b");
  await page.waitForURL(/draw=bars/);
  await page.keyboard.press("b");
  await page.waitForURL(/draw=heatmap/);
  await legend(opened).getByText("Over the window").waitFor();
  const row = (title: string) => legend(opened).getByRole("row", { name: title });
  await row("over 100 ms 3").waitFor();
  await row("10 ms – 100 ms 22").waitFor();
  await row("up to 10 ms 5").waitFor();
  const box = await page.locator(".u-over").boundingBox();
  assert.ok(box);
  const ago = (Date.now() - SIZES_AT_MS) / (30 * 60_000);
  await page.mouse.move(box.x + box.width * (1 - ago), box.y + box.height / 2);
  await legend(opened).getByText("10 ms – 100 ms: 20 values").waitFor();
  await row("up to 10 ms 1").waitFor();
  await page.keyboard.press("b");
  await page.waitForURL((url) => !url.search.includes("draw"));
  await end(opened);
});

test("a heatmap of completion times is of all runs, and other key figures say why they have none", async () => {
  const opened = await open("/explore?figure=task_completion_time&draw=heatmap&since=2026-01-01T00:00:00Z&step=1d");
  const { page } = opened;
  await legend(opened).getByText("Over the window").waitFor();
  assert.ok((await legend(opened).locator("tbody tr").count()) > 0);
  await page.goto("/explore?figure=error_rate");
  await page.getByRole("button", { name: "Bars" }).waitFor();
  const heatmap = page.getByRole("button", { name: "Heatmap" });
  assert.ok(await heatmap.isDisabled());
  assert.match((await heatmap.getAttribute("data-tip")) ?? "", /known of histograms/);
  await end(opened);
});

test("a key figure shows its parts: tokens", async () => {
  const opened = await open("/explore?figure=throughput&by=model&since=2026-01-01T00:00:00Z&step=1d");
  const { page } = opened;
  await page.getByRole("button", { name: /^Show/ }).click();
  await page.getByRole("button", { name: "tokens", exact: true }).click();
  await page.waitForURL(/part=tokens/);
  await page
    .getByRole("grid", { name: "Over the window" })
    .getByText(/^[\d,.]+k?$/)
    .first()
    .waitFor();
  await end(opened);
});

test("charts are read by keyboard: arrows go from step to step and from cell to cell, Enter zooms in", async () => {
  const opened = await open("/explore?metric=answer.size&since=-30m&step=1m&draw=heatmap");
  const { page } = opened;
  const chart = page.locator("figure.time-chart");
  const told = legend(opened).locator(".heat-pointed");
  await legend(opened).getByText("Over the window").waitFor();
  await chart.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowUp");
  await told.getByText("up to 10 ms: 0 values").waitFor();
  await page.keyboard.press("ArrowUp");
  const cell = told.getByText("10 ms – 100 ms: 20 values");
  for (let step = 0; step < 30 && !(await cell.isVisible()); step++) await page.keyboard.press("ArrowRight");
  await cell.waitFor();
  await page.keyboard.press("ArrowDown");
  await told.getByText("up to 10 ms: 1 value").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await told.getByText("over 100 ms: 3 values").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => {
    const [since, until] = ["since", "until"].map((name) => Date.parse(url.searchParams.get(name) ?? ""));
    return (until ?? 0) - (since ?? 0) === 60_000;
  });
  await page.goto("/explore?metric=queue.wait&by=queue&since=-30m&step=1m");
  await legend(opened).getByText("Last values").waitFor();
  await chart.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await chart
    .getByRole("status")
    .getByText(/reviews 900 ms/)
    .waitFor({ state: "attached" });
  await page.keyboard.press("Escape");
  await legend(opened).getByText("Last values").waitFor();
  await end(opened);
});
