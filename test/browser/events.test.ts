// Page Events: a search over what was sent and what spans yield, and the live tail on top of it.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { end, launchChromium, visit } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

let talea: BrowserTalea;
let browser: Browser;

/** The captures are from a fixed day. */
const ALL_TIME = "since=2026-01-01T00:00:00Z";

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

async function send(events: readonly object[]): Promise<string> {
  const answer = await talea.post("/api/v1/events", events);
  assert.equal(answer.status, 200, await answer.clone().text());
  return ((await answer.json()) as { offset: string }).offset;
}

/** Resolves when searches find what was sent up to an offset. */
async function stored(offset: string): Promise<void> {
  await talea.get(`/api/v1/status?waitFor=${offset}&timeout=10s`);
}

const open = (address: string) => visit(browser, talea.url, address);

const grid = (page: Page) => page.getByRole("grid", { name: "Events" });
const row = (page: Page, text: string) => grid(page).getByRole("row").filter({ hasText: text });
const details = (page: Page) => page.getByRole("region", { name: "The event" });

async function rowCount(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector("[role=grid][aria-label=Events]")?.getAttribute("aria-rowcount") === wanted,
    String(count + 1),
  );
}

/** Texts of all rows that a reader scrolls past, from the top to the end. */
async function readAll(page: Page): Promise<string[]> {
  const texts = new Map<string, string>();
  let isEnd = false;
  while (!isEnd) {
    const seen = await grid(page).evaluate((element) => {
      const rows = [...element.querySelectorAll<HTMLElement>(".table-body > [role=row]")].map(
        (one) => [one.getAttribute("aria-rowindex") ?? "", one.textContent ?? ""] as const,
      );
      const isMore = document.querySelector(".page-foot")?.textContent?.includes("more below") ?? false;
      const isLast = !isMore && element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
      element.scrollTop += element.clientHeight / 2;
      return { rows, isLast };
    });
    for (const [index, text] of seen.rows) texts.set(index, text);
    isEnd = seen.isLast;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  return [...texts].sort(([a], [b]) => Number(a) - Number(b)).map(([, text]) => text);
}

const numbersIn = (texts: readonly string[]) => texts.map((text) => Number(/line (\d+)\./.exec(text)?.[1]));

const countdown = (from: number, to = 0) => Array.from({ length: from - to + 1 }, (_, i) => from - i);

const lines = (agent: string, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ runId: agent, type: "log", agentId: agent, message: `line ${from + i}.` },
    time: Date.now(),
  }));

test("what spans yield stands there and says so; filters are in the URL and go back", async () => {
  const opened = await open(`/events?${ALL_TIME}`);
  const { page } = opened;
  await row(page, "llm.completed").first().waitFor();
  assert.ok((await row(page, "derived").count()) > 0);
  await page.getByRole("button", { name: "Type", exact: true }).click();
  await page.getByRole("checkbox", { name: /tool\.failed/ }).check();
  await page.keyboard.press("Escape");
  await page.waitForURL(/type=tool\.failed/);
  await row(page, "llm.completed").first().waitFor({ state: "detached" });
  const failed = row(page, "tool.failed").first();
  await failed.getByText("boom").first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("no such text anywhere");
  await page.keyboard.press("Enter");
  await page.getByText("No event passes these filters").waitFor();
  await page.keyboard.press("X");
  await row(page, "llm.completed").first().waitFor();
  assert.ok(!/type=|q=/.test(page.url()), page.url());
  await page.goBack();
  await page.waitForURL(/type=tool\.failed/);
  await end(opened);
});

test("the details have every field and the data as a tree, and lead to the span in its run", async () => {
  const opened = await open(`/events?${ALL_TIME}&type=tool.failed`);
  const { page } = opened;
  await row(page, "tool.failed").first().waitFor();
  await page.keyboard.press("j");
  await details(page).getByText("derived from its span").waitFor();
  await page.waitForURL(/selected=/);
  const text = await details(page).innerText();
  for (const part of ["Time", "Span", "Trace", "Offset", "Data", "error"]) assert.ok(text.includes(part), part);
  await page.reload();
  await details(page).getByText("derived from its span").waitFor();
  await page.keyboard.press("Escape");
  await details(page).waitFor({ state: "detached" });
  await page.keyboard.press("j");
  await details(page).getByRole("button", { name: "Only this run" }).click();
  await page.waitForURL(/run=[0-9a-f]{32}/);
  await row(page, "tool.failed").first().click();
  await details(page).getByRole("link", { name: "Open its span" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f]{32}\?.*span=[0-9a-f]{16}/);
  await end(opened);
});

test("the history goes back page by page to the first event", async () => {
  const agent = `pages-${randomBytes(4).toString("hex")}`;
  await stored(await send(lines(agent, 0, 700)));
  const opened = await open(`/events?agent=${agent}&since=-1h`);
  const { page } = opened;
  await row(page, "line 699.").waitFor();
  await page.getByText("200 events here of 700 in this window of time, more below").waitFor();
  assert.deepEqual(numbersIn(await readAll(page)), countdown(699));
  await end(opened);
});

test("a stretch that is drawn over the bars becomes the window", async () => {
  const opened = await open(`/events?${ALL_TIME}`);
  const { page } = opened;
  const bars = page.getByRole("img", { name: /^[\d,]+ events in \d+ steps of time/ });
  const box = await bars.boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/since=2026-\d\d-\d\dT[^&]+&until=2026-/);
  await page.goBack();
  await page.waitForURL(/since=2026-01-01T00:00:00Z$/);
  await end(opened);
});

