import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { diskError, type FileCall, faultyFiles } from "../../test/support/durability-files.ts";
import { openTestJournal, testDirectory, textFrame, waitingTexts } from "../../test/support/durability-journal.ts";
import { FRAME_HEADER_BYTES } from "./frame.ts";
import { JournalUnavailableError } from "./journal.ts";

/** A closed journal of one segment with three groups; returns its directory, its segment and where the groups end. */
async function writeSmallJournal(context: TestContext) {
  const directory = testDirectory(context);
  const { journal, append } = await openTestJournal(directory);
  for (const texts of [["a", "b"], ["c"], ["d", "e", "f"]]) await append(...texts);
  await journal.close();
  const [segment] = segmentsIn(directory) as [string];
  const bytes = readFileSync(join(directory, segment));
  const borders = [0];
  for (const text of ["a|b", "c", "d|e|f"]) {
    borders.push((borders.at(-1) as number) + FRAME_HEADER_BYTES + text.length);
  }
  return { directory, segment, bytes, borders };
}

function segmentsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(".seg"))
    .sort();
}

function quarantineIn(directory: string): string[] {
  return readdirSync(join(directory, "quarantine"))
    .filter((name) => !name.endsWith(".txt"))
    .sort();
}

test("what was appended is there after a restart, in order, and offsets go on behind it", async (context) => {
  const { directory } = await writeSmallJournal(context);
  const { journal } = await openTestJournal(directory);
  assert.deepEqual(await waitingTexts(journal), ["a|b", "c", "d|e|f"]);
  assert.equal(journal.next(), 7);
  assert.equal(journal.loadedThrough, 0);
  assert.equal(journal.durableOffset, 6);
});

test("a torn last frame is dropped on open, wherever it was cut", async (context) => {
  const { directory, segment, bytes, borders } = await writeSmallJournal(context);
  const path = join(directory, segment);
  for (let length = 0; length <= bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    const { journal, append } = await openTestJournal(directory);
    const whole = borders.filter((border) => border > 0 && border <= length).length;
    assert.deepEqual(await waitingTexts(journal), ["a|b", "c", "d|e|f"].slice(0, whole), `cut at ${length}`);
    assert.equal(journal.stats().quarantined, 0, `cut at ${length}`);
    const offset = await append("new");
    assert.ok(offset > ([0, 2, 3, 6][whole] as number), `cut at ${length}`);
    await journal.close();
    const again = await openTestJournal(directory);
    assert.deepEqual(await waitingTexts(again.journal), [...["a|b", "c", "d|e|f"].slice(0, whole), "new"]);
    for (const name of segmentsIn(directory)) await again.journal.remove(name);
  }
});

test("one flipped bit at any byte sets one frame aside, once, and keeps the others", async (context) => {
  const { segment, bytes, borders } = await writeSmallJournal(context);
  for (let at = 0; at < bytes.length; at++) {
    const directory = testDirectory(context);
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
    writeFileSync(join(directory, segment), flipped);
    const hit = borders.findLastIndex((border) => border <= at);
    for (let start = 0; start < 3; start++) {
      const { journal } = await openTestJournal(directory);
      const texts = ["a|b", "c", "d|e|f"].filter((_, i) => i !== hit);
      assert.deepEqual(await waitingTexts(journal), texts, `byte ${at}, start ${start}`);
      assert.equal(journal.stats().quarantined, 1, `byte ${at}, start ${start}`);
      assert.ok(journal.next() > 6, `byte ${at}, start ${start}`);
    }
    const [name] = quarantineIn(directory) as [string];
    assert.deepEqual(
      readFileSync(join(directory, "quarantine", name)),
      flipped.subarray(borders[hit], borders[hit + 1]),
    );
  }
});

test("numbers are never given twice, also when everything was loaded and deleted", async (context) => {
  const directory = testDirectory(context);
  let last = 0;
  for (let start = 0; start < 4; start++) {
    const { journal, append, seal } = await openTestJournal(directory);
    for (let i = 0; i < 3; i++) {
      const offset = await append("x", "y");
      assert.ok(offset > last, `${offset} after ${last}`);
      last = offset + 1;
      await seal();
      for (const { name } of journal.sealed()) await journal.remove(name);
    }
    assert.deepEqual(segmentsIn(directory), []);
    assert.equal(journal.loadedThrough, last);
    await journal.close();
  }
});

