// What the OTLP specification demands of a receiver, by the numbers of our list of demands: what is taken in and how it
// is answered. Failures are in otlp-failures.test.ts. Source: opentelemetry-proto docs/specification.md.

import { strict as assert } from "node:assert";
import { after, before, beforeEach, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { status } from "@grpc/grpc-js";
import { readSettings } from "../../src/server/settings.ts";
import { encode, type Plain, REQUESTS } from "../support/otlp-proto.ts";
import { type IngestServer, startIngestServer } from "../support/server-ingest.ts";
import { GrpcClient, partialOf, partialSuccess, post, postTo } from "./exchange.ts";
import {
  attribute,
  bodyOf,
  CONTENT_TYPES,
  FORMATS,
  gaugePoint,
  gaugeRequest,
  hex,
  jsonText,
  logRecord,
  logRequest,
  nearestMs,
  requestWith,
  SIGNALS,
  span,
  TABLES,
  traceRequest,
  unixNano,
} from "./requests.ts";

/** How zeros in an id's column read. */
const NO_ID = "";

let server: IngestServer;
before(async () => {
  server = await startIngestServer();
});
beforeEach(() => server.forgetRows());
after(async () => {
  await server.close();
  assert.deepEqual(server.faults, []);
});

test("1: requests come plain, gzipped or compressed otherwise over HTTP, plain or gzipped over gRPC", async () => {
  const compressions = {
    ...{ identity: (body: Buffer) => body, gzip: gzipSync, zstd: zstdCompressSync },
    ...{ deflate: deflateSync, br: brotliCompressSync },
  };
  for (const signal of SIGNALS) {
    for (const format of FORMATS) {
      for (const [encoding, compress] of Object.entries(compressions)) {
        const body = compress(bodyOf(signal, requestWith(signal, 3), format));
        const answer = await post(server.url, signal, body, format, { "content-encoding": encoding });
        assert.equal(answer.status, 200, `${signal} ${format} ${encoding}`);
      }
    }
    for (const compression of ["none", "gzip"] as const) {
      using client = new GrpcClient(server.grpcAddress, compression);
      const answer = await client.export(signal, bodyOf(signal, requestWith(signal, 3)));
      assert.equal(answer.code, status.OK, `${signal} ${compression}`);
    }
    const requests = FORMATS.length * Object.keys(compressions).length + 2;
    assert.equal(server.rows(TABLES[signal]).length, 3 * requests);
  }
});

test("4: every signal answers with its own message, and an empty request succeeds", async () => {
  using client = new GrpcClient(server.grpcAddress);
  for (const signal of SIGNALS) {
    const empty = await post(server.url, signal, "", "protobuf");
    assert.deepEqual([empty.status, empty.body.length], [200, 0], signal);
    const emptyJson = await post(server.url, signal, "{}", "json");
    assert.deepEqual([emptyJson.status, emptyJson.body.toString()], [200, "{}"], signal);
    const answer = await client.export(signal, Buffer.alloc(0));
    assert.deepEqual([answer.code, answer.body.length], [status.OK, 0], signal);
  }
});

test("4: an empty body is no JSON, also when an empty protobuf body was taken before", async () => {
  await post(server.url, "traces", "", "protobuf");
  assert.equal((await post(server.url, "traces", "", "json")).status, 400);
});

test("5: a full success is 200 and leaves partial_success unset", async () => {
  using client = new GrpcClient(server.grpcAddress);
  for (const signal of SIGNALS) {
    const binary = await post(server.url, signal, bodyOf(signal, requestWith(signal, 2)));
    assert.deepEqual([binary.status, binary.body.length, partialSuccess(signal, binary)], [200, 0, undefined]);
    const json = await post(server.url, signal, bodyOf(signal, requestWith(signal, 2), "json"), "json");
    assert.deepEqual([json.status, json.body.toString()], [200, "{}"]);
    const answer = await client.export(signal, bodyOf(signal, requestWith(signal, 2)));
    assert.deepEqual([answer.code, answer.body.length], [status.OK, 0]);
  }
});

test("6: a partial success is 200, counts what was rejected and says why and how to mend it", async () => {
  using client = new GrpcClient(server.grpcAddress);
  for (const signal of SIGNALS) {
    for (const format of FORMATS) {
      const answer = await post(server.url, signal, bodyOf(signal, requestWith(signal, 3, 2), format), format);
      assert.equal(answer.status, 200);
      const partial = partialSuccess(signal, answer);
      assert.equal(partial?.rejected, 2, `${signal} ${format}`);
      assert.match(partial.message, /^2 × its time is missing or before the year 2000: set the sender's clock$/);
    }
    const answer = await client.export(signal, bodyOf(signal, requestWith(signal, 3, 2)));
    assert.equal(answer.code, status.OK);
    assert.equal(partialOf(answer.body)?.rejected, 2);
    assert.equal(server.rows(TABLES[signal]).length, 9, "the good ones are stored");
  }
});

test("6: when everything is rejected it is still a partial success: sending it again would not help", async () => {
  for (const signal of SIGNALS) {
    const answer = await post(server.url, signal, bodyOf(signal, requestWith(signal, 0, 4)));
    assert.deepEqual([answer.status, partialSuccess(signal, answer)?.rejected], [200, 4]);
  }
});

test("7: a warning rejects nothing and has a message", async () => {
  const attributes = Array.from({ length: 1100 }, (_, i) => attribute(`a${i}`, { intValue: String(i) }));
  const requests = {
    traces: traceRequest([span({ attributes })]),
    logs: logRequest([logRecord({ attributes })]),
    metrics: gaugeRequest([gaugePoint({ attributes })]),
  };
  for (const signal of SIGNALS) {
    for (const format of FORMATS) {
      const answer = await post(server.url, signal, bodyOf(signal, requests[signal], format), format);
      const partial = partialSuccess(signal, answer);
      assert.deepEqual([answer.status, partial?.rejected], [200, 0], `${signal} ${format}`);
      assert.match(partial?.message ?? "", /beyond a limit/);
    }
    assert.equal(server.rows(TABLES[signal]).length, 2);
  }
});

test("10: the ports are 4317 and 4318 and the paths those of the specification, over HTTP/1.1", async () => {
  const { grpcPort, port } = readSettings({ args: [], environment: {}, file: "there-is-none.json" });
  assert.deepEqual([grpcPort, port], [4317, 4318]);
  for (const signal of SIGNALS) {
    const answer = await postTo(`${server.url}/v1/${signal}`, bodyOf(signal, requestWith(signal, 1)), {
      "content-type": CONTENT_TYPES.protobuf,
    });
    assert.equal(answer.status, 200);
  }
  // Profiles are none of our signals: senders are told by a status that is not retried.
  const profiles = await postTo(`${server.url}/v1development/profiles`, "", { "content-type": CONTENT_TYPES.protobuf });
  assert.equal(profiles.status, 404);
});

test("11: the answer has the request's content type, whatever its parameters and case", async () => {
  const types = {
    "application/x-protobuf": ["application/x-protobuf", "Application/X-Protobuf"],
    "application/json": ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8"],
  };
  for (const [expected, spellings] of Object.entries(types)) {
    const isJson = expected === CONTENT_TYPES.json;
    for (const type of spellings) {
      for (const [body, code] of [
        [bodyOf("traces", requestWith("traces", 1), isJson ? "json" : "protobuf"), 200],
        [bodyOf("traces", requestWith("traces", 1, 1), isJson ? "json" : "protobuf"), 200],
        [Buffer.from("{]"), 400],
      ] as const) {
        const answer = await postTo(`${server.url}/v1/traces`, body, { "content-type": type });
        assert.equal(answer.status, code, type);
        assert.equal(answer.headers.get("content-type")?.split(";")[0], expected, type);
      }
    }
  }
});

test("12: JSON ids are hexadecimal in either case", async () => {
  const sent = [span(), span(), span()];
  const text = jsonText(traceRequest(sent));
  const cases = [text, text.replaceAll(/"[0-9a-f]{16,32}"/g, (id) => id.toUpperCase())];
  for (const body of cases) assert.equal((await post(server.url, "traces", body, "json")).status, 200);
  const ids = server.rows("spans").map((row) => [row["trace_id"], row["span_id"]]);
  const expected = sent.map(({ traceId, spanId }) => [hex(traceId), hex(spanId)]);
  assert.deepEqual(ids, [...expected, ...expected]);
});

test("12: an id in base64 is none: that span is rejected", async () => {
  const good = span();
  const bad = { ...span(), traceId: span()["traceId"].toString("base64") };
  const answer = await post(server.url, "traces", jsonText(traceRequest([good, bad])), "json");
  assert.equal(partialSuccess("traces", answer)?.rejected, 1);
  assert.equal(server.rows("spans").length, 1);
});

test("12: JSON enums are integers; a name makes the request invalid", async () => {
  const integers = jsonText(traceRequest([span({ kind: 3, status: { code: 2, message: "broke" } })]));
  assert.equal((await post(server.url, "traces", integers, "json")).status, 200);
  const [row] = server.rows("spans");
  assert.deepEqual([row?.["otel_kind"], row?.["otel_status"]], [3, 2]);
  for (const fields of [{ kind: "SPAN_KIND_CLIENT" }, { status: { code: "STATUS_CODE_ERROR" } }]) {
    const answer = await post(server.url, "traces", jsonText(traceRequest([span(fields)])), "json");
    assert.equal(answer.status, 400);
  }
});

test("12: unknown fields and null are ignored, and only lowerCamelCase names are known", async () => {
  const sent = {
    ...{ future: [{ deep: {} }], resourceSpans: [{ schemaUrl: "x", later: 1, scopeSpans: [] as Plain[] }] },
  };
  const known = span({ attributes: [attribute("a", { stringValue: "b" })], events: null, status: null });
  const odd = { ...known, start_time_unix_nano: "1", trace_id: "00", __proto__: 5, nested: { a: [1, { b: null }] } };
  sent.resourceSpans[0]?.scopeSpans.push({ scope: null, novel: {}, spans: [odd] });
  const answer = await post(server.url, "traces", jsonText(sent), "json");
  assert.deepEqual([answer.status, answer.body.toString()], [200, "{}"]);
  const [row] = server.rows("spans");
  assert.equal(row?.["trace_id"], hex(known["traceId"]));
  assert.deepEqual(row?.["attrs"], { a: "b" });
});

test("12: 64-bit integers are decimal texts or numbers", async () => {
  const at = Date.now();
  const largest = "9223372036854775807";
  const attributes = (value: string | number) => [attribute("n", { intValue: value })];
  const times = { startTimeUnixNano: unixNano(at), endTimeUnixNano: unixNano(at + 5) };
  const texts = span({ ...times, attributes: attributes(largest) });
  const body = jsonText(traceRequest([texts, span({ ...times, attributes: attributes(42) })]))
    .replaceAll(`"${unixNano(at)}"`, unixNano(at))
    .replaceAll(`"${unixNano(at + 5)}"`, unixNano(at + 5));
  assert.match(body, /"startTimeUnixNano":\d/);
  assert.equal((await post(server.url, "traces", body, "json")).status, 200);
  const rows = server.rows("spans");
  assert.deepEqual(
    rows.map((row) => (row["attrs"] as Record<string, string>)["n"]),
    [largest, "42"],
  );
  // As numbers such times are not exact to the nanosecond.
  for (const row of rows) assert.equal(nearestMs(row["started_at"]), at);
});

test("17: protobuf and JSON come on one port and one connection", async () => {
  for (let i = 0; i < 4; i++) {
    for (const format of FORMATS) {
      const answer = await post(server.url, "logs", bodyOf("logs", requestWith("logs", 1), format), format);
      assert.equal(answer.status, 200);
    }
  }
  assert.equal(server.rows("events").length, 8);
});

test("18: fields of newer versions and empty envelopes are ignored", async () => {
  const unknown = Buffer.concat([
    Buffer.from([0xf8, 0x7f, 0x05]), // field 2047, varint
    Buffer.from([0xfa, 0x7f, 0x03, 1, 2, 3]), // bytes
    Buffer.from([0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8]), // 64 bits
    Buffer.from([0xfd, 0x7f, 1, 2, 3, 4]), // 32 bits
    Buffer.from([0xfb, 0x7f, 0x08, 0x01, 0xfb, 0x7f, 0xfc, 0x7f, 0xfc, 0x7f]), // a group in a group
  ]);
  const nested = (field: number, bytes: Buffer) => {
    const length = [(bytes.length & 0x7f) | 0x80, bytes.length >>> 7];
    return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), bytes]);
  };
  for (const signal of SIGNALS) {
    const item = { traces: encode("Span", span()), logs: encode("LogRecord", logRecord()), metrics: metricBytes() };
    const scope = Buffer.concat([unknown, nested(2, Buffer.concat([unknown, item[signal], unknown])), unknown]);
    const body = Buffer.concat([unknown, nested(1, Buffer.concat([nested(2, scope), unknown])), unknown]);
    const answer = await post(server.url, signal, body);
    assert.deepEqual([answer.status, answer.body.length], [200, 0], signal);
    assert.equal(server.rows(TABLES[signal]).length, 1);
  }
  const empty = encode(REQUESTS.traces, { resourceSpans: [{}, { scopeSpans: [{}, { scope: {}, spans: [] }] }] });
  assert.equal((await post(server.url, "traces", empty)).status, 200);
  assert.equal(server.rows("spans").length, 1);
});

