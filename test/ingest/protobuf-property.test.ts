// Our reader of OTLP against protobufjs, on random messages. The seed is printed: `SEED=… node --test …` repeats a
// failure.

import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import type { CellValue, Row } from "../../src/store/native/block-reader.ts";
import { decode, encode, type Plain, REQUESTS, type Signal } from "../support/otlp-proto.ts";
import { ingestInMemory } from "../support/server-ingest.ts";
import { exportRequests, FRAMES } from "./arbitrary-requests.ts";
import { comparable, expectedRows } from "./expected-rows.ts";
import { type Format, jsonText, SIGNALS, TABLES } from "./requests.ts";

const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const settings = { seed, numRuns: 250, endOnFailure: process.env["CI"] !== undefined };

const { ingest, committed, faults } = ingestInMemory();
let bodies = 0;

interface Taken {
  readonly rows: readonly Row[];
  readonly accepted: number;
  readonly rejected: number;
}

/** Takes a body in, which is made different from all others before: a repeat would be acknowledged and not read. */
async function take(signal: Signal, body: Buffer, format: Format = "protobuf"): Promise<Taken> {
  const nonce = ++bodies;
  const unique =
    format === "json"
      ? Buffer.from(`{"nonce":${nonce}${body.length > 2 ? "," : ""}${body.toString().slice(1)}`)
      : Buffer.concat([body, encode("NumberDataPoint", { timeUnixNano: String(nonce) })]);
  committed.clear();
  const { accepted, rejected } = await ingest.receiver.receive(signal, unique, format, "default");
  return { rows: committed.rows(TABLES[signal]), accepted, rejected };
}

const OWN_COLUMNS: ReadonlySet<string> = new Set(["offset", "received", "id"]);

/** The rows without what differs from one time to another. */
function timeless(signal: Signal, rows: readonly Row[], nowMs: number): Row[] {
  return rows.map((row) => {
    const columns = Object.entries(row).filter(([name]) => !OWN_COLUMNS.has(name));
    return Object.fromEntries(
      columns.map(([name, cell]) => [name, signal === "logs" ? orNow(name, cell, nowMs) : cell]),
    );
  });
}

/** A record without a time has that of its receipt. */
function orNow(name: string, cell: CellValue, nowMs: number): CellValue {
  return name === "time" && Math.abs(Number(cell) / 1e6 - nowMs) < 3_600_000 ? "now" : cell;
}

for (const signal of SIGNALS) {
  test(`${signal}: rows hold what protobufjs reads in the same bytes`, async () => {
    await fc.assert(
      fc.asyncProperty(exportRequests(signal), async (request) => {
        const body = encode(REQUESTS[signal], request);
        const nowMs = Date.now();
        const expected = expectedRows(signal, decode(REQUESTS[signal], body), nowMs);
        const { rows, accepted, rejected } = await take(signal, body);
        assert.equal(rejected, expected.rejected);
        assert.ok(accepted >= expected.rows.length);
        assert.equal(rows.length, expected.rows.length);
        for (const [i, row] of expected.rows.entries()) assert.deepEqual(comparable(rows[i] as Row, row), row);
      }),
      settings,
    );
    assert.deepEqual(faults, []);
  });

  test(`${signal}: the protobuf and the JSON form of a message store equal rows`, async () => {
    await fc.assert(
      fc.asyncProperty(exportRequests(signal), async (request) => {
        const nowMs = Date.now();
        const binary = await take(signal, encode(REQUESTS[signal], request));
        const json = await take(signal, Buffer.from(jsonText(request)), "json");
        assert.deepEqual([json.accepted, json.rejected], [binary.accepted, binary.rejected]);
        assert.deepEqual(timeless(signal, json.rows, nowMs), timeless(signal, binary.rows, nowMs));
      }),
      settings,
    );
    assert.deepEqual(faults, []);
  });

  test(`${signal}: a request in pieces, or pieces put together, store what the whole does`, async () => {
    await fc.assert(
      fc.asyncProperty(exportRequests(signal), async (request) => {
        const nowMs = Date.now();
        const whole = await take(signal, encode(REQUESTS[signal], request));
        const pieces = piecesOf(signal, request).map((piece) => encode(REQUESTS[signal], piece));
        const rows: Row[] = [];
        let rejected = 0;
        for (const piece of pieces) {
          const taken = await take(signal, piece);
          rows.push(...taken.rows);
          rejected += taken.rejected;
        }
        assert.equal(rejected, whole.rejected);
        const expected = timeless(signal, whole.rows, nowMs);
        assert.deepEqual(timeless(signal, rows, nowMs), expected);
        const joined = await take(signal, Buffer.concat(pieces));
        assert.deepEqual(timeless(signal, joined.rows, nowMs), expected);
      }),
      { ...settings, numRuns: 100 },
    );
    assert.deepEqual(faults, []);
  });
}

/** A request for each item. */
function piecesOf(signal: Signal, request: Plain): Plain[] {
  const { request: resources, scopes, items } = FRAMES[signal];
  return (request[resources] as Plain[]).flatMap((ofResource) =>
    ((ofResource[scopes] ?? []) as Plain[]).flatMap((scoped) =>
      ((scoped[items] ?? []) as Plain[]).map((item) => ({
        [resources]: [{ ...ofResource, [scopes]: [{ ...scoped, [items]: [item] }] }],
      })),
    ),
  );
}
