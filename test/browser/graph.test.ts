import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import type { Edge, Message } from "../../src/model/shapes.ts";
import { addressAtRest, end, launchChromium, visit } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const RUN_ID = "185d56b1c011ce877dd2e34b07d1df74";
const RUN = `/runs/${RUN_ID}`;

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

const open = (address: string) => visit(browser, talea.url, address);

async function messagesOf(id: string): Promise<readonly Message[]> {
  return (await talea.get<{ messages: Message[] }>(`/api/v1/runs/${id}/messages`)).messages;
}

const sequenceOf = (page: Page): Locator => page.locator(".sequence[data-rows]");
const selectedMessage = (page: Page): Locator => sequenceOf(page).getByRole("option", { selected: true });

/** Waits until an element says something of itself. */
async function says(locator: Locator, attribute: string, value: string): Promise<void> {
  await locator.and(locator.page().locator(`[${attribute}="${value}"]`)).waitFor();
}

test("the sequence has the agents as columns and a row for each message", async () => {
  const opened = await open(`${RUN}?view=sequence`);
  const { page } = opened;
  const messages = await messagesOf(RUN_ID);
  await says(sequenceOf(page), "data-rows", String(messages.length));
  const heads = await page.locator(".sequence-head").evaluateAll((all) => all.map((head) => head.textContent));
  assert.deepEqual(heads, ["user", "supervisor", "research_expert", "math_expert"]);
  const kinds = await page.getByLabel("Kinds of messages").locator("li").allInnerTexts();
  assert.deepEqual(kinds, ["reply", "handoff", "input", "output"]);
  await end(opened);
});

test("j and k move through the messages, and their spans are selected in all views", async () => {
  const opened = await open(`${RUN}?view=sequence`);
  const { page } = opened;
  const messages = await messagesOf(RUN_ID);
  await sequenceOf(page).waitFor();
  // A key that is pressed before the messages are there moves to none.
  await page
    .getByText(/^\d+ messages?$/)
    .first()
    .waitFor();
  for (const message of messages) {
    await page.keyboard.press("j");
    await selectedMessage(page).getByText(`${message.kind} from ${message.from} to ${message.to}`).waitFor();
  }
  await page.keyboard.press("k");
  const last = messages.at(-2);
  await selectedMessage(page).getByText(`${last?.kind} from ${last?.from} to ${last?.to}`).waitFor();
  // Span and message are written one after the other.
  const { href, searchParams } = await addressAtRest(page);
  assert.equal(searchParams.get("span"), last?.spanId ?? last?.toSpanId ?? last?.fromSpanId);
  await page.keyboard.press("1");
  await page.locator(".timeline[data-selected]").waitFor();
  await page.goto(href);
  await selectedMessage(page).getByText(`${last?.kind} from ${last?.from} to ${last?.to}`).waitFor();
  await end(opened);
});

test("a click on a message opens its span's details", async () => {
  const opened = await open(`${RUN}?view=sequence`);
  const { page } = opened;
  await sequenceOf(page).waitFor();
  const box = await page.locator(".sequence-plot").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 300, box.y + 24 + 12);
  await page.locator(".readout").getByText("handoff").waitFor();
  await page.mouse.click(box.x + 300, box.y + 24 + 12);
  await page.getByLabel("Selected span").getByRole("heading", { name: "transfer_to_research_expert" }).waitFor();
  await says(sequenceOf(page), "data-selected-row", "1");
  await end(opened);
});

test("a click on two agents leaves their messages, and the URL says so", async () => {
  const opened = await open(`${RUN}?view=sequence`);
  const { page } = opened;
  const messages = await messagesOf(RUN_ID);
  await page.locator('.sequence-head[data-agent="supervisor"]').click();
  await page.locator('.sequence-head[data-agent="math_expert"]').click();
  const between = messages.filter(({ from, to }) => [from, to].sort().join() === "math_expert,supervisor");
  await says(sequenceOf(page), "data-messages", String(between.length));
  assert.match(page.url(), /between=supervisor&between=math_expert/);
  assert.equal(await sequenceOf(page).getAttribute("data-agents"), "2");
  await page.keyboard.press("a");
  await says(sequenceOf(page), "data-messages", String(messages.length));
  await end(opened);
});

