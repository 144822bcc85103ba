import assert from "node:assert/strict";
import { test } from "node:test";
import { Batcher, bodyOf } from "./batches.ts";
import { itemsOf, NoRequestError } from "./otlp-request.ts";

const resource = (name: string) => ({ attributes: [{ key: "service.name", value: { stringValue: name } }] });
const request = {
  resourceSpans: [
    {
      resource: resource("a"),
      schemaUrl: "u",
      scopeSpans: [
        { scope: { name: "s1" }, spans: [{ name: "1" }, { name: "2" }] },
        { scope: { name: "s2" }, spans: [{ name: "3" }] },
      ],
    },
    { resource: resource("b"), scopeSpans: [{ spans: [{ name: "4" }] }] },
  ],
};

test("a batch's body says the same as the request that it was made from", () => {
  const batcher = new Batcher();
  for (const item of itemsOf(request)) assert.equal(batcher.add(item), undefined);
  const [batch, ...others] = batcher.rest();
  assert.ok(batch !== undefined && others.length === 0);
  assert.deepEqual(JSON.parse(bodyOf(batch)), request);
});

test("items of several requests stand together under what they share", () => {
  const batcher = new Batcher();
  for (let i = 0; i < 2; i++) for (const item of itemsOf(request)) batcher.add(item);
  const [batch] = batcher.rest();
  assert.ok(batch !== undefined);
  const { resourceSpans } = JSON.parse(bodyOf(batch)) as { resourceSpans: { scopeSpans: object[] }[] };
  assert.deepEqual(
    resourceSpans.map(({ scopeSpans }) => scopeSpans.length),
    [2, 1, 2, 1],
  );
});

test("a full batch is handed out before the item that it has no room for", () => {
  const batcher = new Batcher();
  const big = { name: "x".repeat(1_500_000) };
  const sizes: number[] = [];
  for (let i = 0; i < 7; i++) {
    const batch = batcher.add({ signal: "logs", resource: {}, scope: {}, item: big });
    if (batch !== undefined) sizes.push(batch.items.length);
  }
  assert.deepEqual([...sizes, ...batcher.rest().map(({ items }) => items.length)], [2, 2, 2, 1]);
});

test("an object that is no export request is told from an empty one", () => {
  assert.deepEqual([...itemsOf({})], []);
  assert.deepEqual([...itemsOf({ resourceLogs: [] })], []);
  for (const wrong of [{ spans: [] }, { resourceSpans: {} }, { resourceSpans: [1] }, 7, null]) {
    assert.throws(() => [...itemsOf(wrong)], NoRequestError);
  }
});