test("numbers go on behind what the store has when the journal's files were taken away", async (context) => {
  const { journal } = await openTestJournal(testDirectory(context), { storeOffset: 41 });
  assert.equal(journal.next(), 42);
});

test("an empty segment of an earlier version carries the offsets on, and goes", async (context) => {
  const directory = testDirectory(context);
  writeFileSync(join(directory, "0000000000000500.seg"), "");
  const { journal } = await openTestJournal(directory);
  assert.equal(journal.next(), 500);
  assert.deepEqual(segmentsIn(directory), []);
  assert.equal((await openTestJournal(directory)).journal.next(), 500);
});

test("a journal tells its segments from those of every other node, and keeps doing so", async (context) => {
  const directory = testDirectory(context);
  const tokenOf = async (where: string): Promise<string> => {
    const { journal, append, seal } = await openTestJournal(where);
    await append("x");
    await seal();
    return (journal.sealed().at(-1)?.token ?? "").split("/")[0] as string;
  };
  const own = await tokenOf(directory);
  assert.match(own, /^[0-9a-f]{12}$/);
  assert.equal(await tokenOf(directory), own);
  assert.notEqual(await tokenOf(testDirectory(context)), own);
});

test("files that are not the journal's are left alone and told", async (context) => {
  const { directory } = await writeSmallJournal(context);
  const foreign = ["9999999999999999.seg", "notes.txt", "0000000000000001.seg.bak"];
  for (const name of foreign) writeFileSync(join(directory, name), "mine");
  mkdirSync(join(directory, "0000000000000077.seg"));
  writeFileSync(join(directory, "0000000000000077.next.new"), "half");
  const { journal, logged } = await openTestJournal(directory);
  assert.deepEqual(await waitingTexts(journal), ["a|b", "c", "d|e|f"]);
  assert.equal(journal.next(), 7);
  assert.ok(foreign.every((name) => existsSync(join(directory, name))));
  assert.deepEqual(logged[0]?.details, { names: [...foreign, "0000000000000077.seg"].sort() });
  assert.equal(existsSync(join(directory, "0000000000000077.next.new")), false);
});

test("segments are sealed by size, by rows and by age", async (context) => {
  const sealedBy = async (options: Parameters<typeof openTestJournal>[1], waitMs: number): Promise<number> => {
    const { journal, append } = await openTestJournal(testDirectory(context), options);
    for (let i = 0; i < 4; i++) await append("0123456789", "0123456789");
    await delay(waitMs);
    const { length } = journal.sealed();
    await journal.close();
    return length;
  };
  assert.equal(await sealedBy({}, 0), 0);
  assert.equal(await sealedBy({ segmentBytes: 100 }, 0), 2);
  assert.equal(await sealedBy({ segmentRows: 2 }, 0), 4);
  assert.equal(await sealedBy({ segmentAgeCalmMs: 20 }, 60), 1);
});

test("under load a segment is sealed sooner, and a clock that goes back does not hold it up", async (context) => {
  const { journal, clock, append, seal } = await openTestJournal(testDirectory(context), {
    busyRowsPerS: 10,
    segmentAgeBusyMs: 10,
  });
  const rows = Array.from({ length: 50 }, () => "x");
  await append(...rows);
  await seal();
  clock.ms += 2_000;
  await append(...rows);
  await delay(50);
  assert.equal(journal.sealed().length, 2);
  for (const { name } of journal.sealed()) await journal.remove(name);
  clock.ms -= 3_600_000;
  await append(...rows);
  await delay(50);
  assert.equal(journal.sealed().length, 1);
  assert.ok(journal.stats().oldestMs >= 0);
});

test("while the store is behind, the open segment grows instead of being sealed by age", async (context) => {
  const { journal, append, seal } = await openTestJournal(testDirectory(context), { segmentAgeCalmMs: 10 });
  for (const text of ["a", "b"]) {
    await append(text);
    await seal();
  }
  await append("c");
  await delay(50);
  await append("d");
  assert.equal(journal.sealed().length, 2);
  await journal.remove(journal.sealed()[0]?.name as string);
  await delay(50);
  assert.deepEqual(
    journal.sealed().map(({ frames }) => frames.length),
    [1, 2],
  );
  await journal.close();
});

