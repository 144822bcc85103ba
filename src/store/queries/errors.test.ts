// Against the real engine: rows as settling writes them, taken back as settling does.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Engine, startEngine } from "../../engine/engine.ts";
import { RUN_ERRORS, type Table } from "../../model/columns.ts";
import { SPAN_KINDS, type SpanKind } from "../../model/vocabulary.ts";
import { StoreClient } from "../client.ts";
import { migrate } from "../migrations.ts";
import { encodeBlock, TableBuilder } from "../native/table-builder.ts";
import { errorExamples } from "./error-examples.ts";
import type { ErrorFilter } from "./error-rows.ts";
import { errorShares, failedSpans } from "./error-shares.ts";
import { type ErrorSort, errorSums, errorsFirstSeen, errorTrends, errorWhereabouts } from "./errors.ts";
import { takeBack } from "./settling.ts";

const HOUR_NS = 3_600_000_000_000n;
const DAY_NS = 24n * HOUR_NS;
const NOW_NS = 1_790_000_000_000_000_000n;
const DAY: ErrorFilter = { sinceNs: NOW_NS - DAY_NS, untilNs: NOW_NS };
const ALL = { exceptRunIds: [] };
const MOST_FIRST: ErrorSort = { field: "count", descending: true };

let directory: string;
let engine: Engine;
let store: StoreClient;
let batches = 0;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "talea-errors-"));
  engine = await startEngine({ dataDirectory: directory, owner: "a test", log: () => undefined });
  store = new StoreClient({ kind: "embedded", socketPath: engine.socketPath });
  await migrate(store);
});
after(async () => {
  await store?.close();
  await engine?.close();
  rmSync(directory, { recursive: true, force: true });
});

interface ErrorRow {
  readonly runId: string;
  readonly fingerprint: string;
  readonly agoH?: number;
  readonly agent?: string;
  readonly kind?: SpanKind;
  readonly name?: string;
  readonly message?: string;
  readonly spans?: number;
  readonly origins?: number;
  readonly swallowed?: number;
}

/** Settles runs of a project for the n-th time with these errors, and none besides. */
async function settle(project: string, n: number, runIds: readonly string[], rows: readonly ErrorRow[]): Promise<void> {
  const batch = `batch-${batches++}`;
  if (n > 1)
    await takeBack(
      store,
      project,
      runIds.map((runId) => ({ runId, n })),
      batch,
    );
  if (rows.length === 0) return;
  const builder = new TableBuilder(RUN_ERRORS);
  const { columns } = builder;
  for (const error of rows) {
    const row = builder.addRow();
    const lastNs = NOW_NS - BigInt(Math.round((error.agoH ?? 1) * 3600)) * 1_000_000_000n;
    columns.project.put(row, project);
    columns.received.put(row, Number(NOW_NS / 1_000_000_000n));
    columns.run_id.put(row, error.runId);
    columns.n.put(row, n);
    columns.sign.put(row, 1);
    columns.last_at.putBigInt(row, lastNs);
    columns.first_at.putBigInt(row, lastNs - 1_000_000_000n);
    columns.fingerprint.put(row, error.fingerprint);
    columns.type.put(row, "Error");
    columns.message.put(row, error.message ?? `message of ${error.fingerprint}`);
    columns.agent.put(row, error.agent ?? "ann");
    columns.service.put(row, "shop");
    columns.kind.put(row, SPAN_KINDS.indexOf(error.kind ?? "tool"));
    columns.name.put(row, error.name ?? "search");
    columns.run_name.put(row, `name of ${error.runId}`);
    columns.spans.put(row, error.spans ?? error.origins ?? 1);
    columns.origins.put(row, error.origins ?? 1);
    columns.swallowed.put(row, error.swallowed ?? 0);
  }
  const names = Object.keys((RUN_ERRORS as Table).columns);
  await store.insert(RUN_ERRORS.name, names, [encodeBlock(builder as TableBuilder)], `settle/${batch}/run_errors`);
}

async function counts(project: string, filter: Partial<ErrorFilter> = {}): Promise<Record<string, number>> {
  const sums = await errorSums(store, project, { ...DAY, ...filter }, ALL, { sort: MOST_FIRST, limit: 100 });
  return Object.fromEntries(sums.map(({ fingerprint, count }) => [fingerprint, count]));
}

