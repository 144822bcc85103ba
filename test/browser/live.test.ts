// The page beside a program that works: what it does is seen as it happens, without a reload and without asking.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { buildPage } from "../../tools/build.ts";
import { end, launchChromium, openWatchedPage, type WatchedPage } from "../support/browser-chromium.ts";
import { LiveProgram } from "../support/live-program.ts";
import { TaleaProcess } from "../support/talea-process.ts";

/** From the answer to what a program sent until it is seen, in the middle; test runners have neighbours. */
const SEEN_WITHIN_MS = 1000;
const SEEN_MS_MAX = 3000;
const QUIET_MS = 5000;
const QUIET_TRIES = 3;
/** Tasks of 50 ms are aimed at. */
const TASK_MS_MAX = 150;

let talea: TaleaProcess;
let browser: Browser;

before(async () => {
  await buildPage({ outDir: "dist/web", minify: true });
  [talea, browser] = await Promise.all([TaleaProcess.start(), launchChromium()]);
});
after(async () => {
  await browser?.close();
  await talea?.[Symbol.asyncDispose]();
});

async function open(address: string): Promise<WatchedPage> {
  const opened = await openWatchedPage(browser, talea.url, { reducedMotion: "no-preference" });
  await opened.page.goto(address);
  await connected(opened.page);
  return opened;
}

async function connected(page: Page): Promise<void> {
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
}

const agentLine = (page: Page, name: string) =>
  page.getByRole("list", { name: "What the agents do now" }).getByRole("listitem").filter({ hasText: name });

/** How long it took each time until something was seen. */
class Delays {
  readonly #context: { diagnostic(text: string): void };
  readonly #delaysMs: number[] = [];

  constructor(context: { diagnostic(text: string): void }) {
    this.#context = context;
  }

  /** From now on, until an element has a text; looked for in every frame, which locators do not. */
  async until(what: string, page: Page, selector: string, text = ""): Promise<void> {
    const from = performance.now();
    await page.waitForFunction(
      ([select, part]) => [...document.querySelectorAll(select)].some((element) => element.textContent?.includes(part)),
      [selector, text] as const,
    );
    const ms = Math.round(performance.now() - from);
    this.#context.diagnostic(`${what} after ${ms} ms`);
    this.#delaysMs.push(ms);
  }

  check(): void {
    const sorted = this.#delaysMs.sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] as number;
    assert.ok(median <= SEEN_WITHIN_MS && (sorted.at(-1) as number) <= SEEN_MS_MAX, `${sorted.join(", ")} ms`);
  }
}

/** How many pixels of a line of the waterfall have an agent's colour: how long its bar is. */
function barLength(page: Page, line: number): Promise<number> {
  return page.evaluate((at) => {
    const canvas = document.querySelector<HTMLCanvasElement>(".timeline-rows canvas");
    if (!canvas) return 0;
    const left = Math.round(document.querySelector<HTMLElement>(".timeline-heads")?.offsetWidth ?? 0);
    const copy = new OffscreenCanvas(canvas.width - left, 1).getContext("2d", { willReadFrequently: true });
    copy?.drawImage(canvas, -left, -(at * 22 + 11));
    const data = copy?.getImageData(0, 0, canvas.width - left, 1).data ?? [];
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4) {
      const rgb = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
      if ((data[i + 3] as number) > 0 && Math.max(...rgb) - Math.min(...rgb) > 25) coloured++;
    }
    return coloured;
  }, line);
}

test("a run appears in the open list, changes there and ends there, without a reload", async (context) => {
  const delays = new Delays(context);
  const opened = await open("/runs");
  const { page } = opened;
  await page.getByText("No runs in this window of time").waitFor();
  const program = new LiveProgram(talea, "the first");
  const boss = await program.start("agent", "the first", "boss");
  await delays.until("the run was in the list", page, ".table-row .status", "running");
  const scout = await program.start("agent", "look around", "scout", boss);
  await delays.until("its second agent was in the list", page, ".table-row .agent-name", "scout");
  await program.end(scout);
  await program.end(boss);
  await delays.until("its end was in the list", page, ".table-row .status", "completed");
  delays.check();
  await end(opened);
});

/** A program of agents as people write one; says on standard output what it does at the moment. */
const SDK_PROGRAM = `
import { agent, init, run, shutdown, tool } from "@talea/sdk";
const step = (what) => { console.log(what); return new Promise((resolve) => setTimeout(resolve, 2500)); };
init({ service: "tours", endpoint: process.argv[1] });
await run({ name: "a real program" }, () =>
  agent({ name: "guide" }, async () => {
    await tool({ name: "look around" }, () => step("tool"));
    await step("own work");
  }),
);
console.log("done");
await shutdown();`;

