// The demands on a receiver that concern limits, failures and overload: see otlp-demands.test.ts for the others.

import { strict as assert } from "node:assert";
import { get, request } from "node:http";
import { after, before, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { status } from "@grpc/grpc-js";
import { LIMITS } from "../../src/model/limits.ts";
import { encode, type Signal } from "../support/otlp-proto.ts";
import { type IngestServer, startIngestServer } from "../support/server-ingest.ts";
import { startTaleaHere } from "../support/talea-here.ts";
import { GrpcClient, type HttpAnswer, partialOf, partialSuccess, post, postTo, statusIn } from "./exchange.ts";
import { bodyOf, CONTENT_TYPES, FORMATS, type Format, requestWith, SIGNALS, span, traceRequest } from "./requests.ts";
import { content, deepKeyValue, field, inFrames } from "./wire-bytes.ts";

const MIB = 1024 * 1024;
/** The only ones that a client may answer by sending the same again. */
const RETRYABLE = new Set([429, 502, 503, 504]);
const RESPONSE_BYTES_MAX = 4 * MIB;

let server: IngestServer;
/** Its journal is full after the first request. */
let full: IngestServer;
before(async () => {
  server = await startIngestServer();
  full = await startIngestServer({ journalBytes: 1 });
  assert.equal((await post(full.url, "logs", bodyOf("logs", requestWith("logs", 1)))).status, 200);
});
after(async () => {
  await server.close();
  await full.close();
  assert.deepEqual([...server.faults, ...full.faults], []);
});

async function stillServes(): Promise<void> {
  const answer = await post(server.url, "traces", bodyOf("traces", requestWith("traces", 1)));
  assert.deepEqual([answer.status, answer.body.length], [200, 0]);
}

/** A well-formed request that is longer than the limit: one unknown field of zeros. */
function tooLong(limitBytes: number): Buffer {
  return field(15, Buffer.alloc(limitBytes + 1));
}

test("2: a gRPC message beyond the limit, also after decompression, is RESOURCE_EXHAUSTED and not to be retried", async () => {
  assert.equal(LIMITS.grpcMessageBytes, 64 * MIB);
  const body = tooLong(LIMITS.grpcMessageBytes);
  for (const compression of ["none", "gzip"] as const) {
    using client = new GrpcClient(server.grpcAddress, compression);
    const answer = await client.export("traces", body);
    assert.equal(answer.code, status.RESOURCE_EXHAUSTED, `${compression}: ${answer.details}`);
    assert.equal(answer.status?.retryDelayS, undefined);
    assert.equal((await client.export("traces", bodyOf("traces", requestWith("traces", 1)))).code, status.OK);
  }
});

test("2: a gRPC message just within the limit is taken", async () => {
  using client = new GrpcClient(server.grpcAddress, "gzip");
  assert.equal((await client.export("traces", tooLong(LIMITS.grpcMessageBytes - 1024))).code, status.OK);
});

test("3, 13: an answer stays far below its limit, however much is rejected", async () => {
  const bad = [
    span({ startTimeUnixNano: "0" }),
    span({ startTimeUnixNano: "9000000000000000000" }),
    span({ endTimeUnixNano: "9000000000000000000" }),
    span({ traceId: Buffer.alloc(3) }),
    span({ spanId: Buffer.alloc(3) }),
    span({ parentSpanId: Buffer.alloc(3) }),
  ];
  const request = traceRequest(Array.from({ length: 50_000 }, (_, i) => bad[i % bad.length] ?? {}));
  const body = bodyOf("traces", request);
  const answer = await post(server.url, "traces", body);
  assert.equal(partialSuccess("traces", answer)?.rejected, 50_000);
  assert.ok(answer.body.length < RESPONSE_BYTES_MAX / 100);
  using client = new GrpcClient(server.grpcAddress);
  const called = await client.export("traces", Buffer.concat([body, Buffer.from([0x0a, 0])]));
  assert.equal(partialOf(called.body)?.rejected, 50_000);
  assert.ok(called.body.length < RESPONSE_BYTES_MAX / 100);
});

test("8: what cannot be read is INVALID_ARGUMENT with what is bad about it", async () => {
  using client = new GrpcClient(server.grpcAddress);
  for (const signal of SIGNALS) {
    const answer = await client.export(signal, bodyOf(signal, requestWith(signal, 1)).subarray(0, -1));
    assert.equal(answer.code, status.INVALID_ARGUMENT);
    assert.equal(answer.status?.code, status.INVALID_ARGUMENT);
    assert.equal(answer.status.retryDelayS, undefined);
    assert.equal(answer.status.violations?.length, 1);
    assert.match(answer.details, /cannot be read/);
  }
});

test("8: without a key a gRPC call is UNAUTHENTICATED, which is not retried, and with it served", async () => {
  const locked = await startIngestServer({ key: "secret" });
  try {
    using client = new GrpcClient(locked.grpcAddress);
    const body = bodyOf("traces", requestWith("traces", 1));
    assert.equal((await client.export("traces", body)).code, status.UNAUTHENTICATED);
    assert.equal((await client.export("traces", body, { authorization: "Bearer no" })).code, status.UNAUTHENTICATED);
    assert.equal(locked.rows("spans").length, 0);
    assert.equal((await client.export("traces", body, { authorization: "Bearer secret" })).code, status.OK);
    assert.equal((await client.export("traces", body, { "x-api-key": "secret" })).code, status.OK);
  } finally {
    await locked.close();
  }
});

test("9: with a full journal gRPC answers UNAVAILABLE and when to come back", async () => {
  using client = new GrpcClient(full.grpcAddress);
  for (const signal of SIGNALS) {
    const answer = await client.export(signal, bodyOf(signal, requestWith(signal, 1)));
    assert.equal(answer.code, status.UNAVAILABLE);
    const delayS = answer.status?.retryDelayS ?? 0;
    assert.ok(delayS >= 1 && delayS <= 30, `comes back after ${delayS} s`);
  }
});

test("9, 16: with a full journal HTTP answers 503, Retry-After and a status that says so", async () => {
  for (const signal of SIGNALS) {
    for (const format of FORMATS) {
      const answer = await post(full.url, signal, bodyOf(signal, requestWith(signal, 1), format), format);
      assert.equal(answer.status, 503);
      const retryAfterS = Number(answer.headers.get("retry-after"));
      assert.ok(retryAfterS >= 1 && retryAfterS <= 30);
      const { code, retryDelayS, message } = statusIn(answer);
      assert.deepEqual([code, retryDelayS], [status.UNAVAILABLE, retryAfterS]);
      assert.match(message, /journal is full/);
    }
  }
});

test("9: when all bodies together would take too much memory, it is overload on both transports, and passes", async () => {
  const small = await startIngestServer({ bodiesInFlightBytes: 2 * MIB });
  try {
    const large = tooLong(3 * MIB);
    assert.equal((await post(small.url, "traces", large)).status, 503);
    const packed = await post(small.url, "traces", gzipSync(large), "protobuf", { "content-encoding": "gzip" });
    assert.equal(packed.status, 503);
    using client = new GrpcClient(small.grpcAddress);
    assert.equal((await client.export("traces", large)).code, status.UNAVAILABLE);
    for (let i = 0; i < 20; i++) {
      assert.equal((await post(small.url, "traces", bodyOf("traces", requestWith("traces", 1)))).status, 200);
    }
    assert.equal(small.ingest.receiver.meter.bytes, 0, "what was counted was given back");
  } finally {
    await small.close();
  }
});

test("11, 14: other content types and encodings are 415, other methods 405", async () => {
  const body = bodyOf("traces", requestWith("traces", 1));
  for (const type of [
    "text/plain",
    "application/octet-stream",
    "application/grpc",
    "multipart/form-data",
    "nonsense",
  ]) {
    const answer = await postTo(`${server.url}/v1/traces`, body, { "content-type": type });
    assert.equal(answer.status, 415, type);
    assert.match(statusIn(answer).message, /application\/x-protobuf or application\/json/);
  }
  for (const encoding of ["compress", "snappy", "gzip, gzip", "constructor", "__proto__"]) {
    const answer = await post(server.url, "traces", body, "protobuf", { "content-encoding": encoding });
    assert.equal(answer.status, 415, encoding);
    assert.match(statusIn(answer).message, /use gzip, zstd/);
  }
  for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
    const answer = await fetch(`${server.url}/v1/traces`, { method });
    assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "POST"]);
    assert.match(((await answer.json()) as { message: string }).message, /POST/);
  }
});

