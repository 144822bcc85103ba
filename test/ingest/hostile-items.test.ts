// Spans, records and points that hold what they should not: each is stored as far as it can be, or rejected alone.

import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { Row } from "../../src/store/native/block-reader.ts";
import type { Plain } from "../support/otlp-proto.ts";
import { partialSuccess, post, statusIn } from "./exchange.ts";
import {
  attribute,
  bodyOf,
  FORMATS,
  gaugePoint,
  gaugeRequest,
  hex,
  jsonText,
  logRecord,
  logRequest,
  SIGNALS,
  span,
  TABLES,
  traceRequest,
  unixNano,
} from "./requests.ts";
import { serverUnderAttack } from "./under-attack.ts";

const HOUR_MS = 3_600_000;
const server = serverUnderAttack();

/** The same bytes with the marks replaced by what is no UTF-8. */
function spoilt(body: Buffer): Buffer {
  return Buffer.from(body.toString("latin1").replaceAll("MARK", "\xffa\xc3("), "latin1");
}

test("text that is no UTF-8 is stored with U+FFFD in its place, and the sender is told", async () => {
  const mark = { stringValue: "MARK" };
  const requests = {
    traces: traceRequest([span({ name: "MARK", attributes: [attribute("MARK", mark)] })], [attribute("r", mark)]),
    logs: logRequest([logRecord({ body: mark, eventName: "x.MARK" })]),
    metrics: gaugeRequest([gaugePoint({ attributes: [attribute("MARK", mark)] })]),
  };
  const shown = "\ufffda\ufffd(";
  for (const signal of SIGNALS) {
    for (const format of FORMATS) {
      const answer = await post(server().url, signal, spoilt(bodyOf(signal, requests[signal], format)), format);
      assert.deepEqual([answer.status, partialSuccess(signal, answer)?.rejected], [200, 0], `${signal} ${format}`);
      assert.match(partialSuccess(signal, answer)?.message ?? "", /not UTF-8/);
    }
  }
  for (const row of server().rows("spans")) {
    assert.equal(row["name"], shown);
    assert.deepEqual(row["attrs"], { [shown]: shown });
  }
  for (const row of server().rows("events")) assert.deepEqual([row["message"], row["type"]], [shown, `x.${shown}`]);
  for (const row of server().rows("points")) assert.deepEqual(JSON.parse(String(row["labels"])), { [shown]: shown });
});

test("half a surrogate pair in JSON becomes U+FFFD", async () => {
  const text = jsonText(traceRequest([span({ name: "MARK" })])).replace("MARK", "\\ud83d!");
  assert.equal((await post(server().url, "traces", text, "json")).status, 200);
  assert.equal(server().rows("spans")[0]?.["name"], "\ufffd!");
});

test("names that objects have already are names like any other", async () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
  const attributes = names.map((name) =>
    attribute(name, { kvlistValue: { values: [attribute(name, { intValue: "1" })] } }),
  );
  for (const format of FORMATS) {
    server().forgetRows();
    const requests = {
      traces: traceRequest([span({ attributes })], attributes),
      logs: logRequest([logRecord({ attributes })], attributes),
      metrics: gaugeRequest([gaugePoint({ attributes })], attributes),
    };
    for (const signal of SIGNALS) {
      const answer = await post(server().url, signal, bodyOf(signal, requests[signal], format), format);
      assert.deepEqual([answer.status, partialSuccess(signal, answer)], [200, undefined]);
    }
    const attrs = server().rows("spans")[0]?.["attrs"] as Row;
    assert.deepEqual(Object.keys(attrs), names);
    for (const name of names) assert.equal(attrs[name], `{"${name}":1}`);
  }
  const polluting = '{"__proto__":{"polluted":1},"resourceSpans":[{"__proto__":{"scopeSpans":[]},"constructor":{}}]}';
  assert.equal((await post(server().url, "traces", polluting, "json")).status, 200);
  assert.equal(({} as Plain)["polluted"], undefined);
});