test("a program with the SDK is followed: its agent's lane appears, its state changes, it ends", async (context) => {
  const delays = new Delays(context);
  const opened = await open("/runs");
  const { page } = opened;
  const program = spawn(process.execPath, ["--input-type=module", "--eval", SDK_PROGRAM, talea.url], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  program.stdout.setEncoding("utf8").on("data", (text: string) => said.push(...text.trim().split("\n")));
  const ended = once(program, "exit");
  const saying = async (what: string) => {
    while (!said.includes(what)) {
      assert.equal(program.exitCode ?? 0, 0, `the program ended before it said ${what}`);
      await delay(5);
    }
  };
  await saying("tool");
  await delays.until("the run was in the list", page, ".run-name", "a real program");
  await page.getByText("a real program").click();
  await agentLine(page, "guide").getByText("tool", { exact: true }).waitFor();
  await saying("own work");
  await delays.until("its state changed", page, ".live-strip", "own work");
  await saying("done");
  await delays.until("its end was seen", page, ".status", "completed");
  await ended;
  delays.check();
  await end(opened);
});

test("page Now shows a run while it goes on, with what each agent does, and lets it go", async (context) => {
  const delays = new Delays(context);
  const { page, close } = await open(`/now?since=${encodeURIComponent("-15m")}`);
  const program = new LiveProgram(talea, "seen on Now");
  const lead = await program.start("agent", "seen on Now", "lead of now");
  await delays.until("the run was there", page, ".running-run", "seen on Now");
  await page.locator(".key-figure").first().waitFor();
  const before = await placesOnNow(page);
  const second = new LiveProgram(talea, "comes and goes");
  const other = await second.start("agent", "comes and goes", "passer-by");
  await page.locator(".running-run", { hasText: "comes and goes" }).waitFor();
  assert.deepEqual(await placesOnNow(page), before);
  await second.end(other);
  const call = await program.start("llm", "chat", "lead of now", lead);
  await delays.until("its agent's state was there", page, ".running-agent[data-agent='lead of now']", "model call");
  assert.ok(await stripIsDrawn(page, "lead of now"));
  await program.end(call);
  await program.end(lead, true);
  await page.locator(".running-run", { hasText: "seen on Now" }).waitFor({ state: "detached" });
  const troubled = page.getByRole("region", { name: "Failed or stalled" });
  await troubled.getByRole("link", { name: /seen on Now/ }).waitFor();
  // Settled a while later, it is in the figures.
  await page.locator(".key-figure[data-figure=error_rate] .failed").waitFor({ timeout: 30_000 });
  assert.deepEqual(await placesOnNow(page), before);
  delays.check();
  await close();
});

/** Where the figures and the lists stand: what comes and goes leaves them there. */
function placesOnNow(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".key-figure, .now-part")].map((part) => {
      const { x, y, width } = part.getBoundingClientRect();
      return [part.getAttribute("aria-label") ?? part.getAttribute("data-figure"), x, y, width].join(" ");
    }),
  );
}

/** Whether anything of an agent's colour is on its strip. */
function stripIsDrawn(page: Page, agent: string): Promise<boolean> {
  return page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`.running-agent[data-agent="${name}"] canvas`);
    if (!canvas || canvas.width === 0) return false;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy?.drawImage(canvas, 0, 0);
    const data = copy?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
    for (let i = 0; i < data.length; i += 4) {
      const rgb = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
      if (Math.max(...rgb) - Math.min(...rgb) > 25) return true;
    }
    return false;
  }, agent);
}

test("a list with a filter shows what passes it, and lets go what no longer does", async () => {
  const opened = await open("/runs?status=running&agent=picker");
  const { page } = opened;
  const other = new LiveProgram(talea, "of another agent");
  const root = await other.start("agent", "of another agent", "packer");
  const program = new LiveProgram(talea, "of the picker");
  const picker = await program.start("agent", "of the picker", "picker");
  const row = page.getByRole("row").filter({ hasText: "of the picker" });
  await row.waitFor();
  assert.equal(await page.locator(".run-name").count(), 1);
  await program.end(picker);
  await row.waitFor({ state: "detached" });
  await other.end(root);
  await end(opened);
});

