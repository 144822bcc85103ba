import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { end, launchChromium, openWatchedPage, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { attributes, syntheticSpans } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const RUN = "/runs/185d56b1c011ce877dd2e34b07d1df74";
const FAILING_SPAN = "0f864d90ec3ea0f8";

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

/** What the timeline shows, as it says itself. */
interface Shown {
  readonly zoom: string | null;
  readonly selected: string | null;
  readonly lines: string | null;
  readonly topLine: string | null;
}

async function shown(page: Page): Promise<Shown> {
  return page.evaluate(() => {
    const timeline = document.querySelector(".timeline");
    const rows = document.querySelector(".timeline-rows");
    return {
      zoom: timeline?.getAttribute("data-zoom") ?? null,
      selected: timeline?.getAttribute("data-selected") ?? null,
      lines: rows?.getAttribute("data-lines") ?? null,
      topLine: rows === null ? null : String(Math.floor(rows.scrollTop / Number(rows.getAttribute("data-row-px")))),
    };
  });
}

async function openRun(address = RUN): Promise<WatchedPage> {
  const opened = await visit(browser, talea.url, address);
  await drawn(opened.page);
  return opened;
}

async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
}

/** The URL follows a moment later. */
async function urlWritten(page: Page): Promise<void> {
  await page.waitForTimeout(250);
}

/** What is shown once it stays as it is: on a slow machine the place follows the selection some frames later. */
async function settledView(page: Page): Promise<Awaited<ReturnType<typeof shown>>> {
  let last = await shown(page);
  for (let same = 0; same < 3; ) {
    await urlWritten(page);
    await page.waitForTimeout(150);
    const now = await shown(page);
    same = JSON.stringify(now) === JSON.stringify(last) ? same + 1 : 0;
    last = now;
  }
  return last;
}

test("zoom, selection, folds, plumbing and place survive a reload of the URL", async () => {
  const opened = await openRun();
  const { page } = opened;
  const before = await shown(page);
  assert.equal(before.lines, "29");
  await page.keyboard.press("p");
  await page.keyboard.press("e");
  await page.keyboard.press("w");
  await page.keyboard.press("w");
  await page.keyboard.press("d");
  for (let i = 0; i < 3; i++) await page.keyboard.press("k");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.getByLabel("Selected span").getByRole("heading", { level: 2 }).waitFor();
  const changed = await settledView(page);
  assert.notEqual(changed.zoom, before.zoom);
  assert.notEqual(changed.selected, null);
  assert.ok(Number(changed.lines) > 29 && Number(changed.lines) < 61, `${changed.lines} lines`);
  await page.reload();
  await drawn(page);
  await page.waitForFunction(() => (document.querySelector(".timeline-rows")?.scrollTop ?? 0) > 0);
  await page.getByLabel("Selected span").getByRole("heading", { level: 2 }).waitFor();
  assert.deepEqual(await settledView(page), changed);
  const other = await openRun(page.url().slice(talea.url.length));
  assert.deepEqual(await settledView(other.page), changed);
  await other.close();
  await end(opened);
});

test("with the keyboard alone one finds the failed run, its failing span, and reads the error", async () => {
  const opened = await openWatchedPage(browser, talea.url);
  const { page } = opened;
  await page.goto("/runs?since=2026-01-01T00:00:00Z&hasError=true&agent=math_expert");
  await page.locator(".run-name").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
  await drawn(page);
  await page.keyboard.press("e");
  await page.getByLabel("Failure").getByText("boom tool", { exact: true }).waitFor();
  assert.equal((await shown(page)).selected, FAILING_SPAN);
  assert.match(await page.getByRole("treeitem").innerText(), /tool failing_tool of agent math_expert.*failed/);
  await page.keyboard.press("Escape");
  assert.equal(await page.getByLabel("Selected span").count(), 0);
  assert.equal((await shown(page)).selected, FAILING_SPAN);
  await end(opened);
});

