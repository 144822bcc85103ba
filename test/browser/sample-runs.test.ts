// Who has nothing yet is shown something: recorded runs, loaded from the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { buildPage } from "../../tools/build.ts";
import { end, launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { TaleaProcess } from "../support/talea-process.ts";

let talea: TaleaProcess;
let browser: Browser;

before(async () => {
  await buildPage({ outDir: "dist/web", minify: true });
  [talea, browser] = await Promise.all([TaleaProcess.start(), launchChromium()]);
});
after(async () => {
  await browser?.close();
  await talea?.[Symbol.asyncDispose]();
});

test("an empty server offers sample runs, and they appear without a reload", async () => {
  const opened = await openWatchedPage(browser, talea.url);
  const { page } = opened;
  await page.goto("/now");
  await page.getByRole("button", { name: "Load sample runs" }).click();
  await page.getByRole("heading", { name: "Running" }).waitFor();
  await page.goto("/runs?since=-15m");
  await page.getByRole("row").nth(3).waitFor();
  const runs = await page.getByRole("row").allInnerTexts();
  assert.ok(
    runs.some((text) => text.includes("incident")),
    runs.join(" | "),
  );
  await end(opened);
});