test("a list of what was searched for shows a run as soon as its text can be found", async () => {
  const opened = await open("/runs?q=okapi");
  const { page } = opened;
  await page.getByText("No run passes these filters").waitFor();
  const program = new LiveProgram(talea, "of the zoo");
  const boss = await program.start("agent", "of the zoo", "keeper");
  await program.end(await program.start("tool", "feed the okapi", "keeper", boss));
  await program.end(boss);
  await page.getByRole("row").filter({ hasText: "of the zoo" }).waitFor();
  await end(opened);
});

test("in an open run an agent's lane appears and its state changes within a second", async (context) => {
  const delays = new Delays(context);
  const program = new LiveProgram(talea, "a team");
  const boss = await program.start("agent", "a team", "boss");
  const opened = await open(program.path);
  const { page } = opened;
  await agentLine(page, "boss").getByText("own work").waitFor();
  const call = await program.start("llm", "chat big-model", "boss", boss);
  await delays.until("the model call was seen", page, ".live-agent[data-agent=boss]", "model call");
  await agentLine(page, "boss").getByText("chat big-model").waitFor();
  await program.end(call);
  const ask = await program.start("tool", "ask scout", "boss", boss);
  const scout = await program.start("agent", "scout", "scout", ask);
  await delays.until("the second lane was there", page, ".timeline-lanes[data-lanes='2']");
  await agentLine(page, "boss").getByText("waiting").waitFor();
  const search = await program.start("tool", "search", "scout", scout);
  await delays.until("the tool was seen", page, ".live-agent[data-agent=scout]", "tool");
  await program.end(search, true);
  await delays.until("the failure was seen", page, ".timeline-toolbar", "1 failed");
  for (const work of [scout, ask, boss]) await program.end(work);
  await delays.until("the end was seen", page, ".live-strip-over", "its 2 agents are done");
  await page.locator(".run-header").getByText("completed").waitFor();
  delays.check();
  await end(opened);
});

test("the bar of an open span grows, and zoom and selection stay where the reader put them", async () => {
  const program = new LiveProgram(talea, "grows");
  const boss = await program.start("agent", "grows", "boss");
  const opened = await open(`${program.path}?zoom=0,60000&span=${boss.spanId}&panel=closed`);
  const { page } = opened;
  await page.waitForFunction(() => performance.getEntriesByName("talea:spans-drawn").length > 0);
  const zoom = () => page.locator(".timeline").getAttribute("data-zoom");
  const before = await barLength(page, 0);
  await page.waitForTimeout(1500);
  const later = await barLength(page, 0);
  assert.ok(later > before, `the bar was ${before} pixels long, then ${later}`);
  assert.equal(await page.locator(".timeline").getAttribute("data-selected"), boss.spanId);
  await page.keyboard.press("f");
  const whole = await zoom();
  await page.waitForFunction((then) => document.querySelector(".timeline")?.getAttribute("data-zoom") !== then, whole);
  await program.end(boss);
  await page.locator(".run-header").getByText("completed").waitFor();
  await page.waitForTimeout(300);
  const ended = await zoom();
  await page.waitForTimeout(700);
  assert.equal(await zoom(), ended, "what has ended does not grow");
  await end(opened);
});

test("the events of an open run follow at their end, and are counted while the reader is elsewhere", async (context) => {
  const delays = new Delays(context);
  const program = new LiveProgram(talea, "talks");
  const boss = await program.start("agent", "talks", "boss");
  for (let i = 0; i < 60; i++) await program.say("log", { agentId: "boss", message: `line ${i}` });
  const opened = await open(`${program.path}?view=events`);
  const { page } = opened;
  const grid = page.getByRole("grid", { name: "Events of the run" });
  await grid.getByText("line 59").waitFor();
  await program.say("log", { agentId: "boss", message: "the last word" });
  await delays.until("the event was in sight", page, ".table-row", "the last word");
  await grid.evaluate((element) => element.scrollTo(0, 0));
  await grid.getByText("line 1", { exact: true }).waitFor();
  await program.say("log", { agentId: "boss", message: "one more word" });
  await page.getByRole("button", { name: "1 new event" }).click();
  await grid.getByText("one more word").waitFor();
  const count = Number(await grid.getAttribute("aria-rowcount")) - 1;
  assert.equal(count, 63, "each event stands there once");
  await program.end(boss);
  await grid.getByText("agent.completed").waitFor();
  delays.check();
  await end(opened);
});

