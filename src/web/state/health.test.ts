import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../../model/shapes.ts";
import { healthLines, worstOf } from "./health.ts";

const WELL: Status = {
  ...{ version: "1.0.0", uptimeMs: 1000, pid: 1, ready: true, duplicates: 0, rejected: 0, unsettled: 3, sockets: 2 },
  acknowledged: { spans: 10_000, events: 2, points: 1 },
  stored: { spans: 10_000, events: 2, points: 1 },
  journal: { segments: 0, bytes: 0, oldestMs: 0, quarantined: 0, bytesAllowed: 1e9 },
  engine: { state: "ready", restarts: 0, residentBytes: 5e8, memoryBytesMax: 9e8 },
  running: { runs: 0, agents: {} },
  rates: { spansPerS: 0, eventsPerS: 0, tokensPerS: 0 },
  limits: { sockets: 10_000 },
  eventLoop: { p50Ms: 0, p99Ms: 1, maxMs: 4 },
  process: { residentBytes: 2e8, heapUsedBytes: 1e8 },
  losses: { rejected: [], changed: [], refusedRequests: [] },
  ...{ asksForKeys: true, scopes: ["read"] },
};

const troubles = (status: Status) =>
  healthLines(status).flatMap(({ id, state }) => (state === "good" ? [] : [`${id} ${state}`]));

test("a server that does well has no advice, and a meaning for every figure", () => {
  const lines = healthLines(WELL);
  assert.equal(worstOf(lines), "good");
  assert.deepEqual(
    lines.filter(({ advice }) => advice !== undefined),
    [],
  );
  assert.ok(lines.every(({ meaning, value }) => meaning.length > 20 && value !== ""));
  assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
});

test("what is not well says what to do", () => {
  const { journal, engine } = WELL;
  const cases: readonly (readonly [Partial<Status>, readonly string[]])[] = [
    [{ journal: { ...journal, oldestMs: 12_000 } }, ["journal-lag look"]],
    [{ journal: { ...journal, oldestMs: 61_000 } }, ["journal-lag bad"]],
    [{ journal: { ...journal, bytes: 0.6e9 } }, ["journal-disk look"]],
    [{ journal: { ...journal, bytes: 0.95e9 } }, ["journal-disk bad"]],
    [{ journal: { ...journal, quarantined: 1 } }, ["quarantined bad"]],
    [{ rejected: 4 }, []],
    [{ rejected: 40 }, ["rejected look"]],
    [{ rejected: 4000 }, ["rejected bad"]],
    [{ engine: { ...engine, state: "restarting", restarts: 2 } }, ["engine bad", "engine-restarts look"]],
    [{ engine: { state: "external", restarts: 0 } }, []],
    [{ engine: { ...engine, residentBytes: 14e8 } }, ["engine-memory look"]],
    [{ sockets: 9000 }, ["sockets look"]],
    [{ eventLoop: { p50Ms: 1, p99Ms: 80, maxMs: 90 } }, ["event-loop look"]],
    [{ eventLoop: { p50Ms: 1, p99Ms: 800, maxMs: 900 } }, ["event-loop bad"]],
  ];
  for (const [change, expected] of cases) {
    const status = { ...WELL, ...change };
    assert.deepEqual(troubles(status), expected);
    for (const { state, advice } of healthLines(status)) assert.equal(state === "good", advice === undefined);
  }
  assert.equal(worstOf(healthLines({ ...WELL, rejected: 40 })), "look");
  assert.equal(worstOf(healthLines({ ...WELL, rejected: 40, journal: { ...journal, quarantined: 1 } })), "bad");
});
