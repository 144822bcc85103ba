// The SQL page: writing with completion, running, what came of it as table and chart, mistakes at their place, links.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openWatchedPage, type WatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

let talea: BrowserTalea;
let browser: Browser;

const TRACE = "185d56b1c011ce877dd2e34b07d1df74";
/** Answers that say no are what some of these tests are about, and the browser reports them. */
const REFUSED = /Failed to load resource: the server responded with a status of 40[03]/;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.load("strands-js/multi-agent.otlp.json");
  await talea.get("/api/v1/status?waitFor=zzzzzzzz&timeout=1");
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

async function open(address = "/sql"): Promise<WatchedPage> {
  const opened = await openWatchedPage(browser, talea.url, { permissions: ["clipboard-read", "clipboard-write"] });
  await opened.page.goto(address);
  if (address.startsWith("/sql")) await editor(opened.page).waitFor();
  return opened;
}

async function end({ problems, outside, close }: WatchedPage): Promise<void> {
  assert.deepEqual(
    problems.filter((problem) => !REFUSED.test(problem)),
    [],
  );
  assert.deepEqual(outside, []);
  await close();
}

const link = (query: string, more = "") => `/sql?q=${encodeURIComponent(query)}${more}`;
const editor = (page: Page) => page.getByRole("textbox", { name: "Query" });
const cells = (page: Page) => page.getByRole("grid", { name: "Result" }).getByRole("gridcell");

/** Types a query in place of what is written. */
async function write(page: Page, query: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(query);
}

test("a query is written and run by keys; its rows lead to runs and agents, and the URL has it", async () => {
  const opened = await open("/runs");
  const { page } = opened;
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await editor(page).waitFor();
  await page.keyboard.press("e");
  // Letters are text here, and no commands.
  await page.keyboard.type("select ", { delay: 5 });
  await page.keyboard.press("Escape");
  await write(page, "SELECT trace_id, agent, count() AS spans FROM spans WHERE agent = 'boss' GROUP BY ALL");
  await page.keyboard.press("Control+Enter");
  await cells(page).first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/sql");
  assert.match(new URL(page.url()).searchParams.get("q") ?? "", /^SELECT trace_id/);
  assert.match(await page.getByRole("status").filter({ hasText: "rows read" }).innerText(), /^2 rows\b[\s\S]*ms/);
  const [run, agent] = [cells(page).nth(0).getByRole("link"), cells(page).nth(1).getByRole("link")];
  assert.match((await run.getAttribute("href")) ?? "", /^\/runs\/[0-9a-f]{32}$/);
  assert.equal(await agent.getAttribute("href"), "/agents/boss");
  await run.click();
  await page.getByRole("heading", { name: "invoke_agent boss" }).or(page.locator(".run-header")).first().waitFor();
  await end(opened);
});

