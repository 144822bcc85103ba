// Journals for tests: small frames whose blocks are texts, in a directory of their own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/base/time.ts";
import type { Frame } from "../../src/journal/frame.ts";
import { Journal, type JournalOptions } from "../../src/journal/journal.ts";

/** A clock that a test turns. */
export class TestClock implements Clock {
  ms = 1_800_000_000_000;
  nowMs(): number {
    return this.ms;
  }
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly details?: object | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame of rows with the offsets from `firstOffset` on; its block is the text. */
export function textFrame(firstOffset: number, text: string, rest: Partial<Frame> = {}): Frame {
  const rows = rest.rows ?? 1;
  const fields = { table: 1, schemaVersion: 1, rows, firstOffset, lastOffset: firstOffset + rows - 1 };
  return { ...fields, block: encoder.encode(text), ...rest };
}

/** A directory that is removed when the test is over. */
export function testDirectory(context: { after: (remove: () => void) => void }, name = "talea-journal-"): string {
  const directory = mkdtempSync(join(tmpdir(), name));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export type TestJournal = Awaited<ReturnType<typeof openTestJournal>>;

/** Opens a journal whose segments are sealed by the test only, unless `options` say otherwise. */
export async function openTestJournal(
  directory: string,
  options: Partial<JournalOptions> & { storeOffset?: number } = {},
) {
  const logged: LogLine[] = [];
  const clock = new TestClock();
  const { storeOffset = 0, ...given } = options;
  const journal = await Journal.open(
    {
      ...{ directory, clock, segmentBytes: 1e9, segmentRows: 1e9, busyRowsPerS: 1000 },
      ...{ segmentAgeBusyMs: 60_000, segmentAgeCalmMs: 60_000, bytesMax: 1e9, shareOfFreeDisk: 1 },
      log: (level, message, details) => logged.push({ level, message, details }),
      onSealed: () => undefined,
      ...given,
    },
    async () => storeOffset,
  );
  return {
    journal,
    clock,
    logged,
    /** Appends a group of one frame with as many rows as there are texts, and returns its first offset. */
    append: async (...texts: string[]): Promise<number> => {
      const offsets = texts.map(() => journal.next());
      await journal.append([textFrame(offsets[0] as number, texts.join("|"), { rows: texts.length })]);
      return offsets[0] as number;
    },
    seal: async (): Promise<void> => {
      journal.seal();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** The texts of everything that waits, oldest first. */
export async function waitingTexts(journal: Journal): Promise<string[]> {
  const blocks = await Promise.all([0, 1, 2].map((table) => journal.unloaded(table, 0, Number.MAX_SAFE_INTEGER)));
  return blocks.flat().map((block) => decoder.decode(block));
}

export function textOf(block: Uint8Array): string {
  return decoder.decode(block);
}