test("when the server is killed and started again, the page comes back and shows what came meanwhile", async () => {
  const program = new LiveProgram(talea, "survives");
  const boss = await program.start("agent", "survives", "boss");
  const runs = await open("/runs");
  const run = await open(program.path);
  await agentLine(run.page, "boss").waitFor();
  // A request on its way when the server dies is an error of its own in the browser's console.
  await Promise.all([run.page, runs.page].map((page) => page.waitForLoadState("networkidle")));
  const port = new URL(talea.url).port;
  await talea.kill();
  await run.page.getByRole("status").getByText("No connection").waitFor();
  await talea.restart(["--port", port]);
  const call = await program.start("llm", "chat after all", "boss", boss);
  const other = new LiveProgram(talea, "came meanwhile");
  await other.end(await other.start("agent", "came meanwhile", "late"));
  await Promise.all([connected(run.page), connected(runs.page)]);
  await agentLine(run.page, "boss").getByText("chat after all").waitFor();
  await run.page.locator('.timeline-rows[data-lines="2"]').waitFor();
  await runs.page.getByRole("row").filter({ hasText: "came meanwhile" }).getByText("completed").waitFor();
  await program.end(call);
  await program.end(boss);
  await run.page.locator(".run-header").getByText("completed").waitFor();
  for (const { problems, outside, close } of [runs, run]) {
    // The browser itself tells of every connection that was refused.
    const others = problems.filter((problem) => !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(problem));
    assert.deepEqual(others, []);
    assert.deepEqual(outside, []);
    await close();
  }
});

test("a page that nobody sees fetches nothing, and once what it missed when it is seen again", async () => {
  const program = new LiveProgram(talea, "unseen");
  const boss = await program.start("agent", "unseen", "boss");
  const opened = await open(program.path);
  const { page } = opened;
  await page.waitForLoadState("networkidle");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  // Chromium without a screen takes every page for seen.
  const setHidden = (isHidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await setHidden(true);
  for (let i = 0; i < 5; i++) await program.end(await program.start("llm", `chat ${i}`, "boss", boss));
  await agentLine(page, "boss").getByText("own work").waitFor();
  await page.waitForTimeout(1000);
  assert.deepEqual(asked, []);
  await setHidden(false);
  await page.locator('.timeline-rows[data-lines="6"]').waitFor();
  await page.waitForTimeout(1000);
  const path = `/api/v1${program.path}`;
  assert.deepEqual(asked.sort(), [path, `${path}/spans`]);
  await program.end(boss);
  await end(opened);
});

test("where a key is needed, the page is live once the reader has signed in", async () => {
  await using guarded = await TaleaProcess.start({ environment: { TALEA_KEY: "s3cret-key" } });
  const { page, problems, close } = await openWatchedPage(browser, guarded.url);
  await page.goto("/runs");
  await page.getByLabel("Key").fill("s3cret-key");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("No runs in this window of time").waitFor();
  await connected(page);
  // The browser itself tells of what was refused before.
  assert.deepEqual(
    problems.filter((problem) => !/401|Authentication failed/.test(problem)),
    [],
  );
  await close();
});

test("while nothing happens nothing is asked, and while a run grows no task is long", async (context) => {
  const program = new LiveProgram(talea, "keeps quiet");
  const boss = await program.start("agent", "keeps quiet", "boss");
  const runs = await open("/runs");
  const run = await open(program.path);
  await agentLine(run.page, "boss").waitFor();
  await Promise.all([runs.page.waitForLoadState("networkidle"), run.page.waitForLoadState("networkidle")]);
  // What was heard of last is counted once more a moment later; then nothing is asked any more.
  let asked: string[] = [];
  for (const { page } of [runs, run]) page.on("request", (request) => asked.push(request.url()));
  for (let tries = 0; tries < QUIET_TRIES; tries++) {
    asked = [];
    await run.page.waitForTimeout(QUIET_MS);
    if (asked.length === 0) break;
  }
  assert.deepEqual(asked, []);
  await run.page.evaluate(() => {
    const long: number[] = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
    Object.assign(window, { longTasks: long });
  });
  for (let i = 0; i < 40; i++) await program.end(await program.start("llm", `chat ${i}`, "boss", boss));
  await run.page.locator('.timeline-rows[data-lines="41"]').waitFor();
  const long = await run.page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  context.diagnostic(`tasks over 50 ms while 40 calls came in: ${long.map(Math.round).join(", ") || "none"}`);
  assert.ok(
    long.every((ms) => ms <= TASK_MS_MAX),
    `${long.join(", ")} ms`,
  );
  await program.end(boss);
  await end(runs);
  await end(run);
});