test("errors are summed over runs; those that were only passed on count nothing", async () => {
  await settle(
    "sums",
    1,
    ["r1", "r2"],
    [
      { runId: "r1", fingerprint: "f", origins: 3, swallowed: 1, agoH: 2 },
      { runId: "r1", fingerprint: "f", origins: 1, agent: "bob", agoH: 3 },
      { runId: "r2", fingerprint: "f", origins: 2, spans: 5, agoH: 1 },
      { runId: "r2", fingerprint: "g", origins: 0, spans: 4 },
    ],
  );
  const [sums, ...others] = await errorSums(store, "sums", DAY, ALL, { sort: MOST_FIRST, limit: 10 });
  assert.deepEqual(sums, {
    ...{ fingerprint: "f", count: 6, swallowed: 1, runs: 2 },
    ...{ firstNs: NOW_NS - 3n * HOUR_NS - 1_000_000_000n, lastNs: NOW_NS - HOUR_NS },
  });
  assert.deepEqual(others, []);
  assert.equal(await failedSpans(store, "sums", DAY, { ...ALL, only: ["f"] }), 9);
  assert.deepEqual((await errorWhereabouts(store, "sums", DAY, ALL)).get("f"), {
    ...{ agents: ["ann", "bob"], services: ["shop"], kinds: ["tool"] },
  });
});

test("a run that is settled again counts once, by its last settling, and by the agent that it has then", async () => {
  await settle(
    "again",
    1,
    ["r"],
    [
      { runId: "r", fingerprint: "f", origins: 2, agent: "unnamed", message: "first reading" },
      { runId: "r", fingerprint: "gone" },
    ],
  );
  await settle(
    "again",
    2,
    ["r"],
    [{ runId: "r", fingerprint: "f", origins: 3, agent: "ann", message: "second reading" }],
  );
  await settle(
    "again",
    3,
    ["r"],
    [{ runId: "r", fingerprint: "f", origins: 4, agent: "ann", message: "third reading" }],
  );
  assert.deepEqual(await counts("again"), { f: 4 });
  const choice = { ...ALL, only: ["f", "gone"] };
  assert.deepEqual((await errorWhereabouts(store, "again", DAY, choice)).get("f")?.agents, ["ann"]);
  assert.deepEqual([...(await errorWhereabouts(store, "again", DAY, choice)).keys()], ["f"]);
  const examples = await errorExamples(store, "again", DAY, choice, 5);
  assert.deepEqual(
    [...examples].map(([fingerprint, found]) => [fingerprint, found.map(({ message, count }) => [message, count])]),
    [["f", [["third reading", 4]]]],
  );
  assert.deepEqual([...(await errorsFirstSeen(store, "again", choice)).keys()], ["f"]);
  assert.deepEqual(await counts("again", { agent: ["unnamed"] }), {});
  assert.equal(await failedSpans(store, "again", DAY, choice), 4);
});

test("a settling that moves an error out of the window takes it out, and one that moves it in brings it in", async () => {
  await settle(
    "moves",
    1,
    ["out", "in"],
    [
      { runId: "out", fingerprint: "a", agoH: 2 },
      { runId: "in", fingerprint: "b", agoH: 30 },
    ],
  );
  await settle(
    "moves",
    2,
    ["out", "in"],
    [
      { runId: "out", fingerprint: "a", agoH: 30 },
      { runId: "in", fingerprint: "b", agoH: 2 },
    ],
  );
  assert.deepEqual(await counts("moves"), { b: 1 });
});

test("what was taken back for good is gone", async () => {
  await settle("deleted", 1, ["r"], [{ runId: "r", fingerprint: "f" }]);
  await settle("deleted", 2, ["r"], []);
  assert.deepEqual(await counts("deleted"), {});
  assert.equal((await errorsFirstSeen(store, "deleted", ALL)).size, 0);
  assert.equal((await errorExamples(store, "deleted", undefined, ALL, 5)).size, 0);
});

test("filters hold together, their values are alternatives, and text is looked for as it stands", async () => {
  await settle(
    "filters",
    1,
    ["r1", "r2"],
    [
      { runId: "r1", fingerprint: "f", agent: "ann", kind: "llm", message: "100% Sure" },
      { runId: "r2", fingerprint: "f", agent: "bob", kind: "tool", origins: 2 },
      { runId: "r2", fingerprint: "g", agent: "cyd", kind: "agent", message: "100 sure" },
    ],
  );
  assert.deepEqual(await counts("filters", { agent: ["ann", "cyd"] }), { f: 1, g: 1 });
  assert.deepEqual(await counts("filters", { agent: ["ann", "bob"], kind: ["tool"] }), { f: 2 });
  assert.deepEqual(await counts("filters", { kind: ["tool", "agent"] }), { f: 2, g: 1 });
  assert.deepEqual(await counts("filters", { name: ["name of r1"] }), { f: 1 });
  assert.deepEqual(await counts("filters", { service: ["other"] }), {});
  assert.deepEqual(await counts("filters", { text: "100% sure" }), { f: 1 });
  assert.deepEqual(await counts("filters", { text: "ERROR" }), { f: 3, g: 1 });
  const one = await errorSums(
    store,
    "filters",
    DAY,
    { exceptRunIds: ["r1"], except: ["g"] },
    { sort: MOST_FIRST, limit: 9 },
  );
  assert.deepEqual(
    one.map(({ fingerprint, count }) => [fingerprint, count]),
    [["f", 2]],
  );
});

