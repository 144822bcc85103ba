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

const NAMES = ["incident: checkout", "report: heat pumps in old houses", "invoke_agent planner"];

test("an empty server offers sample runs, and they appear without a reload", async () => {
  const opened = await openWatchedPage(browser, talea.url);
  const { page } = opened;
  await page.goto("/now");
  await page.getByRole("button", { name: "Load sample runs" }).click();
  for (const name of NAMES) await page.getByRole("region", { name: "Recent runs" }).getByText(name).waitFor();
  await end(opened);
});

test("who leaves while sample runs are sent finds all of them or is offered them again", async () => {
  await using own = await TaleaProcess.start();
  const { page, problems, close } = await openWatchedPage(browser, own.url);
  await page.goto("/now");
  const offer = page.getByRole("button", { name: "Load sample runs" });
  const sending = page.waitForRequest((request) => request.url().includes("/v1/traces"));
  await offer.click();
  const sent = await sending;
  const text = sent.postData() ?? "";
  assert.deepEqual(
    NAMES.filter((name) => !text.includes(name)),
    [],
    "one request has all of them",
  );
  await page.reload();
  const recent = page.getByRole("region", { name: "Recent runs" });
  await offer
    .or(recent.getByText(NAMES[0] as string))
    .first()
    .waitFor();
  for (const name of (await offer.isVisible()) ? [] : NAMES) await recent.getByText(name).first().waitFor();
  assert.deepEqual(
    problems.filter((problem) => !/fetch|unreachable/i.test(problem)),
    [],
  );
  await close();
});
