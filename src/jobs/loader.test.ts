import assert from "node:assert/strict";
import { readdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { openTestJournal, testDirectory } from "../../test/support/durability-journal.ts";
import {
  NEVER,
  rowsFrame,
  type Script,
  ScriptedStore,
  storeError,
} from "../../test/support/durability-scripted-store.ts";
import type { Frame, Journal } from "../journal/journal.ts";
import { Loader } from "./loader.ts";

const CONTENTS = 0;
const SPANS = 1;
const EVENTS = 4;
const UNKNOWN_TABLE = 99;
const AWAY = storeError(0, true);
const BUSY = storeError(202, true);
const TOO_HEAVY = storeError(241, true);
const TOO_LARGE = storeError(229, true);
const REFUSED = storeError(117, false);

/** A loader over a journal in a directory; `groups` are appended and sealed as one segment each. */
async function startLoader(
  directory: string,
  store: ScriptedStore,
  segments: readonly (readonly (readonly Frame[])[])[] = [],
) {
  let awake: Loader | undefined;
  const { journal, logged, seal } = await openTestJournal(directory, { onSealed: () => awake?.wake() });
  let elapsedMs = 0;
  const clock = { advance: (ms: number) => (elapsedMs += ms) };
  const through: number[] = [];
  const loader = new Loader({
    journal,
    store,
    log: (level, message, details) => logged.push({ level, message, details }),
    onLoaded: (offset) => through.push(offset),
    elapsedMs: () => performance.now() + elapsedMs,
  });
  for (const groups of segments) {
    for (const frames of groups) await append(journal, frames);
    await seal();
  }
  awake = loader;
  return { journal, loader, logged, clock, through };
}

async function append(journal: Journal, frames: readonly Frame[]): Promise<void> {
  const last = Math.max(...frames.map(({ lastOffset }) => lastOffset));
  while (journal.next() < last);
  await journal.append(frames);
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; !isSo(); await delay(2)) {
    assert.ok(performance.now() < deadline, `it takes too long until ${what}`);
  }
}

const isEmpty = (journal: Journal) => () => journal.stats().segments === 0;
const quarantined = (directory: string) =>
  readdirSync(join(directory, "quarantine")).filter((name) => !name.endsWith(".txt"));

test("a segment is loaded table by table, each by one insert with a token of its own, oldest segment first", async (context) => {
  const store = new ScriptedStore();
  const { journal, loader, through } = await startLoader(testDirectory(context), store, [
    [[rowsFrame(EVENTS, 1, 2), rowsFrame(CONTENTS, 1, 2)], [rowsFrame(EVENTS, 3, 1)]],
    [[rowsFrame(SPANS, 4, 3)]],
  ]);
  const [first, second] = journal.sealed().map(({ token }) => token);
  loader.wake();
  await until(isEmpty(journal), "all is loaded");
  await loader.stop(1_000);
  assert.deepEqual(
    store.calls.map(({ table, token, texts }) => [table, token, texts.length]),
    [
      ["contents", `${first}/contents`, 1],
      ["events", `${first}/events`, 2],
      ["spans", `${second}/spans`, 1],
    ],
  );
  assert.deepEqual(through, [3, 6]);
  assert.equal(loader.throughOffset, 6);
  assert.deepEqual([loader.loaded.contents, loader.loaded.events, loader.loaded.spans], [2, 3, 3]);
});

