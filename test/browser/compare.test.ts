import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { end, launchChromium, visit } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";
import { copiedCapture, prolonged } from "../support/copied-capture.ts";

const CAPTURE = "openinference-langgraph-js/langgraph-multi-agent.otlp.json";
const TEAM = "185d56b1c011ce877dd2e34b07d1df74";
const RESEARCH_CALL = "2a61a60d7a263e3d";
const WEB_SEARCH = "9f18af58955082b2";
const ADD = "58275bb49fbcca65";
const SETTLED_WITHIN_MS = 30_000;

let talea: BrowserTalea;
let browser: Browser;
/** The team's run an hour later: a slower call, one more search, one tool less. */
let changed: string;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load(CAPTURE);
  const { body, traceId } = copiedCapture(CAPTURE, TEAM, {
    salt: "changed",
    laterMs: 3_600_000,
    edit: (spans) => {
      const search = spans.find(({ spanId }) => spanId === WEB_SEARCH);
      assert.ok(search);
      const again = { ...search, spanId: "00000000000000aa" };
      return [...prolonged(spans, RESEARCH_CALL, 200).filter(({ spanId }) => spanId !== ADD), again];
    },
  });
  await talea.send(JSON.stringify(body));
  changed = traceId;
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

const open = (address: string) => visit(browser, talea.url, address);

/** Change and name of the lines, from the top. */
async function lines(page: Page): Promise<string[]> {
  const rows = page.getByRole("grid", { name: "Aligned spans" }).locator(".table-body [role=row]");
  await rows.first().waitFor();
  return rows.evaluateAll((all) =>
    all.map((row) =>
      [...row.querySelectorAll("[role=gridcell]")]
        .slice(0, 2)
        .map((cell) => cell.textContent)
        .join(" ")
        .trim(),
    ),
  );
}

test("another run of the name is chosen, and what differs is told in figures, a sentence and lines", async () => {
  const opened = await open(`/runs/${changed}`);
  const { page } = opened;
  await page.getByRole("heading", { name: "support_team" }).waitFor();
  await page.keyboard.press("6");
  await page.getByRole("button", { name: /completed 468 ms/ }).click();
  await page.waitForURL(new RegExp(`with=${TEAM}`));
  const shown = await lines(page);
  assert.ok(shown.includes("−removed add") && shown.includes("+added web_search"), shown.join("\n"));
  assert.ok(shown.some((line) => /^\d+ spans are the same$/.test(line)));
  const figures = await page.getByLabel("Figures of both runs").innerText();
  for (const text of ["468 ms", "668 ms", "+200 ms", "43 % slower"])
    assert.ok(figures.includes(text), `${text} in ${figures}`);
  await page.getByRole("button", { name: /The runs part here/ }).click();
  await page.waitForURL(/span=/);
  const selected = page.getByRole("row", { selected: true });
  assert.match(await selected.innerText(), /web_search/);
  await page.getByLabel("Selected span").getByRole("heading", { level: 2 }).waitFor();
  await end(opened);
});

test("lines are chosen by their change and folds opened, and the URL shows the same again", async () => {
  const opened = await open(`/runs/${changed}?view=compare&with=${TEAM}`);
  const { page } = opened;
  const folded = (await lines(page)).length;
  await page.getByRole("button", { name: /^removed/ }).click();
  await page.waitForURL(/change=removed/);
  assert.deepEqual(await lines(page), ["↑slower support_team", "math_expert", "tools", "−removed add"]);
  const again = await open(page.url());
  assert.equal((await lines(again.page)).length, 4);
  await again.close();
  await page.getByRole("button", { name: /^removed/ }).click();
  await page
    .getByRole("gridcell", { name: /spans are the same/ })
    .first()
    .click();
  await page.waitForURL(/unfold=/);
  assert.ok((await lines(page)).length > folded);
  await page.keyboard.press("s");
  await page.waitForURL(/same=shown/);
  assert.ok((await lines(page)).every((line) => !line.includes("are the same")));
  await end(opened);
});

test("a span that only the other run has leads there", async () => {
  const opened = await open(`/runs/${changed}?view=compare&with=${TEAM}`);
  const { page } = opened;
  await page.getByRole("link", { name: "add", exact: true }).click();
  await page.waitForURL(new RegExp(`/runs/${TEAM}\\?span=${ADD}`));
  await page.getByLabel("Selected span").getByRole("heading", { name: "add" }).waitFor();
  await end(opened);
});

test("two runs of the list are marked and compared, the newer with the older", async () => {
  const opened = await open("/runs?since=2026-01-01T00:00:00Z&name=support_team");
  const { page } = opened;
  await page.getByRole("gridcell", { name: "support_team" }).first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("1 run marked").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.waitForURL(/mark=.*mark=/);
  await page.getByRole("link", { name: "Compare 2 runs" }).click();
  await page.waitForURL(new RegExp(`/runs/${changed}\\?view=compare&with=${TEAM}`));
  assert.ok((await lines(page)).length > 4);
  await end(opened);
});

test("beside a run that goes on its comparison follows it", async () => {
  const { body, traceId } = copiedCapture(CAPTURE, TEAM, { salt: "live", laterMs: 7_200_000 });
  const part = (passes: (isLate: boolean) => boolean) => {
    const spansOf = body.resourceSpans.map(({ scopeSpans, ...resource }) => ({
      ...resource,
      scopeSpans: scopeSpans.map(({ spans, ...scope }) => ({
        ...scope,
        // The root ends last, and a tool's record comes with it.
        spans: spans.filter(({ parentSpanId, name }) => passes(parentSpanId === undefined || name === "add")),
      })),
    }));
    return JSON.stringify({ resourceSpans: spansOf });
  };
  const spans = body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const root = spans.find(({ parentSpanId }) => parentSpanId === undefined);
  assert.ok(root);
  await talea.send(part((isLate) => !isLate));
  const time = new Date(Number(BigInt(root.startTimeUnixNano) / 1_000_000n)).toISOString();
  const started = { type: "run.started", traceId, spanId: root.spanId, time, data: { name: root.name } };
  assert.equal((await talea.post("/api/v1/events", started)).status, 200);
  const opened = await open(`/runs/${traceId}?view=compare&with=${TEAM}`);
  const { page } = opened;
  assert.ok((await lines(page)).includes("−removed add"), (await lines(page)).join("\n"));
  await talea.send(part((isLate) => isLate));
  await page.getByText("The runs take the same way").waitFor();
  await end(opened);
});

test("against the median of its name, or told that there is none", async () => {
  const opened = await open(`/runs/${changed}?view=compare`);
  const { page } = opened;
  for (const deadline = Date.now() + SETTLED_WITHIN_MS; ; await delay(300)) {
    const answer = await fetch(`${talea.url}/api/v1/compare?a=median&b=${changed}`);
    if (answer.status === 200) break;
    assert.ok(Date.now() < deadline, "the run is settled in time");
  }
  await page.getByRole("button", { name: "Median of its name" }).click();
  await page.getByText(/A is the median of 1 completed run of support_team/).waitFor();
  assert.match(page.url(), /with=median/);
  const alone = await open(`/runs/${TEAM}?view=compare&with=median`);
  await alone.page.getByText("median_not_found").waitFor();
  await alone.close();
  await end(opened);
});
