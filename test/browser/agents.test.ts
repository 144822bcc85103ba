// The fleet, one agent, and what two agents send each other: from the list to the run that it is about.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator } from "playwright-core";
import type { AgentTasks } from "../../src/model/agent-task-shapes.ts";
import type { SentMessage } from "../../src/model/key-metrics-shapes.ts";
import type { Agent } from "../../src/model/shapes.ts";
import { end, launchChromium, visit } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const WINDOW = `since=${encodeURIComponent("2026-11-01T00:00:00Z")}`;
const PAIR = ["supervisor", "research_expert"] as const;

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await talea.load("strands-js/multi-agent.otlp.json");
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

const openAt = (address: string) => visit(browser, talea.url, address);

test("the list of agents is sorted and narrowed, and the URL says how", async () => {
  const { agents } = await talea.get<{ agents: Agent[] }>(`/api/v1/agents?${WINDOW}`);
  const opened = await openAt(`/agents?${WINDOW}`);
  const { page } = opened;
  const names = page.locator(".table-body .agent-name");
  await names.nth(agents.length - 1).waitFor();
  await page.getByRole("button", { name: "Tasks" }).click();
  await page.waitForURL(/sort=-tasks/);
  const most = Math.max(...agents.map(({ tasks }) => tasks));
  const first = await names.first().innerText();
  assert.equal(agents.find(({ name }) => name === first)?.tasks, most);
  await page.keyboard.press("/");
  await page.keyboard.type("research");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=research/);
  const found = agents.filter(({ name }) => name.includes("research")).length;
  await page.waitForFunction((count) => document.querySelectorAll(".table-body .agent-name").length === count, found);
  await end(opened);
});

