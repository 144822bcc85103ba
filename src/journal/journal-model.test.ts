// What must hold for every journal, tried on random ones: appends, loads, crashes and a file system that fails at
// random. The seed is printed: `SEED=… node --test …` repeats a failure.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { diskError, type FileOperation, faultyFiles } from "../../test/support/durability-files.ts";
import { openTestJournal, testDirectory, textFrame, textOf } from "../../test/support/durability-journal.ts";
import { Dice } from "../../test/support/durability-random.ts";
import { JournalUnavailableError } from "./journal.ts";

const ROUNDS = 60;
const STEPS = 60;
const FAILING: readonly FileOperation[] = [
  "open",
  "writev",
  "datasync",
  "truncate",
  "sync",
  "unlink",
  "rename",
  "read",
  "close",
  "statfs",
];

/** What one journal was told and said, beside the journal itself. */
class Model {
  readonly #dice: Dice;
  readonly #directory: string;
  /** Frames that were acknowledged and not loaded, by their text. */
  readonly waiting = new Set<string>();
  readonly loaded = new Set<string>();
  readonly refused = new Set<string>();
  /** Refused frames that the journal said it could not take back. */
  readonly #leftBehind = new Set<string>();
  #last = 0;
  #groups = 0;
  #faultShare = 0;
  #opened: Awaited<ReturnType<typeof openTestJournal>> | undefined;

  constructor(dice: Dice, directory: string) {
    this.#dice = dice;
    this.#directory = directory;
  }

  async step(): Promise<void> {
    const { journal } = await this.#journal();
    this.#faultShare = this.#dice.chance(0.4) ? 0.2 : 0;
    const at = this.#dice.next();
    if (at < 0.6) await this.#append();
    else if (at < 0.75) journal.seal();
    else if (at < 0.92) await this.#load();
    else await this.#crash();
  }

  async close(): Promise<void> {
    await this.#crash();
    await this.#opened?.journal.close();
  }

  async #journal() {
    this.#opened ??= await openTestJournal(this.#directory, {
      files: faultyFiles(({ operation }) => {
        if (!FAILING.includes(operation) || !this.#dice.chance(this.#faultShare)) return undefined;
        return { error: diskError("EIO"), writtenBytes: this.#dice.between(0, 400) };
      }),
    });
    return this.#opened;
  }

  async #append(): Promise<void> {
    const { journal, logged } = await this.#journal();
    const first = journal.next();
    const rows = this.#dice.between(1, 3);
    for (let i = 1; i < rows; i++) journal.next();
    const group = ++this.#groups;
    const frames = Array.from({ length: this.#dice.between(1, 3) }, (_, i) =>
      textFrame(first, `${group}.${i} ${"x".repeat(this.#dice.between(0, 60))}`, { rows, table: i }),
    );
    const texts = frames.map(({ block }) => textOf(block));
    const linesBefore = logged.length;
    try {
      await journal.append(frames);
    } catch (error) {
      assert.ok(error instanceof JournalUnavailableError, String(error));
      for (const text of texts) this.refused.add(text);
      const said = logged.slice(linesBefore).some(({ message }) => /could not be taken back/.test(message));
      if (said) for (const text of texts) this.#leftBehind.add(text);
      return;
    }
    // Whatever an earlier write left was cut off before this one was taken in.
    this.#leftBehind.clear();
    assert.ok(first > this.#last, `offset ${first} after ${this.#last}`);
    this.#last = first + rows - 1;
    for (const text of texts) this.waiting.add(text);
  }

  async #load(): Promise<void> {
    const { journal } = await this.#journal();
    const [segment] = journal.sealed();
    if (segment === undefined) return;
    try {
      const texts = (await journal.readBlocks(segment, segment.frames)).map(textOf);
      for (const text of texts) assert.ok(this.waiting.has(text) || this.loaded.has(text), `${text} was not waiting`);
      // The store has it from here on, whether or not the file can be removed.
      for (const text of texts) {
        this.waiting.delete(text);
        this.loaded.add(text);
      }
      await journal.remove(segment.name);
    } catch (error) {
      assert.match(String(error), /EIO/);
    }
  }

  /** Ends without a word: nothing is written, only the file is let go. */
  async #crash(): Promise<void> {
    this.#faultShare = 0;
    await this.#opened?.journal.close();
    this.#opened = undefined;
    const { journal } = await this.#journal();
    const found = await Promise.all([0, 1, 2].map((table) => journal.unloaded(table, 0, Number.MAX_SAFE_INTEGER)));
    const texts = found.flat().map(textOf);
    assert.equal(new Set(texts).size, texts.length, "no frame is there twice");
    for (const text of this.waiting) assert.ok(texts.includes(text), `${text} is lost`);
    for (const text of texts) {
      const isKnown = this.waiting.has(text) || this.loaded.has(text) || this.#leftBehind.has(text);
      assert.ok(isKnown, `${text} was refused, and yet it is there`);
    }
    // What the journal could not take back is as good as acknowledged from here on.
    for (const text of this.#leftBehind) if (texts.includes(text)) this.waiting.add(text);
    this.#leftBehind.clear();
    assert.equal(journal.stats().quarantined, 0);
    assert.ok(journal.durableOffset >= this.#last, "offsets go on behind the last acknowledged one");
  }
}

test("nothing acknowledged is lost and nothing refused comes back, whatever the disk does", async (context: TestContext) => {
  const dice = Dice.fromEnvironment();
  console.log(`seed ${dice.seed}`);
  let appended = 0;
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const model = new Model(dice, testDirectory(context));
    for (let step = 0; step < STEPS; step++) await model.step();
    await model.close();
    appended += model.waiting.size + model.loaded.size;
    refused += model.refused.size;
  }
  console.log(`${appended} frames acknowledged, ${refused} refused`);
  assert.ok(refused > 0 && appended > refused);
});
