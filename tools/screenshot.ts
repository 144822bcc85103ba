// Makes the pictures of the documents and of a review: starts a server on a data directory of its own, replays the shipped
// samples over the last day and one time more while the pictures are taken.   node tools/screenshot.ts [name …]
//
//   docs/images/run.png, runs.png      what README shows
//   docs/images/pages/<name>.png       every page and every view of a run; some dark, some as a phone shows them

import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { TaleaClient } from "../src/cli/client/talea-client.ts";
import { replaySample, shippedSamples } from "../src/cli/sample-data.ts";
import type { Run, Span } from "../src/model/shapes.ts";
import { launchChromium, openWatchedPage } from "../test/support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../test/support/browser-talea.ts";

const IMAGES = fileURLToPath(new URL("../docs/images/", import.meta.url));
const DESK = { width: 1440, height: 860 };
const REVIEW = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const RUN_SHOWN = /^incident/;
const SPAN_SHOWN = 4;
/** How often each sample happened during the last day. */
const ROUNDS = 16;
const DAY_MS = 24 * 3_600_000;
/** Faces, charts and figures come a moment after the first drawing. */
const REST_MS = 1_000;

/** What the addresses of pictures are made of. */
interface Shown {
  readonly run: string;
  readonly span: string;
  readonly other: string;
  readonly agent: string;
}

interface Picture {
  readonly name: string;
  readonly path: (shown: Shown) => string;
  readonly dark?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
}

const VIEWS = ["sequence", "graph", "conversation", "events", "messages", "agents"] as const;
const ADDRESSES: Readonly<Record<string, Picture["path"]>> = {
  now: () => "/now",
  runs: () => "/runs",
  run: ({ run, span }) => `/runs/${run}?path=1&span=${span}`,
  ...Object.fromEntries(VIEWS.map((view) => [`run-${view}`, ({ run }: Shown) => `/runs/${run}?view=${view}`])),
  "run-compare": ({ run, other }) => `/runs/${run}?view=compare&with=${other}`,
  agents: () => "/agents",
  agent: ({ agent }) => `/agents/${encodeURIComponent(agent)}`,
  communication: () => "/communication",
  errors: () => "/errors",
  events: () => "/events",
  metrics: () => "/explore?figure=task_completion_time&by=name&draw=bars",
  boards: () => "/boards",
  "board-fleet": () => "/boards/fleet",
  "board-cost": () => "/boards/cost",
  search: () => "/search?kind=llm",
  sql: () =>
    `/sql?q=${encodeURIComponent("SELECT agent, count() AS spans FROM spans GROUP BY agent ORDER BY spans DESC")}`,
  "settings-connect": () => "/settings/connect",
  "settings-keys": () => "/settings/keys",
  "settings-storage": () => "/settings/storage",
  "settings-health": () => "/settings/health",
};
const PICTURES: readonly Picture[] = [
  ...Object.entries(ADDRESSES).map(([name, path]) => ({ name, path })),
  ...["now", "runs", "run", "board-fleet"].map((name) => ({ ...addressOf(name), name: `${name}-dark`, dark: true })),
  ...["now", "runs", "run"].map((name) => ({ ...addressOf(name), name: `${name}-phone`, size: PHONE })),
];

const wanted = process.argv.slice(2);
const talea = await startBrowserTalea();
const browser = await launchChromium();
try {
  const shown = await replaySamples(talea);
  mkdirSync(`${IMAGES}pages`, { recursive: true });
  for (const { name, path, dark = false, size = REVIEW } of PICTURES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await take(path(shown), `pages/${name}.png`, size, dark);
  }
  if (wanted.length === 0) {
    for (const name of ["run", "runs"]) await take(addressOf(name).path(shown), `${name}.png`, DESK, false);
  }
} finally {
  await browser.close();
  await talea.stop();
}

function addressOf(name: string): Pick<Picture, "path"> {
  const path = ADDRESSES[name];
  if (path === undefined) throw new Error(`No picture is called ${name}`);
  return { path };
}

async function take(address: string, file: string, size: Picture["size"] & object, isDark: boolean): Promise<void> {
  const isPhone = size.width < 500;
  const { page, close } = await openWatchedPage(browser, talea.url, {
    viewport: size,
    colorScheme: isDark ? "dark" : "light",
    ...(isPhone ? { hasTouch: true, isMobile: true } : {}),
  });
  await page.goto(address);
  await drawn(page);
  writeFileSync(`${IMAGES}${file}`, await page.screenshot());
  await close();
}

async function drawn(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await delay(REST_MS);
}

/** A day of runs, and some that go on while pictures are taken. */
async function replaySamples({ url, get, settled }: BrowserTalea): Promise<Shown> {
  const client = new TaleaClient(new URL(url), undefined);
  const samples = await shippedSamples();
  const nowMs = Date.now();
  for (let round = ROUNDS; round > 0; round--) {
    for (const [i, sample] of samples.entries()) {
      // Not all of them as often as the others.
      if (round % (i + 1) === 0)
        await replaySample(client, sample, { nowMs: nowMs - (round * DAY_MS) / ROUNDS, pace: 0 });
    }
  }
  await settled();
  const { runs } = await get<{ runs: Run[] }>("/api/v1/runs");
  const [run, other] = runs.filter(({ name }) => RUN_SHOWN.test(name));
  if (run === undefined || other === undefined) throw new Error("No sample arrived");
  const { spans } = await get<{ spans: Span[] }>(`/api/v1/runs/${run.id}/spans?format=rows`);
  const call = spans.filter(({ kind, status }) => kind === "llm" && status !== "error")[SPAN_SHOWN];
  for (const sample of samples)
    void replaySample(client, sample, { nowMs: Date.now(), pace: 0.3 }).catch(() => undefined);
  return { run: run.id, other: other.id, span: call?.id ?? "", agent: run.agents[0] ?? "" };
}
