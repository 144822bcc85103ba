// POST /api/v1/events and /api/v1/metrics: what they take, what they refuse item by item, and what they refuse whole.

import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { ITEM_ERRORS } from "../../src/ingest/item-errors.ts";
import { LIMITS } from "../../src/model/limits.ts";
import type { Accepted } from "../../src/model/shapes.ts";
import { type IngestServer, startIngestServer } from "../support/server-ingest.ts";
import { postTo } from "./exchange.ts";
import { nearestMs } from "./requests.ts";

const JSON_TYPE = "application/json";
const NDJSON = "application/x-ndjson";
const HOUR_MS = 3_600_000;
const DEEP = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;

let server: IngestServer;
before(async () => {
  server = await startIngestServer();
});
beforeEach(() => server.forgetRows());
after(async () => {
  await server.close();
  assert.deepEqual(server.faults, []);
});

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly details?: Accepted };
}
interface Answer {
  readonly status: number;
  readonly accepted: Accepted;
  readonly failure: Failure;
}

type Kind = "events" | "metrics";

async function send(kind: Kind, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const sent = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await postTo(`${server.url}/api/v1/${kind}`, sent, { "content-type": JSON_TYPE, ...headers });
  const parsed = JSON.parse(answer.body.toString()) as Accepted & Failure;
  return { status: answer.status, accepted: parsed, failure: parsed };
}

const event = (fields: object = {}) => ({ runId: "r", type: "task.started", id: randomUUID(), ...fields });
const point = (fields: object = {}) => ({ name: "heat", value: Math.random(), time: Date.now(), ...fields });

/** The codes of what was rejected, by index. */
function codes({ errors }: Accepted): Record<number, string> {
  return Object.fromEntries(errors.map(({ index, code }) => [index, code]));
}

test("one object, an array, and one object a line are all taken", async () => {
  for (const [kind, make, table] of [
    ["events", event, "events"],
    ["metrics", point, "points"],
  ] as const) {
    assert.equal((await send(kind, make())).accepted.accepted, 1);
    assert.equal((await send(kind, [make(), make()])).accepted.accepted, 2);
    const lines = [make(), make(), make()].map((one) => JSON.stringify(one)).join("\r\n");
    assert.equal((await send(kind, `\n${lines}\n\n`, { "content-type": NDJSON })).accepted.accepted, 3);
    for (const empty of ["[]", " [ ] "]) assert.equal((await send(kind, empty)).accepted.accepted, 0);
    assert.equal((await send(kind, "", { "content-type": NDJSON })).accepted.accepted, 0);
    assert.equal(server.rows(table).length, 6);
  }
});

test("a RunEvent is stored with all that it says, and fields of its own in its data", async () => {
  const traceId = "4BF92F3577B34DA6A3CE929D0E0E4736";
  const answer = await send("events", {
    ...{ id: "e1", runId: "run 1", type: "message.sent", time: "2026-01-02T03:04:05.123456789+01:00" },
    ...{ agentId: "boss", agentInstance: "2", to: "clerk", level: "warn", message: "do it" },
    ...{
      traceId,
      spanId: "00F067AA0BA902B7",
      parentSpanId: "00f067aa0ba902b8",
      data: { a: [1, null] },
      extra: { b: 2 },
    },
  });
  assert.equal(answer.status, 200);
  assert.match(answer.accepted.offset ?? "", /./);
  const [row] = server.rows("events");
  assert.equal(row?.["time"], 1_767_319_445_123_456_789n);
  const { id, run_id, type, agent, agent_instance, to_agent, message, trace_id, span_id, parent_id } = row;
  assert.deepEqual(
    [id, run_id, type, agent, agent_instance, to_agent, message],
    ["e1", "run 1", "message.sent", "boss", "2", "clerk", "do it"],
  );
  assert.deepEqual([trace_id, span_id, parent_id], [traceId.toLowerCase(), "00f067aa0ba902b7", "00f067aa0ba902b8"]);
  assert.deepEqual(JSON.parse(String(row["data"])), { a: [1, null], extra: { b: 2 } });
  assert.equal(server.rows("run_traces")[0]?.["run_id"], "run 1");
});