test("a failure that passes is tried again after growing pauses, with the same token, and counts once", async (context) => {
  const store = new ScriptedStore();
  const tries: number[] = [];
  store.script = ({ table, what }) => {
    if (table !== "events" || what !== "insert") return undefined;
    tries.push(performance.now());
    if (tries.length <= 3) throw BUSY;
    return undefined;
  };
  const { journal, loader } = await startLoader(testDirectory(context), store, [
    [[rowsFrame(SPANS, 1, 2), rowsFrame(EVENTS, 1, 2)]],
  ]);
  loader.wake();
  await until(() => tries.length === 1, "it is tried");
  assert.match(loader.lastProblem ?? "", /code 202/);
  await until(isEmpty(journal), "all is loaded");
  await loader.stop(1_000);
  const pauses = tries.slice(1).map((at, i) => at - (tries[i] as number));
  assert.ok(
    pauses.every((ms, i) => ms > 95 * 2 ** i && ms < 95 * 2 ** i + 300),
    String(pauses),
  );
  const inserts = store.calls.filter(({ table, what }) => table === "events" && what === "insert");
  assert.equal(new Set(inserts.map(({ token }) => token)).size, 1);
  assert.deepEqual([loader.loaded.spans, loader.loaded.events], [2, 2]);
  assert.equal(loader.lastProblem, undefined);
});

test("an insert whose answer was lost is not done twice", async (context) => {
  const store = new ScriptedStore();
  store.script = ({ number }) => (number === 0 ? { after: AWAY } : undefined);
  const { journal, loader } = await startLoader(testDirectory(context), store, [[[rowsFrame(SPANS, 1, 2)]]]);
  loader.wake();
  await until(isEmpty(journal), "all is loaded");
  await loader.stop(1_000);
  assert.deepEqual(store.rows("spans"), [1, 2]);
  assert.equal(loader.loaded.spans, 2);
});

test("an insert that the store recorded and did not finish is done again", async (context) => {
  const directory = testDirectory(context);
  const store = new ScriptedStore();
  store.script = ({ number }) => (number === 0 ? { after: AWAY, unfinished: true } : undefined);
  const first = await startLoader(directory, store, [[[rowsFrame(SPANS, 1, 2)], [rowsFrame(SPANS, 3, 1)]]]);
  first.loader.wake();
  await until(isEmpty(first.journal), "all is loaded");
  await first.loader.stop(1_000);
  assert.deepEqual(store.rows("spans"), [1, 2, 3]);
  assert.equal(first.loader.loaded.spans, 3);

  let died = false;
  store.script = () => {
    const outcome = died ? NEVER : { after: NEVER, unfinished: true as const };
    died = true;
    return outcome;
  };
  await append(first.journal, [rowsFrame(EVENTS, 4, 2)]);
  await first.journal.close();
  const second = await startLoader(directory, store);
  second.loader.wake();
  await until(() => died, "it dies");
  await second.loader.stop(0);
  await second.journal.close();
  store.script = () => undefined;
  const third = await startLoader(directory, store);
  third.loader.wake();
  await until(isEmpty(third.journal), "all is loaded");
  assert.deepEqual(store.rows("events"), [4, 5]);
});

