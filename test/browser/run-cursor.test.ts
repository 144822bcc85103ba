// The time cursor, the zoomed window and the selection, which all views of a run share.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { end, launchChromium, openWatchedPage, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { attributes } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const RUN = "/runs/185d56b1c011ce877dd2e34b07d1df74";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

async function openRun(query = ""): Promise<WatchedPage> {
  const opened = await visit(browser, talea.url, RUN + query);
  await opened.page.locator("[role=tab]").first().waitFor();
  return opened;
}

async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
}

const cursorChip = (page: Page) => page.getByRole("button", { name: "Take the time cursor away" });
const windowChip = (page: Page) => page.getByRole("button", { name: "Show the whole run", exact: true }).first();

test("a click on the ruler sets the time cursor; keys step it, and its place is a link", async () => {
  const opened = await openRun();
  const { page } = opened;
  await drawn(page);
  const ruler = await page.locator(".timeline-ruler").boundingBox();
  assert.ok(ruler);
  await page.mouse.click(ruler.x + ruler.width - 300, ruler.y + 12);
  await cursorChip(page).waitFor();
  await page.locator(".timeline-playhead").waitFor();
  await page.locator(".minimap-cursor").waitFor();
  const placed = await cursorChip(page).innerText();
  await page.keyboard.press(".");
  await page.waitForFunction((text) => document.querySelector(".run-time .chip")?.textContent !== text, placed);
  await page.keyboard.press(",");
  await page.waitForURL(/[?&]at=\d/);
  const stepped = await cursorChip(page).innerText();
  await page.waitForFunction(() => /[?&]at=\d/.test(location.search));
  await page.waitForTimeout(250);
  const again = await openRun(new URL(page.url()).search);
  assert.equal(await cursorChip(again.page).innerText(), stepped);
  await again.close();
  await page.keyboard.press("x");
  await cursorChip(page).waitFor({ state: "detached" });
  await page.waitForFunction(() => !location.search.includes("at="));
  await end(opened);
});

test("every view shows the time cursor at its place", async () => {
  const opened = await openRun("?view=events&at=400");
  const { page } = opened;
  await page.locator(".table-row.marked").waitFor();
  await page.locator(".table-row.later").first().waitFor();
  const place = await page.locator(".table-row.marked").getAttribute("aria-rowindex");
  // Not every step is a start or an end that the history tells of.
  for (let step = 0; step < 4; step++) await page.keyboard.press(".");
  await page.waitForFunction(
    (row) => document.querySelector(".table-row.marked")?.getAttribute("aria-rowindex") !== row,
    place,
  );
  await page.keyboard.press("2");
  await page.locator(".sequence[data-cursor-px]").waitFor();
  await page.keyboard.press("4");
  await page.locator(".turn.last-said").waitFor();
  assert.ok((await page.locator(".turn.later").count()) > 0);
  await page.keyboard.press("7");
  await page.getByRole("gridcell", { name: "handoff" }).first().waitFor();
  assert.ok((await page.locator(".table-row.later").count()) > 0);
  const activity = page.waitForResponse(/activity/);
  await page.keyboard.press("3");
  assert.equal((await activity).status(), 200);
  await end(opened);
});

test("a zoomed window limits the other views until its chip is taken away", async () => {
  const opened = await openRun("?view=messages");
  const { page } = opened;
  await page.getByRole("gridcell", { name: "handoff" }).first().waitFor();
  const rows = () => page.locator(".table-body .table-row").count();
  const all = await rows();
  await page.goto(`${RUN}?view=messages&zoom=0,100`);
  await windowChip(page).waitFor();
  await page.locator(".table").waitFor();
  assert.ok((await rows()) < all, `${await rows()} of ${all}`);
  await windowChip(page).click();
  await page.waitForFunction((count) => document.querySelectorAll(".table-body .table-row").length === count, all);
  await page.waitForFunction(() => !location.search.includes("zoom="));
  await page.goto(`${RUN}?view=conversation&zoom=-5,-1`);
  await page.getByText("No turn in this part of the run").waitFor();
  await page.keyboard.press("X");
  await page.locator(".turn").first().waitFor();
  await end(opened);
});

test("a span that is selected in the timeline is the rows of Events and the turn of Conversation", async () => {
  const opened = await openRun("?span=99b12ff6b3815f57&view=events");
  const { page } = opened;
  await page.locator(".table-row.selected").waitFor();
  assert.ok((await page.locator(".table-row.related").count()) > 0);
  await page.keyboard.press("4");
  await page.locator(".turn.selected").waitFor();
  await end(opened);
});

test("a finding marks all of its spans, and the link says which; arrows lead from lane to lane", async () => {
  const opened = await openRun();
  const { page } = opened;
  await drawn(page);
  await page.locator("button.finding").first().click();
  await page.waitForFunction(() => /[?&]finding=/.test(location.search) && /[?&]span=/.test(location.search));
  await page.getByRole("button", { name: "Arrows", pressed: true }).waitFor();
  await page.keyboard.press("m");
  await page.waitForFunction(() => location.search.includes("arrows=hidden"));
  await page.reload();
  await drawn(page);
  await page.locator("button.finding[aria-pressed=true]").waitFor();
  await page.getByRole("button", { name: "Arrows", pressed: false }).waitFor();
  await page.getByRole("button", { name: "Mark none of its spans" }).click();
  await page.waitForFunction(() => !location.search.includes("finding="));
  await end(opened);
});

