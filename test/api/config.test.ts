// Boards and saved views: written with the version that was read, kept apart from the days of telemetry.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CONFIG, DERIVED_TABLES, JOURNALED_TABLES } from "../../src/model/columns.ts";
import type { Board } from "../../src/model/config-shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

interface Kept {
  readonly id: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly body: Board;
}
interface Refusal {
  readonly error: { readonly code: string; readonly details?: { readonly version?: number } };
}

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere();
});
after(() => talea.close());

const board = (name: string): Board => ({
  name,
  panels: [
    {
      ...{ id: "p1", title: "Errors", column: 0, row: 0, width: 6, height: 4 },
      question: { figure: "error_rate", by: ["agent"], shape: "lines" },
    },
  ],
});

function put(id: string, expectedVersion: number, body: unknown, kind = "board"): Promise<Response> {
  return fetch(`${talea.talea.url}/api/v1/config/${kind}/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ expectedVersion, body }),
  });
}

async function refused(answer: Promise<Response>): Promise<[number, Refusal["error"]]> {
  const { status, ...response } = await answer.then(async (it) => ({ status: it.status, body: await it.json() }));
  return [status, (response.body as Refusal).error];
}

test("what is written is read back, alone and in the list, with its version", async () => {
  assert.equal((await put("fleet", 0, board("Fleet"))).status, 200);
  const written = (await (await put("fleet", 1, board("Fleet 2"))).json()) as Kept;
  assert.equal(written.version, 2);
  const one = await talea.get<Kept>("/api/v1/config/board/fleet");
  assert.deepEqual(one, written);
  assert.deepEqual(one.body, board("Fleet 2"));
  const { items } = await talea.get<{ items: Kept[] }>("/api/v1/config/board");
  assert.deepEqual(items, [one]);
  assert.deepEqual(await talea.get("/api/v1/config/view"), { items: [] });
});

test("a writer who read an older version is refused, and told the newest", async () => {
  await put("shared", 0, board("a"));
  await put("shared", 1, board("b"));
  const [status, error] = await refused(put("shared", 1, board("c")));
  assert.deepEqual([status, error.code, error.details], [409, "version_conflict", { version: 2 }]);
  assert.equal((await talea.get<Kept>("/api/v1/config/board/shared")).body.name, "b");
});

test("of writers at once one wins, and the others know that they did not", async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, async (_, i) => ({ i, status: (await put("race", 0, board(`writer ${i}`))).status })),
  );
  const winners = answers.filter(({ status }) => status === 200);
  assert.equal(winners.length, 1);
  assert.ok(answers.every(({ status }) => status === 200 || status === 409));
  const { body, version } = await talea.get<Kept>("/api/v1/config/board/race");
  assert.deepEqual([body.name, version], [`writer ${winners[0]?.i}`, 1]);
});

test("what is deleted is gone, and can be made anew", async () => {
  await put("old", 0, board("old"));
  const url = `${talea.talea.url}/api/v1/config/board/old`;
  assert.equal((await refused(fetch(`${url}?expectedVersion=7`, { method: "DELETE" })))[0], 409);
  assert.equal((await fetch(`${url}?expectedVersion=1`, { method: "DELETE" })).status, 200);
  assert.equal((await refused(fetch(url)))[1].code, "config_not_found");
  assert.equal((await refused(put("old", 1, board("x"))))[0], 409);
  assert.equal(((await (await put("old", 0, board("again"))).json()) as Kept).version, 3);
});

test("a body of another form is refused with where it is wrong", async () => {
  const wide = { name: "x", panels: [{ ...board("x").panels[0], width: 13 }] };
  for (const wrong of [{}, { name: "x" }, { ...board("x"), more: 1 }, wide, "text"]) {
    const [status, error] = await refused(put("wrong", 0, wrong));
    assert.deepEqual([status, error.code], [400, "bad_request"], JSON.stringify(wrong));
  }
  assert.equal((await refused(put("no%20spaces", 0, board("x"))))[0], 400);
  assert.equal((await put("errors", 0, { name: "Errors", path: "/errors", query: "sort=-count" }, "view")).status, 200);
});

test("it lies in no day's partition, and retention does not know its table", () => {
  assert.equal(CONFIG.partitionBy, "tuple()");
  const dropped: readonly string[] = [...JOURNALED_TABLES, ...DERIVED_TABLES].map(({ name }) => name);
  assert.equal(dropped.includes(CONFIG.name), false);
});