test("rows count once, whoever put them in: an answer that was lost, a process before this one", async (context) => {
  const directory = testDirectory(context);
  const store = new ScriptedStore();
  const { journal } = await startLoader(directory, store, [
    [[rowsFrame(SPANS, 1, 3)]],
    [[rowsFrame(SPANS, 4, 2)], [rowsFrame(SPANS, 6, 1)]],
    [[rowsFrame(SPANS, 7, 4)]],
  ]);
  // The process before this one loaded half of the second segment and died.
  await store.insert("spans", [], [rowsFrame(SPANS, 4, 2).block], "before");
  await journal.close();
  const losesFirstAnswers = new Set<string>();
  store.script = ({ what, token }) => {
    if (what !== "insert" || losesFirstAnswers.has(token)) return undefined;
    losesFirstAnswers.add(token);
    return { after: AWAY };
  };
  const second = await startLoader(directory, store);
  second.loader.wake();
  await until(isEmpty(second.journal), "all is loaded");
  await second.loader.stop(1_000);
  assert.deepEqual(store.rows("spans"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(second.loader.loaded.spans, 8);
});

test("a store that is away is asked at once when it is back; one that refuses gets its pause", async (context) => {
  const store = new ScriptedStore();
  let failure: Error | undefined = AWAY;
  store.script = () => {
    if (failure !== undefined) throw failure;
    return undefined;
  };
  const { journal, loader } = await startLoader(testDirectory(context), store, [[[rowsFrame(SPANS, 1, 1)]]]);
  loader.wake();
  await until(() => store.calls.length === 4, "the pause is 800 ms");
  failure = undefined;
  const backAt = performance.now();
  loader.wake();
  await until(isEmpty(journal), "all is loaded");
  assert.ok(performance.now() - backAt < 300);

  failure = BUSY;
  await append(journal, [rowsFrame(SPANS, 2, 1)]);
  journal.seal();
  await until(() => store.calls.length === 8, "it is tried three times");
  const before = store.calls.length;
  for (let i = 0; i < 20; i++) loader.wake();
  await delay(50);
  assert.equal(store.calls.length, before);
  await loader.stop(0);
});

test("what the store refuses for good is set aside, and everything else is loaded once", async (context) => {
  const directory = testDirectory(context);
  const store = new ScriptedStore();
  store.script = ({ texts }) => {
    if (texts.some((text) => text.includes(" 3"))) throw REFUSED;
    return undefined;
  };
  const { journal, loader, logged } = await startLoader(directory, store, [
    [[rowsFrame(CONTENTS, 1, 1), rowsFrame(SPANS, 1, 2)], [rowsFrame(SPANS, 3, 2)], [rowsFrame(SPANS, 5, 2)]],
    [[rowsFrame(SPANS, 7, 1)]],
  ]);
  loader.wake();
  await until(isEmpty(journal), "all is loaded");
  await loader.stop(1_000);
  assert.deepEqual(store.rows("spans"), [1, 2, 5, 6, 7]);
  assert.deepEqual(store.rows("contents"), [1]);
  assert.equal(journal.stats().quarantined, 1);
  assert.equal(quarantined(directory).length, 1);
  assert.equal(loader.loaded.spans, 5);
  assert.ok(logged.some(({ level, message }) => level === "error" && /set aside/.test(message)));
});

test("a frame of a table that this version does not know is set aside", async (context) => {
  const directory = testDirectory(context);
  const store = new ScriptedStore();
  const { journal, loader } = await startLoader(directory, store, [
    [[rowsFrame(SPANS, 1, 1), rowsFrame(UNKNOWN_TABLE, 1, 1)]],
  ]);
  loader.wake();
  await until(isEmpty(journal), "all is loaded");
  assert.deepEqual([store.rows("spans"), quarantined(directory).length], [[1], 1]);
});

test("what is too much at once is loaded in pieces", async (context) => {
  for (const failure of [TOO_HEAVY, TOO_LARGE]) {
    const store = new ScriptedStore();
    store.script = ({ texts }) => {
      if (texts.length > 1) throw failure;
      return undefined;
    };
    const directory = testDirectory(context);
    const { journal, loader } = await startLoader(directory, store, [
      [[rowsFrame(SPANS, 1, 2)], [rowsFrame(SPANS, 3, 2)]],
    ]);
    loader.wake();
    await until(isEmpty(journal), "all is loaded");
    assert.deepEqual([store.rows("spans"), quarantined(directory)], [[1, 2, 3, 4], []]);
  }
});

test("a single frame that is too much is set aside only after a long patience", async (context) => {
  const store = new ScriptedStore();
  store.script = ({ texts }) => {
    if (texts.some((text) => text.includes(" 1"))) throw TOO_HEAVY;
    return undefined;
  };
  const directory = testDirectory(context);
  const { journal, loader, clock } = await startLoader(directory, store, [
    [[rowsFrame(SPANS, 1, 1)], [rowsFrame(SPANS, 2, 1)]],
  ]);
  loader.wake();
  await until(() => store.calls.length > 5, "it is tried in pieces");
  assert.deepEqual(quarantined(directory), []);
  clock.advance(150_000);
  await until(isEmpty(journal), "loading gets past it");
  assert.deepEqual([store.rows("spans"), quarantined(directory).length], [[2], 1]);
});

test("a segment whose file was taken away does not hold up the others", async (context) => {
  const directory = testDirectory(context);
  const store = new ScriptedStore();
  const { journal, loader, logged } = await startLoader(directory, store, [
    [[rowsFrame(SPANS, 1, 1)]],
    [[rowsFrame(SPANS, 2, 1)]],
  ]);
  unlinkSync(join(directory, journal.sealed()[0]?.name ?? ""));
  loader.wake();
  await until(isEmpty(journal), "the other is loaded");
  assert.deepEqual(store.rows("spans"), [2]);
  assert.equal(journal.stats().quarantined, 1);
  assert.ok(logged.some(({ level }) => level === "error"));
});

test("frames of two schema versions do not share an insert", async (context) => {
  const store = new ScriptedStore();
  const { journal, loader } = await startLoader(testDirectory(context), store, [
    [[rowsFrame(SPANS, 1, 1)], [rowsFrame(SPANS, 2, 1, { schemaVersion: 2 })]],
  ]);
  const [token] = journal.sealed().map((segment) => segment.token);
  loader.wake();
  await until(isEmpty(journal), "all is loaded");
  assert.deepEqual(
    store.calls.map((call) => call.token),
    [`${token}/spans`, `${token}/spans/v2`],
  );
});

/** Two segments; in the second, one frame that a script may refuse. */
const SEGMENTS = [
  [
    [rowsFrame(CONTENTS, 1, 1), rowsFrame(SPANS, 1, 2)],
    [rowsFrame(SPANS, 3, 2), rowsFrame(EVENTS, 3, 1)],
  ],
  [[rowsFrame(SPANS, 5, 2)], [rowsFrame(SPANS, 7, 2)], [rowsFrame(SPANS, 9, 2), rowsFrame(EVENTS, 9, 2)]],
];

/** Loads SEGMENTS, but the process dies at the k-th call to the store, before or after it took effect. */
async function dieAt(context: TestContext, k: number, when: "before" | "after", script: Script, scriptThen: Script) {
  const directory = testDirectory(context);
  const store = new ScriptedStore();
  let died = false;
  store.script = (call) => {
    if (call.number < k) return script(call);
    const isLast = !died;
    died = true;
    if (when === "before" || !isLast) return NEVER;
    try {
      void script(call);
    } catch {
      return NEVER; // refused, and the answer is lost
    }
    return { after: NEVER };
  };
  const first = await startLoader(directory, store, SEGMENTS);
  first.loader.wake();
  await until(() => died || first.journal.stats().segments === 0, "it dies or is done");
  await first.loader.stop(died ? 0 : 1_000);
  await first.journal.close();
  store.script = scriptThen;
  const second = await startLoader(directory, store);
  second.loader.wake();
  await until(isEmpty(second.journal), "all is loaded");
  const [spans, events, contents] = [store.rows("spans"), store.rows("events"), store.rows("contents")];
  rmSync(directory, { recursive: true });
  return { died, spans, events, contents };
}

const takesAll: Script = () => undefined;
const refusesSeven: Script = ({ texts }) => {
  if (texts.some((text) => text.includes(" 7"))) throw REFUSED;
  return undefined;
};

test("a crash between any two calls to the store leaves every record there once", async (context) => {
  const all = { spans: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], events: [3, 9, 10], contents: [1] };
  const withoutSeven = { ...all, spans: [1, 2, 3, 4, 5, 6, 9, 10] };
  for (const [script, then, expected] of [
    [takesAll, takesAll, all],
    [refusesSeven, refusesSeven, withoutSeven],
    // The next start is of a version that takes what the last one refused, and the other way round.
    [refusesSeven, takesAll, undefined],
    [takesAll, refusesSeven, undefined],
  ] as const) {
    for (const when of ["before", "after"] as const) {
      for (let k = 0, died = true; died; k++) {
        const result = await dieAt(context, k, when, script, then);
        died = result.died;
        const { spans, events, contents } = result;
        assert.deepEqual({ events, contents }, { events: all.events, contents: all.contents }, `${when} call ${k}`);
        if (expected !== undefined) assert.deepEqual(spans, expected.spans, `${when} call ${k}`);
        assert.equal(new Set(spans).size, spans.length, `nothing twice, ${when} call ${k}`);
        for (const offset of withoutSeven.spans) assert.ok(spans.includes(offset), `${offset}, ${when} call ${k}`);
      }
    }
  }
});

test("a segment that is put back in line does not interrupt the one that is being loaded in pieces", async (context) => {
  const directory = testDirectory(context);
  const store = new ScriptedStore();
  let refused = " 1";
  store.script = ({ what, texts }) => {
    if (what === "insert" && texts.some((text) => text.includes(refused))) throw REFUSED;
    return undefined;
  };
  const { journal, loader } = await startLoader(directory, store, [[[rowsFrame(SPANS, 1, 1)]]]);
  loader.wake();
  await until(() => journal.stats().quarantined === 1, "the first record is set aside");
  await until(isEmpty(journal), "the segment is gone");
  // Too much as a whole, then one piece is taken and another one fails for a while.
  refused = "none";
  let isBroken = true;
  store.script = ({ what, texts }) => {
    if (what !== "insert") return undefined;
    if (isBroken && texts.length > 1) throw TOO_LARGE;
    if (isBroken && texts.some((text) => text.includes(" 4"))) throw BUSY;
    return undefined;
  };
  await append(journal, [rowsFrame(SPANS, 2, 2)]);
  await append(journal, [rowsFrame(SPANS, 4, 2)]);
  journal.seal();
  await until(() => store.rows("spans").length === 2, "the first piece is taken");
  assert.equal((await journal.retryQuarantined(async () => undefined)).retried, 1);
  isBroken = false;
  await until(isEmpty(journal), "all is loaded");
  await loader.stop(1_000);
  assert.deepEqual(store.rows("spans"), [1, 2, 3, 4, 5]);
  assert.equal(loader.loaded.spans, 5);
});

test("who waits for an offset is told when the store has it, and the open segment is sealed for it", async (context) => {
  const store = new ScriptedStore();
  const { journal, loader } = await startLoader(testDirectory(context), store);
  await append(journal, [rowsFrame(SPANS, 1, 3)]);
  assert.equal(await loader.waitFor(0, 10), true);
  assert.equal(await loader.waitFor(3, 2_000), true);
  assert.deepEqual(store.rows("spans"), [1, 2, 3]);
  assert.equal(await loader.waitFor(4, 20), false);
});

test("who waits while the store is away is told when it takes too long, or when loading stops", async (context) => {
  const store = new ScriptedStore();
  store.script = () => {
    throw AWAY;
  };
  const { journal, loader } = await startLoader(testDirectory(context), store);
  await append(journal, [rowsFrame(SPANS, 1, 1)]);
  assert.equal(await loader.waitFor(1, 30), false);
  const waiting = loader.waitFor(1, 60_000);
  await loader.stop(0);
  assert.equal(await waiting, false);
  assert.equal(await loader.waitFor(1, 60_000), false);
});

test("stopping loads what waits, gives up on a store that hangs, and does not wait for one that is away", async (context) => {
  const store = new ScriptedStore();
  const done = await startLoader(testDirectory(context), store, SEGMENTS);
  await done.loader.stop(5_000);
  assert.equal(store.rows("spans").length, 10);

  const hanging = new ScriptedStore();
  hanging.script = () => NEVER;
  const hung = await startLoader(testDirectory(context), hanging, SEGMENTS);
  const startedAt = performance.now();
  await hung.loader.stop(100);
  assert.ok(performance.now() - startedAt < 1_000);
  assert.equal(hung.journal.sealed().length, 2);

  const away = new ScriptedStore();
  away.script = () => {
    throw AWAY;
  };
  const left = await startLoader(testDirectory(context), away, SEGMENTS);
  left.loader.wake();
  await until(() => left.loader.lastProblem !== undefined, "it fails");
  const stoppedAt = performance.now();
  await left.loader.stop(5_000);
  assert.ok(performance.now() - stoppedAt < 1_000);
  assert.equal(left.journal.sealed().length, 2);
});
