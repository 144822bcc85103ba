import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, type Plain } from "../../../test/support/otlp-proto.ts";
import { startedSpan } from "./started-span.ts";

const TRACE = Buffer.alloc(16, 0xab);
const SPAN = Buffer.alloc(8, 0xcd);
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** The span that the server makes of a log record, as protobufjs reads it. */
function spanOf(record: object): Plain {
  const bytes = encode("LogRecord", record);
  return decode("Span", startedSpan(bytes, 0, bytes.length));
}

test("a record that announces a span becomes that span: ids, name, start, attributes, parent and kind", () => {
  const span = spanOf({
    ...{ timeUnixNano: "1790000000123456789", eventName: "span.started", traceId: TRACE, spanId: SPAN },
    body: { stringValue: `chat ${"x".repeat(300)}` },
    attributes: [
      text("gen_ai.operation.name", "chat"),
      text("talea.parent_span.id", "00f067aa0ba902b7"),
      { key: "talea.span.kind", value: { intValue: 3 } },
      { key: "tries", value: { arrayValue: { values: [{ intValue: 1 }] } } },
    ],
  });
  assert.deepEqual(Buffer.from(span["traceId"]), TRACE);
  assert.deepEqual(Buffer.from(span["spanId"]), SPAN);
  assert.equal(Buffer.from(span["parentSpanId"]).toString("hex"), "00f067aa0ba902b7");
  assert.equal(span["name"], `chat ${"x".repeat(300)}`);
  assert.equal(span["startTimeUnixNano"], "1790000000123456789");
  assert.equal(span["kind"], 3);
  assert.deepEqual(
    span["attributes"].map(({ key }: { key: string }) => key),
    ["gen_ai.operation.name", "tries"],
  );
});

test("a parent or a kind that is none is left out", () => {
  for (const attribute of [
    text("talea.parent_span.id", "not hexadecimal!"),
    text("talea.parent_span.id", "00f0"),
    text("talea.parent_span.id", ""),
    { key: "talea.parent_span.id", value: { intValue: 7 } },
    { key: "talea.span.kind", value: { intValue: 99 } },
    text("talea.span.kind", "client"),
  ]) {
    const span = spanOf({ traceId: TRACE, spanId: SPAN, attributes: [attribute] });
    assert.equal(span["parentSpanId"], undefined);
    assert.equal(span["kind"], undefined);
    assert.deepEqual(span["attributes"], []);
  }
});

test("a name that is no text is none", () => {
  assert.equal(spanOf({ traceId: TRACE, spanId: SPAN, body: { intValue: 5 } })["name"] ?? "", "");
});
