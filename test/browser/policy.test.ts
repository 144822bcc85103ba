// That a violation of the content security policy is noticed, on any page and also by tests that look at something else.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

let talea: BrowserTalea;

before(async () => {
  talea = await startBrowserTalea();
});
after(() => talea?.stop());

const FORBIDDEN = {
  "script-src-elem": `const script = document.createElement("script");
    script.textContent = "window.hacked = 1";
    document.body.append(script);`,
  "style-src-attr": `document.body.setAttribute("style", "color: red");`,
  "img-src": `new Image().src = "https://tracker.example/pixel.png";`,
  "connect-src": `void fetch("https://tracker.example/").catch(() => {});`,
} as const;

for (const [directive, script] of Object.entries(FORBIDDEN)) {
  test(`what ${directive} forbids does nothing, is noticed, and fails the tests of that browser`, async () => {
    const browser = await launchChromium();
    const { page, problems } = await openWatchedPage(browser, talea.url);
    await page.goto("/settings/health");
    await page.evaluate(`{ ${script} }`);
    const isNoticed = () => problems.some((problem) => problem.startsWith(`/settings/health ${directive} `));
    for (let i = 0; i < 50 && !isNoticed(); i++) await page.waitForTimeout(50);
    assert.ok(isNoticed(), problems.join("\n"));
    assert.equal(await page.evaluate("window.hacked"), undefined);
    await assert.rejects(browser.close(), new RegExp(`policy forbids[^]*${directive}`));
  });
}

test("a browser whose pages kept to their policy is closed without a word", async () => {
  const browser = await launchChromium();
  const { page } = await openWatchedPage(browser, talea.url);
  await page.goto("/runs");
  await page.waitForLoadState("networkidle");
  await browser.close();
});
