// While data comes in, what the reader looks at stays where it is: by what the browser itself takes for a shift, and by
// the places of what is always there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { watchShifts } from "../support/browser-budget.ts";
import { end, launchChromium, openWatchedPage } from "../support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../support/browser-talea.ts";
import { LiveProgram, type Work } from "../support/live-program.ts";

let talea: BrowserTalea;
let browser: Browser;

before(async () => {
  [talea, browser] = await Promise.all([startBrowserTalea(), launchChromium()]);
  // What the pages show before anything more comes.
  await teamRun("seen before");
  await talea.settled();
});
after(async () => {
  await browser?.close();
  await talea?.stop();
});

/** A run of two agents of which one asks the other, and that may fail. */
async function teamRun(name: string, isFailed = false): Promise<LiveProgram> {
  const program = new LiveProgram(talea, name);
  const boss = await program.start("agent", name, "boss");
  const ask = await program.start("tool", "ask scout", "boss", boss);
  const scout = await program.start("agent", "scout", "scout", ask);
  await program.end(await program.start("llm", "chat", "scout", scout));
  await program.say("log", { agentId: "scout", message: `a word of ${name}` });
  for (const work of [scout, ask]) await program.end(work);
  await program.end(boss, isFailed);
  return program;
}

/** Where all elements of a selector stand, by their label or text, and how wide they are. */
function placesOf(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(
    (select) =>
      [...document.querySelectorAll(select)].map((element) => {
        const { x, y, width } = element.getBoundingClientRect();
        const name =
          element.getAttribute("aria-label") ?? element.querySelector("dt")?.textContent ?? element.className;
        return [name, x, y, width].map((value) => (typeof value === "number" ? Math.round(value) : value)).join(" ");
      }),
    selector,
  );
}

interface Calm {
  readonly address: string;
  /** What stands there before data comes, and tells that the page is complete. */
  readonly ready: (page: Page) => Promise<unknown>;
  /** What must not move. */
  readonly still: string;
  readonly comes: (page: Page) => Promise<unknown>;
  /** What moves all the same, as `parent > element`. */
  readonly moving?: RegExp;
  /** Runs go on at the end: they do not settle. */
  readonly goesOn?: boolean;
}

/** The lines of page Now's lists, of which the newest is the first, and figures that get a digit more. */
const LINES = /^(?:run-lines|muted running-figures)? > /;
/** Less than a word by its own width: a number aligned to its end that gets a digit more. */
const SHIFT_SEEN = 0.00005;

async function staysStill({ address, ready, still, comes, moving, goesOn = false }: Calm): Promise<void> {
  const opened = await openWatchedPage(browser, talea.url, { reducedMotion: "no-preference" });
  const { page } = opened;
  await page.goto(address);
  await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  await ready(page);
  await page.waitForLoadState("networkidle");
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await watchShifts(page);
  const places = await placesOf(page, still);
  assert.ok(places.length > 0, `${still} is there`);
  await comes(page);
  if (!goesOn) await talea.settled();
  await page.waitForLoadState("networkidle");
  const after = await placesOf(page, still);
  // What is new may stand there too; what was there stays.
  assert.deepEqual(
    places.filter((place) => !after.includes(place)),
    [],
    `now: ${after.join(" | ")}`,
  );
  const shifts = await page.evaluate<string[]>("window.shifts");
  const seenShifts = shifts.filter((shift) => Number.parseFloat(shift) >= SHIFT_SEEN);
  const unasked = seenShifts.flatMap((shift) =>
    shift
      .slice(shift.indexOf(" ") + 1)
      .split(", ")
      .filter((moved) => moving?.test(moved) !== true),
  );
  assert.deepEqual(unasked, [], shifts.join(" | "));
  await end(opened);
}

const seen = (page: Page, text: string) => page.getByText(text).first().waitFor();

test("Now, where nothing failed yet: what is empty stands last, and the first failures move nothing", () =>
  staysStill({
    address: "/now",
    moving: LINES,
    ready: async (page) => {
      await page.getByText("Nothing failed in the last 30 days.").waitFor();
      await page.getByText("Nothing failed in this window.").waitFor();
      await page.locator(".now-lists > :first-child").and(page.getByLabel("Recent runs")).waitFor();
    },
    still: ".page-bar > *, .key-figure, .now-part, .now-title",
    comes: async (page) => {
      await teamRun("the first to fail", true);
      await page
        .getByRole("region", { name: "Failed or stalled" })
        .getByRole("link", { name: /the first to fail/ })
        .waitFor();
      await page.getByRole("region", { name: "Errors" }).getByText("no luck").waitFor();
    },
  }));