test("a group is acknowledged, and seen by readers, when its bytes and its file's name are on disk and not before", async (context) => {
  const calls: string[] = [];
  let reached = Promise.withResolvers<void>();
  let synced = Promise.withResolvers<void>();
  const files = faultyFiles(async ({ operation }) => {
    calls.push(operation);
    if (operation === "datasync") {
      reached.resolve();
      await synced.promise;
    }
    return undefined;
  });
  const { journal, append } = await openTestJournal(testDirectory(context), { files });
  for (const [text, expected] of [
    // A new file: its name is made durable before anything that lies in it is acknowledged.
    ["a", ["open", "open", "sync", "close", "writev", "datasync"]],
    ["b", ["writev", "datasync"]],
  ] as const) {
    calls.length = 0;
    reached = Promise.withResolvers<void>();
    synced = Promise.withResolvers<void>();
    const before = { durable: journal.durableOffset, texts: await waitingTexts(journal) };
    calls.length = 0;
    let isAcknowledged = false;
    const appending = append(text).then(() => {
      isAcknowledged = true;
    });
    await reached.promise;
    await delay(20);
    assert.equal(isAcknowledged, false);
    assert.deepEqual(calls, expected);
    assert.deepEqual({ durable: journal.durableOffset, texts: await waitingTexts(journal) }, before);
    synced.resolve();
    await appending;
    assert.equal(journal.durableOffset, before.durable + 1);
    assert.deepEqual(await waitingTexts(journal), [...before.texts, text]);
  }
  await journal.close();
});

test("a write that fails is taken back: its group is refused, the ones before and after it are kept", async (context) => {
  const faults: readonly { readonly operation: FileCall["operation"]; readonly writtenBytes?: number }[] = [
    { operation: "writev", writtenBytes: 0 },
    { operation: "writev", writtenBytes: 30 },
    { operation: "writev", writtenBytes: 1e6 },
    { operation: "datasync" },
  ];
  for (const { operation, ...rest } of faults) {
    let isFull = false;
    const files = faultyFiles((call) =>
      isFull && call.operation === operation ? { error: diskError("ENOSPC"), ...rest } : undefined,
    );
    const directory = testDirectory(context);
    const { journal, append } = await openTestJournal(directory, { files });
    await append("before");
    isFull = true;
    await assert.rejects(append("refused"), JournalUnavailableError);
    isFull = false;
    await append("after");
    await journal.close();
    const again = await openTestJournal(directory);
    assert.deepEqual(await waitingTexts(again.journal), ["before", "after"], `${operation} ${rest.writtenBytes ?? ""}`);
    assert.equal(again.journal.stats().quarantined, 0);
    await again.journal.close();
  }
});

test("a full disk leaves no empty files behind, however often it is tried", async (context) => {
  const directory = testDirectory(context);
  let isFull = true;
  const files = faultyFiles(({ operation }) =>
    isFull && operation === "writev" ? { error: diskError("ENOSPC"), writtenBytes: 5 } : undefined,
  );
  const { journal, append } = await openTestJournal(directory, { files });
  for (let i = 0; i < 20; i++) await assert.rejects(append("x"), JournalUnavailableError);
  assert.deepEqual(segmentsIn(directory), []);
  const { bytesAllowed: _bytesAllowed, ...waiting } = journal.stats();
  assert.deepEqual(waiting, { segments: 0, bytes: 0, oldestMs: 0, quarantined: 0 });
  isFull = false;
  await append("y");
  assert.deepEqual(await waitingTexts(journal), ["y"]);
  await journal.close();
});

