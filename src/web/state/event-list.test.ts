import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../../model/shapes.ts";
import { EventList } from "./event-list.ts";

/** The log of a server: events by number, of which those up to a number are in its store. */
class Server {
  readonly #log: RunEvent[] = [];

  happen(count: number): RunEvent[] {
    const more = Array.from({ length: count }, () => event(this.#log.length + this.#next++));
    this.#log.push(...more);
    return more;
  }
  #next = 0;

  /** A page of what was delivered up to an offset, newest first, as the API gives it. */
  page(through: string | undefined, cursor: string | undefined, limit: number) {
    const at = through === undefined ? this.#log.length : this.#log.findIndex(({ offset }) => offset === through) + 1;
    const before = this.#log.slice(0, at).toReversed();
    const from = Number(cursor ?? 0);
    const events = before.slice(from, from + limit);
    const next = from + limit < before.length ? { nextCursor: String(from + limit) } : {};
    return { events, through: this.#log[at - 1]?.offset ?? "0", ...next };
  }

  get newestFirst(): string[] {
    return this.#log.map(({ offset }) => offset).toReversed();
  }
}

function event(number: number): RunEvent {
  const offset = number.toString(36);
  return { offset, id: `id-${offset}`, type: "log", time: "2026-03-01T00:00:00.000000000Z", derived: false };
}

const offsets = (list: EventList) => list.slice(0, list.length).map(({ offset }) => offset);

function more(list: EventList, server: Server, limit: number): boolean {
  const { next } = list;
  if (next === undefined) return false;
  list.takePage(next, server.page(next.through, next.cursor, limit));
  return true;
}

test("the tail goes on where the history ends, and pages go on behind it", () => {
  const server = new Server();
  server.happen(30);
  const list = new EventList(100);
  list.begin(server.page(undefined, undefined, 10));
  list.takeTail(server.happen(5), false);
  assert.deepEqual(offsets(list), server.newestFirst.slice(0, 15));
  while (more(list, server, 10));
  assert.deepEqual(offsets(list), server.newestFirst);
  assert.equal(
    list.findIndex(({ offset }) => offset === server.newestFirst[17]),
    17,
  );
});

test("what is held back is counted and not shown; letting it in shows it in order", () => {
  const server = new Server();
  server.happen(5);
  const list = new EventList(100);
  list.begin(server.page(undefined, undefined, 10));
  const before = offsets(list);
  list.takeTail(server.happen(3), true);
  list.takeTail(server.happen(4), true);
  assert.deepEqual([list.heldCount, offsets(list)], [7, before]);
  list.release();
  assert.deepEqual([list.heldCount, offsets(list)], [0, server.newestFirst]);
  list.takeTail(server.happen(2), true);
  list.takeTail(server.happen(2), false);
  assert.deepEqual(offsets(list), server.newestFirst, "what was held comes before what is newer");
});

test("the oldest rows are let go and counted, and can be loaded again", () => {
  const server = new Server();
  server.happen(50);
  const list = new EventList(20);
  list.begin(server.page(undefined, undefined, 15));
  list.takeTail(server.happen(10), false);
  assert.deepEqual(offsets(list), server.newestFirst.slice(0, 10));
  assert.equal(list.letGo, 15);
  list.takeTail(server.happen(30), false);
  assert.deepEqual(offsets(list), server.newestFirst.slice(0, 20));
  assert.equal(list.letGo, 35);
  while (more(list, server, 7));
  assert.deepEqual(offsets(list), server.newestFirst, "none is missing, none there twice");
  assert.equal(list.letGo, 0);
});

test("more may be held than is kept: the newest of it is shown, the rest can be loaded", () => {
  const server = new Server();
  server.happen(10);
  const list = new EventList(20);
  list.begin(server.page(undefined, undefined, 10));
  for (let i = 0; i < 9; i++) list.takeTail(server.happen(7), true);
  assert.equal(list.heldCount, 63);
  list.release();
  assert.deepEqual(offsets(list), server.newestFirst.slice(0, 20));
  while (more(list, server, 9));
  assert.deepEqual(offsets(list), server.newestFirst);
});

test("a page that was asked for before the list began anew is not taken", () => {
  const server = new Server();
  server.happen(30);
  const list = new EventList(100);
  list.begin(server.page(undefined, undefined, 5));
  const asked = list.next;
  assert.ok(asked !== undefined);
  list.begin(server.page(undefined, undefined, 5));
  list.takePage(asked, server.page(asked.through, asked.cursor, 5));
  assert.equal(list.length, 5);
});

test("whatever happens in whatever order, the list is a piece of the log without a hole", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const server = new Server();
  server.happen(40);
  const list = new EventList(25);
  list.begin(server.page(undefined, undefined, 10));
  for (let step = 0; step < 3000; step++) {
    const act = random(5);
    if (act === 0) more(list, server, 1 + random(12));
    else if (act === 1) list.release();
    else list.takeTail(server.happen(random(9)), act === 2);
    const shown = offsets(list);
    const from = list.heldCount;
    assert.deepEqual(shown, server.newestFirst.slice(from, from + shown.length), `step ${step}`);
  }
});
