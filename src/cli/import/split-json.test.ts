import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type JsonText, splitJson } from "./split-json.ts";

async function split(text: string, chunkBytes = 7): Promise<string[]> {
  return (await splitPlaced(text, chunkBytes)).map((found) => found.text);
}

async function splitPlaced(text: string, chunkBytes = 7): Promise<JsonText[]> {
  const bytes = Buffer.from(text);
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
  const objects: JsonText[] = [];
  for await (const object of splitJson(chunks())) objects.push(object);
  return objects;
}

test("one object over many lines is one object", async () => {
  const text = '{\n  "a": [1, {"b": "}]{["}]\n}\n';
  assert.deepEqual(
    (await split(text)).map((object) => JSON.parse(object)),
    [JSON.parse(text)],
  );
});

test("the items of an outermost array are the objects", async () => {
  assert.deepEqual(await split('[{"a":[{}]},\n {"b":"\\"]"}]'), ['{"a":[{}]}', '{"b":"\\"]"}']);
  assert.deepEqual(await split("[]"), []);
});

test("one object a line is cut at line ends, blank lines left out", async () => {
  assert.deepEqual(await split('\n{"a":1}\r\n\n{"b":2}\n  \n{"c":3}'), ['{"a":1}\r', '{"b":2}', '{"c":3}']);
});

test("a broken line does not take the next one with it", async () => {
  assert.deepEqual(await split('{"a":1}\n{"b":[{\n{"c":3}\n'), ['{"a":1}', '{"b":[{', '{"c":3}']);
});

test("objects without anything between them are told apart", async () => {
  assert.deepEqual(await split('{"a":1}{"b":2} {"c":3}'), ['{"a":1}', '{"b":2}', '{"c":3}']);
});

test("what ends in the middle is handed on, so that it can be complained about", async () => {
  assert.deepEqual(await split('{\n "a": [1, 2'), ['{\n "a": [1, 2']);
  assert.deepEqual(await split(""), []);
});

test("what is no object comes out too, so that it can be refused", async () => {
  assert.deepEqual(await split("hello world\n"), ["hello world"]);
  assert.deepEqual(await split('"x"'), ['"x"']);
  assert.deepEqual(await split('ue":1}]}\n{"a":1}\n{"b":2}\n'), ['ue":1}]}', '{"a":1}', '{"b":2}']);
  const [only = "", ...more] = await split("x".repeat(10_000), 1000);
  assert.ok(only.length > 0 && only.length < 100 && more.length === 0);
});

test("the mark at the beginning of files from Windows is no part of the first object", async () => {
  for (const text of ['{"a":1}\n{"b":2}', '[{"a":1},\n{"b":2}]']) {
    for (const chunkBytes of [1, 2, 64]) {
      assert.deepEqual(await split(`\uFEFF${text}`, chunkBytes), ['{"a":1}', '{"b":2}']);
    }
  }
});

test("an object's place is its line where lines count, else its number", async () => {
  const placesOf = async (text: string) => (await splitPlaced(text)).map(({ place }) => place);
  assert.deepEqual(await placesOf('{"a":1}\n\n{"b":\n{"c":3}'), ["line 1", "line 3", "line 4"]);
  assert.deepEqual(await placesOf('[{"a":1},\n{"b":2}]'), ["object 1", "object 2"]);
});

test("whatever the objects and wherever the stream is cut, the same objects come out", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom("lines", "array", "pretty"),
      async (objects, chunkBytes, form) => {
        const text =
          form === "lines"
            ? objects.map((object) => JSON.stringify(object)).join("\n")
            : JSON.stringify(objects, undefined, form === "pretty" ? 2 : 0);
        const found = (await split(text, chunkBytes)).map((object) => JSON.parse(object));
        assert.deepEqual(found, JSON.parse(JSON.stringify(objects)));
      },
    ),
    { numRuns: 200 },
  );
});
