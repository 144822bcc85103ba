import assert from "node:assert/strict";
import { test } from "node:test";
import { MESSAGES_T0, madeMessages, shuffled } from "../../../test/support/browser-messages.ts";
import { isBetween, type SequenceMessage, sequenceMessages } from "./sequence-messages.ts";
import { type SequenceRow, sequenceRows, tokensOf, transitOf, type Unfolded } from "./sequence-rows.ts";

const FOLDED: Unfolded = new Set();
const sequence = (lines: readonly string[], failed: readonly string[] = []) =>
  sequenceMessages(madeMessages(lines), MESSAGES_T0, new Set(failed));

/** `boss>writer`, with how many messages a row stands for when it is more than one; pauses as `+ms`. */
const words = (rows: readonly SequenceRow[]) =>
  rows.map((row) => {
    if (row.type === "pause") return `+${row.ms}`;
    const { from, to } = row.first.message;
    return `${from}>${to}${row.all.length > 1 ? ` ×${row.all.length}` : ""}`;
  });

/** Calls and answers between two, one round every 10 ms. */
const rounds = (from: string, to: string, startMs: number, count: number) =>
  Array.from({ length: count }, (_, i) => [
    `${startMs + 10 * i} ${from} delegate ${to}`,
    `${startMs + 10 * i + 5} ${to} reply ${from}`,
  ]).flat();

test("messages stand in the order of time, whatever order they came in, with the same keys", () => {
  const lines = ["1 a delegate b", "4 b reply a", "4 b send c", "9 c handoff d", "9 c handoff d"];
  const made = madeMessages(lines);
  const inOrder = sequenceMessages(made, MESSAGES_T0, new Set());
  assert.deepEqual(
    inOrder.map(({ atMs }) => atMs),
    [1, 4, 4, 9, 9],
  );
  assert.equal(new Set(inOrder.map(({ key }) => key)).size, 5);
  assert.deepEqual(sequenceMessages(shuffled(made), MESSAGES_T0, new Set()), inOrder);
});

test("messages that look quite the same still have keys of their own", () => {
  const [one] = madeMessages(["1 a send b"]);
  assert.ok(one);
  const keys = sequenceMessages([one, one, one], MESSAGES_T0, new Set()).map(({ key }) => key);
  assert.equal(new Set(keys).size, 3);
});

test("an answer has failed when what it answers for has, a call only when its own span has", () => {
  const [call, answer] = madeMessages(["1 a delegate b", "4 b reply a"]);
  assert.ok(call && answer);
  const invocation = "00000000000000ff";
  const messages = [
    { ...call, toSpanId: invocation },
    { ...answer, fromSpanId: invocation },
  ];
  const failed = (ids: readonly string[]) =>
    sequenceMessages(messages, MESSAGES_T0, new Set(ids)).map(({ isFailed }) => isFailed);
  assert.deepEqual(failed([]), [false, false]);
  assert.deepEqual(failed([invocation]), [false, true]);
  assert.deepEqual(failed([call.spanId ?? ""]), [true, false]);
});

test("rounds that repeat stand there once, with all that they stand for", () => {
  const messages = sequence(["0 user input boss", ...rounds("boss", "a", 10, 14), "200 boss output user"]);
  const rows = sequenceRows(messages, FOLDED);
  assert.deepEqual(words(rows), ["user>boss", "boss>a ×14", "a>boss ×14", "boss>user"]);
  const [, call] = rows;
  assert.ok(call?.type === "message");
  const { key, ...rest } = call.rounds ?? {};
  assert.equal(key, messages[1]?.key);
  assert.deepEqual(rest, { count: 14, isFolded: true, firstRow: 1, rowCount: 2 });
  assert.equal(tokensOf(call), 70);
  assert.equal(transitOf(call), 2);
});

test("unfolded each message has its row again, and the rounds are still marked", () => {
  const messages = sequence(rounds("boss", "a", 10, 3));
  const key = messages[0]?.key ?? "";
  for (const unfolded of ["all", new Set([key])] as const) {
    const rows = sequenceRows(messages, unfolded);
    assert.equal(rows.length, 6);
    for (const row of rows) {
      assert.ok(row.type === "message");
      assert.equal(row.all.length, 1);
      assert.deepEqual(row.rounds, { key, count: 3, isFolded: false, firstRow: 0, rowCount: 6 });
    }
  }
});

test("a round may have several parties, and two rounds are not worth folding", () => {
  const round = (at: number) => [
    `${at} boss delegate a`,
    `${at + 1} a delegate b`,
    `${at + 2} b reply a`,
    `${at + 3} a reply boss`,
  ];
  assert.equal(sequenceRows(sequence([...round(0), ...round(10)]), FOLDED).length, 8);
  const three = sequenceRows(sequence([...round(0), ...round(10), ...round(20), "30 boss send c"]), FOLDED);
  assert.deepEqual(words(three), ["boss>a ×3", "a>b ×3", "b>a ×3", "a>boss ×3", "boss>c"]);
});

test("a run that grows only changes its end", () => {
  const lines = ["0 user input boss", ...rounds("boss", "a", 10, 9), "150 boss handoff b", ...rounds("b", "c", 160, 5)];
  const all = sequenceRows(sequence(lines), FOLDED);
  for (let count = 1; count < lines.length; count++) {
    const part = sequenceRows(sequence(lines.slice(0, count)), FOLDED);
    // A round that is not whole yet, or not yet the third, stands at the end with rows of its own.
    assert.deepEqual(
      words(part).slice(0, -4).map(withoutCount),
      words(all)
        .slice(0, Math.max(0, part.length - 4))
        .map(withoutCount),
    );
  }
});

test("of messages between two agents the rounds are those of the whole, and no row is empty", () => {
  const lines = [...rounds("boss", "a", 0, 2), "30 boss send b", ...rounds("boss", "a", 40, 4), "90 a send b"];
  const between = (message: SequenceMessage) => isBetween(message, ["a", "boss"]);
  const rows = sequenceRows(sequence(lines), FOLDED, between);
  assert.deepEqual(words(rows), ["boss>a", "a>boss", "boss>a", "a>boss", "boss>a ×4", "a>boss ×4"]);
  const [first] = rows.slice(4);
  assert.equal(first?.type === "message" && first.rounds?.firstRow, 4);
  const ofOne = sequenceRows(sequence(lines), FOLDED, (message) => isBetween(message, ["b"]));
  assert.deepEqual(words(ofOne), ["boss>b", "a>b"]);
});

test("long pauses have a row, usual ones have none", () => {
  const lines = ["0 a send b", "10 b send a", "20 a send c", "30 c send a", "5000 a send b", "5010 b send c"];
  assert.deepEqual(words(sequenceRows(sequence(lines), FOLDED)), ["a>b", "b>a", "a>c", "c>a", "+4970", "a>b", "b>c"]);
});

test("20,000 messages are ready in a moment, and every one is on some row", () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => [
    `${i * 20} boss delegate worker_${(i * 7919) % 13}`,
    `${i * 20 + 9} worker_${(i * 7919) % 13} reply boss`,
  ]).flat();
  const messages = sequence(lines);
  const begun = performance.now();
  const rows = sequenceRows(messages, FOLDED);
  assert.ok(performance.now() - begun < 2000);
  const shown = rows.reduce((sum, row) => sum + (row.type === "message" ? row.all.length : 0), 0);
  assert.equal(shown, 20_000);
});

function withoutCount(word: string): string {
  return word.replace(/ ×\d+$/, "");
}
