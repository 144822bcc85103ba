import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { end, launchChromium, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { attributes } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

let talea: BrowserTalea;
let browser: Browser;

/** The captures are from a fixed day. */
const ALL_TIME = "since=2026-01-01T00:00:00Z";
const RATE_LIMIT = "429 Rate limit reached (mock)";

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

/** A run of an agent whose tool fails. */
async function sendFailure(agent: string, message: string): Promise<{ runId: string; spanId: string }> {
  const [runId, root, spanId] = [randomBytes(16), randomBytes(8), randomBytes(8)].map((id) => id.toString("hex")) as [
    string,
    string,
    string,
  ];
  const ns = (ago: number) => `${Date.now() - ago}000000`;
  const spans = [
    {
      ...{ traceId: runId, spanId: root, name: `invoke_agent ${agent}`, kind: 1 },
      ...{ startTimeUnixNano: ns(900), endTimeUnixNano: ns(100) },
      attributes: attributes({ "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent }),
    },
    {
      ...{ traceId: runId, spanId, parentSpanId: root, name: "execute_tool lookup", kind: 1 },
      ...{ startTimeUnixNano: ns(800), endTimeUnixNano: ns(200), status: { code: 2, message } },
      attributes: attributes({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "lookup" }),
    },
  ];
  const resource = { attributes: attributes({ "service.name": "desk" }) };
  await talea.send(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
  return { runId, spanId };
}

const openErrors = (address = `/errors?${ALL_TIME}`) => visit(browser, talea.url, address);

const row = ({ page }: WatchedPage, text: string) => page.getByRole("row").filter({ hasText: text });

async function names({ page }: WatchedPage): Promise<string[]> {
  return page.locator(".error-name").allInnerTexts();
}

test("errors of one kind stand in one row, with how often, in how many runs, by whom, and that they are new", async () => {
  const opened = await openErrors();
  const text = await row(opened, RATE_LIMIT).innerText();
  for (const part of ["new", "Limited Agent", "langgraph-lab"]) assert.ok(text.includes(part), `${part}: ${text}`);
  const cells = await row(opened, RATE_LIMIT).getByRole("gridcell").allInnerTexts();
  assert.deepEqual(cells.slice(2, 5), ["2", "–", "2"]);
  const trend = row(opened, RATE_LIMIT).getByRole("img", { name: "2 errors; at most 2 in one of 24 steps" });
  assert.equal(await trend.locator("rect").count(), 1);
  assert.match((await names(opened))[0] ?? "", /ModelThrottledError/, "the most frequent is first");
  await opened.page.getByText(/^\d+ kinds, \d+ new, \d+ errors$/).waitFor();
  await end(opened);
});

test("filters and order stand in the URL, and the back button undoes them", async () => {
  const opened = await openErrors();
  const { page } = opened;
  await row(opened, RATE_LIMIT).waitFor();
  const all = (await names(opened)).length;
  await page.getByRole("button", { name: "Agent", exact: true }).click();
  await page.getByRole("checkbox", { name: /Limited Agent/ }).check();
  await row(opened, "ModelThrottledError").waitFor({ state: "detached" });
  assert.match(page.url(), /agent=Limited%20Agent/);
  assert.deepEqual((await row(opened, RATE_LIMIT).getByRole("gridcell").allInnerTexts()).slice(2, 5), ["1", "–", "1"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Remove the filter Agent Limited Agent" }).click();
  await row(opened, "ModelThrottledError").waitFor();
  await page.getByRole("button", { name: "Last seen" }).click();
  await page.waitForURL(/sort=-lastSeen/);
  await page.goBack();
  await page.goBack();
  await row(opened, "ModelThrottledError").waitFor({ state: "detached" });
  await page.goBack();
  await page.waitForFunction((count) => document.querySelectorAll(".error-name").length === count, all);
  await page.keyboard.press("/");
  await page.keyboard.type("rate limit");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=rate%20limit/);
  await row(opened, "boom tool").first().waitFor({ state: "detached" });
  assert.ok((await names(opened)).every((name) => /rate limit/i.test(name)));
  await end(opened);
});

test("a kind says who meets it, at what, and leads to the span that failed", async () => {
  const opened = await openErrors();
  const { page } = opened;
  await row(opened, "Error running tool").getByText("Error running tool").click();
  await page.waitForURL(new RegExp(`/errors/[0-9a-f]{16}\\?${ALL_TIME.replaceAll(":", "(:|%3A)")}`));
  const bars = page.getByRole("img", { name: "1 error in 48 steps of time, at most 1 in one" });
  await bars.waitFor();
  assert.equal(await bars.locator("i").count(), 1);
  const figures = await page.locator(".figures").innerText();
  for (const part of [/Errors\s+1/, /Runs\s+1/, /Swallowed\s+1/, /new/]) assert.match(figures, part);
  await page.locator(".error-sides").getByText("Weather Agent").waitFor();
  await page.locator(".error-sides").getByText("failing_tool").waitFor();
  const run = page.getByRole("grid", { name: "Latest runs" }).getByRole("row").nth(1);
  assert.match(await run.innerText(), /Weather Agent\s+1\s+swallowed/);
  await page.keyboard.press("e");
  await page.waitForURL(/\/runs\/[^?]+\?span=[0-9a-f]{16}/);
  await page.getByRole("region", { name: "Failure" }).getByText("Tool execution failed").first().waitFor();
  await page.goBack();
  await bars.waitFor();
  await page.keyboard.press("u");
  await row(opened, RATE_LIMIT).waitFor();
  assert.ok(page.url().endsWith(`/errors?${ALL_TIME}`), page.url());
  await end(opened);
});

test("what fails now comes in by itself, in the list and in its kind, and an earlier kind is not new", async () => {
  const opened = await openErrors("/errors?since=-15m");
  const { page } = opened;
  await page.getByText("Nothing failed in this window of time").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await sendFailure("ann", "no such shelf: 17");
  await row(opened, "no such shelf").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("img", { name: /^1 error in 48 steps/ }).waitFor();
  const { runId, spanId } = await sendFailure("bob", "no such shelf: 4");
  await page.getByRole("img", { name: /^2 errors in 48 steps/ }).waitFor();
  await page.locator(".error-sides").getByText("bob", { exact: true }).waitFor();
  const link = page.getByRole("grid", { name: "Latest runs" }).getByRole("link").first();
  assert.equal(await link.getAttribute("href"), `/runs/${runId}?span=${spanId}`);
  const since = new Date(Date.now() - 1).toISOString();
  await page.goto(`${new URL(page.url()).pathname}?since=${since}`);
  await page.getByText("It was not met in this window of time.").waitFor();
  assert.equal(await page.locator(".new-mark").count(), 0);
  await page.locator(".error-message").getByText("no such shelf: 4").waitFor();
  await end(opened);
});

test("the page is reached by its key; nothing found says so, and offers a way on", async () => {
  const opened = await openErrors("/agents");
  const { page } = opened;
  await page.getByRole("heading", { name: "Agents", exact: true }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await page.getByRole("heading", { name: "Errors", exact: true }).waitFor();
  await page.goto(`/errors?${ALL_TIME}&q=there-is-no-such-text`);
  await page.getByRole("button", { name: "Look at the last 30 days" }).waitFor();
  await page.keyboard.press("X");
  await row(opened, RATE_LIMIT).waitFor();
  await end(opened);
});

test("a kind that nobody met says so by its code", async () => {
  const opened = await openErrors(`/errors/0000000000000000?${ALL_TIME}`);
  await opened.page.getByRole("alert").getByText("error_kind_not_found").waitFor();
  await opened.close();
});
