// What a reader does with the timeline of a large run, frame by frame, and how long the page's scripts work for each.

import type { CDPSession, Page } from "playwright-core";

const press = (keys: string) => `const keys = ${JSON.stringify(keys.split(" "))};
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: keys[i % keys.length], bubbles: true }));`;

/** Scripts of the page, done before each frame; `i` counts the frames. The far scroll is to row 20,000 and back. */
export const TIMELINE_MOTIONS = {
  scroll: `document.querySelector(".timeline-rows").scrollTop += i % 10 === 9 ? 40000 : 180;`,
  scrollFar: `const rows = document.querySelector(".timeline-rows");
    rows.scrollTop = (i % 2 === 0 ? 20000 : 0) * Number(rows.dataset.rowPx) + 7 * i;`,
  zoomByWheel: `const lanes = document.querySelector(".timeline-lanes");
    const { left, top, width } = lanes.getBoundingClientRect();
    const place = { clientX: left + width * 0.7, clientY: top + 40, bubbles: true, cancelable: true };
    lanes.dispatchEvent(new WheelEvent("wheel", { ...place, deltaY: i % 30 < 20 ? -120 : 240 }));`,
  zoomByKeys: press("w w d d a s"),
  select: press("j j e k ]"),
  foldOne: press("ArrowLeft ArrowRight"),
  foldAll: press("z Z"),
  hover: `const part = document.querySelector(i % 2 === 0 ? ".timeline-rows" : ".timeline-lanes");
    const { left, top, width, height } = part.getBoundingClientRect();
    const place = { clientX: left + width * (0.4 + (i % 50) / 100), clientY: top + height * (0.1 + (i % 17) / 20) };
    part.dispatchEvent(new PointerEvent("pointermove", { ...place, bubbles: true }));`,
} as const;

export type TimelineMotion = keyof typeof TIMELINE_MOTIONS;

export interface FrameTimes {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Milliseconds of the processor in scripts for each frame, as Chromium counts them: no neighbour on the machine counts. */
export async function frameTimes(page: Page, motion: TimelineMotion, frames: number): Promise<FrameTimes> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const times: number[] = [];
  let before = await scriptMs(session);
  for (let i = 0; i < frames; i++) {
    await page.evaluate(`((i) => {
      ${TIMELINE_MOTIONS[motion]}
      return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    })(${i})`);
    const now = await scriptMs(session);
    times.push(now - before);
    before = now;
  }
  await session.detach();
  times.sort((a, b) => a - b);
  const at = (share: number) => Number((times[Math.floor(share * (frames - 1))] as number).toFixed(2));
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

async function scriptMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? Number.NaN);
}
