// Makes the pictures of every page and every view of a run, some dark, some as a phone shows them, for the documents and
// for review: starts a server on a data directory of its own, replays the shipped samples over the last day, now faster,
// now slower, and once more while it takes pictures of what goes on.
//
//   node tools/screenshot.ts [name …]      docs/images/pages/<name>.png

import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { TaleaClient } from "../src/cli/client/talea-client.ts";
import { replaySample, type Sample, shippedSamples } from "../src/cli/sample-data.ts";
import type { Run, Span } from "../src/model/shapes.ts";
import { launchChromium, openWatchedPage } from "../test/support/browser-chromium.ts";
import { type BrowserTalea, startBrowserTalea } from "../test/support/browser-talea.ts";

const IMAGES = fileURLToPath(new URL("../docs/images/pages/", import.meta.url));
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const RUN_SHOWN = /^incident/;
const SPAN_SHOWN = 4;
/** How often the first sample happened during the last day, the second one half as often, and so on. */
const ROUNDS = 96;
/** How long a run took, in hundredths of what it took when it was captured. */
const PACES = [100, 82, 131, 94, 170, 118, 76, 145, 105, 88, 260, 97, 123];
/** What goes on is shown when so many agents are at work. */
const AGENTS_AT_WORK = 6;
const DATA_FOLDER = new RegExp(`${tmpdir()}/talea-browser-[^/]+/data`);
const DAY_MS = 24 * 3_600_000;
/** Faces, charts and figures come a moment after the first drawing. */
const REST_MS = 1_000;
/** Instants in OTLP/JSON that are known. */
const TIME = /"(\w*[tT]imeUnixNano)":"?([1-9]\d+)"?/g;

/** In the page: no picture shows where the data of this very machine are. */
const WITHOUT_FOLDER = `{
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.nodeValue = text.nodeValue.replace(${DATA_FOLDER}, "./.talea");
  }
}`;

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
  /** Taken while runs go on. */
  readonly isLive?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
}

const VIEWS = ["sequence", "graph", "conversation", "events", "messages", "agents"] as const;
const ADDRESSES: Readonly<Record<string, Picture["path"]>> = {
  runs: () => "/runs",
  run: ({ run, span }) => `/runs/${run}?path=1&span=${span}`,
  ...Object.fromEntries(VIEWS.map((view) => [`run-${view}`, ({ run }: Shown) => `/runs/${run}?view=${view}`])),
  "run-compare": ({ run, other }) => `/runs/${run}?view=compare&with=${other}`,
  agents: () => "/agents",
  "agents-over-time": () => "/agents?view=heatmap",
  agent: ({ agent }) => `/agents/${encodeURIComponent(agent)}`,
  communication: () => "/communication",
  "communication-graph": () => "/communication?view=graph",
  errors: () => "/errors",
  events: () => "/events",
  metrics: () => "/explore?figure=task_completion_time&by=name",
  "metrics-heatmap": () => "/explore?figure=task_completion_time&draw=heatmap",
  boards: () => "/boards",
  "board-fleet": () => "/boards/fleet",
  "board-cost": () => "/boards/cost",
  search: () => "/search?kind=llm",
  sql: () =>
    `/sql?q=${encodeURIComponent("SELECT agent, count() AS spans FROM spans WHERE agent != '' GROUP BY agent ORDER BY spans DESC")}`,
  "settings-connect": () => "/settings/connect",
  "settings-keys": () => "/settings/keys",
  "settings-storage": () => "/settings/storage",
  "settings-health": () => "/settings/health",
};
const NOW: Picture["path"] = () => "/now";
const PICTURES: readonly Picture[] = [
  ...Object.entries(ADDRESSES).map(([name, path]) => ({ name, path })),
  ...["runs", "run", "run-graph", "board-fleet"].map((name) => ({
    ...addressOf(name),
    name: `${name}-dark`,
    dark: true,
  })),
  { ...addressOf("runs"), name: "runs-phone", size: PHONE },
  { name: "run-phone", path: ({ run }) => `/runs/${run}`, size: PHONE },
  { path: NOW, name: "now", isLive: true },
  { path: NOW, name: "now-dark", dark: true, isLive: true },
  { path: NOW, name: "now-phone", size: PHONE, isLive: true },
];

const wanted = process.argv.slice(2);
const talea = await startBrowserTalea();
const browser = await launchChromium();
try {
  const shown = await replaySamples(talea);
  for (const picture of PICTURES) {
    if (wanted.length === 0 || wanted.includes(picture.name)) await take(picture, shown);
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

async function take({ name, path, dark = false, size = DESK, isLive = false }: Picture, shown: Shown): Promise<void> {
  const { page, close } = await openWatchedPage(browser, talea.url, {
    viewport: size,
    colorScheme: dark ? "dark" : "light",
    ...(size === PHONE ? { hasTouch: true, isMobile: true } : {}),
  });
  if (isLive) await replayNow(talea);
  await page.goto(path(shown));
  await drawn(page);
  const lastAtWork = page.locator(".running-agent").nth(AGENTS_AT_WORK - 1);
  if (isLive) await lastAtWork.waitFor();
  await page.evaluate(WITHOUT_FOLDER);
  await page.screenshot({ path: `${IMAGES}${name}.png` });
  await close();
}

async function drawn(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await delay(REST_MS);
}

/** A day of runs. */
async function replaySamples({ url, get, settled }: BrowserTalea): Promise<Shown> {
  const client = new TaleaClient(new URL(url), undefined);
  const samples = await shippedSamples();
  const nowMs = Date.now();
  for (let round = ROUNDS; round > 0; round--) {
    for (const [i, sample] of samples.entries()) {
      if (round % (i + 1) !== 0) continue;
      const percent = PACES[(round + 5 * i) % PACES.length] as number;
      await replaySample(client, stretched(sample, percent), { nowMs: nowMs - (round * DAY_MS) / ROUNDS, pace: 0 });
    }
  }
  await settled();
  const { runs } = await get<{ runs: Run[] }>("/api/v1/runs?limit=100");
  const [run, other] = runs.filter(({ name }) => RUN_SHOWN.test(name));
  if (run === undefined || other === undefined) throw new Error("No sample arrived");
  const { spans } = await get<{ spans: Span[] }>(`/api/v1/runs/${run.id}/spans?format=rows`);
  const call = spans.filter(({ kind, status }) => kind === "llm" && status !== "error")[SPAN_SHOWN];
  return { run: run.id, other: other.id, span: call?.id ?? "", agent: run.agents[0] ?? "" };
}

/** Runs that go on for some seconds. */
async function replayNow({ url }: BrowserTalea): Promise<void> {
  const client = new TaleaClient(new URL(url), undefined);
  for (const sample of await shippedSamples()) {
    void replaySample(client, sample, { nowMs: Date.now(), pace: 1 }).catch(() => undefined);
  }
}

/** The sample as if everything in it had taken so many hundredths of its time. */
function stretched({ name, requests }: Sample, percent: number): Sample {
  const times = requests.flatMap((request) => [...request.matchAll(TIME)].map(([, , time]) => BigInt(time as string)));
  const start = times.reduce((least, time) => (time < least ? time : least));
  const moved = (time: string) => start + ((BigInt(time) - start) * BigInt(percent)) / 100n;
  return {
    name,
    requests: requests.map((request) => request.replace(TIME, (_, key, time) => `"${key}":"${moved(time)}"`)),
  };
}
