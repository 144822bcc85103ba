// Values that are long, deep or many: what a limit cuts or leaves out is counted, and the sender is told.

import { strict as assert } from "node:assert";
import { test } from "node:test";
import { LIMITS } from "../../src/model/limits.ts";
import type { Row } from "../../src/store/native/block-reader.ts";
import { encode, type Plain } from "../support/otlp-proto.ts";
import { partialSuccess, post } from "./exchange.ts";
import {
  attribute,
  bodyOf,
  FORMATS,
  gaugePoint,
  gaugeRequest,
  jsonText,
  logRecord,
  logRequest,
  span,
  traceRequest,
  unixNano,
} from "./requests.ts";
import { serverUnderAttack } from "./under-attack.ts";
import { deepKeyValue, field, inFrames } from "./wire-bytes.ts";

const MIB = 1024 * 1024;
const server = serverUnderAttack();

/** The one span that was stored. */
function storedSpan(): Row {
  return server().rows("spans")[0] ?? {};
}

function attributesStored(): Readonly<Record<string, string>> {
  return storedSpan()["attrs"] as Record<string, string>;
}

/** The whole of one of its attributes. */
function wholeText(key: string): string {
  const { content_slots, content_hashes } = storedSpan();
  const wanted = (content_hashes as string[])[(content_slots as string[]).indexOf(`attr:${key}`)];
  return String(
    server()
      .rows("contents")
      .find(({ hash }) => hash === wanted)?.["body"],
  );
}

test("an attribute of 1 MB is stored whole", async () => {
  for (const format of FORMATS) {
    server().forgetRows();
    const text = `${"0123456789äöü".repeat(70_000)} the end of it as ${format}`;
    const attributes = [attribute("long", { stringValue: text })];
    const answer = await post(
      server().url,
      "traces",
      bodyOf("traces", traceRequest([span({ attributes })]), format),
      format,
    );
    assert.deepEqual([answer.status, partialSuccess("traces", answer)], [200, undefined]);
    assert.equal(wholeText("long"), text);
    const { long = "" } = attributesStored();
    assert.ok(long.length <= LIMITS.previewCharacters + 1 && text.startsWith(long.slice(0, -1)));
  }
});

test("an attribute of 17 MB is cut at 16 MiB, and the row and the sender are told by how much", async () => {
  for (const format of FORMATS) {
    server().forgetRows();
    const text = `${format} ${"x".repeat(17 * MIB)}`;
    const attributes = [attribute("long", { stringValue: text })];
    const answer = await post(
      server().url,
      "traces",
      bodyOf("traces", traceRequest([span({ attributes })]), format),
      format,
    );
    assert.deepEqual([answer.status, partialSuccess("traces", answer)?.rejected], [200, 0]);
    assert.match(partialSuccess("traces", answer)?.message ?? "", /talea.truncated_bytes/);
    assert.equal(wholeText("long"), text.slice(0, LIMITS.attributeValueBytes));
    const attrs = attributesStored();
    assert.equal(attrs["talea.truncated_bytes"], String(text.length - LIMITS.attributeValueBytes));
  }
});

test("a log body of 17 MB is cut and counted too", async () => {
  const answer = await post(
    server().url,
    "logs",
    bodyOf("logs", logRequest([logRecord({ body: { stringValue: "y".repeat(17 * MIB) } })])),
  );
  assert.equal(partialSuccess("logs", answer)?.rejected, 0);
  const data = JSON.parse(String(server().rows("events")[0]?.["data"])) as Plain;
  assert.equal(data["talea.truncated_bytes"], MIB);
});

/** The same value in JSON. */
function deepJson(depth: number): string {
  return `${'{"arrayValue":{"values":['.repeat(depth - 1)}{"intValue":"1"}${"]}}".repeat(depth - 1)}`;
}

test("a value as deep as the limit is kept, one level more rejects its item and no other", async () => {
  const depths = [LIMITS.nestingDepth, LIMITS.nestingDepth + 1];
  const binary = depths.map((depth) =>
    inFrames(Buffer.concat([encode("Span", span({ name: `${depth}` })), field(9, deepKeyValue(depth))])),
  );
  const spans = depths.map((depth) => span({ name: `${depth}`, attributes: [attribute("deep", { depth })] }));
  const json = jsonText(traceRequest(spans)).replaceAll(/\{"depth":(\d+)\}/g, (_, depth) => deepJson(Number(depth)));
  for (const [format, body] of [
    ["protobuf", Buffer.concat(binary)],
    ["json", json],
  ] as const) {
    server().forgetRows();
    const answer = await post(server().url, "traces", body, format);
    assert.equal(partialSuccess("traces", answer)?.rejected, 1, format);
    assert.match(partialSuccess("traces", answer)?.message ?? "", /nested more than 64 levels/);
    assert.deepEqual(
      server()
        .rows("spans")
        .map(({ name }) => name),
      [String(LIMITS.nestingDepth)],
    );
  }
});

