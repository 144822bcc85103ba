import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Refresher } from "./refresher.ts";

interface Made {
  readonly refresher: Refresher;
  readonly begun: number[];
  isHidden: boolean;
  longest: number;
}

function make(tookMs: number, pauseMs: (tookMs: number) => number = () => 30): Made {
  const begun: number[] = [];
  let running = 0;
  const made: Made = {
    begun,
    isHidden: false,
    longest: 0,
    refresher: new Refresher(
      async () => {
        begun.push(performance.now());
        made.longest = Math.max(made.longest, ++running);
        await delay(tookMs);
        running--;
        return true;
      },
      { pauseMs, isHidden: () => made.isHidden, nowMs: () => performance.now() },
    ),
  };
  return made;
}

test("many wishes at once are one fetch at once and one after a pause, never two at the same time", async () => {
  const made = make(20);
  for (let i = 0; i < 50; i++) {
    made.refresher.ask();
    if (i % 10 === 0) await delay(1);
  }
  await delay(150);
  assert.equal(made.begun.length, 2);
  assert.equal(made.longest, 1);
  const apartMs = (made.begun[1] as number) - (made.begun[0] as number);
  assert.ok(apartMs >= 48, `${apartMs} ms`);
});

test("what takes long is asked for more seldom", async () => {
  const made = make(20, (tookMs) => 3 * tookMs);
  made.refresher.ask();
  made.refresher.ask();
  await delay(200);
  const apartMs = (made.begun[1] as number) - (made.begun[0] as number);
  assert.ok(apartMs >= 76, `${apartMs} ms`);
});

test("nothing is fetched while the page is hidden, and once when it is seen again", async () => {
  const made = make(1);
  made.isHidden = true;
  made.refresher.ask();
  made.refresher.ask();
  await delay(30);
  assert.equal(made.begun.length, 0);
  made.isHidden = false;
  made.refresher.resume();
  await delay(60);
  assert.equal(made.begun.length, 1);
});

test("nothing is fetched after the end", async () => {
  const made = make(5);
  made.refresher.ask();
  made.refresher.ask();
  made.refresher.stop();
  await delay(80);
  assert.equal(made.begun.length, 1);
});
