// A run on paper.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const RUN = "/runs/185d56b1c011ce877dd2e34b07d1df74";
/** A4 at 96 dots an inch, without its margins. */
const PAPER = { width: 703, height: 1000 };

/** More than are printed. */
const STEPS = 700;

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

test("a run is printed in light colours with its figures, findings, timeline, agents and errors", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url, { colorScheme: "dark" });
  await page.goto(RUN);
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  await page.waitForLoadState("networkidle");
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const sheet = page.locator(".print-sheet");
  await sheet.locator(".print-canvas").first().waitFor();
  const text = await sheet.innerText();
  for (const part of [
    "support_team",
    "Duration",
    "Findings",
    "math_expert",
    "1 span failed",
    "boom tool",
    talea.url + RUN,
  ]) {
    assert.ok(text.includes(part), `${part} is missing:\n${text}`);
  }
  assert.equal(await page.locator(".sidebar").isVisible(), false);
  assert.equal(await page.locator(".tabs-line").isVisible(), false);
  const wide = await sheet.evaluate((element) =>
    [...element.querySelectorAll("*")]
      .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
      .map((part) => `${part.tagName} ${part.className}`),
  );
  assert.deepEqual(wide, [], "nothing is cut at the right");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  const drawn = await sheet.locator(".print-canvas").evaluateAll((all) =>
    (all as HTMLCanvasElement[]).every((canvas) => {
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return pixels.some((value) => value > 0);
    }),
  );
  assert.equal(drawn, true, "every picture of the timeline is drawn");
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await sheet.waitFor({ state: "detached" });
  await page.evaluate(() => {
    const note = () => {
      document.body.dataset["printed"] = document.querySelector<HTMLElement>(".print-sheet")?.textContent ?? "nothing";
    };
    addEventListener("beforeprint", note);
  });
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.match((await page.locator("body").getAttribute("data-printed")) ?? "", /boom tool/, "made in time for paper");
  await sheet.waitFor({ state: "detached" });
  assert.equal(await page.locator(".tabs-line").isVisible(), true);
  assert.deepEqual(problems, []);
  await close();
});

test("what does not fit on paper is counted there", async () => {
  const traceId = "00000000000000000000000000000a11";
  const atNs = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: STEPS + 1 }, (_, i) => ({
    traceId,
    spanId: (i + 1).toString(16).padStart(16, "0"),
    ...(i === 0 ? {} : { parentSpanId: "0000000000000001" }),
    name: i === 0 ? "Long" : `step ${i}`,
    startTimeUnixNano: String(atNs + BigInt(i) * 1_000_000n),
    endTimeUnixNano: String(atNs + BigInt(i === 0 ? STEPS + 2 : i + 1) * 1_000_000n),
  }));
  await talea.send(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  await talea.settled();
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  await page.goto(`/runs/${traceId}`);
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: "print" });
  const sheet = page.locator(".print-sheet");
  await sheet.getByRole("heading", { name: `Timeline: the first 600 of ${STEPS + 1} lines` }).waitFor();
  await sheet.getByText(`${STEPS + 1 - 600} more lines left out`).waitFor();
  assert.deepEqual(problems, []);
  await close();
});