test("the tail goes on where the history ends: nothing is missing, nothing there twice", async () => {
  const agent = `tail-${randomBytes(4).toString("hex")}`;
  // The first are stored when the page opens, the next on their way, the last sent while it looks.
  await stored(await send(lines(agent, 0, 150)));
  await send(lines(agent, 150, 50));
  const opened = await open(`/events?agent=${agent}&since=-1h`);
  const { page } = opened;
  await row(page, "line 149.").waitFor();
  await page.keyboard.press("l");
  await page.waitForURL(/tail=1/);
  for (let from = 200; from < 400; from += 20) await send(lines(agent, from, 20));
  await row(page, "line 399.").waitFor();
  assert.deepEqual(numbersIn(await readAll(page)), countdown(399));
  await page.keyboard.press("l");
  await page.waitForURL(/^((?!tail=1).)*$/);
  await end(opened);
});

test("who scrolls or selects pauses the tail: what comes is counted, and one key goes on with all of it", async () => {
  const agent = `held-${randomBytes(4).toString("hex")}`;
  await stored(await send(lines(agent, 0, 120)));
  const opened = await open(`/events?agent=${agent}&tail=1`);
  const { page } = opened;
  await row(page, "line 119.").waitFor();
  await grid(page).evaluate((element) => element.scrollTo(0, 480));
  await page.getByRole("button", { name: "Paused" }).waitFor();
  const before = await grid(page).innerText();
  await send(lines(agent, 120, 1234));
  await page.getByRole("button", { name: "1,234 new events" }).waitFor();
  assert.equal(await grid(page).innerText(), before, "what is read stays where it is");
  await page.keyboard.press("Space");
  await row(page, "line 1353.").waitFor();
  await page.keyboard.press("j");
  await page.getByRole("button", { name: "Paused" }).waitFor();
  await send(lines(agent, 1354, 3));
  await page.getByRole("button", { name: "3 new events" }).click();
  await row(page, "line 1356.").waitFor();
  await page.waitForURL(/^((?!selected=).)*$/);
  await page.keyboard.press("Space");
  await send(lines(agent, 1357, 2));
  await page.getByRole("button", { name: "2 new events" }).waitFor();
  await page.keyboard.press("Space");
  await row(page, "line 1358.").waitFor();
  assert.deepEqual(numbersIn(await readAll(page)), countdown(1358));
  await end(opened);
});

test("more rows than are kept: the oldest are let go, which is said, and come back when one scrolls there", async () => {
  const agent = `many-${randomBytes(4).toString("hex")}`;
  await stored(await send(lines(agent, 0, 10)));
  const opened = await open(`/events?agent=${agent}&tail=1`);
  const { page } = opened;
  await row(page, "line 9.").waitFor();
  for (let from = 10; from < 6010; from += 1000) await send(lines(agent, from, 1000));
  await row(page, "line 6009.").waitFor();
  await rowCount(page, 5000);
  await page.getByText("1,010 older ones let go: scroll down to load them again").waitFor();
  await stored(await send([{ runId: agent, type: "other" }]));
  assert.deepEqual(numbersIn(await readAll(page)), countdown(6009));
  assert.ok(!(await page.locator(".page-foot").innerText()).includes("let go"));
  await end(opened);
});

test("filters that the stream does not know hold in the tail too", async () => {
  const agent = `picky-${randomBytes(4).toString("hex")}`;
  const opened = await open(`/events?agent=${agent}&tail=1&q=WANTED&level=warn&level=fatal`);
  const { page } = opened;
  await page.getByText("Waiting for events").waitFor();
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  const event = { runId: agent, agentId: agent, type: "log" };
  await send([
    { ...event, level: "warn", message: "a wanted line" },
    { ...event, level: "error", message: "a wanted line of another level" },
    { ...event, level: "fatal", message: "another line" },
    { ...event, level: "fatal", data: { deep: [{ text: "wanted here" }] } },
  ]);
  await row(page, "wanted here").waitFor();
  await rowCount(page, 2);
  await end(opened);
});

test("the page is reached by its key, and a reader of the tail is told in words", async () => {
  const opened = await open("/agents");
  const { page } = opened;
  await page.getByRole("heading", { name: "Agents", exact: true }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("v");
  await page.getByRole("heading", { name: "Events", exact: true }).waitFor();
  await page.keyboard.press("l");
  await page.getByRole("status").getByText("The live tail goes on").waitFor({ state: "attached" });
  await page.keyboard.press("Space");
  await page.getByRole("status").getByText("The live tail is paused").waitFor({ state: "attached" });
  await end(opened);
});

test("a view keeps what is asked of events, and brings it back", async () => {
  const opened = await open(`/events?${ALL_TIME}&type=tool.failed&selected=x`);
  const { page } = opened;
  await row(page, "tool.failed").first().waitFor();
  await page.keyboard.press("v");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Name of the view");
  await page.keyboard.type("Tools that failed");
  await page.keyboard.press("Enter");
  const button = page.locator(".views-menu .menu-frame > .button");
  await button.getByText("Tools that failed").waitFor();
  const { items } = await talea.get<{ items: { body: unknown }[] }>("/api/v1/config/view");
  const query = new URLSearchParams(`${ALL_TIME}&type=tool.failed`);
  assert.equal(items.length, 1);
  const body = items[0]?.body as { name: string; path: string; query: string };
  assert.deepEqual([body.name, body.path], ["Tools that failed", "/events"]);
  assert.deepEqual(
    [...new URLSearchParams(body.query)].sort(),
    [...query].sort(),
    "the selection is not part of a view",
  );
  await page.keyboard.press("Escape");
  await page.goto("/events");
  await page.getByRole("heading", { name: "Events", exact: true }).waitFor();
  await page.keyboard.press("v");
  await page.locator(".view-open:focus").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/type=tool\.failed/);
  await row(page, "tool.failed").first().waitFor();
  assert.equal(await row(page, "llm.completed").count(), 0);
  await end(opened);
});