test("the lesson's spelling is accepted", async () => {
  const at = Date.now();
  const answer = await send("events", [
    { event_type: "agent_started", event_data: { step: 1 }, agent_id: "a", timestamp: at / 1000, run_id: "lesson" },
    {
      event_type: "agent_finished",
      event_data: null,
      agent_id: null,
      timestamp: new Date(at).toISOString(),
      run_id: "lesson",
    },
  ]);
  assert.deepEqual([answer.status, answer.accepted.accepted, answer.accepted.rejected], [200, 2, 0]);
  const [first, second] = server.rows("events");
  assert.deepEqual([first?.["type"], first?.["agent"], first?.["run_id"]], ["agent_started", "a", "lesson"]);
  assert.deepEqual(JSON.parse(String(first?.["data"])), { step: 1 });
  assert.deepEqual([nearestMs(first?.["time"]), nearestMs(second?.["time"])], [at, at]);
});

test("a numeric time has its unit by its size", async () => {
  const at = Date.UTC(2026, 4, 6, 7, 8, 9);
  const spellings = [at / 1000, at, at * 1000, at * 1e6, String(at), new Date(at).toISOString(), "2026-05-06T07:08:09"];
  for (const time of spellings) {
    for (const [kind, make, table] of [
      ["events", event, "events"],
      ["metrics", point, "points"],
    ] as const) {
      server.forgetRows();
      assert.equal((await send(kind, make({ time }))).status, 200, String(time));
      assert.equal(nearestMs(server.rows(table)[0]?.["time"]), at, String(time));
    }
  }
});

test("an event with an id of before is accepted and stored once", async () => {
  const sent = [event(), event(), event()];
  assert.equal((await send("events", sent)).accepted.duplicates, 0);
  const whole = await send("events", sent);
  assert.deepEqual([whole.accepted.accepted, whole.accepted.duplicates], [3, 3]);
  const again = await send("events", [sent[1], event()]);
  assert.deepEqual([again.accepted.accepted, again.accepted.duplicates], [2, 1]);
  assert.equal(server.rows("events").length, 4);
});

test("two equal events without id or time are two facts", async () => {
  const same = { runId: "r", type: "tick" };
  await send("events", same);
  await send("events", same);
  await send("events", [same, same]);
  assert.equal(server.rows("events").length, 4);
  assert.equal(new Set(server.rows("events").map(({ id }) => id)).size, 4);
});

test("a body of points that comes again is stored once, when its points have times", async () => {
  const timed = [point(), point()];
  await send("metrics", timed);
  assert.equal((await send("metrics", timed)).accepted.duplicates, 2);
  const untimed = { name: "heat", value: 1 };
  await send("metrics", untimed);
  await send("metrics", untimed);
  assert.equal(server.rows("points").length, 4);
});

test("bad events are rejected one by one, each with its code, and good ones stored", async () => {
  const now = Date.now();
  const bad: [item: unknown, code: keyof typeof ITEM_ERRORS][] = [
    [5, "event_invalid"],
    [null, "event_invalid"],
    [[event()], "event_invalid"],
    [{ runId: "r" }, "event_invalid"],
    [event({ type: 5 }), "event_invalid"],
    [event({ type: "" }), "event_invalid"],
    [event({ level: "loud" }), "event_invalid"],
    [event({ data: "text" }), "event_invalid"],
    [event({ traceId: "abc" }), "event_invalid"],
    [event({ traceId: "0".repeat(32) }), "event_invalid"],
    [event({ spanId: "xyz" }), "event_invalid"],
    [event({ id: "x".repeat(LIMITS.eventIdBytes + 1) }), "event_invalid"],
    [{ type: "x" }, "run_id_missing"],
    [event({ runId: "r".repeat(LIMITS.runIdBytes + 1) }), "event_invalid"],
    [event({ runId: "é".repeat(LIMITS.runIdBytes / 2 + 1) }), "run_id_invalid"],
    [event({ runId: "a\u0000b" }), "run_id_invalid"],
    [event({ time: "yesterday" }), "time_invalid"],
    [event({ time: -1 }), "time_invalid"],
    [event({ time: 0 }), "time_invalid"],
    [event({ time: "1999-12-31T23:59:59Z" }), "time_invalid"],
    [event({ time: now + 25 * HOUR_MS }), "time_invalid"],
    [event({ data: { text: "x".repeat(LIMITS.eventDataBytes) } }), "too_large"],
  ];
  const items = bad.flatMap(([item]) => [item, event({ type: "good" })]);
  const answer = await send("events", items);
  assert.equal(answer.status, 200);
  assert.deepEqual([answer.accepted.accepted, answer.accepted.rejected], [bad.length, bad.length]);
  assert.deepEqual(codes(answer.accepted), Object.fromEntries(bad.map(([, code], i) => [2 * i, code])));
  for (const { message } of answer.accepted.errors) assert.ok(message.length > 5);
  const types = server.rows("events").map(({ type }) => type);
  assert.deepEqual(types, Array<string>(bad.length).fill("good"));
});

