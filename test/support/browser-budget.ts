// What a page costs while it is live. A task's length on the clock says more about the machine's other work than about
// the page, so tasks are measured by the time that their thread ran: the browser's trace has both.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

export interface LiveCosts {
  /** The longest task of the page's main thread: how long its thread ran, and how long it took by the clock. */
  readonly longestCpuMs: number;
  readonly longestMs: number;
  readonly tasks: number;
  /** What moved although nobody did anything. */
  readonly shifts: readonly string[];
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const US_PER_MS = 1000;

/** Runs in the page: a text, because nothing else here is of a browser. */
const SHIFT_WATCH = `
  window.shifts = [];
  const nameOf = ({ node }) => (node?.parentElement?.className ?? "") + " > " + (node?.className ?? node?.nodeName);
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (!hadRecentInput) window.shifts.push(value.toFixed(5) + " " + sources.map(nameOf).join(", "));
    }
  }).observe({ type: "layout-shift" });
  undefined;
`;

/** Watches a page while something goes on. */
export async function liveCosts(browser: Browser, page: Page, during: () => Promise<void>): Promise<LiveCosts> {
  await watchShifts(page);
  await browser.startTracing(page, { categories: ["toplevel"] });
  await during();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const shifts = await page.evaluate<string[]>("window.shifts");
  const mains = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(threadOf),
  );
  const tasks = trace.traceEvents.filter((event) => event.name.endsWith("RunTask") && mains.has(threadOf(event)));
  const longest = (lengths: readonly number[]) =>
    lengths.reduce((most, length) => Math.max(most, length), 0) / US_PER_MS;
  return {
    longestCpuMs: longest(tasks.map(({ tdur = 0 }) => tdur)),
    longestMs: longest(tasks.map(({ dur = 0 }) => dur)),
    tasks: tasks.length,
    shifts,
  };
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}

/** From now on what moves by itself is noted in `window.shifts`. */
export async function watchShifts(page: Page): Promise<void> {
  await page.evaluate(SHIFT_WATCH);
}

/** What the page's script holds on to, in bytes. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send("Performance.enable");
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN;
  } finally {
    await session.detach();
  }
}

export interface EventLoad {
  /** Resolves with how many events were sent, when all were. */
  readonly sent: Promise<number>;
  stop(): void;
}

/** Sends RunEvents of some runs, or of none, at a rate: from a process of its own that ends by itself. */
export function sendEvents(url: string, seconds: number, perSecond: number, runs: number): EventLoad {
  const file = fileURLToPath(new URL("../../bench/stream-load.ts", import.meta.url));
  const args = [file, url, ...[seconds, perSecond, 0].map(String), "batched", String(runs)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout?.on("data", (text: Buffer) => {
    said += text;
  });
  const sent = once(child, "close").then(() => (said === "" ? 0 : (JSON.parse(said) as { sent: number }).sent));
  return { sent, stop: () => child.kill() };
}