test("of a JSON key that comes twice the last holds, and numbers beyond a double are refused as integers", async () => {
  const text = jsonText(traceRequest([span({ name: "first", attributes: [attribute("n", { intValue: "7" })] })]));
  await post(server().url, "traces", text.replace('"name":"first"', '"name":"first","name":"second"'), "json");
  assert.equal(server().rows("spans")[0]?.["name"], "second");
  for (const number of ["1e309", "1.5", '"9223372036854775808"', '"x"', "true", '""']) {
    const answer = await post(server().url, "traces", text.replace('"intValue":"7"', `"intValue":${number}`), "json");
    assert.equal(answer.status, 400, number);
    assert.match(statusIn(answer).message, /intValue must be/);
  }
});

test("times that are missing, before 2000 or more than a day ahead reject their item and no other", async () => {
  const now = Date.now();
  const bad = ["0", "1", unixNano(Date.UTC(1999, 11, 31)), unixNano(now + 25 * HOUR_MS), "18446744073709551615"];
  const good = [unixNano(Date.UTC(2000, 0, 2)), unixNano(now + 23 * HOUR_MS), unixNano(now - 60 * 24 * HOUR_MS)];
  const times = [...bad, ...good];
  const requests = {
    traces: traceRequest(times.map((at) => span({ startTimeUnixNano: at, endTimeUnixNano: at }))),
    logs: logRequest(times.map((at) => logRecord({ timeUnixNano: at }))),
    metrics: gaugeRequest(times.map((at) => gaugePoint({ timeUnixNano: at }))),
  };
  const stored = { traces: "started_at", logs: "time", metrics: "time" } as const;
  for (const format of FORMATS) {
    server().forgetRows();
    for (const signal of SIGNALS) {
      const answer = await post(server().url, signal, bodyOf(signal, requests[signal], format), format);
      // A record without a time has that of its receipt.
      const rejected = signal === "logs" ? bad.length - 1 : bad.length;
      assert.equal(partialSuccess(signal, answer)?.rejected, rejected, `${signal} ${format}`);
      const kept = server()
        .rows(TABLES[signal])
        .map((row) => String(row[stored[signal]]));
      assert.deepEqual(signal === "logs" ? kept.slice(1) : kept, good);
    }
  }
});

test("a span that ends more than a day ahead is rejected; one that ends before it starts lasts 0", async () => {
  const ends = [unixNano(Date.now() + 25 * HOUR_MS), unixNano(Date.now() - HOUR_MS), "0"];
  const spans = ends.map((endTimeUnixNano) => span({ endTimeUnixNano }));
  const answer = await post(server().url, "traces", bodyOf("traces", traceRequest(spans)));
  assert.equal(partialSuccess("traces", answer)?.rejected, 1);
  assert.deepEqual(
    server()
      .rows("spans")
      .map((row) => row["duration_ns"]),
    [0, 0],
  );
});

test("ids of a wrong length reject a log record too, and are left out of links", async () => {
  const records = [logRecord({ traceId: Buffer.alloc(5, 1) }), logRecord({ spanId: Buffer.alloc(16, 1) }), logRecord()];
  const logs = await post(server().url, "logs", bodyOf("logs", logRequest(records)));
  assert.equal(partialSuccess("logs", logs)?.rejected, 2);
  const good = span();
  const links = [
    { traceId: Buffer.alloc(3, 1), spanId: good["spanId"] },
    { traceId: good["traceId"], spanId: good["spanId"] },
  ];
  const traces = await post(server().url, "traces", bodyOf("traces", traceRequest([span({ links })])));
  assert.match(partialSuccess("traces", traces)?.message ?? "", /links without ids/);
  assert.deepEqual(server().rows("spans")[0]?.["link_spans"], [hex(good["spanId"])]);
});