test("bad points are rejected one by one, each with its code, and good ones stored", async () => {
  const bad: [item: unknown, code: keyof typeof ITEM_ERRORS][] = [
    ["x", "point_invalid"],
    [{ name: "x" }, "point_invalid"],
    [point({ name: "" }), "point_invalid"],
    [point({ value: "5" }), "point_invalid"],
    [point({ attributes: { a: {} } }), "point_invalid"],
    [point({ attributes: { ["k".repeat(LIMITS.attributeKeyBytes + 1)]: 1 } }), "point_invalid"],
    [point({ attributes: { k: "v".repeat(LIMITS.labelBytes + 1) } }), "point_invalid"],
    [point({ attributes: Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`a${i}`, i])) }), "point_invalid"],
    [point({ spanId: "1" }), "point_invalid"],
    [point({ runId: "\u0007" }), "run_id_invalid"],
    [point({ time: "soon" }), "time_invalid"],
    [point({ time: 1 }), "time_invalid"],
  ];
  const answer = await send(
    "metrics",
    bad.flatMap(([item]) => [item, point()]),
  );
  assert.equal(answer.status, 200);
  assert.deepEqual(codes(answer.accepted), Object.fromEntries(bad.map(([, code], i) => [2 * i, code])));
  assert.equal(server.rows("points").length, bad.length);
});

test("a number that no double holds is no value", async () => {
  const text = JSON.stringify([point({ value: 5 }), point({ value: 7 })]).replace('"value":5', '"value":1e309');
  const answer = await send("metrics", text);
  assert.deepEqual([answer.status, codes(answer.accepted)], [200, { 0: "point_invalid" }]);
});

test("400 only when the body cannot be read or everything was rejected", async () => {
  const allBad = await send("events", [{ type: "x" }, 5]);
  assert.equal(allBad.status, 400);
  assert.equal(allBad.failure.error.code, "nothing_accepted");
  assert.deepEqual(codes(allBad.failure.error.details as Accepted), { 0: "run_id_missing", 1: "event_invalid" });
  const good = JSON.stringify(event());
  const unreadable = [
    "",
    "{",
    "nope",
    `[${good},]`,
    `[${good}`,
    `[${good}]]`,
    `[${good}} `,
    `${good}${good}`,
    "\ufeff{}",
  ];
  for (const body of [...unreadable, Buffer.from([0xff, 0xfe, 0x00])]) {
    const answer = await send("events", body);
    assert.equal(answer.status, 400, String(body));
    assert.equal(answer.failure.error.code, "unreadable_body", String(body));
  }
  assert.equal(server.rows("events").length, 0);
});

test("a line that is no JSON is no matter of the other lines", async () => {
  const lines = [
    JSON.stringify(event()),
    "{torn",
    Buffer.from([0x22, 0xff, 0x22]).toString("latin1"),
    JSON.stringify(event()),
  ];
  const answer = await send("events", Buffer.from(lines.join("\n"), "latin1"), { "content-type": NDJSON });
  assert.deepEqual([answer.status, answer.accepted.accepted], [200, 2]);
  assert.deepEqual(codes(answer.accepted), { 1: "event_invalid", 2: "event_invalid" });
});

