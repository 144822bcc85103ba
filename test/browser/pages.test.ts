// What holds on every page: it can be used by all, nothing that agents said is anything but text, and little is loaded.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { attributes } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const FIRST_LOAD_BYTES_MAX = 100_000;
const SPAN = "00000000000000b1";
const HOSTILE_RUN = "/runs/000000000000000000000000000000f1";
/** Turns text around; ends that; begins a colour of terminals. */
const CONTROLS = ["\u202E", "\u202C", "\u001b"];
const HOSTILE = [
  `<script>document.title = "owned"</script>`,
  `"><img src=x onerror="document.title='owned'">`,
  "\u202Egnp.exe\u202C",
  "\u001b[31mred\u001b[0m",
  "javascript:document.title='owned'",
  "x".repeat(300_000),
].join(" ");

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.send(hostileBody());
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** A run whose every text is out to do harm. */
function hostileBody(): string {
  const nowMs = Date.now();
  const name = HOSTILE.slice(0, 900);
  const span = {
    traceId: HOSTILE_RUN.slice(-32),
    spanId: SPAN,
    name,
    startTimeUnixNano: `${nowMs - 2000}000000`,
    endTimeUnixNano: `${nowMs - 1000}000000`,
    status: { code: 2, message: HOSTILE },
    attributes: attributes({
      "gen_ai.operation.name": "chat",
      "gen_ai.agent.name": name,
      "gen_ai.request.model": name,
      "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: HOSTILE }] }]),
      "gen_ai.output.messages": JSON.stringify([{ role: "assistant", parts: [{ type: "text", content: HOSTILE }] }]),
      [name]: HOSTILE,
      "session.id": name,
      "user.id": name,
    }),
  };
  const resource = { attributes: attributes({ "service.name": name }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name }, spans: [span] }] }] });
}

const ALL_TIME = "since=2026-01-01T00:00:00Z";
const PAGES = {
  runs: `/runs?${ALL_TIME}`,
  "a run": "/runs/185d56b1c011ce877dd2e34b07d1df74?span=0f864d90ec3ea0f8",
  "a run's messages": "/runs/185d56b1c011ce877dd2e34b07d1df74?view=messages",
  "a run's events": "/runs/185d56b1c011ce877dd2e34b07d1df74?view=events",
  "a run's agents": "/runs/185d56b1c011ce877dd2e34b07d1df74?view=agents",
  agents: `/agents?${ALL_TIME}`,
  "agents over time": `/agents?${ALL_TIME}&view=heatmap`,
  "an agent": `/agents/supervisor?${ALL_TIME}`,
  "an agent's runs": `/agents/supervisor?${ALL_TIME}&list=runs`,
  "messages of two agents": `/communication?${ALL_TIME}&selected=${encodeURIComponent('["supervisor","research_expert"]')}`,
  now: `/now?${ALL_TIME}`,
  search: `/search?${ALL_TIME}&kind=llm`,
  errors: `/errors?${ALL_TIME}`,
  events: `/events?${ALL_TIME}`,
  "the live tail": "/events?tail=1",
  boards: "/boards",
  "a board": `/boards/fleet?${ALL_TIME}`,
  "a board of one agent": `/boards/agent?${ALL_TIME}`,
  "a heatmap of the explorer": `/explore?figure=task_completion_time&draw=heatmap&${ALL_TIME}&step=1d`,
  SQL: "/sql",
  "a result of SQL": `/sql?row=1&table=runs&q=${encodeURIComponent("SELECT agent, name, attributes, trace_id FROM spans")}`,
  "a chart of SQL": `/sql?view=chart&q=${encodeURIComponent("SELECT kind, count() AS n FROM spans GROUP BY kind")}`,
  "settings: connect": "/settings",
  "settings: keys": "/settings/keys",
  "settings: storage": "/settings/storage",
  "settings: health": "/settings/health",
  "one kind of error": `/errors/2f37709becf20ee9?${ALL_TIME}`,
} as const;

async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, address] of Object.entries(PAGES)) {
    test(`${name}, ${colorScheme}: axe finds nothing serious`, async () => {
      const { page, problems, close } = await openWatchedPage(browser, talea.url, { colorScheme });
      await page.goto(address);
      await settled(page);
      // As the browser's own tools would: the page's content security policy lets no script in.
      const findings = await page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" | ")))`);
      assert.deepEqual(findings, []);
      assert.deepEqual(problems, []);
      await close();
    });
  }
}

test("whatever agents send is text: nothing of it runs, is loaded, or turns the page around", async () => {
  const { page, problems, outside, close } = await openWatchedPage(browser, talea.url);
  const { errors } = await talea.get<{ errors: { fingerprint: string }[] }>("/api/v1/errors?q=owned");
  assert.equal(errors.length, 1);
  for (const address of [
    "/runs",
    `${HOSTILE_RUN}?span=${SPAN}`,
    `${HOSTILE_RUN}?view=events`,
    "/now",
    "/agents",
    "/search?kind=llm",
    "/settings/connect",
    "/errors",
    "/events",
    `/sql?row=0&q=${encodeURIComponent("SELECT * FROM spans WHERE status_message != '' ORDER BY started_at DESC")}`,
    `/sql?view=chart&q=${encodeURIComponent("SELECT name, length(name) AS n FROM spans")}`,
    `/errors/${errors[0]?.fingerprint}`,
  ]) {
    await page.goto(address);
    await settled(page);
    assert.notEqual(await page.title(), "owned", address);
    assert.equal(await page.locator("img[src=x]").count(), 0, address);
    const text = await page.locator("body").innerText();
    for (const control of CONTROLS) assert.ok(!text.includes(control), `${address}: a control character is shown`);
  }
  assert.deepEqual(problems, []);
  assert.deepEqual(outside, []);
  await close();
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
  assert.deepEqual(outside, []);
  const policy = (await (await fetch(talea.url)).headers.get("content-security-policy")) ?? "";
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /script-src[^;]*unsafe-inline/);
  await close();
});
