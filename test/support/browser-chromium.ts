// A real Chromium, and pages in it that notice whatever should not happen.

import assert from "node:assert/strict";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { CHROMIUM_ARGUMENTS, chromiumPath } from "../../tools/chromium.ts";

/** What pages of a browser tried that their content security policy forbids. */
const violations = new WeakMap<Browser, string[]>();

/**
 * Throws a sentence when no Chromium runs here: browser tests fail then, they are never skipped. Closing it fails when
 * any page tried what its content security policy forbids, whatever the page's own test looked at.
 */
export async function launchChromium(): Promise<Browser> {
  const browser = await launch();
  const found: string[] = [];
  violations.set(browser, found);
  const close = browser.close.bind(browser);
  browser.close = async (options) => {
    await close(options);
    assert.deepEqual(found.splice(0), [], "No page tries what its content security policy forbids");
  };
  return browser;
}

async function launch(): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath: await chromiumPath(), args: [...CHROMIUM_ARGUMENTS] });
  } catch (error) {
    throw new Error(
      "The browser tests need Chromium, and it does not start here. On Debian and Ubuntu `apt-get install libnss3 " +
        `libnspr4 libexpat1\` brings what it needs from the system. It said:\n${(error as Error).message}`,
    );
  }
}

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong on the page so far: errors of scripts, on the console, of the content security policy. */
  readonly problems: readonly string[];
  /** Addresses outside of the server that the page asked for. */
  readonly outside: readonly string[];
  close(): Promise<void>;
}

const VIOLATED = "testPolicyViolated";
/** Runs in every page before anything of its own: a text, because nothing else here is of a browser. */
const VIOLATION_WATCH = `document.addEventListener("securitypolicyviolation", (event) => {
  const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
  window.${VIOLATED}([location.pathname, effectiveDirective, blockedURI, sourceFile + ":" + lineNumber].join(" "));
});`;

/** The address is written at most this often, with some room for a busy machine. */
const ADDRESS_RESTS_MS = 500;

/** A new page in a context of its own, as a reader's first visit. */
export async function openWatchedPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    // With the machine's own C.UTF-8 every Intl constructor of the page would throw.
    locale: "en-US",
    timezoneId: "UTC",
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    baseURL: url,
    ...options,
  });
  const problems: string[] = [];
  await context.exposeFunction(VIOLATED, (violation: string) => {
    problems.push(violation);
    violations.get(browser)?.push(violation);
  });
  await context.addInitScript(VIOLATION_WATCH);
  const page = await context.newPage();
  const outside: string[] = [];
  page.on("pageerror", (error) => problems.push(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !address.startsWith("data:")) outside.push(address);
  });
  return { page, problems, outside, close: () => context.close() };
}

/** A first visit that begins at an address of the server. */
export async function visit(
  browser: Browser,
  url: string,
  address: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const opened = await openWatchedPage(browser, url, options);
  await opened.page.goto(address);
  return opened;
}

/** The page's address once it stays the same: it follows what the reader does a moment later. */
export async function addressAtRest(page: Page): Promise<URL> {
  for (let last = ""; last !== page.url(); ) {
    last = page.url();
    await page.waitForTimeout(ADDRESS_RESTS_MS);
  }
  return new URL(page.url());
}

/** Ends a visit on which nothing went wrong and nothing was asked for from elsewhere. */
export async function end({ problems, outside, close }: WatchedPage): Promise<void> {
  assert.deepEqual(problems, []);
  assert.deepEqual(outside, []);
  await close();
}