test("13: a body beyond the limit is 413: announced, streamed, or only after decompression", async () => {
  assert.equal(LIMITS.bodyBytes, 64 * MIB);
  const long = tooLong(LIMITS.bodyBytes);
  const tooLarge = async (answer: Promise<HttpAnswer>, what: string) => {
    const { status: code, ...rest } = await answer;
    assert.equal(code, 413, what);
    assert.equal(statusIn({ status: code, ...rest }).code, status.RESOURCE_EXHAUSTED);
    await stillServes();
  };
  const gzipped = gzipSync(long, { level: 1 });
  await tooLarge(post(server.url, "traces", gzipped, "protobuf", { "content-encoding": "gzip" }), "gzip");
  const packed = zstdCompressSync(long);
  await tooLarge(post(server.url, "traces", packed, "protobuf", { "content-encoding": "zstd" }), "zstd");
  await tooLarge(post(server.url, "traces", packed, "json", { "content-encoding": "zstd" }), "zstd, JSON");
  await tooLarge(announced(LIMITS.compressedBodyBytes + 1), "announced");
  await tooLarge(streamed(long), "streamed");
});

/** Announces a long body and sends none of it: the answer must come all the same. */
function announced(bytes: number): Promise<HttpAnswer> {
  const headers = { "content-type": CONTENT_TYPES.protobuf, "content-length": bytes };
  return answerTo(headers, () => undefined);
}