test("rounds that repeat are folded to one, and unfold", async () => {
  const id = "rounds-that-repeat";
  assert.equal((await talea.post("/api/v1/events", roundEvents(id, 14))).status, 200);
  const opened = await open(`/runs/${id}?view=sequence`);
  const { page } = opened;
  const messages = await messagesOf(id);
  const between = messages.filter(({ kind }) => kind === "delegate" || kind === "reply");
  assert.equal(between.length, 28);
  await says(sequenceOf(page), "data-rows", String(messages.length - 28 + 2));
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await selectedMessage(page).getByText("14 times").waitFor();
  await page.keyboard.press("l");
  await says(sequenceOf(page), "data-rows", String(messages.length));
  await page.keyboard.press("z");
  await page.keyboard.press("z");
  await says(sequenceOf(page), "data-rows", String(messages.length - 28 + 2));
  await end(opened);
});

const graphOf = (page: Page): Locator => page.locator(".graph-plot[data-nodes]");

test("the graph has a node for each agent of the run and is laid out by the worker", async () => {
  const opened = await open(`${RUN}?view=graph`);
  const { page } = opened;
  const { agents, edges } = await talea.get<{ agents: string[]; edges: Edge[] }>(`/api/v1/runs/${RUN_ID}`);
  await says(graphOf(page), "data-placed", String(agents.length));
  assert.equal(await graphOf(page).getAttribute("data-nodes"), String(agents.length));
  // Answers stand on the line of what they answer.
  const answers = edges.filter(({ kinds, count }) => count > 0 && kinds["reply"] === count);
  assert.equal(await graphOf(page).getAttribute("data-links"), String(edges.length - answers.length));
  const listed = await graphOf(page).getByRole("option").allInnerTexts();
  assert.deepEqual(
    listed.map((text) => text.split(",")[0]),
    [...agents].sort(),
  );
  await end(opened);
});

test("keys lead from agent to agent, and what is chosen stands in the URL and the card", async () => {
  const opened = await open(`${RUN}?view=graph`);
  const { page } = opened;
  await says(graphOf(page), "data-placed", "3");
  await page.keyboard.press("l");
  const card = page.getByLabel("Chosen agents");
  await card.getByText("supervisor").waitFor();
  await page.keyboard.press("l");
  await card.getByText("Is addressed by").waitFor();
  await page.waitForURL(/agent=(research|math)_expert/);
  await card.getByRole("button", { name: /supervisor/ }).click();
  await card.getByText(/1 handoff/).waitFor();
  await page.keyboard.press("Enter");
  await says(sequenceOf(page), "data-messages", "2");
  assert.match(page.url(), /view=sequence/);
  await page.goBack();
  await says(graphOf(page), "data-placed", "3");
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  await end(opened);
});

test("the wheel zooms, a drag moves, f shows all of it again", async () => {
  const opened = await open(`${RUN}?view=graph`);
  const { page } = opened;
  await says(graphOf(page), "data-placed", "3");
  const whole = await graphOf(page).getAttribute("data-plane");
  const box = await graphOf(page).boundingBox();
  assert.ok(whole && box);
  await page.mouse.move(box.x + 60, box.y + 60);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction((was) => document.querySelector(".graph-plot")?.getAttribute("data-plane") !== was, whole);
  const zoomed = await graphOf(page).getAttribute("data-plane");
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 90, { steps: 3 });
  await page.mouse.up();
  assert.notEqual(await graphOf(page).getAttribute("data-plane"), zoomed);
  await page.waitForURL(/plane=/);
  await page.keyboard.press("f");
  await says(graphOf(page), "data-plane", whole);
  await end(opened);
});

