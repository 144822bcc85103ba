import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { end, launchChromium, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { syntheticBodies } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const NAME = "Energy briefing";
const RUN_ERROR = "The editor's draft was refused three times";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  for (const [seed, minutesAgo] of [21, 14, 7].entries()) {
    const run = { name: NAME, seed, spanCount: 40, endsAtMs: Date.now() - minutesAgo * 60_000 };
    for (const body of syntheticBodies({ ...run, fails: seed === 1 })) await talea.send(body);
  }
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** The one address that is opened; from there on everything goes by keys. */
async function openNow(): Promise<WatchedPage> {
  const opened = await visit(browser, talea.url, "/now");
  await heading(opened.page, "Now");
  return opened;
}

function heading(page: Page, name: string): Promise<void> {
  return page.locator("main").getByRole("heading", { level: 1, name }).waitFor();
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Waits until what has the focus passes; `selector` as in CSS. */
async function focused(page: Page, selector: string): Promise<void> {
  await page
    .waitForFunction((wanted) => document.activeElement?.matches(wanted) === true, selector)
    .catch(async () => {
      const has = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
      assert.fail(`The focus is not on ${selector}, but on ${has}`);
    });
}

/** What has the focus is in sight and has a ring. */
async function ringed(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return "nothing has the focus";
    const { width, height, top, bottom } = element.getBoundingClientRect();
    const inSight = width > 0 && height > 0 && bottom > 0 && top < innerHeight;
    const around = [element, element.closest("label")].filter((one) => one !== null);
    const isRinged = around.some((one) => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(one);
      const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent");
      return (
        (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none" || borderColor.includes(accent)
      );
    });
    return inSight && isRinged
      ? undefined
      : `${element.outerHTML.slice(0, 200)}: in sight ${inSight}, ring ${isRinged}`;
  });
  assert.equal(seen, undefined);
}