/** Sends a body without saying how long it is. */
function streamed(body: Buffer): Promise<HttpAnswer> {
  return answerTo({ "content-type": CONTENT_TYPES.protobuf }, (sent) => {
    for (let at = 0; at < body.length; at += MIB) sent.write(body.subarray(at, at + MIB));
    sent.end();
  });
}

function answerTo(
  headers: Readonly<Record<string, string | number>>,
  send: (sent: ReturnType<typeof request>) => void,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/v1/traces`, { method: "POST", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const answered = new Headers({ "content-type": response.headers["content-type"] ?? "" });
        resolve({ status: response.statusCode ?? 0, headers: answered, body: Buffer.concat(chunks) });
        sent.destroy();
      });
    });
    // After the answer the server may close without reading the rest.
    sent.on("error", reject);
    sent.flushHeaders();
    send(sent);
  });
}

test("14, 15: what cannot be read is 400 with a google.rpc.Status in the request's own format", async () => {
  const good = (format: Format) => bodyOf("traces", requestWith("traces", 1), format);
  const cases: [format: Format, body: Buffer, encoding?: string][] = [
    ["protobuf", good("protobuf").subarray(0, -3)],
    ["protobuf", Buffer.from("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "latin1")],
    ["protobuf", good("json")],
    // The first byte of JSON begins a group, and others may end one: not this one.
    ["protobuf", Buffer.from("{\x08\x01\x64")],
    ["protobuf", gzipSync(good("protobuf")).subarray(0, -12), "gzip"],
    ["protobuf", good("protobuf"), "gzip"],
    ["protobuf", good("protobuf"), "zstd"],
    ["json", good("json").subarray(0, -1)],
    ["json", good("protobuf")],
    ["json", Buffer.from("[]")],
    ["json", Buffer.from("null")],
    ["json", Buffer.from('{"resourceSpans":{}}')],
    ["json", Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]}')],
  ];
  for (const [format, body, encoding] of cases) {
    const headers = encoding === undefined ? {} : { "content-encoding": encoding };
    const answer = await post(server.url, "traces", body, format, headers);
    assert.equal(answer.status, 400, body.toString("latin1", 0, 40));
    assert.equal(answer.headers.get("content-type")?.split(";")[0], CONTENT_TYPES[format]);
    const { code, message, violations, retryDelayS } = statusIn(answer);
    assert.deepEqual([code, violations?.length, retryDelayS], [status.INVALID_ARGUMENT, 1, undefined]);
    assert.ok(message.length > 10);
  }
  await stillServes();
});

test("15: one bad item anywhere leaves nothing of an unreadable body stored", async () => {
  server.forgetRows();
  for (const signal of SIGNALS) {
    const body = bodyOf(signal, requestWith(signal, 500));
    // A last envelope whose field 2 says that it is longer than all there is.
    const torn = Buffer.concat([body, Buffer.from([0x0a, 0x02, 0x12, 0x7f])]);
    assert.equal((await post(server.url, signal, torn)).status, 400);
  }
  for (const table of ["spans", "events", "points"] as const) assert.equal(server.rows(table).length, 0);
});

test("16: only overload is answered by a status that clients retry", async () => {
  const body = bodyOf("traces", requestWith("traces", 1));
  const answers = [
    await post(server.url, "traces", body.subarray(0, -1)),
    await postTo(`${server.url}/v1/traces`, body, { "content-type": "text/plain" }),
    await post(server.url, "traces", body, "protobuf", { "content-encoding": "lzma" }),
    await post(server.url, "traces", zstdCompressSync(tooLong(LIMITS.bodyBytes)), "json", {
      "content-encoding": "zstd",
    }),
    await postTo(`${server.url}/v1/nothing`, body, { "content-type": CONTENT_TYPES.protobuf }),
  ];
  for (const { status: code } of answers) assert.ok(code >= 400 && code < 500 && !RETRYABLE.has(code), String(code));
});

test("16: a nesting that would overflow a stack is refused or left out, never answered by a retryable fault", async () => {
  for (const signal of SIGNALS) {
    for (const body of tooDeep(signal)) {
      const answer = await post(server.url, signal, body);
      assert.equal(answer.status, 200);
      assert.match(partialSuccess(signal, answer)?.message ?? "", /nested|left out/);
    }
  }
  assert.deepEqual(server.faults, []);
});

/** A value 10,000 arrays deep: in the resource of a good item, and in an item. */
function tooDeep(signal: Signal): Buffer[] {
  const keyValue = deepKeyValue(10_000);
  const good = content(bodyOf(signal, requestWith(signal, 1)));
  const items = {
    traces: field(9, keyValue),
    logs: field(6, keyValue),
    metrics: Buffer.concat([encode("Metric", { name: "heat" }), field(5, field(1, field(7, keyValue)))]),
  };
  return [
    field(1, Buffer.concat([field(1, field(1, keyValue)), good])),
    Buffer.concat([field(1, good), inFrames(items[signal])]),
  ];
}

test("17: a connection may rest longer than the 60 s at which SDKs export metrics", async () => {
  const talea = await startTaleaHere();
  try {
    const answer = await post(talea.talea.url, "metrics", bodyOf("metrics", requestWith("metrics", 1)));
    assert.equal(answer.status, 200);
    // Node says here how long it really waits.
    const timeout = await new Promise<string>((resolve, reject) => {
      const headers = { connection: "keep-alive" };
      get(`${talea.talea.url}/healthz`, { headers }, (response) => {
        resolve(String(response.headers["keep-alive"]));
        response.resume();
      }).on("error", reject);
    });
    const restMs = 1000 * Number(/timeout=(\d+)/.exec(timeout)?.[1]);
    assert.equal(restMs, LIMITS.keepAliveTimeoutMs);
    assert.ok(restMs > 60_000);
  } finally {
    await talea.close();
  }
});
