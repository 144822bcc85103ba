// What a page's main thread works, whatever else the machine does meanwhile: Chromium counts its processor time. Busy
// neighbours make also that longer (they share caches and cores), so that budgets are scaled by how long a fixed piece
// of work takes now, compared with a quiet machine.

import type { CDPSession, Page } from "playwright-core";

const LOOPS = 20_000_000;
/** What the loops take of the processor on the machine of the budgets while nothing else runs. */
const LOOPS_MS = 100;

export class PageWork {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async of(page: Page): Promise<PageWork> {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    return new PageWork(page, session);
  }

  /** Milliseconds of the processor since the page's process began. */
  async totalMs(): Promise<number> {
    const { metrics } = await this.#session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "ThreadTime")?.value ?? Number.NaN);
  }

  /** Milliseconds of the processor while something is done. */
  async during(work: () => Promise<unknown>): Promise<number> {
    const before = await this.totalMs();
    await work();
    return (await this.totalMs()) - before;
  }

  /** How many times slower than the machine of the budgets this one is now; at least 1. */
  async slowness(): Promise<number> {
    const ms = await this.during(() =>
      this.#page.evaluate((loops) => {
        let sum = 0;
        for (let i = 0; i < loops; i++) sum = (Math.imul(sum, 31) + i) | 0;
        return sum;
      }, LOOPS),
    );
    return Math.max(1, ms / LOOPS_MS);
  }
}