test("a cell of the heatmap is reached by keys and leads to the agent in that step", async () => {
  const opened = await openAt(`/agents?${WINDOW}&view=heatmap`);
  const { page } = opened;
  const heatmap = page.getByRole("group", { name: /^Utilization over time/ });
  await page.getByRole("list", { name: "Agents" }).getByText("supervisor").first().waitFor();
  await heatmap.focus();
  await page.keyboard.press("ArrowDown");
  await page.locator(".heatmap-readout", { hasText: /: (busy|not there)/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/agents\/[^?]+\?since=.+&until=/);
  await end(opened);
});

test("an agent's charts point at one step together, and Enter makes it the window", async () => {
  const opened = await openAt(`/agents/supervisor?${WINDOW}`);
  const { page } = opened;
  await page.locator(".step-chart").nth(5).waitFor();
  const charts = page.getByRole("group", { name: /^The agent over time/ });
  await page.locator('[data-chart="states"] .step-chart-key', { hasText: /Model calls\s*\d/ }).waitFor();
  const heightOf = async () => (await charts.boundingBox())?.height;
  const height = await heightOf();
  await charts.focus();
  await page.keyboard.press("ArrowRight");
  for (const chart of ["states", "completion", "tasks", "errors", "money", "tokens"]) {
    await page.locator(`[data-chart="${chart}"] .step-chart-legend time`).waitFor();
  }
  await page.locator(".step-charts [role=status]", { hasText: /Utilization: Model calls/ }).waitFor();
  assert.equal(await heightOf(), height, "what is pointed at stays where it is");
  await page.keyboard.press("Enter");
  await page.waitForURL(/since=.+&until=/);
  await end(opened);
});

test("an agent's latest tasks lead to their spans", async () => {
  const { tasks } = await talea.get<AgentTasks>(`/api/v1/agents/boss/tasks?${WINDOW}`);
  const [newest] = tasks;
  assert.ok(newest !== undefined);
  const opened = await openAt(`/agents/boss?${WINDOW}`);
  const { page } = opened;
  const rows = page.getByRole("grid", { name: "Latest tasks" }).locator(".table-body .table-row");
  await rows.nth(tasks.length - 1).waitFor();
  await page.getByRole("tab", { name: "Recent runs" }).click();
  await page.getByRole("grid", { name: "Recent runs" }).locator(".table-body .table-row").first().waitFor();
  await page.goBack();
  await rows.first().getByRole("link").first().click();
  await page.waitForURL(new RegExp(`/runs/${newest.runId}\\?span=${newest.spanId}`));
  await end(opened);
});

test("two agents that are chosen show their messages and runs; a message leads to its span", async () => {
  const [from, to] = PAIR;
  const { messages } = await talea.get<{ messages: SentMessage[] }>(
    `/api/v1/communication/messages?from=${from}&to=${to}&${WINDOW}`,
  );
  const [newest] = messages;
  assert.ok(newest !== undefined);
  const opened = await openAt(`/communication?${WINDOW}&view=table`);
  const { page } = opened;
  await page.locator(".table-body .table-row").filter({ hasText: from }).filter({ hasText: to }).first().waitFor();
  await page.goto(`/communication?${WINDOW}&view=table&selected=${encodeURIComponent(JSON.stringify(PAIR))}`);
  const panel = page.getByRole("complementary", { name: "The messages between two agents" });
  await panel
    .locator(".edge-record")
    .nth(messages.length - 1)
    .waitFor();
  await panel.getByRole("tab", { name: "Runs" }).click();
  await panel
    .locator(".edge-record", { hasText: /\d message/ })
    .first()
    .waitFor();
  await panel.getByRole("tab", { name: "Messages" }).click();
  await panel.locator(".edge-record").first().click();
  await page.waitForURL(new RegExp(`/runs/${newest.runId}`));
  await end(opened);
});

test("what two agents send each other follows what comes in, and waits while it is read further down", async () => {
  const send = async (number: number) => {
    const told = (type: string, fields: object) => {
      const time = new Date().toISOString();
      return { runId: `talk-${number}`, type, time, ...fields };
    };
    const answer = await talea.post("/api/v1/events", [
      told("run.started", { data: { name: `talk ${number}` } }),
      told("message.sent", { agentId: "asker", to: "teller", data: { messageId: "m", kind: "delegate" } }),
      told("run.completed", {}),
    ]);
    assert.equal(answer.status, 200);
  };
  for (let number = 0; number < 40; number++) await send(number);
  await talea.settled();
  const pair = encodeURIComponent(JSON.stringify(["asker", "teller"]));
  const opened = await openAt(`/communication?selected=${pair}`);
  const { page } = opened;
  const panel = page.getByRole("complementary", { name: "The messages between two agents" });
  const names = panel.locator(".edge-record-head > :first-child");
  const newest = (number: number) => names.first().getByText(`talk ${number}`, { exact: true }).waitFor();
  const numbers = async () => (await names.allInnerTexts()).map((name) => Number(name.replace("talk ", "")));
  await newest(39);
  assert.equal(await names.count(), 30);
  await send(40);
  await newest(40);
  await panel.locator(".edge-records > div").evaluate((scroller) => scroller.scrollTo({ top: 300 }));
  const seen = await placeOf(names.nth(10));
  await send(41);
  await send(42);
  await panel.getByRole("button", { name: "2 new messages" }).waitFor();
  await panel.getByRole("tab", { name: "Messages" }).getByText("43").waitFor();
  await send(43);
  await panel.getByRole("button", { name: "3 new messages" }).waitFor();
  assert.equal(await placeOf(names.nth(10)), seen, "what is read stays where it is");
  await panel.getByRole("button", { name: "3 new messages" }).click();
  await newest(43);
  await panel.getByRole("button", { name: /new message/ }).waitFor({ state: "detached" });
  await send(44);
  await newest(44);
  await panel.getByRole("button", { name: "Show more" }).click();
  await names.getByText("talk 0", { exact: true }).waitFor();
  const all = Array.from({ length: 45 }, (_, i) => 44 - i);
  assert.deepEqual(await numbers(), all);
  await panel.getByRole("tab", { name: "Runs" }).click();
  await newest(44);
  await send(45);
  await newest(45);
  await end(opened);
});

async function placeOf(locator: Locator): Promise<string> {
  return `${await locator.innerText()} at ${Math.round((await locator.boundingBox())?.y ?? Number.NaN)}`;
}

test("page Now has five figures, and names what fails in the window", async () => {
  const { errors } = await talea.get<{ errors: { fingerprint: string }[] }>(`/api/v1/errors?${WINDOW}&limit=8`);
  const opened = await openAt(`/now?${WINDOW}`);
  const { page } = opened;
  await page.locator(".key-figure").nth(4).waitFor();
  const lines = page.getByRole("region", { name: "Errors" }).locator(".error-line");
  await lines.nth(errors.length - 1).waitFor();
  await lines.first().click();
  await page.waitForURL(new RegExp(`/errors/${errors[0]?.fingerprint}\\?since=`));
  await end(opened);
});
