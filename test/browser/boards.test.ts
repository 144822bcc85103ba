// Boards: the built-in ones draw what really came in; one's own are made, arranged by keyboard and mouse, saved, exported
// and imported again; nothing of somebody else's is overwritten unseen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Board } from "../../src/model/config-shapes.ts";
import { end, launchChromium, openWatchedPage, visit } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";

interface Kept {
  readonly id: string;
  readonly version: number;
  readonly body: Board;
}

const ALL_TIME = "since=2026-01-01T00:00:00Z";
const HOSTILE = `<img src=x onerror="document.title='owned'">\u202Egnp.exe`;

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
beforeEach(async () => {
  for (const { id, version } of await kept()) {
    await fetch(`${talea.url}/api/v1/config/board/${id}?expectedVersion=${version}`, { method: "DELETE" });
  }
});

async function kept(): Promise<readonly Kept[]> {
  return (await talea.get<{ items: Kept[] }>("/api/v1/config/board")).items;
}

function put(id: string, expectedVersion: number, body: Board): Promise<Response> {
  return fetch(`${talea.url}/api/v1/config/board/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ expectedVersion, body }),
  });
}

/** Two panels side by side. */
function twoPanels(name = "Mine"): Board {
  const panel = (id: string, column: number) => ({
    ...{ id, title: `Panel ${id}`, column, row: 0, width: 6, height: 6 },
    question: { figure: "throughput", shape: "bars" as const },
  });
  return { name, panels: [panel("a", 0), panel("b", 6)] };
}

const open = (address: string) => visit(browser, talea.url, address);

const panel = (page: Page, title: string) => page.getByRole("article", { name: title });

/** Places of the panels as the grid has them: column and row, from 1. */
function places(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>(".board-panel")].map(({ dataset, style }) => [
        dataset["panel"] ?? "",
        `${style.getPropertyValue("--column")} ${style.getPropertyValue("--row")}`,
      ]),
    ),
  );
}

async function untilPlaced(page: Page, id: string, place: string): Promise<void> {
  await page.waitForFunction(
    ([wanted, at]) => {
      const style = document.querySelector<HTMLElement>(`[data-panel="${wanted}"]`)?.style;
      return `${style?.getPropertyValue("--column")} ${style?.getPropertyValue("--row")}` === at;
    },
    [id, place],
  );
}

test("the key leads to the boards, and the built-in ones draw what came in", async () => {
  const opened = await open("/runs");
  const { page } = opened;
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  const list = page.getByRole("grid", { name: "Boards" });
  for (const name of ["Fleet", "One agent", "Cost"]) await list.getByText(name, { exact: true }).waitFor();
  for (const [id, title, text] of [
    ["fleet", "Utilization by agent", "supervisor"],
    ["agent", "Utilization", "agent utilization"],
    ["cost", "Tokens by model", /[\d.]+k?/],
  ] as const) {
    await page.goto(`/boards/${id}?${ALL_TIME}`);
    await panel(page, title).scrollIntoViewIfNeeded();
    await panel(page, title).locator(".time-chart-legend tbody").getByText(text).first().waitFor();
  }
  await page.goto(`/boards/fleet?${ALL_TIME}`);
  await panel(page, "Completion times of runs").locator(".heat-legend tbody tr").first().waitFor({ state: "attached" });
  assert.equal(await page.getByRole("button", { name: "Edit" }).count(), 0);
  await end(opened);
});

test("a panel's title leads to the explorer, a brush sets the board's window, a cursor is at one instant in all", async () => {
  await put("mine", 0, twoPanels());
  const opened = await open(`/boards/mine?${ALL_TIME}`);
  const { page } = opened;
  const over = (title: string) => panel(page, title).locator(".u-over");
  await over("Panel b").waitFor();
  const box = await over("Panel a").boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await panel(page, "Panel b").getByText("Over the window").waitFor({ state: "detached" });
  const captions = await page.locator(".time-chart-legend caption").allInnerTexts();
  assert.equal(captions.length, 2);
  assert.equal(captions[0], captions[1]);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, y, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/until=/);
  await panel(page, "Panel a").getByRole("link", { name: "Panel a" }).click();
  await page.waitForURL(/\/explore\?.*figure=throughput.*draw=bars/);
  assert.match(page.url(), /until=/);
  await end(opened);
});

test("what is out of sight is not asked for", async () => {
  const tall = Array.from({ length: 8 }, (_, i) => ({
    ...{ id: `p${i}`, title: `Panel ${i}`, column: 0, row: 10 * i, width: 12, height: 10 },
    question: { figure: i < 7 ? "throughput" : "error_rate", shape: "lines" as const },
  }));
  await put("tall", 0, { name: "Tall", panels: tall });
  const opened = await openWatchedPage(browser, talea.url);
  const { page } = opened;
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`/boards/tall?${ALL_TIME}`);
  await panel(page, "Panel 0").locator(".u-over").waitFor();
  const isAsked = () => asked.some((url) => url.includes("error_rate"));
  assert.ok(!isAsked());
  await panel(page, "Panel 7").scrollIntoViewIfNeeded();
  await panel(page, "Panel 7").locator(".u-over").waitFor();
  assert.ok(isAsked());
  await end(opened);
});

test("a board is arranged by keyboard and mouse, undone and redone, saved, and is the same after a reload", async () => {
  await put("mine", 0, twoPanels());
  const opened = await open(`/boards/mine?${ALL_TIME}`);
  const { page } = opened;
  await page.getByRole("button", { name: "Edit" }).click();
  await panel(page, "Panel a").focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await untilPlaced(page, "a", "1 / span 5 1 / span 6");
  await page.keyboard.press("ArrowRight");
  await untilPlaced(page, "a", "2 / span 5 1 / span 6");
  await page.keyboard.press("Control+z");
  await untilPlaced(page, "a", "1 / span 5 1 / span 6");
  await page.keyboard.press("Control+y");
  await untilPlaced(page, "a", "2 / span 5 1 / span 6");
  const grip = await panel(page, "Panel b").locator(".board-grip").boundingBox();
  const first = await panel(page, "Panel a").boundingBox();
  assert.ok(grip && first);
  await page.mouse.move(grip.x + 2, grip.y + 4);
  await page.mouse.down();
  await page.mouse.move(first.x + 4, first.y + 20, { steps: 6 });
  await page.mouse.up();
  await untilPlaced(page, "a", "2 / span 5 7 / span 6");
  const corner = await panel(page, "Panel b").locator(".board-resize").boundingBox();
  assert.ok(corner);
  await page.mouse.move(corner.x + 8, corner.y + 8);
  await page.mouse.down();
  await page.mouse.move(corner.x + 8, corner.y + 8 + 2 * 48, { steps: 4 });
  await page.mouse.up();
  await untilPlaced(page, "a", "2 / span 5 9 / span 6");
  const field = panel(page, "Panel b").getByLabel("Title of the panel");
  await field.fill("Renamed");
  await field.press("Enter");
  await page.getByLabel("Name", { exact: true }).fill("Ours");
  await page.getByLabel("Name", { exact: true }).press("Enter");
  const drawn = await places(page);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("not saved").waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("heading", { name: "Ours" }).waitFor();
  await panel(page, "Renamed").waitFor();
  assert.deepEqual(await places(page), drawn);
  await end(opened);
});

test("a question of the explorer becomes a panel, and its question is changed there", async () => {
  await put("mine", 0, twoPanels());
  const opened = await open(`/explore?figure=error_rate&by=agent&${ALL_TIME}`);
  const { page } = opened;
  await page.getByRole("button", { name: "Add to board…" }).click();
  await page.getByRole("button", { name: "Mine", exact: true }).click();
  await page.waitForURL(/\/boards\/mine/);
  await panel(page, "Error rate by agent").getByRole("link", { name: "Question…" }).click();
  await page.waitForURL(/\/explore\?.*board=mine/);
  await page.getByRole("button", { name: "Bars" }).click();
  await page.getByRole("button", { name: "Use this question" }).click();
  await page.waitForURL(/\/boards\/mine/);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("not saved").waitFor({ state: "detached" });
  const [board] = await kept();
  assert.deepEqual(board?.body.panels.at(-1)?.question, { figure: "error_rate", by: ["agent"], shape: "bars" });
  await end(opened);
});

test("a built-in board is duplicated; what is exported and imported again is equal; a wrong file says what is wrong", async () => {
  const opened = await open(`/boards/cost?${ALL_TIME}`);
  const { page } = opened;
  await page.getByRole("button", { name: "Duplicate" }).click();
  await page.getByRole("heading", { name: "Cost 2" }).waitFor();
  await page.getByRole("button", { name: "More" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export as a file" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "cost-2.board.json");
  const text = readFileSync(await download.path(), "utf8");
  const file = (content: string) => ({ name: "b.json", mimeType: "application/json", buffer: Buffer.from(content) });
  await page.goto("/boards");
  await page.getByLabel("Board file").setInputFiles(file(text.replace('"width": 6', '"width": 13')));
  await page.getByText("panels[0].width: must be <= 12").waitFor();
  assert.equal((await kept()).length, 1);
  await page.getByLabel("Board file").setInputFiles(file(text));
  await page.getByRole("heading", { name: "Cost 2 2" }).waitFor();
  const [one, other] = await kept();
  assert.ok(one && other);
  assert.deepEqual(one.body.panels, other.body.panels);
  assert.deepEqual((JSON.parse(text) as Board).panels, one.body.panels);
  await end(opened);
});

test("who saves over somebody else's changes is told, and can keep both; leaving with changes asks", async () => {
  await put("contested", 0, twoPanels());
  const opened = await open(`/boards/contested?${ALL_TIME}`);
  const { page } = opened;
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Remove Panel a" }).click();
  await panel(page, "Panel a").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("dialog", { name: "Changes that are not saved" }).getByRole("button", { name: "Stay" }).click();
  assert.match(page.url(), /\/boards\/contested/);
  assert.equal((await put("contested", 1, twoPanels("Theirs"))).status, 200);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody else changed this board").waitFor();
  await page.getByRole("button", { name: "Keep both" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith("/contested"));
  const boards = await kept();
  assert.deepEqual(boards.map(({ body: { name, panels } }) => [name, panels.length]).sort(), [
    ["Mine", 1],
    ["Theirs", 2],
  ]);
  // The refused writing is in the console as a failed request: it is the one that was asked for.
  assert.ok(
    opened.problems.every((problem) => problem.includes("409")),
    opened.problems.join(),
  );
  await opened.close();
});

test("names of boards and panels are text", async () => {
  const hostile = twoPanels(HOSTILE);
  await put("mine", 0, { ...hostile, panels: hostile.panels.map((one) => ({ ...one, title: HOSTILE })) });
  const opened = await open("/boards");
  const { page } = opened;
  await page.getByText("<img src=x").first().waitFor();
  await page.goto(`/boards/mine?${ALL_TIME}`);
  await page.getByRole("heading", { level: 1 }).getByText("<img src=x").waitFor();
  await page.locator(".board-panel .u-over").first().waitFor();
  assert.equal(await page.locator("img").count(), 0);
  assert.notEqual(await page.title(), "owned");
  assert.ok(!(await page.locator("main").innerText()).includes("\u202E"));
  await end(opened);
});