test("deep, polluting and doubled keys do no harm", async () => {
  const deep = JSON.stringify(event({ data: { x: "MARK" } })).replace('"MARK"', DEEP);
  const answer = await send("events", `[${deep},${JSON.stringify(event())}]`);
  assert.deepEqual([answer.status, codes(answer.accepted)], [200, { 0: "event_invalid" }]);
  const odd =
    '{"runId":"r","type":"a","type":"b","__proto__":{"polluted":1},"data":{"__proto__":{"y":2},"constructor":3}}';
  assert.equal((await send("events", odd)).status, 200);
  const row = server.rows("events").at(-1);
  assert.equal(row?.["type"], "b");
  assert.equal(row["data"], '{"__proto__":{"y":2},"constructor":3}');
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.equal(
    (await send("metrics", '{"name":"x","value":1,"attributes":{"__proto__":"p","toString":"q"}}')).status,
    200,
  );
  assert.equal(server.rows("points")[0]?.["labels"], '{"__proto__":"p","toString":"q"}');
});

test("a message of a megabyte is kept whole, and a longer one refused", async () => {
  const message = "m".repeat(LIMITS.eventMessageBytes);
  assert.equal((await send("events", event({ message }))).status, 200);
  assert.equal(server.rows("contents")[0]?.["body"], message);
  const longer = await send("events", event({ message: `${message}m` }));
  assert.deepEqual([longer.status, longer.failure.error.details?.errors[0]?.code], [400, "event_invalid"]);
});

test("more items than a request may have are 413, and so is a bomb", async () => {
  const items = `[${"1,".repeat(LIMITS.eventsPerRequest)}1]`;
  const answer = await send("events", items);
  assert.deepEqual([answer.status, answer.failure.error.code], [413, "body_too_large"]);
  const zeros = Buffer.alloc(LIMITS.bodyBytes + 1);
  for (const [encoding, bomb] of Object.entries({ gzip: gzipSync(zeros), zstd: zstdCompressSync(zeros) })) {
    const exploded = await send("events", bomb, { "content-encoding": encoding });
    assert.deepEqual([exploded.status, exploded.failure.error.code], [413, "body_too_large"]);
  }
  assert.equal((await send("events", event())).status, 200);
  assert.equal(server.ingest.receiver.meter.bytes, 0);
});

test("bodies come compressed, and only as JSON or lines of it", async () => {
  for (const [encoding, compress] of Object.entries({ gzip: gzipSync, zstd: zstdCompressSync })) {
    const answer = await send("events", compress(JSON.stringify(event())), { "content-encoding": encoding });
    assert.equal(answer.status, 200, encoding);
  }
  for (const headers of [
    { "content-type": "text/plain" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "application/x-protobuf" },
    { "content-encoding": "snappy" },
  ]) {
    const answer = await send("events", event(), headers);
    assert.deepEqual([answer.status, answer.failure.error.code], [415, "content_type_unknown"]);
  }
  const torn = await send("events", gzipSync("{}").subarray(0, -4), { "content-encoding": "gzip" });
  assert.deepEqual([torn.status, torn.failure.error.code], [400, "unreadable_body"]);
  assert.equal((await send("events", event(), { "content-type": "application/json; charset=utf-8" })).status, 200);
});

test("with a full journal both say when to come back", async () => {
  const full = await startIngestServer({ journalBytes: 1 });
  try {
    const url = `${full.url}/api/v1`;
    const body = JSON.stringify(event());
    assert.equal((await postTo(`${url}/events`, body, { "content-type": JSON_TYPE })).status, 200);
    for (const [path, item] of Object.entries({ events: event(), metrics: point() })) {
      const answer = await postTo(`${url}/${path}`, JSON.stringify(item), { "content-type": JSON_TYPE });
      assert.equal(answer.status, 503);
      assert.ok(Number(answer.headers.get("retry-after")) >= 1);
      assert.equal((JSON.parse(answer.body.toString()) as Failure).error.code, "overloaded");
    }
  } finally {
    await full.close();
  }
});
