import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

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

test("a range is typed in words, one that is none says so, and the link keeps it", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  await page.goto("/runs");
  await page.getByRole("button", { name: "Custom" }).waitFor();
  await page.keyboard.press("R");
  const field = page.getByRole("textbox", { name: "Range in words" });
  await field.waitFor();
  assert.equal(await field.evaluate((element) => element === document.activeElement), true);
  await field.fill("sometime");
  await field.press("Enter");
  await page.getByText("That is no time before now").waitFor();
  await field.fill("12 h");
  await field.press("Enter");
  await page.waitForURL(/since=-12h$/);
  await page.getByRole("button", { name: "Since -12h" }).click();
  await field.fill("2026-01-01 to 2026-12-31");
  await field.press("Enter");
  await page.waitForURL(/since=2026-01-01T00.*until=2027-01-01T00/);
  await page.getByRole("gridcell", { name: "support_team" }).first().waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("a link with a time that is none breaks no page: it is shown, and what is wrong with it", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  for (const path of ["/runs", "/now", "/agents", "/events", "/explore?figure=throughput", "/boards/fleet"]) {
    await page.goto(`${path}${path.includes("?") ? "&" : "?"}since=yesterday`);
    await page.getByRole("button", { name: "Since yesterday" }).waitFor();
    await page
      .getByText(/since must be|bad_request/)
      .first()
      .waitFor();
  }
  assert.deepEqual(
    problems.filter((problem) => !/status of 400/.test(problem)),
    [],
  );
  await close();
});