test("columns of the tables that are read, aliases, functions and tables are completed", async () => {
  const opened = await open();
  const { page } = opened;
  await editor(page).click();
  const options = page.getByRole("option");
  await page.keyboard.type("SELECT count(s.trace_");
  assert.equal(await options.count(), 0);
  await write(page, "SELECT  FROM spans AS s");
  await page.keyboard.press("Home");
  await page.keyboard.press("Control+ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("duration");
  await options.filter({ hasText: "duration_ms" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.type(" + s.tokens_in");
  await options.filter({ hasText: "tokens_input" }).waitFor();
  await page.waitForTimeout(120); // the list takes no key that was meant for the text
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+Enter");
  await page.getByText("function identifier `duration`").waitFor();
  assert.match(await editor(page).innerText(), /duration \+ s\.tokens_input FROM/);
  await end(opened);
});

test("a mistake is shown at its place with what is wrong, and what is refused is refused in words", async () => {
  const opened = await open(link("SELECT name\nFROM spans\nWHERE kind = = 'tool'"));
  const { page } = opened;
  await page.getByRole("alert").getByText("Syntax error at =").waitFor();
  assert.equal(await page.locator(".sql-mistake").innerText(), "=");
  await write(page, "SELECT file('/etc/passwd')");
  await page.keyboard.press("Control+Enter");
  await page.getByText("The function file is not allowed here.").waitFor();
  await write(page, "DROP TABLE spans");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Only SELECT is run here, not DROP.").waitFor();
  assert.equal(await page.locator(".sql-mistake").innerText(), "DROP");
  await write(page, "SELECT 1 AS one");
  await page.keyboard.press("Control+Enter");
  await cells(page).first().waitFor();
  assert.equal(await page.locator(".sql-mistake").count(), 0);
  assert.equal(await page.getByRole("alert").count(), 0);
  await end(opened);
});

test("a link runs its query, the back button goes to the one before, and history keeps both", async () => {
  const opened = await open(link("SELECT 1 AS first"));
  const { page } = opened;
  await cells(page).getByText("1", { exact: true }).waitFor();
  await write(page, "SELECT 2 AS second");
  await page.keyboard.press("Control+Enter");
  await cells(page).getByText("2", { exact: true }).waitFor();
  await page.goBack();
  await cells(page).getByText("1", { exact: true }).waitFor();
  assert.equal(await editor(page).innerText(), "SELECT 1 AS first");
  await page.getByRole("button", { name: "History" }).click();
  await page.getByRole("button", { name: /SELECT 2 AS second/ }).click();
  await cells(page).getByText("2", { exact: true }).waitFor();
  await end(opened);
});

test("parameters have fields, and stand in the URL", async () => {
  const opened = await open(
    link(`SELECT name FROM spans WHERE trace_id = {trace:String} AND kind = {kind:String}`, `&p.trace=${TRACE}`),
  );
  const { page } = opened;
  await page.getByText("The parameter kind has no value.").waitFor();
  await page.getByLabel("kind").fill("run");
  await page.getByLabel("kind").press("Enter");
  await cells(page).getByText("support_team").waitFor();
  await page.waitForURL(/p\.kind=run/);
  await end(opened);
});

test("a result is a table, a row in full, a chart, and text for other programs", async () => {
  const opened = await open(
    link(
      "SELECT kind, count() AS n, '=1+1' AS formula, [1, 2] AS list, NULL AS nothing FROM spans GROUP BY kind ORDER BY n DESC",
    ),
  );
  const { page } = opened;
  await cells(page).first().waitFor();
  await page.getByRole("button", { name: "Copy as CSV" }).click();
  const csv = await page.evaluate<string>("navigator.clipboard.readText()");
  assert.match(csv, /^kind,n,formula,list,nothing\r\n\w+,\d+,'=1\+1,"\[1,2\]",\r\n/);
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  const [first] = JSON.parse(await page.evaluate<string>("navigator.clipboard.readText()")) as Record<
    string,
    unknown
  >[];
  assert.equal(first?.["formula"], "=1+1");
  await cells(page).first().click();
  await page.getByRole("heading", { name: "Row 1" }).waitFor();
  await page.getByRole("tab", { name: "Chart" }).click();
  await page.getByRole("img", { name: "bar chart of n" }).waitFor();
  await page.waitForURL(/view=chart/);
  await page.reload();
  await page.getByRole("img", { name: "bar chart of n" }).locator("canvas").waitFor();
  await page.goto(
    link("SELECT toStartOfMinute(started_at) AS minute, agent, count() AS n FROM spans GROUP BY ALL", "&view=chart"),
  );
  await page
    .getByRole("img", { name: /^line chart of / })
    .locator("canvas")
    .waitFor();
  await page.goto(link("SELECT 1 AS a, 2 AS b", "&view=chart"));
  await cells(page).first().waitFor();
  assert.equal(await page.getByRole("tab", { name: "Chart" }).count(), 0);
  await end(opened);
});

test("tables are listed with their columns, which a click puts into the query; examples run", async () => {
  const opened = await open();
  const { page } = opened;
  await page.getByRole("button", { name: "run_agents", exact: true }).click();
  await page
    .getByRole("button", { name: /^busy|^waiting_ms/ })
    .first()
    .click();
  await editor(page).getByText("waiting_ms").waitFor();
  await page.waitForURL(/table=run_agents/);
  await page.getByRole("button", { name: "Examples" }).click();
  await page.getByRole("button", { name: "The slowest tools" }).first().click();
  await cells(page).first().waitFor();
  await end(opened);
});

test("a query that takes long can be stopped, and ten thousand rows are shown without making them all", async () => {
  const opened = await open();
  const { page } = opened;
  await write(page, "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: /^Run Ctrl/ }).waitFor();
  await write(page, "SELECT number, toString(number) AS text FROM numbers(10000)");
  await page.keyboard.press("Control+Enter");
  await cells(page).first().waitFor();
  assert.ok((await page.getByRole("row").count()) < 100);
  assert.equal(await page.getByRole("grid", { name: "Result" }).getAttribute("aria-rowcount"), "10001");
  await end(opened);
});