test("nothing is taken in while a failed write cannot be taken back, so that it is not found at the next start", async (context) => {
  const directory = testDirectory(context);
  let broken: readonly string[] = [];
  const files = faultyFiles(({ operation }) =>
    broken.includes(operation) ? { error: diskError("EIO"), writtenBytes: 1e6 } : undefined,
  );
  const { journal, append } = await openTestJournal(directory, { files });
  await append("before");
  broken = ["datasync", "truncate"];
  await assert.rejects(append("refused"), JournalUnavailableError);
  await assert.rejects(append("refused too"), JournalUnavailableError);
  broken = [];
  await append("after");
  await journal.close();
  assert.deepEqual(await waitingTexts((await openTestJournal(directory)).journal), ["before", "after"]);
});

test("when no file can be opened the group is refused, and the next one is not", async (context) => {
  const directory = testDirectory(context);
  for (const failing of ["open", "sync"] as const) {
    let isBroken = false;
    const files = faultyFiles(({ operation }) =>
      isBroken && operation === failing ? { error: diskError("EMFILE") } : undefined,
    );
    const { journal, append } = await openTestJournal(directory, { files });
    isBroken = true;
    await assert.rejects(append("refused"), JournalUnavailableError);
    isBroken = false;
    await append(failing);
    await journal.close();
  }
  assert.deepEqual(await waitingTexts((await openTestJournal(directory)).journal), ["open", "sync"]);
});

test("a file that is being opened while the last segment goes is not taken for an old one", async (context) => {
  const directory = testDirectory(context);
  const opening = Promise.withResolvers<void>();
  let holdSync = false;
  const files = faultyFiles(async ({ operation }) => {
    if (holdSync && operation === "sync") {
      holdSync = false;
      await opening.promise;
    }
    return undefined;
  });
  const { journal, append, seal } = await openTestJournal(directory, { files });
  await append("loaded");
  await seal();
  const [first] = journal.sealed();
  holdSync = true;
  const appending = append("acknowledged");
  await delay(20);
  await journal.remove(first?.name ?? "");
  opening.resolve();
  await appending;
  await journal.close();
  assert.deepEqual(await waitingTexts((await openTestJournal(directory)).journal), ["acknowledged"]);
});

test("a reader of what waits sees each record until the store has it, also while segments go", async (context) => {
  const { journal, append, seal } = await openTestJournal(testDirectory(context));
  for (let i = 0; i < 20; i++) {
    await append(String(i));
    await seal();
  }
  await append("open");
  const names = journal.sealed().map(({ name }) => name);
  const stored: string[] = [];
  const readEverything = async (): Promise<Set<string>> => {
    const waiting = await waitingTexts(journal);
    return new Set([...waiting, ...stored]);
  };
  const reading: Promise<Set<string>>[] = [];
  for (const [i, name] of names.entries()) {
    reading.push(readEverything());
    stored.push(String(i));
    await journal.remove(name);
  }
  for (const seen of await Promise.all(reading)) assert.equal(seen.size, 21);
  assert.deepEqual(await waitingTexts(journal), ["open"]);
  await journal.close();
});

test("a reader gets the blocks of its table and offsets only", async (context) => {
  const { journal } = await openTestJournal(testDirectory(context));
  await journal.append([textFrame(1, "one", { table: 0 }), textFrame(1, "two", { table: 1, rows: 3 })]);
  await journal.append([textFrame(4, "three", { table: 1 })]);
  const read = async (table: number, from: number, to: number) =>
    (await journal.unloaded(table, from, to)).map((block) => Buffer.from(block).toString());
  assert.deepEqual(await read(1, 0, 9), ["two", "three"]);
  assert.deepEqual(await read(1, 3, 3), ["two"]);
  assert.deepEqual(await read(0, 0, 9), ["one"]);
  assert.deepEqual(await read(1, 5, 9), []);
  await journal.close();
});

test("past its limit the journal refuses, and takes again when the store has caught up", async (context) => {
  const { journal, append, seal } = await openTestJournal(testDirectory(context), { bytesMax: 200 });
  journal.admit();
  await append("x".repeat(100));
  await append("x".repeat(100));
  assert.throws(() => journal.admit(), JournalUnavailableError);
  await seal();
  await journal.remove(journal.sealed()[0]?.name ?? "");
  journal.admit();
});

