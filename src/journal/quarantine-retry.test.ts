import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diskError, faultyFiles } from "../../test/support/durability-files.ts";
import {
  openTestJournal,
  type TestJournal,
  testDirectory,
  textFrame,
  waitingTexts,
} from "../../test/support/durability-journal.ts";
import { JournalUnavailableError, type SealedSegment } from "./journal.ts";

const nobody = async (): Promise<void> => undefined;
const filesIn = (directory: string, folder = "quarantine") => readdirSync(join(directory, folder)).sort();
const framesIn = (directory: string) => filesIn(directory).filter((name) => name.endsWith(".frame"));

/** Appends one group with a frame per text, each of another table, and seals it. */
async function appendGroup({ journal, seal }: TestJournal, ...texts: string[]): Promise<SealedSegment> {
  const offset = journal.next();
  await journal.append(texts.map((text, table) => textFrame(offset, text, { table })));
  await seal();
  return journal.sealed().at(-1) as SealedSegment;
}

/** What the loader does with a segment all of which the store refuses. */
async function refuseAll({ journal }: TestJournal): Promise<void> {
  for (const segment of journal.sealed()) {
    for (const frame of segment.frames) await journal.quarantine(segment, frame, "the store says no");
    await journal.remove(segment.name);
  }
}

test("all frames of a group that were set aside wait for the store again at once, as often as it refuses them", async (context) => {
  const directory = testDirectory(context);
  const opened = await openTestJournal(directory);
  await opened.append("an earlier record");
  await opened.seal();
  await opened.journal.remove(opened.journal.sealed()[0]?.name ?? "");
  await appendGroup(opened, "one", "two", "three");
  for (let time = 0; time < 3; time++) {
    await refuseAll(opened);
    assert.equal(opened.journal.stats().quarantined, 3, `time ${time}`);
    assert.deepEqual(await waitingTexts(opened.journal), []);
    assert.deepEqual(await opened.journal.retryQuarantined(nobody), { retried: 3, later: 0, unreadable: 0 });
    assert.deepEqual(await waitingTexts(opened.journal), ["one", "two", "three"], `time ${time}`);
    assert.deepEqual(filesIn(directory), [], "nothing stays behind, no reason either");
    assert.ok(opened.journal.sealed().every(({ isRecovered }) => isRecovered));
  }
  await opened.journal.close();
  assert.deepEqual(await waitingTexts((await openTestJournal(directory)).journal), ["one", "two", "three"]);
});

test("a frame that comes into the quarantine under a name that is taken lies beside the other one", async (context) => {
  const directory = testDirectory(context);
  const opened = await openTestJournal(directory);
  const segment = await appendGroup(opened, "x", "y");
  await refuseAll(opened);
  // The first frame of the segment is damaged and stays; the second becomes the first one of the same name.
  const [first] = framesIn(directory) as [string];
  writeFileSync(join(directory, "quarantine", first), "damaged");
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(await opened.journal.retryQuarantined(nobody), { retried: 1, later: 0, unreadable: 1 });
    assert.deepEqual(await waitingTexts(opened.journal), ["y"]);
    await refuseAll(opened);
    assert.equal(framesIn(directory).length, 2);
  }
  assert.match(first, new RegExp(`^${segment.name.slice(0, -4)}-0`));
  assert.equal((await openTestJournal(directory)).journal.stats().quarantined, 2);
});

test("a crash after the segment was made and before its frames were removed leaves each record once", async (context) => {
  const directory = testDirectory(context);
  const opened = await openTestJournal(directory);
  await appendGroup(opened, "one", "two");
  await refuseAll(opened);
  const quarantine = join(directory, "quarantine");
  const names = framesIn(directory);
  const kept = names.map((name) => [name, readFileSync(join(quarantine, name))] as const);
  await opened.journal.retryQuarantined(nobody);
  await opened.journal.close();
  for (const [name, bytes] of kept) writeFileSync(join(quarantine, name), bytes);
  const again = await openTestJournal(directory);
  assert.deepEqual(await again.journal.retryQuarantined(nobody), { retried: 0, later: 2, unreadable: 0 });
  await refuseAll(again);
  copyFileSync(join(quarantine, names[0] ?? ""), join(quarantine, "0000000000000777-0.frame"));
  const third = await openTestJournal(directory);
  assert.equal((await third.journal.retryQuarantined(nobody)).retried, 2);
  assert.deepEqual(await waitingTexts(third.journal), ["one", "two"]);
});

