// What agents send is text wherever it is shown: nothing of it runs, is loaded, turns the page around or widens it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { attributes } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const SPAN = "00000000000000b1";
const RUN = "/runs/000000000000000000000000000000f1";
/** 10 MB of one word. */
const LONG = "x".repeat(10_000_000);
/** Turns text around; ends that; hides in text; begins a colour of terminals. */
const CONTROLS = ["\u202E", "\u202C", "\u200B", "\u001b"];
const HARM = [
  `<script>document.title = "owned"</script>`,
  `"><img src=x onerror="document.title='owned'">`,
  "\u202Egnp.exe\u202C",
  "zero\u200Bwidth",
  "\u001b[31mred\u001b[0m",
  "[a link](javascript:document.title='owned')",
  "![a picture](http://outside.test/x.png)",
  "javascript:document.title='owned'",
].join(" ");
/** What the server takes as the name of a board. */
const NAME_MAX = 200;
const NAME = `${HARM} ${"w".repeat(500)}`;
/** What the browser says of an agent whose name was cut, and of a median that there is not. */
const MISSING = /Failed to load resource: .* status of 404/;
/** A lone half of a character, as JSON can spell it and UTF-8 cannot. */
const HALF = "\\ud800";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.send(spansBody());
  const now = new Date().toISOString();
  const event = { traceId: RUN.slice(-32), type: "custom.event", time: now, agentId: NAME, data: { [NAME]: HARM } };
  const point = {
    name: NAME.slice(0, NAME_MAX),
    value: 1,
    unit: "ms",
    agentId: NAME,
    attributes: { [NAME]: NAME },
    time: now,
  };
  const halved = (body: object) => fetch(`${talea.url}/api/v1/events`, jsonRequest(body, HALF));
  for (const answer of [
    await talea.post("/api/v1/events", event),
    await halved({ ...event, data: { half: "HALF" } }),
    await talea.post("/api/v1/metrics", [point]),
    await put("board", "hostile", { name: HARM.slice(0, NAME_MAX), panels: [panel(HARM.slice(0, NAME_MAX))] }),
  ]) {
    assert.equal(answer.status < 300, true, await answer.text());
  }
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

function jsonRequest(body: object, half: string): RequestInit {
  const text = JSON.stringify(body).replace("HALF", half);
  return { method: "POST", headers: { "content-type": "application/json" }, body: text };
}

function put(kind: string, id: string, body: object): Promise<Response> {
  return fetch(`${talea.url}/api/v1/config/${kind}/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ expectedVersion: 0, body }),
  });
}

const panel = (title: string) => ({
  ...{ id: "a", title, column: 0, row: 0, width: 6, height: 6 },
  question: { figure: "throughput", shape: "bars" },
});

/** A run whose every text is out to do harm: two agents that call each other, and a failure. */
function spansBody(): string {
  const nowMs = Date.now();
  const said = (role: string, content: string) => JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
  const span = (spanId: string, parentSpanId: string, agent: string, content: string) => ({
    ...{ traceId: RUN.slice(-32), spanId, parentSpanId, name: NAME },
    startTimeUnixNano: `${nowMs - 2000}000000`,
    endTimeUnixNano: `${nowMs - 1000}000000`,
    status: { code: 2, message: HARM + "e".repeat(100_000) },
    attributes: attributes({
      "gen_ai.operation.name": parentSpanId === "" ? "invoke_agent" : "chat",
      "gen_ai.agent.name": agent,
      "gen_ai.request.model": NAME,
      "gen_ai.input.messages": said("user", content),
      "gen_ai.output.messages": said("assistant", `${HARM}\n\n# ${HARM}\n\n- ${HARM}\n\n\`\`\`js\n${HARM}\n\`\`\``),
      [NAME]: HARM,
      "session.id": NAME,
      "user.id": NAME,
    }),
  });
  const spans = [span("00000000000000b0", "", `${NAME} boss`, HARM), span(SPAN, "00000000000000b0", NAME, HARM + LONG)];
  const resource = { attributes: attributes({ "service.name": NAME }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: NAME }, spans }] }] });
}

const sql = (text: string, more: string) => `/sql?${more}&q=${encodeURIComponent(text)}`;
const agent = encodeURIComponent(NAME);
const PLACES: readonly string[] = [
  ...["/now", "/runs", "/agents", "/agents?view=heatmap", `/agents/${agent}`, `/agents/${agent}?list=runs`],
  ...["/communication", "/search?kind=llm", "/errors", "/events", "/boards", "/boards/hostile", "/boards/fleet"],
  ...[
    "/explore",
    `/explore?figure=throughput&by=agent`,
    `/explore?metric=${encodeURIComponent(NAME.slice(0, NAME_MAX))}`,
    "/settings/connect",
  ],
  sql("SELECT * FROM spans WHERE status_message != '' ORDER BY started_at DESC", "row=0"),
  sql("SELECT name, length(name) AS n FROM spans", "view=chart"),
  `${RUN}?span=${SPAN}`,
  ...["sequence", "graph", "graph&as=matrix", "conversation", "events", "compare", "messages", "agents"].map(
    (view) => `${RUN}?view=${view}`,
  ),
  `${RUN}?whatif=`,
  `${RUN}?at=100&playback=1`,
];

async function assertInert(page: Page, address: string): Promise<void> {
  assert.notEqual(await page.title(), "owned", address);
  assert.equal(await page.locator("img[src], a[href^='javascript:' i]").count(), 0, address);
  const text = await page.locator("body").innerText();
  for (const control of CONTROLS) assert.ok(!text.includes(control), `${address}: ${JSON.stringify(control)} is shown`);
  const wider = await page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - window.innerWidth);
  assert.ok(wider <= 0, `${address} is ${wider} pixels wider than its window`);
}

test("whatever agents send is text on every page and view, and the page stays as wide as its window", async () => {
  const { page, problems, outside, close } = await openWatchedPage(browser, talea.url);
  const { errors } = await talea.get<{ errors: { fingerprint: string }[] }>("/api/v1/errors?q=owned");
  assert.ok(errors.length >= 1);
  const found: string[] = [];
  for (const address of [...PLACES, `/errors/${errors[0]?.fingerprint}`]) {
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    // All places are looked at before one of them fails the test.
    await assertInert(page, address).catch((error: Error) => found.push(error.message));
  }
  assert.deepEqual(found, []);
  assert.deepEqual(
    problems.filter((problem) => !MISSING.test(problem)),
    [],
  );
  assert.deepEqual(outside, []);
  await close();
});

test("what the palette offers for a hostile text is text", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  await page.goto("/runs");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill(NAME);
  await page.getByRole("option").first().waitFor();
  await assertInert(page, "the palette");
  assert.deepEqual(problems, []);
  await close();
});
