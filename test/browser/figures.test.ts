// The fleet's figures on the page: an agent with its five figures and whom it talks to, utilization over time, and who
// speaks to whom.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Communication } from "../../src/model/key-metrics-shapes.ts";
import { launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const CAPTURE = "openinference-langgraph-js/langgraph-multi-agent.otlp.json";
const WINDOW = `since=${encodeURIComponent("2026-11-01T00:00:00Z")}`;

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load(CAPTURE);
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** What a key changed is on the page two frames later. */
function drawn(page: Page): Promise<void> {
  return page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}

test("the page of communication has every pair of agents, and narrows to one agent", async () => {
  const { edges } = await talea.get<Communication>(`/api/v1/communication?${WINDOW}`);
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  await page.goto(`/communication?${WINDOW}`);
  await page.getByText(`${edges.length} pairs of agents`).waitFor();
  const matrix = page.locator(".edge-matrix");
  const box = await matrix.boundingBox();
  assert.ok(box !== null && box.width > 150);
  await matrix.focus();
  const said = new Set<string>();
  // By the arrow keys through all cells, row by row and back.
  const agentCount = new Set(edges.flatMap(({ from, to }) => [from, to])).size;
  for (let row = 0; row < agentCount; row++) {
    for (let step = 0; step < agentCount; step++) {
      const isFirst = row === 0 && step === 0;
      await page.keyboard.press(isFirst || step > 0 ? (row % 2 === 0 ? "ArrowRight" : "ArrowLeft") : "ArrowDown");
      await drawn(page);
      said.add(await matrix.getByRole("status").innerText());
    }
  }
  for (const { from, to, count } of edges) {
    assert.ok(
      [...said].some((text) => text.startsWith(`${from} → ${to}: ${count} message`)),
      `${from} ${to}`,
    );
  }
  await page.getByRole("button", { name: "Tokens" }).click();
  await page.waitForURL(/measure=tokens/);
  await page.getByRole("button", { name: "Graph", exact: true }).click();
  const agents = String(new Set(edges.flatMap(({ from, to }) => [from, to])).size);
  await page.locator(`.graph-plot[data-placed="${agents}"]`).waitFor();
  await page.getByRole("button", { name: "Table" }).click();
  // Below the head; rows are made once the table knows its height.
  await page.locator(".table-row").nth(edges.length).waitFor();
  const rows = await page.locator(".table-row").allInnerTexts();
  for (const { from, to } of edges)
    assert.ok(
      rows.some((row) => row.includes(from) && row.includes(to)),
      `${from} ${to}`,
    );
  await page.goto(`/communication?${WINDOW}&agent=alice`);
  await page.getByText("1 pair of agents").waitFor();
  await page.getByRole("button", { name: "All agents" }).click();
  await page.getByText(`${edges.length} pairs of agents`).waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("agents over time: a row of cells for each, and what lies under the pointer in words", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  await page.goto(`/agents?${WINDOW}`);
  await page.getByRole("button", { name: "Over time" }).click();
  const names = page.getByRole("list", { name: "Agents" });
  await names.getByText("supervisor").first().waitFor();
  const spoken = await names.locator("li", { hasText: "supervisor" }).first().innerText();
  assert.match(spoken, /there in 1 of \d+ steps, busy/);
  const cells = page.locator(".heatmap-cells");
  const box = await cells.boundingBox();
  assert.ok(box !== null && box.width > 100);
  await cells.hover({ position: { x: box.width / 2, y: 4 } });
  await page.locator(".heatmap-readout", { hasText: /: (busy|not there)/ }).waitFor();
  await page.goBack();
  await page
    .getByRole("table", { name: "Agents" })
    .or(page.getByRole("grid", { name: "Agents" }))
    .first()
    .waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("an agent has its five figures, and says whom it talks to", async () => {
  const { page, problems, close } = await openWatchedPage(browser, talea.url);
  await page.goto(`/agents/supervisor?${WINDOW}`);
  await page.locator(".key-figure").nth(4).waitFor();
  const completion = await page.locator(".key-figure[data-figure=task_completion_time] strong").innerText();
  assert.match(completion, /\d+(\.\d+)? m?s/);
  const peers = page.getByRole("region", { name: "Talks to" });
  await peers.getByText("research_expert").first().waitFor();
  await peers.getByRole("link", { name: "research_expert" }).first().click();
  await page.getByRole("heading", { name: "research_expert" }).waitFor();
  assert.deepEqual(problems, []);
  await close();
});