test("a whole segment that could not be read is tried again, and what is damaged in it stays aside", async (context) => {
  const directory = testDirectory(context);
  const opened = await openTestJournal(directory);
  const { name, frames } = await appendGroup(opened, "good", "damaged", "good too");
  const path = join(directory, name);
  const bytes = readFileSync(path);
  bytes.write("x", (frames[1]?.at ?? 0) + 42);
  writeFileSync(path, bytes);
  await opened.journal.setSegmentAside(name, "it cannot be read");
  assert.equal(opened.journal.stats().quarantined, 1);
  assert.deepEqual(await opened.journal.retryQuarantined(nobody), { retried: 2, later: 0, unreadable: 0 });
  assert.deepEqual(await waitingTexts(opened.journal), ["good", "good too"]);
  await opened.journal.remove(name);
  assert.equal(opened.journal.stats().quarantined, 1);
  assert.equal(framesIn(directory).length, 1);
});

test("frames wait while records beside them are being loaded, and what somebody took away is forgotten", async (context) => {
  const directory = testDirectory(context);
  const opened = await openTestJournal(directory);
  const segment = await appendGroup(opened, "bad", "good");
  const [bad] = segment.frames;
  assert.ok(bad !== undefined);
  await opened.journal.quarantine(segment, bad, "the store says no");
  assert.deepEqual(await opened.journal.retryQuarantined(nobody), { retried: 0, later: 1, unreadable: 0 });
  await opened.journal.remove(segment.name);
  unlinkSync(join(directory, "quarantine", framesIn(directory)[0] ?? ""));
  assert.deepEqual(await opened.journal.retryQuarantined(nobody), { retried: 0, later: 0, unreadable: 0 });
  assert.equal(opened.journal.stats().quarantined, 0);
});

test("on a full disk frames stay aside and can be tried later, and no half of a segment is left", async (context) => {
  const directory = testDirectory(context);
  let isFull = false;
  const files = faultyFiles(({ operation }) =>
    isFull && operation === "writeFile" ? { error: diskError("ENOSPC") } : undefined,
  );
  const opened = await openTestJournal(directory, { files });
  await appendGroup(opened, "one", "two");
  await refuseAll(opened);
  isFull = true;
  await assert.rejects(opened.journal.retryQuarantined(nobody), JournalUnavailableError);
  assert.ok(filesIn(directory, ".").every((name) => !name.includes(".seg")));
  isFull = false;
  assert.equal((await opened.journal.retryQuarantined(nobody)).retried, 2);
});

test("two who retry at once do not disturb each other, and each segment is announced before it can be loaded", async (context) => {
  const directory = testDirectory(context);
  const opened = await openTestJournal(directory);
  for (let i = 0; i < 5; i++) await appendGroup(opened, `a${i}`, `b${i}`);
  await refuseAll(opened);
  const announced: string[] = [];
  const announce = async ({ name }: SealedSegment): Promise<void> => {
    assert.ok(existsSync(join(directory, name)));
    assert.ok(opened.journal.sealed().every((sealed) => sealed.name !== name));
    announced.push(name);
  };
  const both = await Promise.all([
    opened.journal.retryQuarantined(announce),
    opened.journal.retryQuarantined(announce),
  ]);
  assert.deepEqual(
    both.map(({ retried }) => retried),
    [10, 0],
  );
  assert.equal(new Set(announced).size, 5);
  assert.equal(opened.journal.loadedThrough, 0);
});
