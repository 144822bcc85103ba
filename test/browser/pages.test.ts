// What holds on every page and every view of a run: it can be used by all, in light and dark, with data and without, and
// little is loaded.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openWatchedPage, type WatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";
import { missingAddresses, PAGE_ADDRESSES, pageRoutes, TEAM_CAPTURE } from "../support/page-addresses.ts";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const FIRST_LOAD_BYTES_MAX = 100_000;
/** A request of many takes longer than the code that it brings. */
const FIRST_LOAD_SCRIPTS_MAX = 6;
const KEY = "the-main-key";
const SCHEMES = ["light", "dark"] as const;
/** What the browser says of a run that is not there, and of a page that was not let in. */
const REFUSED = /Failed to load resource: .* status of 40[14]|WebSocket connection .* no valid credentials/;

let talea: BrowserTalea;
let empty: BrowserTalea;
let browser: Browser;
/** One for each server: a context of its own for each page would take most of the time. */
const opened = new Map<string, Promise<WatchedPage>>();

before(async () => {
  browser = await launchChromium();
  talea = await startBrowserTalea();
  empty = await startBrowserTalea({ TALEA_KEY: KEY });
  await talea.load(TEAM_CAPTURE);
});
after(async () => {
  await browser?.close();
  await talea?.stop();
  await empty?.stop();
});

function watched({ url }: BrowserTalea): Promise<WatchedPage> {
  const page = opened.get(url) ?? openWatchedPage(browser, url);
  opened.set(url, page);
  return page;
}

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
}

/** In light and dark: the page follows what the system prefers. */
async function assertUsable(page: Page, where: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`:root[data-theme="${colorScheme}"]`).waitFor();
    await assertAccessible(page, `${where}, ${colorScheme}`);
  }
}

async function assertAccessible(page: Page, where: string): Promise<void> {
  // As the browser's own tools would: the page's content security policy lets no script in.
  const findings = await page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" | ")))`);
  assert.deepEqual(findings, [], where);
}

test("every page of the registry and every view of a run is among those that are looked at", () => {
  assert.ok(pageRoutes().length >= 15);
  assert.deepEqual(missingAddresses(), []);
});

for (const [name, address] of Object.entries(PAGE_ADDRESSES)) {
  test(`${name}: axe finds nothing serious`, async () => {
    const { page, problems } = await watched(talea);
    const before = problems.length;
    await page.goto(address);
    await settled(page);
    await assertUsable(page, name);
    assert.deepEqual(
      problems.slice(before).filter((problem) => !(name === "a run that is not there" && REFUSED.test(problem))),
      [],
    );
  });
}

test("palette and help: axe finds nothing serious", async () => {
  const { page } = await watched(talea);
  await page.goto(PAGE_ADDRESSES["a run's timeline"]);
  await settled(page);
  for (const key of ["Control+k", "?"]) {
    await page.keyboard.press(key);
    await page.getByRole("dialog").waitFor();
    await assertUsable(page, key);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
});

test("the way in and every page without data: axe finds nothing serious", async () => {
  const { page, problems } = await watched(empty);
  await page.goto("/now");
  await page.getByPlaceholder("Key").waitFor();
  await assertUsable(page, "sign-in");
  await page.getByPlaceholder("Key").fill(KEY);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  for (const route of pageRoutes().filter((path) => !path.includes(":"))) {
    await page.goto(route);
    await settled(page);
    await assertUsable(page, `${route} without data`);
  }
  assert.deepEqual(
    problems.filter((problem) => !REFUSED.test(problem)),
    [],
  );
});

test("the first load is small, and everything comes from the server itself", async (context) => {
  const { page, outside, close } = await openWatchedPage(browser, talea.url);
  const scripts: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (/javascript/.test(response.headers()["content-type"] ?? "")) scripts.push(response.body());
  });
  await page.goto("/runs");
  await settled(page);
  const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0);
  context.diagnostic(`${(bytes / 1000).toFixed(1)} kB of JavaScript at first load (gzip)`);
  assert.ok(bytes > 0 && bytes < FIRST_LOAD_BYTES_MAX);
  assert.ok(scripts.length <= FIRST_LOAD_SCRIPTS_MAX, `${scripts.length} scripts`);
  assert.deepEqual(outside, []);
  const policy = (await (await fetch(talea.url)).headers.get("content-security-policy")) ?? "";
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /script-src[^;]*unsafe-inline/);
  await close();
});
