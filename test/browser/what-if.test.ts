import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { formatInstant, parseInstant } from "../../src/base/time.ts";
import type { RunState, Skeleton, Status, WhatIf } from "../../src/model/shapes.ts";
import { addressAtRest, end, launchChromium, visit, type WatchedPage } from "../support/browser-chromium.ts";
import { syntheticBodies, syntheticSpans } from "../support/browser-synthetic.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

const RUN = "/runs/185d56b1c011ce877dd2e34b07d1df74";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

async function openRun(address: string): Promise<WatchedPage> {
  const opened = await visit(browser, talea.url, address);
  await opened.page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  return opened;
}

/** Until everything is stored and no run goes on. */
async function untilOver(): Promise<void> {
  for (;;) {
    const { acknowledged, stored, running } = await talea.get<Status>("/api/v1/status");
    if (stored.spans >= acknowledged.spans && running.runs === 0) return;
    await delay(100);
  }
}

interface Asked {
  readonly target: string;
  readonly factor: number;
}

/** What the URL says, once it does and stays so. */
async function asked(page: Page): Promise<Asked> {
  await page.waitForURL(/whatif=[a-z]+:.+factor=/);
  const { searchParams } = await addressAtRest(page);
  return { target: searchParams.get("whatif") ?? "", factor: Number(searchParams.get("factor")) };
}

async function predictedMs(page: Page): Promise<number> {
  return Number(await page.locator(".what-if-answer").getAttribute("data-predicted-ms"));
}

/** The server's answer to what the page asks itself. */
async function answerOf(runPath: string, { target, factor }: Asked): Promise<WhatIf> {
  const [by, name] = target.split(/:(.*)/s) as [string, string];
  return talea.get<WhatIf>(`/api/v1${runPath}/what-if?${by}=${encodeURIComponent(name)}&factor=${factor}`);
}

/** Drags the slider from where it is to a share of its width; looks at each step. */
async function dragTo(page: Page, share: number, look: () => Promise<void>): Promise<void> {
  const slider = page.getByRole("slider", { name: "Factor of its time" });
  const box = await slider.boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  const from = box.x + 8 + ((box.width - 16) * Number(await slider.inputValue())) / 2;
  const to = box.x + box.width * share;
  await page.mouse.move(from, y);
  await page.mouse.down();
  for (let step = 1; step <= 5; step++) {
    await page.mouse.move(from + ((to - from) * step) / 5, y);
    await look();
  }
  await page.mouse.up();
}

test("while the slider is dragged the page predicts, without asking, what the server would answer", async () => {
  const opened = await openRun(RUN);
  const { page } = opened;
  await page.keyboard.press("W");
  await page.locator(".what-if-answer").waitFor();
  const questions: string[] = [];
  page.on("request", (request) => questions.push(request.url()));
  const seen = new Set<number>();
  await dragTo(page, 0.1, async () => void seen.add(await predictedMs(page)));
  assert.ok(seen.size >= 3, `${[...seen]}`);
  const question = await asked(page);
  assert.ok(question.factor < 0.4, `${question.factor}`);
  const answer = await answerOf(RUN, question);
  assert.equal(await predictedMs(page), answer.predictedMs);
  assert.equal(Number(await page.locator(".what-if-answer").getAttribute("data-measured-ms")), answer.measuredMs);
  assert.deepEqual(questions, []);
  assert.equal(await page.getByText(/^predicted end/).count(), 1);
  await end(opened);
});

test("what would help most can be chosen from the list, and the question survives a reload", async () => {
  const opened = await openRun(`${RUN}?whatif=agent:math_expert&factor=0.25`);
  const { page } = opened;
  await page.locator(".what-if-answer").waitFor();
  const lines = page.locator(".what-if-choices tbody tr");
  await page.waitForFunction(() => !document.querySelector(".what-if-choices")?.textContent?.includes("…"));
  const texts = await lines.allInnerTexts();
  assert.match(texts.at(-1) ?? "", /^everything/);
  assert.match(await page.locator(".what-if-choices tr.selected").innerText(), /^math_expert/);
  await page.locator(".what-if-choices").getByRole("button", { name: "research_expert" }).click();
  await page.waitForURL(/research_expert/);
  assert.deepEqual(await asked(page), { target: "agent:research_expert", factor: 0.25 });
  const before = await predictedMs(page);
  assert.equal(before, (await answerOf(RUN, await asked(page))).predictedMs);
  await page.reload();
  await page.locator(".what-if-answer").waitFor();
  assert.equal(await predictedMs(page), before);
  await page.keyboard.press("W");
  await page.locator(".what-if").waitFor({ state: "detached" });
  await page.waitForURL(({ search }) => search === "");
  assert.equal(await page.getByText(/^predicted end/).count(), 0);
  await end(opened);
});

test("a name that the run does not know is said, and another can be chosen", async () => {
  const opened = await openRun(`${RUN}?whatif=agent:nobody`);
  const { page } = opened;
  await page.getByText("The run has no such agent").waitFor();
  await page.locator(".what-if-choices").getByRole("button", { name: "everything" }).click();
  await page.locator(".what-if-answer").waitFor();
  await page.waitForURL(/whatif=\*/);
  await end(opened);
});