test("Runs: the bar, the histogram, the heads of columns and the foot stay while the list grows", () =>
  staysStill({
    address: "/runs",
    ready: (page) => seen(page, "seen before"),
    still: ".page-bar > *, .duration-plot, [role=columnheader], .page-foot",
    comes: async (page) => {
      // One that takes far longer than the others.
      const slow = new LiveProgram(talea, "slow");
      const work = await slow.start("agent", "slow", "boss");
      await page.waitForTimeout(600);
      await slow.end(work);
      for (let i = 0; i < 12; i++) await teamRun(`grows ${i}`, i % 3 === 0);
      await seen(page, "grows 11");
    },
  }));

test("a live run: header, tools, lanes and waterfall stay while spans, agents, messages and failures come", async () => {
  const program = new LiveProgram(talea, "a live team");
  const boss = await program.start("agent", "a live team", "boss");
  await staysStill({
    address: program.path,
    ready: (page) => page.locator(".live-agent[data-agent=boss]").waitFor(),
    still: ".run-header, .run-header .figure, [role=tab], .timeline-toolbar > *, .timeline-lanes, .timeline-rows",
    comes: async (page) => {
      const scout = await program.start("agent", "scout", "scout", boss);
      await page.locator(".timeline-lanes[data-lanes='2']").waitFor();
      await program.end(await program.start("agent", "guide", "guide", scout));
      await page.locator(".timeline-lanes[data-lanes='3']").waitFor();
      for (let i = 0; i < 12; i++) await program.end(await program.start("llm", "chat", "scout", scout));
      const tools = page.getByRole("toolbar", { name: "Timeline" });
      for (const name of ["Arrows", "Repeats"]) await tools.getByRole("button", { name, disabled: false }).waitFor();
      await program.end(await program.start("tool", "search", "scout", scout), true);
      await page.locator(".timeline-toolbar").getByText("1 failed").waitFor();
      await program.end(scout, true);
      await program.end(boss);
      await page.locator(".run-header").getByText("completed").waitFor();
    },
  });
});

test("Now: runs that go on stay where they are while one above ends, others come and get more agents", async () => {
  const below = new LiveProgram(talea, "goes on below");
  const lead = await below.start("agent", "goes on below", "lead");
  const above = new LiveProgram(talea, "ends above");
  const first = await above.start("agent", "ends above", "first");
  const come = new LiveProgram(talea, "comes later");
  let later: Work | undefined;
  await staysStill({
    address: "/now",
    moving: LINES,
    goesOn: true,
    ready: async (page) => {
      for (const { name } of [above, below]) await page.locator(".running-run", { hasText: name }).waitFor();
      await page.locator(".running-agent[data-agent=lead]").waitFor();
    },
    still: ".page-bar > *, .key-figure, .now-part, .now-title, .running-run",
    comes: async (page) => {
      await above.end(first, true);
      await page.locator(".running-run.over", { hasText: "ends above" }).getByText("failed").waitFor();
      later = await come.start("agent", "comes later", "late");
      await page.locator(".running-run", { hasText: "comes later" }).waitFor();
      for (const name of ["second", "third"]) {
        await below.start("agent", name, name, lead);
        await page.locator(`.running-agent[data-agent=${name}]`).waitFor();
      }
      const troubled = page.getByRole("region", { name: "Failed or stalled" });
      await troubled.getByRole("link", { name: /ends above/ }).waitFor();
    },
  });
  await below.end(lead);
  if (later !== undefined) await come.end(later);
});

for (const [address, ready, still] of [
  ["/communication", "boss", ".page-bar > *, [role=tab], .page-foot"],
  ["/agents", "scout", ".page-bar > *, [role=columnheader], .page-foot"],
  ["/events?tail=1", "agent.completed", ".page-bar > *, [role=columnheader]"],
  ["/errors", "Errors", ".page-bar > *, [role=columnheader]"],
] as const) {
  test(`${address}: what frames the data stays while it comes in`, () =>
    staysStill({
      address,
      ready: (page) => seen(page, ready),
      still,
      comes: async () => {
        for (let i = 0; i < 5; i++) await teamRun(`${address} ${i}`, i % 2 === 0);
      },
    }));
}

/** A page of which something moves on purpose: what would be found if the page itself did so. */
const banner = (before: string) => `{
  const banner = document.createElement("div");
  banner.className = "banner";
  banner.style.height = "30px";
  document.querySelector(${JSON.stringify(before)}).before(banner);
}`;

const shifting = (still: string, script: string, name: string) =>
  staysStill({
    address: "/runs",
    ready: (page) => page.locator(".run-name").first().waitFor(),
    still,
    comes: async (page) => {
      await page.evaluate(script);
      await teamRun(name);
      await seen(page, name);
    },
  });

test("a page that shifts is found: by the places of what must stay", async () => {
  await assert.rejects(shifting(".page-bar > *", banner(".page-bar"), "shifts once"), /^AssertionError.*now: /s);
});

test("a page that shifts is found: by what the browser takes for a shift, also where no place is looked at", async () => {
  await assert.rejects(shifting(".page-bar > *", banner(".duration-plot"), "shifts twice"), /duration-plot/);
  await assert.rejects(shifting(".page-bar > *", banner(".table-head"), "shifts again"), /table/);
});