test("pages of every order, put together, are the whole list", async () => {
  const rows = Array.from({ length: 23 }, (_, i) => ({
    ...{ runId: `r${i % 7}`, fingerprint: `f${String(i).padStart(2, "0")}` },
    ...{ origins: 1 + (i % 4), agoH: 1 + ((i * 5) % 13) },
  }));
  await settle("pages", 1, ["r"], rows);
  for (const field of ["count", "runs", "lastSeen", "firstSeen"] as const) {
    for (const descending of [true, false]) {
      const sort = { field, descending };
      const whole = await errorSums(store, "pages", DAY, ALL, { sort, limit: 100 });
      const value = ({ count, runs, lastNs, firstNs }: (typeof whole)[number]) =>
        BigInt({ count, runs, lastSeen: lastNs, firstSeen: firstNs }[field]);
      const pages: string[] = [];
      for (let from = 0; from < whole.length; from += 5) {
        const last = whole[from - 1];
        const cursor = last && { value: String(value(last)), id: last.fingerprint };
        const page = await errorSums(store, "pages", DAY, ALL, { sort, limit: 5, ...(cursor && { cursor }) });
        pages.push(...page.map(({ fingerprint }) => fingerprint));
      }
      assert.equal(whole.length, 23);
      assert.deepEqual(
        pages,
        whole.map(({ fingerprint }) => fingerprint),
        `${field} ${descending}`,
      );
      const values = whole.map(value);
      const ordered = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      assert.deepEqual(values, descending ? ordered.reverse() : ordered, `${field} ${descending}`);
    }
  }
});

test("a trend counts by steps, and what lies behind the last belongs to it", async () => {
  await settle(
    "trend",
    1,
    ["r1", "r2"],
    [
      { runId: "r1", fingerprint: "f", agoH: 23.5, origins: 2 },
      { runId: "r2", fingerprint: "f", agoH: 12, origins: 3 },
      { runId: "r2", fingerprint: "g", agoH: 0.5 },
    ],
  );
  const steps = { sinceNs: DAY.sinceNs, stepNs: 6n * HOUR_NS, count: 4 };
  const trends = await errorTrends(store, "trend", DAY, ALL, steps);
  assert.deepEqual(
    [trends.get("f"), trends.get("g")],
    [
      [2, 0, 3, 0],
      [0, 0, 0, 1],
    ],
  );
  const short = await errorTrends(store, "trend", DAY, ALL, { ...steps, count: 2 });
  assert.deepEqual(
    [short.get("f"), short.get("g")],
    [
      [2, 3],
      [0, 1],
    ],
  );
});

test("examples are the latest of each kind", async () => {
  const runs = Array.from({ length: 6 }, (_, i) => `r${i}`);
  await settle(
    "examples",
    1,
    runs,
    runs.map((runId, i) => ({ runId, fingerprint: i % 2 ? "f" : "g", agoH: 6 - i })),
  );
  const examples = await errorExamples(store, "examples", DAY, ALL, 2);
  assert.deepEqual(
    examples.get("f")?.map(({ runId, runName }) => [runId, runName]),
    [
      ["r5", "name of r5"],
      ["r3", "name of r3"],
    ],
  );
  assert.deepEqual(
    examples.get("g")?.map(({ runId }) => runId),
    ["r4", "r2"],
  );
});

test("shares tell who, what, where and in which runs, the largest first", async () => {
  await settle(
    "shares",
    1,
    ["r1", "r2"],
    [
      { runId: "r1", fingerprint: "f", agent: "ann", kind: "llm", name: "model-1", origins: 2 },
      { runId: "r1", fingerprint: "f", agent: "bob", kind: "tool", name: "search", origins: 1 },
      { runId: "r2", fingerprint: "f", agent: "bob", kind: "tool", name: "search", origins: 3, swallowed: 3 },
    ],
  );
  const inShort = async (side: Parameters<typeof errorShares>[4], limit = 10) =>
    (await errorShares(store, "shares", DAY, { ...ALL, only: ["f"] }, side, limit)).map(
      ({ kind, value, count, runs, swallowed }) => [kind, value, count, runs, swallowed].join(" ").trim(),
    );
  assert.deepEqual(await inShort("agent"), ["bob 4 2 3", "ann 2 1 0"]);
  assert.deepEqual(await inShort("thing"), ["tool search 4 2 3", "llm model-1 2 1 0"]);
  assert.deepEqual(await inShort("runName"), ["name of r1 3 1 0", "name of r2 3 1 3"]);
  assert.deepEqual(await inShort("service", 1), ["shop 6 2 3"]);
});
