import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { GivenRun, HeavyWorker, HeavyWorks } from "../heavy/heavy-work.ts";
import type { RunFacts } from "./analysed-run.ts";
import { Analyst } from "./analyst.ts";
import type { RunReference } from "./run-directory.ts";
import type { RunReader } from "./run-reader.ts";

const RUNS = 2_000;
const RECORDS = 20;

const REFERENCES = Array.from({ length: RUNS }, (_, i): RunReference => {
  const traceId = i.toString(16).padStart(32, "a");
  return { project: "default", id: traceId, traceIds: [traceId], runIds: [], otherIds: [], formerRuns: [] };
});

/** An analyst whose store answers every reading with so many bytes of spans; `asked` counts what was asked of whom. */
function countingAnalyst(spanBytes: number, works: Record<string, (request: never) => unknown> = {}) {
  const asked = { reads: 0, runsMost: 0, loads: 0 };
  let now = 1_000_000;
  const reader = {
    read: async ({ traceIds }: { traceIds: readonly string[] }) => {
      asked.reads++;
      asked.runsMost = Math.max(asked.runsMost, traceIds.length);
      now += 500;
      return { spans: spanBytes === 0 ? [] : [new Uint8Array(spanBytes)], events: [], facts: [], parts: [] };
    },
    unloadedSpans: async () => [],
    unloaded: async () => ({ spans: [], events: [], facts: [], parts: [] }),
    countSpans: async () => spanBytes / 250,
  };
  // One thing after another, as a worker does them.
  let doing: Promise<unknown> = Promise.resolve();
  const worker = {
    do: async (work: string, request: object) => {
      const own = works[work];
      if (own !== undefined) {
        doing = doing.then(() => own(request as never));
        return doing;
      }
      assert.equal(work, "loadMany");
      const { runs } = request as HeavyWorks["loadMany"]["request"];
      asked.loads++;
      const facts = ({ context }: (typeof runs)[number]) =>
        ({ run: { id: context.id, status: "running" } }) as RunFacts;
      return runs.map((run) => ({ isEmpty: false, lastOffset: 1, facts: facts(run) }));
    },
  };
  const analyst = new Analyst({
    directory: { find: async () => REFERENCES[0] } as never,
    reader: reader as unknown as RunReader,
    worker: worker as unknown as HeavyWorker,
    outliner: { do: async (_work: string, request: never) => works["outline"]?.(request) } as unknown as HeavyWorker,
    recent: {
      traces: { get: () => ({ firstOffset: 1, lastOffset: 1, lastSeenMs: now, records: RECORDS }) },
      run: () => undefined,
    },
    clock: { nowMs: () => now } as never,
  });
  return { analyst, asked };
}

test("thousands of open runs are read in some portions, none of them alone, however large they turn out to be", async () => {
  const { analyst, asked } = countingAnalyst(3 * 1024 * 1024);
  const facts = await analyst.factsOf(REFERENCES);
  assert.deepEqual(
    facts.map(({ run }) => run.id),
    REFERENCES.map(({ id }) => id),
  );
  assert.ok(asked.reads <= Math.ceil((RUNS * RECORDS) / 3_000), `${asked.reads} readings`);
  assert.equal(asked.loads, asked.reads);
  assert.ok(asked.runsMost < RUNS / 2, `${asked.runsMost} runs at once`);
});

test("runs that turn out to be without records are left out, and not asked for again one by one", async () => {
  const { analyst, asked } = countingAnalyst(0);
  assert.deepEqual(await analyst.factsOf(REFERENCES), []);
  assert.ok(asked.reads <= Math.ceil((RUNS * RECORDS) / 3_000), `${asked.reads} readings`);
  assert.equal(asked.loads, 0);
});

test("runs that the worker let go for others are given to it once more, to be compared", async () => {
  const asked: { readonly a: GivenRun; readonly b: GivenRun }[] = [];
  const value = new Uint8Array([1]);
  const { analyst } = countingAnalyst(3 * 1024 * 1024, {
    load: () => ({ isEmpty: false, lastOffset: 1 }),
    compare: (pair: (typeof asked)[number]) => {
      asked.push(pair);
      return pair.a.made === undefined ? { forgotten: true } : { value };
    },
  });
  const [a, b] = REFERENCES as [RunReference, RunReference];
  assert.equal(await analyst.compare(a, b, undefined), value);
  assert.deepEqual(
    asked.map(({ a, b }) => [a.made === undefined, b.made === undefined]),
    [
      [true, true],
      [false, false],
    ],
  );
  const keys = asked.map(({ a, b }) => [a.key, b.key]);
  assert.deepEqual(keys[0], keys[1], "by the keys under which they are asked later");
});

test("the outline of a large run comes before anything else of it is read, that of a known one not at all", async () => {
  const picture = new Uint8Array([1]);
  const order: string[] = [];
  const { analyst, asked } = countingAnalyst(3 * 1024 * 1024, {
    outline: ({ wanted }: HeavyWorks["outline"]["request"]) => {
      order.push(`outline of ${wanted.traceIds.length} traces after ${asked.reads} readings`);
      return picture;
    },
    load: ({ bytes, wanted }: HeavyWorks["load"]["request"]) => {
      order.push(`load of ${wanted?.traceIds.length} traces and ${bytes.spans.length} chunks`);
      return { isEmpty: false, lastOffset: 1 };
    },
  });
  const [{ id }] = REFERENCES as [RunReference];
  const outline = analyst.outline("default", id, "columns");
  const found = analyst.find("default", id);
  assert.equal(await outline, picture);
  await found;
  assert.deepEqual(order, ["outline of 1 traces after 0 readings", "load of 1 traces and 0 chunks"]);
  assert.equal(asked.reads, 0, "the worker reads by itself what is known to be large");
  assert.equal(await analyst.outline("default", id, "columns"), undefined);
});

test("a small run has no outline: all of it is read as soon", async () => {
  const { analyst } = countingAnalyst(1000);
  assert.equal(await analyst.outline("default", "any", "columns"), undefined);
});

test("the outline of a run does not wait while the worker is at another one", async () => {
  const picture = new Uint8Array([1]);
  const never = new Promise(() => undefined);
  const { analyst } = countingAnalyst(3 * 1024 * 1024, { outline: () => picture, load: () => never });
  void analyst.of(REFERENCES[1] as RunReference);
  await setImmediate();
  assert.equal(await analyst.outline("default", "any", "columns"), picture);
});
