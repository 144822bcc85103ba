import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

/** Work that ends when it is told to. */
function piece(log: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    end: resolve,
    work: async () => {
      log.push(name);
      await promise;
    },
  };
}

const refusal = new Error("Too many");
const forever = () => new AbortController().signal;
const ticks = () => new Promise((resolve) => setImmediate(resolve));

test("so many run at once, the others wait in their order, and what is too much is sent away", async () => {
  const turns = new Turns(2, 2, () => refusal);
  const log: string[] = [];
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => piece(log, name)) as [
    ReturnType<typeof piece>,
    ReturnType<typeof piece>,
    ReturnType<typeof piece>,
    ReturnType<typeof piece>,
  ];
  const running = [a, b, c, d].map(({ work }) => turns.run(forever(), work));
  await assert.rejects(
    turns.run(forever(), async () => log.push("never")),
    (error) => error === refusal,
  );
  await ticks();
  assert.deepEqual(log, ["a", "b"]);
  b.end();
  await ticks();
  assert.deepEqual(log, ["a", "b", "c"]);
  for (const one of [a, c, d]) one.end();
  await Promise.all(running);
  assert.deepEqual(log, ["a", "b", "c", "d"]);
  await turns.run(forever(), async () => log.push("after"));
  assert.equal(log.at(-1), "after");
});

test("who leaves while waiting is not begun, and gives the place to others", async () => {
  const turns = new Turns(1, 1);
  const log: string[] = [];
  const first = piece(log, "first");
  const running = turns.run(forever(), first.work);
  const leaving = new AbortController();
  const waiting = turns.run(leaving.signal, async () => log.push("never"));
  leaving.abort(new Error("gone"));
  await assert.rejects(waiting, /gone/);
  const next = turns.run(forever(), async () => log.push("next"));
  first.end();
  await Promise.all([running, next]);
  assert.deepEqual(log, ["first", "next"]);
});

test("a turn ends when its work fails", async () => {
  const turns = new Turns(1, 0);
  await assert.rejects(
    turns.run(forever(), () => Promise.reject(new Error("broken"))),
    /broken/,
  );
  assert.equal(await turns.run(forever(), async () => 7), 7);
});
