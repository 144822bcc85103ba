// Who has nothing yet is shown something: recorded runs, loaded from the page.

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
  for (const name of ["incident: checkout", "report: heat pumps in old houses", "invoke_agent planner"]) {
    await page.getByRole("region", { name: "Recent runs" }).getByText(name).waitFor();
  }
  await end(opened);
});
