import assert from "node:assert/strict";
import { test } from "node:test";
import { SettleGate } from "./settle-gate.ts";

/** Work that ends when it is told to. */
function work(log: string[], name: string): { run: () => Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    run: async () => {
      log.push(`${name} begins`);
      await promise;
      log.push(`${name} ends`);
    },
    end: resolve,
  };
}

const turns = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

test("readers wait for a batch that is written, and read together after it", async () => {
  const gate = new SettleGate();
  const log: string[] = [];
  const batch = work(log, "batch");
  const [first, second] = [work(log, "first"), work(log, "second")];
  const written = gate.write(batch.run);
  const read = [gate.read(first.run), gate.read(second.run)];
  await turns();
  assert.deepEqual(log, ["batch begins"]);
  batch.end();
  await written;
  await turns();
  assert.deepEqual(log.slice(2), ["first begins", "second begins"]);
  first.end();
  second.end();
  await Promise.all(read);
});

test("a batch waits for readers that have begun, and goes before those that come later", async () => {
  const gate = new SettleGate();
  const log: string[] = [];
  const [early, late, batch] = [work(log, "early"), work(log, "late"), work(log, "batch")];
  const read = gate.read(early.run);
  await turns();
  const written = gate.write(batch.run);
  const readLate = gate.read(late.run);
  await turns();
  assert.deepEqual(log, ["early begins"]);
  early.end();
  await read;
  await turns();
  assert.deepEqual(log.slice(2), ["batch begins"]);
  batch.end();
  await written;
  late.end();
  await readLate;
  assert.deepEqual(log.slice(3), ["batch ends", "late begins", "late ends"]);
});

test("nobody waits for ever: a batch goes on without a reader that does not end", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const gate = new SettleGate();
  const log: string[] = [];
  const [stuck, batch] = [work(log, "stuck"), work(log, "batch")];
  const read = gate.read(stuck.run);
  await turns();
  const written = gate.write(batch.run);
  await turns();
  t.mock.timers.tick(1_000);
  await turns();
  assert.deepEqual(log, ["stuck begins", "batch begins"]);
  batch.end();
  await written;
  stuck.end();
  await read;
});

test("what fails inside opens the gate again", async () => {
  const gate = new SettleGate();
  const fail = async () => {
    throw new Error("no luck");
  };
  await assert.rejects(gate.write(fail), /no luck/);
  await assert.rejects(gate.read(fail), /no luck/);
  assert.equal(await gate.write(async () => 1), 1);
});