test("the matrix has a cell for each edge, and what is chosen is the graph's too", async () => {
  const opened = await open(`${RUN}?view=graph`);
  const { page } = opened;
  const { edges } = await talea.get<{ edges: Edge[] }>(`/api/v1/runs/${RUN_ID}`);
  await page.getByRole("button", { name: "Matrix" }).click();
  const matrix = page.locator(".edge-matrix");
  await says(matrix, "data-edges", String(edges.length));
  assert.equal(await matrix.getAttribute("data-agents"), "3");
  assert.match(page.url(), /as=matrix/);
  // Ordered by how much each sends and receives: the supervisor first.
  await page.keyboard.press("j");
  await page.keyboard.press("l");
  await matrix
    .getByRole("status")
    .getByText(/^supervisor → (math|research)_expert: 1 message,/)
    .waitFor();
  await page.getByLabel("Chosen agents").getByText("1 handoff").waitFor();
  await page.getByRole("button", { name: "By name" }).click();
  await page.waitForURL(/order=name/);
  await page.getByRole("button", { name: "Graph", exact: true }).click();
  await says(graphOf(page), "data-placed", "3");
  await page.getByLabel("Chosen agents").getByText("1 handoff").waitFor();
  await end(opened);
});

test("agents that come to a running run find a place, and those that are there keep theirs", async () => {
  const runId = "a-team-that-grows";
  const begunMs = Date.now() - 5000;
  const event = (type: string, ms: number, fields: object) => ({
    ...{ runId, type, time: new Date(begunMs + ms).toISOString() },
    ...fields,
  });
  const send = async (...events: readonly object[]) =>
    assert.equal((await talea.post("/api/v1/events", events)).status, 200);
  const tell = (ms: number, from: string, to: string) =>
    event("message.sent", ms, { agentId: from, to, data: { messageId: `${from} ${to}`, kind: "delegate" } });
  await send(
    event("run.started", 0, { data: { name: "a team" } }),
    ...["boss", "a", "b"].map((agentId) => event("agent.started", 1, { agentId })),
    ...[tell(10, "boss", "a"), tell(20, "boss", "b")],
  );
  const opened = await open(`/runs/${runId}?view=graph&plane=40,200,0.8`);
  const { page } = opened;
  await says(graphOf(page), "data-placed", "3");
  await page.keyboard.press("l");
  await page.waitForURL(/agent=boss/);
  const takenFor = await graphOf(page).getAttribute("data-layout-ms");
  await send(event("agent.started", 1000, { agentId: "late" }), tell(1010, "a", "late"));
  await says(graphOf(page), "data-placed", "4");
  // Not laid out anew, and seen from where it was.
  assert.equal(await graphOf(page).getAttribute("data-layout-ms"), takenFor);
  assert.equal(await graphOf(page).getAttribute("data-plane"), "40,200,0.8");
  await page.getByRole("option", { name: /^late/ }).waitFor();
  await page.keyboard.press("2");
  await says(sequenceOf(page), "data-agents", "5");
  await end(opened);
});

/** An agent that asks another the same thing again and again, as RunEvents. */
function roundEvents(runId: string, count: number): object[] {
  const begunMs = Date.now() - 60_000;
  const at = (ms: number) => new Date(begunMs + ms).toISOString();
  const agents = ["boss", "writer"];
  const event = (type: string, ms: number, fields: object) => ({ runId, type, time: at(ms), ...fields });
  const rounds = Array.from({ length: count }, (_, i) => [
    event("message.sent", 10 + 20 * i, {
      agentId: "boss",
      to: "writer",
      data: { messageId: `ask ${i}`, kind: "delegate" },
    }),
    event("message.sent", 20 + 20 * i, {
      agentId: "writer",
      to: "boss",
      data: { messageId: `say ${i}`, kind: "reply" },
    }),
  ]);
  return [
    event("run.started", 0, { data: { name: "rounds" } }),
    ...agents.map((agentId) => event("agent.started", 1, { agentId })),
    ...rounds.flat(),
    ...agents.map((agentId) => event("agent.completed", 300, { agentId })),
    event("run.completed", 301, {}),
  ];
}
