// The benchmark: `npm run bench [-- quick] [-- only=<name>,…]`. Starts Talea, loads it from a separate process, asks it
// questions, and appends what was measured to bench/history.jsonl with the machine and the commit.

import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { analysisTimes } from "./analysis.ts";
import { diskUseAfterMerges } from "./disk.ts";
import { sendPoints, watchSettling, writeSettledRuns } from "./figures.ts";
import { MeasuredTalea } from "./measured-process.ts";
import { pageBench } from "./page.ts";
import { agentRun, postJson } from "./runs.ts";
import { sdkCosts } from "./sdk.ts";
import { streamBench } from "./stream.ts";
import { tailBench } from "./tail.ts";

const args = process.argv.slice(2);
const isQuick = args.includes("quick");
const only = args
  .find((arg) => arg.startsWith("only="))
  ?.slice(5)
  .split(",");
const SEED = 1;
const LARGE_RUNS = 6;
const MB = 1e6;

type Results = Record<string, unknown>;

interface LoadResult {
  readonly acknowledged: number;
  readonly acknowledgedPerS: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

function load(
  url: string,
  seconds: number,
  connections: number,
  traces: number,
  ratePerS = 0,
  hoursBack = 0,
): Promise<LoadResult> {
  const file = fileURLToPath(new URL("load.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    [
      file,
      url,
      ...[seconds, connections, traces, ratePerS, SEED + Math.floor(Math.random() * 1e6), hoursBack].map(String),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("exit", (code) =>
      code === 0 ? resolve(JSON.parse(text) as LoadResult) : reject(new Error(`load: ${code}`)),
    );
  });
}

async function untilStored(talea: MeasuredTalea): Promise<void> {
  for (;;) {
    const { acknowledged, stored } = await talea.status();
    if (stored.spans >= acknowledged.spans) return;
    await sleep(250);
  }
}

async function untilSettled(talea: MeasuredTalea): Promise<void> {
  while ((await talea.status()).unsettled > 0) await sleep(1000);
}

/** Samples memory and backlog once a second until stopped. */
function watch(talea: MeasuredTalea): { stop(): { residentMbMax: number; backlog: number[] } } {
  let residentMax = 0;
  const backlog: number[] = [];
  const timer = setInterval(() => {
    residentMax = Math.max(residentMax, talea.resources().residentBytes);
    talea
      .status()
      .then(({ acknowledged, stored }) => backlog.push(acknowledged.spans - stored.spans))
      .catch(() => undefined);
  }, 1000);
  return {
    stop: () => {
      clearInterval(timer);
      return { residentMbMax: Math.round(residentMax / MB), backlog };
    },
  };
}

/** The 50th and 95th percentile of a hundred answers, in ms. */
async function timed(ask: () => Promise<unknown>, times = 100): Promise<{ p50Ms: number; p95Ms: number }> {
  const ms: number[] = [];
  for (let i = 0; i < times; i++) {
    const before = performance.now();
    await ask();
    ms.push(performance.now() - before);
  }
  ms.sort((a, b) => a - b);
  const at = (q: number) => Number((ms[Math.floor(q * (ms.length - 1))] as number).toFixed(1));
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

const BENCHES: Readonly<Record<string, () => Promise<Results>>> = {
  start: async () => {
    const first = await MeasuredTalea.start();
    const coldMs = first.readyMs;
    await first.stop(true);
    const warm: number[] = [];
    for (let i = 0; i < 5; i++) {
      const talea = await MeasuredTalea.start(first.directory);
      warm.push(talea.readyMs);
      await talea.stop(i < 4);
    }
    return { firstMs: Math.round(coldMs), againMs: warm.map(Math.round) };
  },

  idle: async () => {
    const talea = await MeasuredTalea.start();
    await sleep(5_000);
    const before = talea.resources();
    const seconds = isQuick ? 10 : 30;
    await sleep(seconds * 1000);
    const after = talea.resources();
    await talea.stop();
    return {
      cpuShareOfACore: Number(((after.cpuS - before.cpuS) / seconds).toFixed(4)),
      residentMb: Math.round(after.residentBytes / MB),
    };
  },

  acknowledged: async () => {
    const talea = await MeasuredTalea.start();
    await load(talea.url, 3, 8, 25);
    const watched = watch(talea);
    const result = await load(talea.url, isQuick ? 10 : 60, 8, 25);
    const { residentMbMax, backlog } = watched.stop();
    const drainedFrom = performance.now();
    await untilStored(talea);
    const drainS = (performance.now() - drainedFrom) / 1000;
    await talea.stop();
    return { ...result, residentMbMax, backlogMax: Math.max(...backlog), drainS: Number(drainS.toFixed(1)) };
  },

  stored: async () => {
    const talea = await MeasuredTalea.start();
    const seconds = isQuick ? 20 : 300;
    const watched = watch(talea);
    const result = await load(talea.url, seconds, 4, 25, 60_000);
    const { residentMbMax, backlog } = watched.stop();
    const { stored } = await talea.status();
    const minutes = Array.from({ length: Math.ceil(backlog.length / 60) }, (_, i) =>
      Math.max(...backlog.slice(60 * i, 60 * i + 60)),
    );
    await untilStored(talea);
    await talea.stop();
    return { ...result, storedPerS: Math.round(stored.spans / seconds), backlogMaxByMinute: minutes, residentMbMax };
  },

  questions: async () => {
    const talea = await MeasuredTalea.start();
    const results: Results = {};
    for (const millions of isQuick ? [1] : [1, 10]) {
      await fill(talea, millions * 1e6);
      const ids = await specialRuns(talea, `${millions}`);
      results[`at${millions}M`] = await questions(talea, ids);
    }
    const { stored, engine } = await talea.status();
    results["bytesPerSpanAllTables"] = Number(((engine.diskBytes ?? 0) / stored.spans).toFixed(1));
    results["residentMb"] = Math.round(talea.resources().residentBytes / MB);
    await talea.stop(true);
    try {
      results["afterMerges"] = await diskUseAfterMerges(join(talea.directory, "data"));
    } finally {
      rmSync(talea.directory, { recursive: true, force: true });
    }
    return results;
  },

  figures: async () => {
    const talea = await MeasuredTalea.start();
    const runs = isQuick ? 100_000 : 1_000_000;
    const writtenFrom = performance.now();
    await writeSettledRuns(talea, runs);
    const writtenS = Math.round((performance.now() - writtenFrom) / 1000);
    // Parts are merged some time after they were written.
    await sleep(isQuick ? 5_000 : 15_000);
    const ask = (path: string) => async () => (await fetch(`${talea.url}/api/v1/${path}`)).arrayBuffer();
    const results = {
      ...{ runs, writtenS },
      keyMetrics30d1h: await timed(ask("key-metrics?since=-30d&step=1h"), 30),
      keyMetrics30d1hBefore: await timed(ask("key-metrics?since=-15d&step=1h&before=true"), 10),
      keyMetricsByAgent30d: await timed(ask("key-metrics?since=-30d&step=24h&by=agent"), 10),
      keyMetricsByModel30d: await timed(ask("key-metrics?since=-30d&step=24h&by=model"), 10),
      keyMetrics24h: await timed(ask("key-metrics?since=-24h"), 30),
      agents24h: await timed(ask("agents?since=-24h"), 30),
      agents30d: await timed(ask("agents?since=-30d"), 30),
      communication30d: await timed(ask("communication?since=-30d"), 30),
    };
    await talea.stop();
    return results;
  },

  points: async () => {
    const talea = await MeasuredTalea.start();
    const points = isQuick ? 1_000_000 : 10_000_000;
    await sendPoints(talea, "bench.long", points, 24 * 20);
    await sendPoints(talea, "bench.short", points / 10, 2);
    // Points are rolled up some time after they came.
    await sleep(isQuick ? 20_000 : 90_000);
    const ask = (path: string) => async () => (await fetch(`${talea.url}/api/v1/${path}`)).arrayBuffer();
    const results = {
      points,
      metricSummaryRolledUp: await timed(ask("metrics/summary?name=bench.long&since=-30d"), 20),
      metricSummaryExact: await timed(ask("metrics/summary?name=bench.short&since=-3h"), 20),
      metricSeriesRolledUp: await timed(ask("metrics/query?name=bench.long&since=-30d&step=6h&agg=p90"), 10),
    };
    await talea.stop();
    return results;
  },

  settling: async () => {
    const talea = await MeasuredTalea.start();
    // As fast as it goes, so that settling falls behind; then a steady stream beside which it catches up.
    await load(talea.url, isQuick ? 8 : 40, 8, 25);
    const seen = await watchSettling(talea, load(talea.url, isQuick ? 20 : 90, 4, 25, BESIDE_PER_S));
    await talea.stop();
    return settlingRate(seen);
  },

  stream: () => streamBench(isQuick),

  tail: () => tailBench(isQuick),

  analysis: async () => analysisTimes(),

  page: async () => ({ ...(await pageBench(isQuick)) }),

  sdk: async () => ({ ...(await sdkCosts()) }),
};

/** Spans per second that go on coming while a backlog is settled; each run of the load has so many spans. */
const BESIDE_PER_S = 20_000;
const SPANS_PER_RUN = 20;

/** How fast runs were settled while a backlog lasted. */
function settlingRate(seen: readonly { readonly atMs: number; readonly unsettled: number }[]): Results {
  const highest = seen.reduce((best, one, i) => (one.unsettled > (seen[best]?.unsettled ?? 0) ? i : best), 0);
  // Runs are due ten seconds after they ended: so many are always there.
  const floor = (12 * BESIDE_PER_S) / SPANS_PER_RUN;
  const worked = seen.slice(highest);
  const end = worked.findIndex(({ unsettled }) => unsettled <= floor);
  const from = worked[0];
  const to = worked[end < 0 ? worked.length - 1 : end];
  if (from === undefined || to === undefined || to === from) return { backlogMax: from?.unsettled };
  const seconds = (to.atMs - from.atMs) / 1000;
  const spans = (from.unsettled - to.unsettled) * SPANS_PER_RUN + BESIDE_PER_S * seconds;
  return {
    ...{ backlogMax: from.unsettled, backlogEnd: to.unsettled, seconds: Math.round(seconds) },
    settledSpansPerS: Math.round(spans / seconds),
  };
}

/** Loads spans over the last day until there are so many, and waits until all are settled. */
async function fill(talea: MeasuredTalea, spans: number): Promise<void> {
  for (;;) {
    const { acknowledged } = await talea.status();
    const missing = spans - acknowledged.spans;
    if (missing <= 0) break;
    await load(talea.url, Math.min(60, Math.max(1, missing / 80_000)), 4, 50, 0, 23);
    await untilStored(talea);
  }
  await untilSettled(talea);
}

interface SpecialRuns {
  readonly small: string;
  /** Each is asked for once, so that none of them is in memory. */
  readonly large: readonly string[];
}

async function specialRuns(talea: MeasuredTalea, name: string): Promise<SpecialRuns> {
  const small = await postJson(talea.url, agentRun(200, `small ${name}`));
  const large: string[] = [];
  for (let i = 0; i < LARGE_RUNS; i++) large.push(await postJson(talea.url, agentRun(32_843, `large ${name} ${i}`)));
  await sleep(15_000);
  await untilSettled(talea);
  return { small, large };
}

async function questions(talea: MeasuredTalea, { small, large }: SpecialRuns): Promise<Results> {
  const fetchBytes = (path: string) => async () => (await fetch(talea.url + path)).arrayBuffer();
  const bare = `?fresh=${Math.random()}`;
  const unread = [...large];
  return {
    runOf200Spans: await timed(fetchBytes(`/api/v1/runs/${small}${bare}`)),
    runsList: await timed(fetchBytes("/api/v1/runs?since=-24h")),
    runsByCost: await timed(fetchBytes("/api/v1/runs?since=-24h&sort=-cost"), 20),
    agents24h: await timed(fetchBytes("/api/v1/agents?since=-24h"), 30),
    facets: await timed(fetchBytes("/api/v1/runs/facets?since=-24h"), 10),
    spanSearch: await timed(fetchBytes("/api/v1/spans?since=-1h&kind=llm&agent=writer"), 20),
    skeleton32843: await timed(() => fetchBytes(`/api/v1/runs/${unread.pop()}/spans`)(), LARGE_RUNS),
    skeleton32843Again: await timed(fetchBytes(`/api/v1/runs/${large[0]}/spans`), 10),
  };
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
for (const [name, bench] of Object.entries(BENCHES)) {
  if (only !== undefined && !only.includes(name)) continue;
  console.log(`${name} …`);
  const results = await bench();
  console.log(JSON.stringify(results, undefined, 2));
  const line = { at: new Date().toISOString(), commit, machine, bench: name, quick: isQuick, seed: SEED, ...results };
  appendFileSync(new URL("history.jsonl", import.meta.url), `${JSON.stringify(line)}\n`);
}