const DAY = 86_400_000;
const WAITING = "0000000000000000000000000000da15";

/** Two agents at work, two days apart. */
function waitingRun(): string {
  const t0 = Date.now() - 3 * DAY;
  const span = (id: number, name: string, start: number, end: number, agent: string | undefined) => ({
    ...{ traceId: WAITING, spanId: id.toString(16).padStart(16, "0"), name, kind: 1 },
    ...(id === 1 ? {} : { parentSpanId: "0000000000000001" }),
    ...{ startTimeUnixNano: `${t0 + start}000000`, endTimeUnixNano: `${t0 + end}000000` },
    attributes: attributes(agent === undefined ? {} : { "gen_ai.operation.name": "chat", "gen_ai.agent.name": agent }),
  });
  const spans = [
    span(1, "approval", 0, 2 * DAY + 4000, undefined),
    span(2, "chat", 0, 3000, "drafter"),
    span(3, "chat", 2 * DAY, 2 * DAY + 4000, "publisher"),
  ];
  const resource = { attributes: attributes({ "service.name": "approvals" }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

test("a gap of days is folded to a break with its length, c shows it, and the pointer reads real time", async () => {
  await talea.send(waitingRun());
  await talea.settled();
  const opened = await openWatchedPage(browser, talea.url);
  const { page } = opened;
  await page.goto(`/runs/${WAITING}`);
  await drawn(page);
  const gap = page.locator(".timeline-break");
  await gap.waitFor();
  assert.match(await gap.innerText(), /1d 23h/);
  const ruler = await page.locator(".timeline-ruler").boundingBox();
  const box = await gap.boundingBox();
  assert.ok(ruler && box && box.width < 60, `${box?.width} px`);
  await page.mouse.click(box.x + box.width + 2, ruler.y + 12);
  await page.waitForFunction(() => /[?&]at=\d/.test(location.search));
  const at = Number(new URL(page.url()).searchParams.get("at"));
  assert.ok(at >= 2 * DAY && at < 2 * DAY + 200, `${at}`);
  await page.keyboard.press("c");
  await gap.waitFor({ state: "detached" });
  await page.waitForFunction(() => location.search.includes("gaps=open"));
  await page.reload();
  await drawn(page);
  assert.equal(await gap.count(), 0);
  await page.keyboard.press("c");
  await gap.waitFor();
  // Closer, to the left of the break: it moves out of sight, and back with the whole run.
  await page.mouse.move(ruler.x + ruler.width / 2, ruler.y + 12);
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -200);
  await page.waitForFunction(() => /[?&]zoom=/.test(location.search));
  await page.keyboard.press("X");
  await gap.waitFor();
  await end(opened);
});

test("spans that repeat are folded to one line, opened by key and mouse, and the link says so", async () => {
  const t0 = Date.now() - 60_000;
  const traceId = "0000000000000000000000000000f01d";
  const spanOf = (id: number, name: string, start: number, end: number) => ({
    ...{ traceId, spanId: id.toString(16).padStart(16, "0"), name, kind: 1 },
    ...(id === 1 ? {} : { parentSpanId: "0000000000000001" }),
    ...{ startTimeUnixNano: `${t0 + start}000000`, endTimeUnixNano: `${t0 + end}000000` },
    attributes: attributes({ "gen_ai.agent.name": "crawler", "gen_ai.operation.name": "execute_tool" }),
    ...(id === 9 ? { status: { code: 2, message: "gone" } } : {}),
  });
  const fetches = Array.from({ length: 30 }, (_, i) => spanOf(i + 2, "fetch", 100 * i, 100 * i + 80));
  const spans = [spanOf(1, "crawl", 0, 4000), ...fetches, spanOf(40, "report", 3500, 3900)];
  const resource = { attributes: attributes({ "service.name": "crawls" }) };
  await talea.send(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
  await talea.settled();
  const opened = await openWatchedPage(browser, talea.url);
  const { page } = opened;
  await page.goto(`/runs/${traceId}`);
  await drawn(page);
  const lines = (count: number) =>
    page.waitForFunction((n) => document.querySelector(".timeline-rows")?.getAttribute("data-lines") === n, `${count}`);
  await lines(32);
  await page.keyboard.press("r");
  await lines(3);
  await page.waitForFunction(() => /[?&]repeats=\*/.test(location.search));
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.match(await page.getByRole("treeitem").innerText(), /the first of 30 that are folded/);
  await page.keyboard.press("ArrowRight");
  await lines(32);
  await page.keyboard.press("ArrowLeft");
  await lines(3);
  const rows = await page.locator(".timeline-rows").boundingBox();
  assert.ok(rows);
  await page.mouse.click(rows.x + 8 + 12 + 7, rows.y + 22 + 11);
  await lines(32);
  await page.mouse.click(rows.x + 8 + 12 + 7, rows.y + 22 + 11);
  await lines(3);
  // The failed one is inside: whoever looks for it sees it.
  await page.keyboard.press("e");
  await lines(32);
  await page.waitForFunction(() => /[?&]repeats=\*~/.test(location.search));
  await page.reload();
  await drawn(page);
  await lines(32);
  await end(opened);
});