test("JSON of 10,000 levels is refused or left out wherever it is", async () => {
  const levels = 10_000;
  const deep = deepJson(levels);
  const good = jsonText(traceRequest([span({ attributes: [attribute("a", { stringValue: "MARK" })] })]));
  const inAttribute = await post(server().url, "traces", good.replace('{"stringValue":"MARK"}', deep), "json");
  assert.equal(partialSuccess("traces", inAttribute)?.rejected, 1);
  const inUnknown = await post(server().url, "traces", good.replace("{", `{"unknown":${deep},`), "json");
  assert.deepEqual([inUnknown.status, inUnknown.body.toString()], [200, "{}"]);
  const brackets = `${"[".repeat(levels)}${"]".repeat(levels)}`;
  assert.equal((await post(server().url, "traces", brackets, "json")).status, 400);
  const ofResource = jsonText(traceRequest([span()], [attribute("a", { stringValue: "MARK" })]));
  const inResource = await post(server().url, "traces", ofResource.replace('{"stringValue":"MARK"}', deep), "json");
  assert.match(partialSuccess("traces", inResource)?.message ?? "", /resource/);
  assert.equal(server().rows("spans").length, 2);
});

test("more than 1,024 attributes, events and links are kept up to there, and the rest is counted", async () => {
  const count = LIMITS.attributesPerItem + 76;
  const many = <T>(make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const crowded = span({
    attributes: many((i) => attribute(`a${i}`, { intValue: String(i) })),
    events: many((i) => ({ timeUnixNano: unixNano(Date.now()), name: `e${i}` })),
    links: many(() => ({ traceId: span()["traceId"], spanId: span()["spanId"] })),
  });
  for (const format of FORMATS) {
    server().forgetRows();
    const answer = await post(server().url, "traces", bodyOf("traces", traceRequest([crowded]), format), format);
    assert.equal(partialSuccess("traces", answer)?.rejected, 0);
    assert.match(partialSuccess("traces", answer)?.message ?? "", /beyond a limit/);
    const { attrs = {}, event_names = [], link_spans = [], hints } = storedSpan();
    assert.equal(Object.keys(attrs).length, 1024);
    assert.equal((event_names as string[]).length, 1024);
    assert.equal((link_spans as string[]).length, 1024);
    assert.deepEqual(hints, { dropped: String(3 * 76) });
  }
});

test("names longer than 1 KiB are cut between characters and counted; attributes of such names are left out", async () => {
  const long = "é".repeat(2000);
  const cutBytes = 4000 - 1024;
  const attributes = [attribute(long, { stringValue: "x" }), attribute("k", { stringValue: "v" })];
  for (const format of FORMATS) {
    server().forgetRows();
    const traces = traceRequest([span({ name: long, attributes })]);
    await post(server().url, "traces", bodyOf("traces", traces, format), format);
    const [row] = server().rows("spans");
    assert.equal(row?.["name"], "é".repeat(512));
    assert.deepEqual(row["attrs"], { k: "v", "talea.truncated_bytes": String(cutBytes) });
    const logs = logRequest([logRecord({ eventName: long })]);
    await post(server().url, "logs", bodyOf("logs", logs, format), format);
    assert.equal(server().rows("events")[0]?.["type"], "é".repeat(128));
    const points = gaugeRequest([gaugePoint({ attributes: [attribute("k", { stringValue: long })] })]);
    points["resourceMetrics"][0].scopeMetrics[0].metrics[0].name = long;
    const answer = await post(server().url, "metrics", bodyOf("metrics", points, format), format);
    assert.equal(partialSuccess("metrics", answer)?.rejected, 0);
    const [point] = server().rows("points");
    assert.equal(point?.["name"], "é".repeat(512));
    assert.deepEqual(JSON.parse(String(point["labels"])), { k: "é".repeat(512) });
  }
});