test("a click selects, the fold mark folds, a double click zooms, Shift and drag zooms to a range", async () => {
  const opened = await openRun();
  const { page } = opened;
  const box = await page.locator(".timeline-rows").boundingBox();
  assert.ok(box);
  const row = (line: number) => box.y + line * 22 + 11;
  await page.mouse.click(box.x + 200, row(1));
  const selected = await shown(page);
  assert.equal(selected.selected, "a130516471c60b54");
  await page.mouse.click(box.x + 8 + 12 + 6, row(1));
  assert.ok(Number((await shown(page)).lines) < Number(selected.lines));
  await page.mouse.click(box.x + 8 + 12 + 6, row(1));
  assert.deepEqual(await shown(page), selected);
  await page.keyboard.press("Escape");
  const rows = await page.locator(".timeline-rows").boundingBox();
  assert.ok(rows);
  await page.keyboard.down("Shift");
  await page.mouse.move(rows.x + rows.width - 300, row(3));
  await page.mouse.down();
  await page.mouse.move(rows.x + rows.width - 100, row(4), { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const zoomed = await shown(page);
  assert.notEqual(zoomed.zoom, selected.zoom);
  assert.equal(zoomed.selected, selected.selected);
  await page.mouse.move(rows.x + rows.width - 200, row(4));
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, 400);
  await page.keyboard.up("Control");
  assert.notEqual((await shown(page)).zoom, zoomed.zoom);
  await page.keyboard.press("f");
  assert.equal((await shown(page)).zoom, selected.zoom);
  await end(opened);
});

test("the details show messages, tool calls, tokens and attributes of a model call", async () => {
  const opened = await openRun(`${RUN}?span=99b12ff6b3815f57`);
  const panel = opened.page.getByLabel("Selected span");
  await panel.getByText("weather in Paris and 2+2?").waitFor();
  const text = await panel.innerText();
  for (const part of ["sup-model-2026-01-01", "50 in → 8 out", "unpriced", "calls", "transfer_to_research_expert"]) {
    assert.ok(text.includes(part), `${part} is missing in ${text}`);
  }
  await panel.getByRole("button", { name: /^Attributes/ }).click();
  await panel.getByLabel("Filter attributes").fill("token_count.prompt");
  assert.deepEqual(await panel.locator(".attribute dt").allInnerTexts(), ["llm.token_count.prompt"]);
  await end(opened);
});

test("the other views show messages, agents and events, and share the selection", async () => {
  const opened = await openRun(`${RUN}?span=99b12ff6b3815f57`);
  const { page } = opened;
  await page.getByRole("tab", { name: "Messages" }).click();
  await page.getByRole("gridcell", { name: "handoff" }).first().waitFor();
  await page.getByRole("tab", { name: "Agents" }).click();
  await page.getByRole("gridcell", { name: "research_expert" }).waitFor();
  await page.getByRole("tab", { name: "Events" }).click();
  await page.getByRole("gridcell", { name: "llm.started" }).first().waitFor();
  assert.equal(await page.getByRole("row", { selected: true }).getByText("llm.started").count(), 1);
  assert.match(page.url(), /view=events/);
  await page.getByRole("tab", { name: "Timeline" }).click();
  assert.equal((await shown(page)).selected, "99b12ff6b3815f57");
  await end(opened);
});

test("the critical path is drawn on demand and stands in the URL", async () => {
  const opened = await openRun();
  const { page } = opened;
  const answer = page.waitForResponse(/critical-path/);
  await page.keyboard.press("C");
  assert.equal((await answer).status(), 200);
  await urlWritten(page);
  assert.match(page.url(), /path=1/);
  await end(opened);
});

test("a run that goes on grows on the page, and keeps what the reader selected", async () => {
  const nowMs = Date.now();
  const all = syntheticSpans({ name: "Still going", seed: 31, spanCount: 40, endsAtMs: nowMs + 20_000 });
  const instant = (nano: string) => Number(BigInt(nano) / 1_000_000n);
  const ended = all.filter((span) => instant(span.endTimeUnixNano) < nowMs);
  const open = all.filter((span) => instant(span.startTimeUnixNano) < nowMs && instant(span.endTimeUnixNano) >= nowMs);
  const body = (spans: readonly object[]) =>
    JSON.stringify({
      resourceSpans: [{ resource: { attributes: attributes({ "service.name": "news" }) }, scopeSpans: [{ spans }] }],
    });
  await talea.send(body(ended.slice(0, -1)));
  const started = open.map(({ traceId, spanId, parentSpanId, name, startTimeUnixNano }) => ({
    ...{ traceId, spanId, parentSpanId, type: name.startsWith("chat") ? "llm.started" : "agent.started" },
    ...{ time: new Date(instant(startTimeUnixNano)).toISOString(), data: { name } },
  }));
  assert.equal((await talea.post("/api/v1/events", started)).status, 200);
  const opened = await openRun(`/runs/${all[0]?.traceId}`);
  const { page } = opened;
  await page.getByText("running").first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const before = await shown(page);
  await talea.send(body(ended.slice(-1)));
  await page.waitForFunction(
    (lines) => Number(document.querySelector(".timeline-rows")?.getAttribute("data-lines")) > lines,
    Number(before.lines),
  );
  assert.equal((await shown(page)).selected, before.selected);
  await end(opened);
});

test("the lanes are drawn lower by keyboard and mouse, keep their height, and get their usual one back", async () => {
  const opened = await openRun();
  const { page } = opened;
  const rowsTop = async () => (await page.locator(".timeline-rows").boundingBox())?.y ?? 0;
  const handle = page.getByRole("separator", { name: "Height of the agents' lanes" });
  const usual = await rowsTop();
  await handle.focus();
  await page.keyboard.press("ArrowUp");
  const lower = await rowsTop();
  assert.equal(lower, usual - 22);
  await handle.hover();
  await page.mouse.down();
  await page.mouse.move(700, lower - 31);
  await page.mouse.up();
  const drawnTo = await rowsTop();
  assert.equal(drawnTo, lower - 30);
  await page.reload();
  await drawn(page);
  assert.equal(await rowsTop(), drawnTo);
  await handle.dblclick();
  assert.equal(await rowsTop(), usual);
  await end(opened);
});