function metricBytes(): Buffer {
  return encode("Metric", { name: "heat", gauge: { dataPoints: [gaugePoint()] } });
}

test("18: a body that comes again is acknowledged and stored once, over any transport", async () => {
  using client = new GrpcClient(server.grpcAddress);
  for (const signal of SIGNALS) {
    const body = bodyOf(signal, requestWith(signal, 2, 1));
    const first = await post(server.url, signal, body);
    const again = await post(server.url, signal, gzipSync(body), "protobuf", { "content-encoding": "gzip" });
    assert.deepEqual(partialSuccess(signal, again), partialSuccess(signal, first));
    assert.equal(partialOf((await client.export(signal, body)).body)?.rejected, 1);
    assert.equal(server.rows(TABLES[signal]).length, 2);
  }
});

test("19: any AnyValue may be an attribute's value", async () => {
  const attributes = [
    attribute("text", { stringValue: "ä" }),
    attribute("integer", { intValue: "-7" }),
    attribute("double", { doubleValue: 0.5 }),
    attribute("boolean", { boolValue: true }),
    attribute("bytes", { bytesValue: Buffer.from([0, 255]) }),
    attribute("array", { arrayValue: { values: [{ stringValue: "x" }, { intValue: "1" }, {}] } }),
    attribute("list", {
      kvlistValue: { values: [attribute("k", { arrayValue: { values: [{ bytesValue: Buffer.from("hi") }] } })] },
    }),
    attribute("empty", {}),
    { key: "absent" },
  ];
  const stored = {
    ...{ text: "ä", integer: "-7", double: "0.5", boolean: "true", bytes: "AP8=", array: '["x",1,""]' },
    ...{ list: '{"k":["aGk="]}', empty: "", absent: "" },
  };
  for (const format of FORMATS) {
    server.forgetRows();
    const requests = {
      traces: traceRequest([span({ attributes })], attributes),
      logs: logRequest([logRecord({ attributes })], attributes),
      metrics: gaugeRequest([gaugePoint({ attributes })], attributes),
    };
    for (const signal of SIGNALS) {
      const answer = await post(server.url, signal, bodyOf(signal, requests[signal], format), format);
      assert.deepEqual([answer.status, partialSuccess(signal, answer)], [200, undefined]);
    }
    const [row] = server.rows("spans");
    assert.deepEqual(row?.["attrs"], stored);
    assert.equal(row?.["attr_types"], "sidbyjjnn");
    assert.deepEqual(JSON.parse(String(server.rows("points")[0]?.["labels"])), stored);
    const data = JSON.parse(String(server.rows("events")[0]?.["data"])) as Plain;
    assert.deepEqual(data["array"], ["x", 1, ""]);
    assert.deepEqual(data["bytes"], "AP8=");
    assert.deepEqual(JSON.parse(String(row?.["resource"]))["list"], { k: ["aGk="] });
  }
});

