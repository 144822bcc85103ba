// Sums by the hour are kept by views of the engine: they must count what was inserted once, whatever is repeated, and
// nothing of what was taken back; and a store of an older version must get them filled.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Engine, startEngine } from "../../src/engine/engine.ts";
import { RUN_AGENTS, type Table } from "../../src/model/columns.ts";
import { AGENT_SUMS, rollUpTables } from "../../src/model/roll-ups.ts";
import { StoreClient } from "../../src/store/client.ts";
import { migrate } from "../../src/store/migrations.ts";
import { encodeBlock, TableBuilder } from "../../src/store/native/table-builder.ts";
import { piecesOf, rollUpSums } from "../../src/store/queries/roll-up-sums.ts";
import { takeBack } from "../../src/store/queries/settling.ts";

const PROJECT = "default";
const HOUR_NS = 3_600_000_000_000n;
const DAY_S = 86_400;
/** The start of an hour. */
const AT_NS = 1_790_002_800_000_000_000n;
const WINDOW = { sinceNs: AT_NS - 2n * HOUR_NS, untilNs: AT_NS + 2n * HOUR_NS };

let directory: string;
let engine: Engine;
let store: StoreClient;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "talea-roll-ups-"));
  engine = await startEngine({ dataDirectory: directory, owner: "a test", log: () => undefined });
  store = new StoreClient({ kind: "embedded", socketPath: engine.socketPath });
  await migrate(store);
});
after(async () => {
  await store.close();
  await engine.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A row of an agent in a run, as settling writes it. */
function block(runId: string, agent: string, tasks: number, n = 1): Uint8Array {
  const builder = new TableBuilder(RUN_AGENTS);
  const { columns } = builder;
  const row = builder.addRow();
  columns.project.put(row, PROJECT);
  columns.received.put(row, Number(AT_NS / 1_000_000_000n));
  columns.run_id.put(row, runId);
  columns.n.put(row, n);
  columns.sign.put(row, 1);
  columns.started_at.putBigInt(row, AT_NS);
  columns.ended_at.putBigInt(row, AT_NS + 1_000_000n);
  columns.agent.put(row, agent);
  columns.services.items.append("svc");
  columns.services.put(row, 1);
  columns.tasks.put(row, tasks);
  columns.completion_indexes.items.append(100);
  columns.completion_counts.items.append(tasks);
  columns.completion_indexes.put(row, 1);
  columns.completion_counts.put(row, 1);
  return encodeBlock(builder as TableBuilder);
}

function insert(token: string, bytes: Uint8Array): Promise<void> {
  return store.insert(RUN_AGENTS.name, Object.keys((RUN_AGENTS as Table).columns), [bytes], token);
}

async function sumsOf(agent: string) {
  const question = { ...WINDOW, groupBy: ["agent"], filter: { agent: [agent] } };
  const rows = await rollUpSums(store, PROJECT, AGENT_SUMS, question, { sums: ["runs", "tasks"], withBuckets: true });
  return rows.map(({ sums, buckets }) => ({
    ...sums,
    inBuckets: buckets.counts.reduce((sum, count) => sum + count, 0),
  }));
}

test("an insert that is repeated counts once", async () => {
  for (let i = 0; i < 3; i++) await insert("first", block("run-1", "a", 3));
  assert.deepEqual(await sumsOf("a"), [{ runs: 1, tasks: 3, inBuckets: 3 }]);
});

test("equal rows of two settlings count twice, and what is taken back not at all, also when that is repeated", async () => {
  await insert("b1", block("run-2", "b", 2));
  await insert("b2", block("run-3", "b", 2));
  assert.deepEqual(await sumsOf("b"), [{ runs: 2, tasks: 4, inBuckets: 4 }]);
  for (let i = 0; i < 2; i++) await takeBack(store, PROJECT, [{ runId: "run-3", n: 2 }], "batch");
  assert.deepEqual(await sumsOf("b"), [{ runs: 1, tasks: 2, inBuckets: 2 }]);
  for (let i = 0; i < 2; i++) await takeBack(store, PROJECT, [{ runId: "run-2", n: 2 }], "batch-2");
  assert.deepEqual(await sumsOf("b"), []);
});

test("merging changes nothing", async () => {
  await insert("c1", block("run-4", "c", 1));
  await insert("c2", block("run-5", "c", 4));
  const before = await sumsOf("c");
  for (const table of rollUpTables()) await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  assert.deepEqual(await sumsOf("c"), before);
  assert.deepEqual(before, [{ runs: 2, tasks: 5, inBuckets: 5 }]);
});

test("a run that is left out is left out of whole hours too", async () => {
  await insert("d1", block("run-6", "d", 1));
  await insert("d2", block("run-7", "d", 5));
  const question = { ...WINDOW, groupBy: [], filter: { agent: ["d"] }, exceptRunIds: ["run-7"] };
  const [row] = await rollUpSums(store, PROJECT, AGENT_SUMS, question, { sums: ["tasks"], withBuckets: true });
  assert.deepEqual([row?.sums["tasks"], row?.buckets.counts], [1, [1]]);
});

test("a store without sums gets them from what is settled, also when it is interrupted", async () => {
  const before = await sumsOf("a");
  await store.command("ALTER TABLE schema_versions DELETE WHERE version >= 4", { mutations_sync: "1" });
  await migrate(store);
  await store.command("ALTER TABLE schema_versions DELETE WHERE version >= 4", { mutations_sync: "1" });
  await store.command("DROP TABLE agent_hours_view");
  await migrate(store);
  assert.deepEqual(await sumsOf("a"), before);
  await insert("after", block("run-8", "a", 1));
  assert.deepEqual(await sumsOf("a"), [{ runs: 2, tasks: 4, inBuckets: 4 }]);
});

test("a window is cut into whole periods and what is left at its ends, without gap or overlap", () => {
  const day = BigInt(DAY_S) * 1_000_000_000n;
  for (const [since, until] of [
    [AT_NS + 1n, AT_NS + 2n],
    [AT_NS, AT_NS + HOUR_NS],
    [AT_NS - 5n, AT_NS + HOUR_NS + 5n],
    [AT_NS + 1n, AT_NS + 3n * day],
    [AT_NS - (AT_NS % day), AT_NS - (AT_NS % day) + day],
    [AT_NS + 30n * 60_000_000_000n, AT_NS + day + HOUR_NS],
  ] as const) {
    for (const periods of [["hours"], ["hours", "days"], ["days"]] as const) {
      const pieces = piecesOf({ periods }, { sinceNs: since, untilNs: until });
      assert.deepEqual([pieces[0]?.fromNs, pieces.at(-1)?.toNs], [since, until]);
      for (const [i, piece] of pieces.entries()) {
        assert.ok(piece.fromNs < piece.toNs);
        if (i > 0) assert.equal(piece.fromNs, pieces[i - 1]?.toNs);
        const length = piece.period === "hours" ? HOUR_NS : piece.period === "days" ? day : 1n;
        assert.deepEqual([piece.fromNs % length, piece.toNs % length], [0n, 0n]);
      }
    }
  }
});