/** Tab until what has the focus passes; each stop on the way can be seen. */
async function tabTo(page: Page, selector: string, most = 30): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    await ringed(page);
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not come to ${selector}`);
}

test("the failed run, the span that failed, its error, and where a good run went another way: by keys alone", async () => {
  const opened = await openNow();
  const { page } = opened;
  await press(page, "g", "r");
  await heading(page, "Runs");
  await focused(page, "main");
  await page.locator("[role=status]").getByText("Runs · Talea").waitFor();
  await page.locator(".run-name").first().waitFor();

  await press(page, "/");
  await focused(page, "input[type=search]");
  await ringed(page);
  await tabTo(page, "button[aria-expanded]");
  await press(page, "Enter");
  await focused(page, ".menu input[type=checkbox]");
  const box = (name: string) =>
    page.evaluate((text) => document.activeElement?.closest("label")?.textContent?.startsWith(text), name);
  for (let i = 0; i < 6 && !(await box("failed")); i++) await press(page, "ArrowDown");
  await ringed(page);
  await press(page, "Space");
  await page.waitForURL(/status=failed/);
  await press(page, "Escape");
  await focused(page, "button[aria-expanded=false]");
  await page.waitForFunction(() => document.querySelectorAll(".run-name").length === 1);

  await press(page, "j");
  await focused(page, "[role=grid]");
  await ringed(page);
  assert.equal(await page.locator("[aria-selected=true] .run-name").innerText(), NAME);
  await press(page, "Enter");
  await page.waitForURL(/\/runs\/[0-9a-f]{32}/);
  await heading(page, NAME);
  await focused(page, "main");
  const failedRun = new URL(page.url()).pathname;

  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  await press(page, "e");
  const failure = page.getByLabel("Failure");
  for (let i = 0; i < 20; i++) {
    await failure.waitFor();
    if ((await failure.innerText()).includes(RUN_ERROR)) break;
    const before = page.url();
    await press(page, "e");
    await page.waitForFunction((url) => location.href !== url, before);
    await page.locator(".span-body:not(.dimmed)").waitFor();
  }
  await failure.getByText(RUN_ERROR).first().waitFor();
  await press(page, "I");
  await focused(page, ".span-body");
  await ringed(page);
  await press(page, "Escape");
  await page.getByLabel("Selected span").waitFor({ state: "detached" });
  await focused(page, "main");

  await press(page, "6");
  await page.waitForURL(/view=compare/);
  await page.locator(".other-runs li").first().waitFor();
  await press(page, "j", "j");
  await focused(page, ".other-runs li button");
  await ringed(page);
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ""), /completed/);
  await press(page, "Enter");
  await page.waitForURL(/with=/);
  await page.getByRole("grid", { name: "Aligned spans" }).waitFor();
  await focused(page, "main");
  await page.getByText("The runs part here:").waitFor();
  await press(page, "d");
  await page.getByRole("row", { selected: true }).waitFor();
  await page.getByLabel("Selected span").waitFor();
  await press(page, "Escape");
  await page.getByLabel("Selected span").waitFor({ state: "detached" });

  const back = async (to: RegExp) => {
    for (let i = 0; i < 8 && !to.test(page.url()); i++) await page.goBack();
    await page.waitForURL(to);
  };
  await back(/\/runs\?.*status=failed/);
  await heading(page, "Runs");
  await focused(page, "main");
  assert.notEqual(new URL(page.url()).pathname, failedRun);
  assert.equal(await page.locator("[aria-selected=true] .run-name").innerText(), NAME);
  await back(/\/now$/);
  await heading(page, "Now");
  await focused(page, "main");
  await end(opened);
});

test("the first stop of Tab leads past the sidebar, and no stop is without a ring", async () => {
  const opened = await openNow();
  const { page } = opened;
  await press(page, "Tab");
  await focused(page, ".skip-link");
  await ringed(page);
  await press(page, "Enter");
  await focused(page, "main");
  assert.match(page.url(), /\/now$/);
  await press(page, "Tab");
  await ringed(page);
  assert.ok(await page.evaluate(() => document.querySelector("main")?.contains(document.activeElement)));
  await end(opened);
});

test("dialogs and menus give the focus back, and Escape closes one of them at a time", async () => {
  const opened = await openNow();
  const { page } = opened;
  await press(page, "g", "r");
  await page.locator(".run-name").first().waitFor();
  await press(page, "j");
  await focused(page, "[role=grid]");
  for (const keys of ["?", "Control+k", "J"]) {
    await press(page, keys);
    await page.getByRole("dialog").waitFor();
    await press(page, "Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await focused(page, "[role=grid]");
  }
  assert.equal(await page.getByRole("row", { selected: true }).count(), 1);
  await press(page, "F");
  await page.waitForURL(/status=failed/);
  await press(page, "F");
  await page.waitForURL((url) => !url.search.includes("status"));
  await end(opened);
});

test("the help has the keys of all pages on a first visit, and the palette finds agents, runs and saved views by their names", async () => {
  const body = { name: "Refused drafts", path: "/runs", query: "status=failed" };
  const answer = await fetch(`${talea.url}/api/v1/config/view/refused`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ expectedVersion: 0, body }),
  });
  assert.equal(answer.status, 200);
  const opened = await openNow();
  const { page } = opened;
  await press(page, "?");
  const help = page.getByRole("dialog", { name: "Keyboard help" });
  const elsewhere = help.getByLabel("On other pages and in other views");
  await elsewhere.getByText("Live tail on or off", { exact: true }).waitFor();
  await elsewhere.getByText("Fold or show gaps in which nothing happens", { exact: true }).waitFor();
  await help.getByLabel("Here", { exact: true }).getByText("Find a command", { exact: true }).waitFor();
  for (const title of await page.locator(".sidebar a[href] span").allInnerTexts()) {
    if (title !== "Talea") await help.getByText(`Go to ${title}`, { exact: true }).waitFor();
  }
  await press(page, "Escape");
  const choose = async (text: string, option: RegExp, to: RegExp) => {
    await press(page, "Control+k");
    await page.keyboard.type(text);
    const entry = page.getByRole("option", { name: option }).first();
    await entry.waitFor();
    for (let i = 0; i < 50 && (await entry.getAttribute("aria-selected")) !== "true"; i++)
      await press(page, "ArrowDown");
    await press(page, "Enter");
    await page.waitForURL(to);
    await focused(page, "main");
  };
  await choose("critic", /critic\s*Agent/, /\/agents\/critic$/);
  await choose(NAME.toLowerCase(), /Energy briefing .*Run completed/, /\/runs\/[0-9a-f]{32}$/);
  await choose("refused", /Open view Refused drafts/, /\/runs\?status=failed/);
  await end(opened);
});

/** Lets the script of one part of the page wait until the answered function is called. */
async function heldScripts(page: Page): Promise<() => Promise<void>> {
  const held: (() => Promise<void>)[] = [];
  await page.route("**/*.js", (route) => void held.push(() => route.continue()));
  return async () => {
    for (const goOn of held) await goOn();
    await page.unroute("**/*.js");
  };
}

test("keys that are pressed while a page is on the way wait for it", async () => {
  const opened = await openNow();
  const { page } = opened;
  const goOn = await heldScripts(page);
  await press(page, "g", "v", "/");
  await page.keyboard.type("time out");
  await page.getByText("Loading…").waitFor({ state: "attached" });
  await goOn();
  await heading(page, "Events");
  const field = page.getByRole("searchbox", { name: "Search events" });
  await page.waitForURL(/\/events\?q=time(\+|%20)out/);
  assert.equal(await field.inputValue(), "time out");
  assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), "Search events");
  await end(opened);
});

test("a key that was pressed before its page came is forgotten after a click elsewhere", async () => {
  const opened = await openNow();
  const { page } = opened;
  const goOn = await heldScripts(page);
  await press(page, "g", "v", "/");
  await page.mouse.click(720, 450);
  await goOn();
  await heading(page, "Events");
  await page.getByRole("searchbox", { name: "Search events" }).waitFor();
  await page.waitForTimeout(200);
  assert.notEqual(await page.evaluate(() => document.activeElement?.ariaLabel), "Search events");
  await end(opened);
});