/** What the page says of the instant that it is at, and what the server says. */
async function bothStates(page: Page): Promise<{ readonly shown: string[]; readonly told: string[] }> {
  const { agents, counters, atNs } = await page.evaluate(() => ({
    agents: Array.from(document.querySelectorAll<HTMLElement>(".playback-agents li"), (line) => {
      return `${line.dataset["agent"]} ${line.dataset["state"]} ${/\d+ open/.exec(line.innerText)?.[0] ?? ""}`;
    }),
    counters: Array.from(document.querySelectorAll<HTMLElement>(".playback-counters dl > div"), (line) => {
      return `${line.querySelector("dt")?.innerText}: ${line.querySelector("dd")?.innerText}`;
    }),
    atNs: Number(document.querySelector(".playback")?.getAttribute("data-at-ns")),
  }));
  const { t0 } = await talea.get<Skeleton>(`/api/v1${RUN}/spans`);
  const at = formatInstant((parseInstant(t0) ?? 0n) + BigInt(atNs));
  const state = await talea.get<RunState>(`/api/v1${RUN}/state?at=${at}`);
  const { spansStarted, spansEnded, llmCalls, toolCalls, tokens, errors } = state.counters;
  return {
    shown: [...agents.filter((line) => !line.includes(" not begun")), ...counters],
    told: [
      ...state.agents.map(
        ({ name, state: doing, openSpans: { length } }) => `${name} ${doing} ${length > 0 ? `${length} open` : ""}`,
      ),
      ...[`spans open: ${spansStarted - spansEnded}`, `ended: ${spansEnded}`],
      ...[`model calls: ${llmCalls}`, `tool calls: ${toolCalls}`, `tokens: ${tokens.input} → ${tokens.output}`],
      // No call of this run has a price.
      ...["cost: –", `errors: ${errors}`],
    ],
  };
}

test("played back step by step, the page shows what the server tells of each instant", async () => {
  const opened = await openRun(RUN);
  const { page } = opened;
  await page.keyboard.press("P");
  await page.locator(".playback-agents li").first().waitFor();
  for (let step = 0; step < 60; step++) {
    if (step % 6 === 0) {
      const { shown, told } = await bothStates(page);
      assert.deepEqual(shown, told, `step ${step}`);
    }
    await page.keyboard.press(".");
  }
  await page.keyboard.press(",");
  const { shown, told } = await bothStates(page);
  assert.deepEqual(shown, told);
  await end(opened);
});

test("Space plays and pauses, the slider and the ruler move the cursor, and its place survives a reload", async () => {
  const opened = await openRun(`${RUN}?at=100&playback=1&speed=0.1`);
  const { page } = opened;
  await page.locator(".playback-agents li").first().waitFor();
  const atNs = async () => Number(await page.locator(".playback").getAttribute("data-at-ns"));
  assert.equal(await atNs(), 100e6);
  await page.keyboard.press("Space");
  await page.waitForFunction(
    () => Number(document.querySelector(".playback")?.getAttribute("data-at-ns")) > 110e6,
    undefined,
    { polling: 50 },
  );
  await page.keyboard.press("Space");
  const paused = await atNs();
  await page.waitForTimeout(300);
  assert.equal(await atNs(), paused);
  await page.waitForURL(({ searchParams }) => Number(searchParams.get("at")) === paused / 1e6);
  const ruler = await page.locator(".timeline-ruler").boundingBox();
  assert.ok(ruler);
  await page.mouse.click(ruler.x + ruler.width - 60, ruler.y + 12);
  const placed = await atNs();
  assert.ok(placed > 400e6, `${placed}`);
  await page.getByRole("slider", { name: "Instant" }).click({ position: { x: 60, y: 12 } });
  assert.ok((await atNs()) < placed);
  const last = await atNs();
  await page.waitForFunction((ns) => {
    const at = new URLSearchParams(location.search).get("at");
    return Math.abs(Number(at) * 1e6 - ns) <= 1;
  }, last);
  await page.reload();
  await page.locator(".playback-agents li").first().waitFor();
  assert.ok(Math.abs((await atNs()) - last) <= 1);
  await page.keyboard.press("P");
  await page.locator(".playback").waitFor({ state: "detached" });
  await page.waitForURL(/\?at=[\d.]+$/);
  await end(opened);
});

test("a run of 60,000 spans is answered where the slider is let go", async () => {
  const large = { name: "large", seed: 5, spanCount: 60_000, endsAtMs: Date.now() - 5_000 };
  for (const body of syntheticBodies(large)) await talea.send(body);
  await untilOver();
  const path = `/runs/${syntheticSpans({ ...large, spanCount: 2 })[0]?.traceId}`;
  const opened = await openRun(`${path}?whatif=&factor=0.5`);
  const { page } = opened;
  await page.locator(".what-if-answer").waitFor();
  const before = await predictedMs(page);
  const seen = new Set<number>();
  await dragTo(page, 0.05, async () => void seen.add(await predictedMs(page)));
  assert.deepEqual([...seen], [before], "held while it is dragged");
  await page.waitForFunction(
    (ms) => Number(document.querySelector(".what-if-answer")?.getAttribute("data-predicted-ms")) !== ms,
    before,
  );
  assert.equal(await predictedMs(page), (await answerOf(path, await asked(page))).predictedMs);
  await end(opened);
});