test("20: ids of zeros or of a wrong length reject their span and no other", async () => {
  const id = (length: number) => Buffer.alloc(length, 7);
  const bad = [
    { traceId: Buffer.alloc(16) },
    { traceId: Buffer.alloc(0) },
    { traceId: id(15) },
    { traceId: id(17) },
    { spanId: Buffer.alloc(8) },
    { spanId: Buffer.alloc(0) },
    { spanId: id(7) },
    { spanId: id(16) },
    { parentSpanId: id(4) },
  ];
  using client = new GrpcClient(server.grpcAddress);
  for (const format of FORMATS) {
    server.forgetRows();
    const spans = bad.flatMap((fields) => [span(fields), span({ name: "good" })]);
    const answer = await post(server.url, "traces", bodyOf("traces", traceRequest(spans), format), format);
    assert.equal(answer.status, 200);
    assert.equal(partialSuccess("traces", answer)?.rejected, bad.length);
    assert.match(partialSuccess("traces", answer)?.message ?? "", /4 × traceId must be 16 bytes that are not all zero/);
    const names = server.rows("spans").map((row) => row["name"]);
    assert.deepEqual(names, Array<string>(bad.length).fill("good"));
  }
  const answer = await client.export("traces", bodyOf("traces", traceRequest([span(bad[0]), span()])));
  assert.equal(partialOf(answer.body)?.rejected, 1);
});

test("20: a parent id of zeros means no parent", async () => {
  await post(server.url, "traces", bodyOf("traces", traceRequest([span({ parentSpanId: Buffer.alloc(8) })])));
  assert.equal(server.rows("spans")[0]?.["parent_id"], NO_ID);
});