test("the limit is a share of the free disk, and space that becomes free is noticed while all is refused", async (context) => {
  let freeBytes = 1000;
  const files = faultyFiles(() => undefined);
  const statfs = (async () => ({ bavail: freeBytes, bsize: 1 })) as never;
  const { journal, clock, append } = await openTestJournal(testDirectory(context), {
    files: { ...files, statfs },
    shareOfFreeDisk: 0.1,
  });
  await append("x".repeat(200));
  assert.throws(() => journal.admit(), JournalUnavailableError);
  freeBytes = 1e6;
  clock.ms += 6_000;
  assert.throws(() => journal.admit(), JournalUnavailableError);
  await delay(10);
  journal.admit();
  await journal.close();
});

test("a refused frame lies in the quarantine with the reason, as often as it is set aside", async (context) => {
  const directory = testDirectory(context);
  const { journal, append, seal } = await openTestJournal(directory);
  await append("good");
  await append("bad");
  await seal();
  const [segment] = journal.sealed();
  assert.ok(segment !== undefined && segment.frames[1] !== undefined);
  for (let i = 0; i < 3; i++) await journal.quarantine(segment, segment.frames[1], "the store says no");
  assert.equal(journal.stats().quarantined, 1);
  const [name] = quarantineIn(directory) as [string];
  assert.match(readFileSync(join(directory, "quarantine", name), "latin1"), /^TLF1.*bad$/s);
  assert.equal(
    readFileSync(join(directory, "quarantine", name.replace(".frame", ".txt")), "utf8"),
    "the store says no\n",
  );
  assert.equal((await openTestJournal(directory)).journal.stats().quarantined, 1);
});

test("the start goes on when what is damaged cannot be set aside, and the segment stays until it can", async (context) => {
  const { directory, segment, bytes } = await writeSmallJournal(context);
  const flipped = Buffer.from(bytes);
  flipped[FRAME_HEADER_BYTES] = 0;
  writeFileSync(join(directory, segment), flipped);
  let isFull = true;
  const files = faultyFiles(({ operation, name }) =>
    isFull && operation === "writeFile" && name.includes("-") ? { error: diskError("ENOSPC") } : undefined,
  );
  const { journal } = await openTestJournal(directory, { files });
  assert.deepEqual(await waitingTexts(journal), ["c", "d|e|f"]);
  await assert.rejects(journal.remove(segment), /ENOSPC/);
  assert.ok(existsSync(join(directory, segment)));
  assert.equal(journal.stats().quarantined, 0);
  isFull = false;
  await journal.remove(segment);
  assert.equal(existsSync(join(directory, segment)), false);
  assert.equal(quarantineIn(directory).length, 1);
});

test("a segment that the disk cannot read is left for the next start and the others are read", async (context) => {
  const { directory } = await writeSmallJournal(context);
  const second = await openTestJournal(directory);
  await second.append("g");
  await second.journal.close();
  const [unreadable] = segmentsIn(directory) as [string];
  const files = faultyFiles(({ operation, name }) =>
    operation === "readFile" && name === unreadable ? { error: diskError("EIO") } : undefined,
  );
  const { journal } = await openTestJournal(directory, { files });
  assert.deepEqual(await waitingTexts(journal), ["g"]);
  assert.deepEqual(await waitingTexts((await openTestJournal(directory)).journal), ["a|b", "c", "d|e|f", "g"]);
});

test("a segment whose file is not what it was is set aside as a whole", async (context) => {
  const { directory, segment } = await writeSmallJournal(context);
  const { journal } = await openTestJournal(directory);
  const [sealed] = journal.sealed();
  assert.ok(sealed !== undefined);
  truncateSync(join(directory, segment), 10);
  await assert.rejects(journal.readBlocks(sealed, sealed.frames), /ends at/);
  await journal.setSegmentAside(segment, "it ends too early");
  assert.deepEqual(quarantineIn(directory), [segment]);
  assert.deepEqual(journal.sealed(), []);
  assert.equal((await openTestJournal(directory)).journal.stats().quarantined, 1);
});

test("what waits since before the start is as old as its file", async (context) => {
  const { directory, segment } = await writeSmallJournal(context);
  const written = new Date(1_800_000_000_000 - 90_000);
  utimesSync(join(directory, segment), written, written);
  assert.equal(Math.round((await openTestJournal(directory)).journal.stats().oldestMs), 90_000);
});
