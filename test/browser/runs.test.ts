import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { end, launchChromium, openWatchedPage, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { syntheticBodies } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";
import { LiveProgram } from "../support/live-program.ts";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.load("strands-js/multi-agent.otlp.json");
  await talea.load("openai-agents-js/openinference-bridge.otlp.json");
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** The captures are from a fixed day. */
const ALL_TIME = "since=2026-01-01T00:00:00Z";

async function openRuns(query = ""): Promise<WatchedPage> {
  return openRunsAt(`/runs?${ALL_TIME}${query}`);
}

async function openRunsAt(address: string): Promise<WatchedPage> {
  const opened = await visit(browser, talea.url, address);
  await opened.page
    .getByRole("gridcell", { name: "support_team" })
    .or(opened.page.getByText("No run passes"))
    .waitFor();
  return opened;
}

async function names({ page }: WatchedPage): Promise<string[]> {
  return page.locator(".run-name").allInnerTexts();
}

test("the table shows the runs that were sent, with agents, errors and tokens", async () => {
  const opened = await openRuns();
  const row = opened.page.getByRole("row").filter({ hasText: "support_team" });
  const text = await row.innerText();
  for (const part of ["completed", "468 ms", "supervisor", "research_expert", "61", "510 → 63", "sess-1"]) {
    assert.ok(text.includes(part), `${part} is missing in ${text}`);
  }
  await end(opened);
});

test("filters are chosen from facets, stand in the URL, and the back button undoes them", async () => {
  const opened = await openRuns();
  const { page } = opened;
  const all = (await names(opened)).length;
  await page.getByRole("button", { name: "Status", exact: true }).click();
  await page.getByRole("checkbox", { name: /failed/ }).check();
  await page.getByRole("gridcell", { name: "support_team" }).waitFor({ state: "detached" });
  assert.match(page.url(), /status=failed/);
  const failed = await names(opened);
  assert.ok(failed.length > 0 && failed.length < all);
  await page.keyboard.press("Escape");
  await page.goBack();
  await page.getByRole("gridcell", { name: "support_team" }).waitFor();
  assert.doesNotMatch(page.url(), /status=failed/);
  await end(opened);
});

test("the search looks into what agents said, and a link to it shows the same", async () => {
  const opened = await openRuns();
  const { page } = opened;
  await page.keyboard.press("/");
  await page.keyboard.type("weather in Paris and 2+2");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=weather/);
  await page.waitForFunction(() => document.querySelectorAll(".run-name").length === 1);
  assert.deepEqual(await names(opened), ["support_team"]);
  const again = await openRunsAt(page.url());
  assert.deepEqual(await names(again), ["support_team"]);
  await again.close();
  await end(opened);
});

test("a click on a column sorts by it, and the keyboard selects and opens a run", async () => {
  const opened = await openRuns();
  const { page } = opened;
  await page.getByRole("grid").getByRole("button", { name: "Duration" }).click();
  await page.waitForURL(/sort=-durationMs/);
  await page.waitForFunction(() => document.querySelector(".run-name")?.textContent === "invoke_agent broken");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await page.locator("[aria-selected=true] .run-name").innerText(), "support_team");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\/185d56b1c011ce877dd2e34b07d1df74$/);
  await page.getByRole("heading", { name: "support_team" }).waitFor();
  await end(opened);
});

test("a run that comes in while the list is read waits, is counted, and moves nothing", async () => {
  const opened = await openWatchedPage(browser, talea.url, { viewport: { width: 1440, height: 300 } });
  const { page } = opened;
  await page.goto(`/runs?${ALL_TIME}`);
  await page.locator(".run-name").first().waitFor();
  await page.getByRole("grid").evaluate((grid) => grid.scrollBy(0, 48));
  await page.keyboard.press("j");
  const first = await page.locator("[aria-selected=true] .run-name").innerText();
  for (const body of syntheticBodies({ name: "Came in later", seed: 3, spanCount: 20, endsAtMs: Date.now() })) {
    await talea.send(body);
  }
  const button = page.getByRole("button", { name: "Show 1 new run" });
  await button.waitFor();
  assert.equal(await page.locator("[aria-selected=true] .run-name").innerText(), first);
  await button.click();
  await page.getByRole("grid").evaluate((grid) => grid.scrollTo(0, 0));
  await page.getByRole("gridcell", { name: "Came in later" }).waitFor();
  await end(opened);
});

test("nothing found says so, and offers a way on", async () => {
  const opened = await openRuns("&q=there-is-no-such-text");
  await opened.page.getByRole("button", { name: "Look at the last 30 days" }).waitFor();
  await opened.page.keyboard.press("X");
  await opened.page.getByRole("gridcell", { name: "support_team" }).waitFor();
  await end(opened);
});

test("the help lists what keys do, and the palette finds a command by its words", async () => {
  const opened = await openRuns();
  const { page } = opened;
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Go to Agents").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page
    .getByRole("combobox")
    .or(page.getByRole("textbox", { name: /command/i }))
    .first()
    .waitFor();
  await page.keyboard.type("agents");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/agents$/);
  await page.getByRole("heading", { name: "Agents", exact: true }).waitFor();
  await end(opened);
});

test("a page that does not exist, and a run that does not, say so", async () => {
  const opened = await visit(browser, talea.url, "/nowhere");
  await opened.page.getByText("There is no such page").waitFor();
  await opened.page.goto("/runs/0000000000000000000000000000dead");
  await opened.page.getByRole("alert").getByText("run_not_found").waitFor();
  // The browser itself reports the two 404s of the API on the console.
  assert.deepEqual(
    opened.problems.filter((problem) => !problem.includes("404")),
    [],
  );
  await opened.close();
});

test("a name that has no room is told whole to the pointer, and one that has room is not told twice", async () => {
  const name = `a run whose name is ${"rather ".repeat(30)}long`;
  const program = new LiveProgram(talea, name);
  await program.end(await program.start("agent", name, "namer"));
  await talea.settled(); // a list that changes hides what is told of its rows
  const opened = await visit(browser, talea.url, "/runs");
  const { page } = opened;
  const tip = page.getByRole("tooltip");
  await page.locator(".table-cell", { hasText: "a run whose name" }).first().hover();
  await tip.getByText(name).waitFor();
  await page.locator(".agent-name", { hasText: "namer" }).first().hover();
  await tip.waitFor({ state: "detached" });
  await page.waitForTimeout(600);
  assert.equal(await tip.count(), 0);
  await end(opened);
});
