// What the store refused for good is tried again when somebody says so: frames that lie in the quarantine, as after a
// version that could not load them.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { crc32c } from "../../src/base/crc32c.ts";
import { encodeHeader, FRAME_HEADER_BYTES, scanSegment } from "../../src/journal/frame.ts";
import type { Run } from "../../src/model/shapes.ts";
import { runCli } from "../cli/run-cli.ts";
import { assertAllThere, status } from "../support/all-there.ts";
import { engineRunning } from "../support/engine-of.ts";
import { NumberedSenders } from "../support/numbered-senders.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const SENDING_MS = 500;
const EMPTY_WITHIN_MS = 30_000;
const SPANS_PER_TRACE = 20;
/** No version has so many tables. */
const UNKNOWN_TABLE = 200;

test("talea doctor --retry has the store take what was set aside, once; what fails again or cannot be read stays", async () => {
  await using talea = await TaleaProcess.start();
  // Nothing is loaded while the engine stands still.
  process.kill((await engineRunning(talea.pid)).pid, "SIGSTOP");
  const senders = new NumberedSenders(() => talea.url);
  await delay(SENDING_MS);
  await senders.stop();
  await talea.kill();
  const tables = setAllAside(join(talea.dataDirectory, "journal"));
  assert.ok(new Set(tables).size >= 3, "frames of several tables waited in the journal");
  await talea.restart();
  assert.equal((await status(talea.url)).journal.quarantined, tables.length + 2);
  assert.equal((await status(talea.url)).stored.spans, 0);

  const first = await runCli(["doctor", "--retry", "--url", talea.url]);
  assert.match(first.stderr, new RegExp(`^${tables.length + 1} frames wait for the store again; 1 cannot be read`));
  await untilQuarantined(talea, 2);
  await assertAllThere(talea, senders, "after the retry");
  const again = await runCli(["doctor", "--retry", "--url", talea.url]);
  assert.match(again.stderr, /^1 frame waits for the store again; 1 cannot be read and stay aside\.\n/);
  await untilQuarantined(talea, 2);
  await assertAllThere(talea, senders, "after another retry");
  await assertListed(talea, senders);
});

/** Waits until nothing is left in the journal; so much is in the quarantine then. */
async function untilQuarantined({ url }: TaleaProcess, count: number): Promise<void> {
  for (const deadline = performance.now() + EMPTY_WITHIN_MS; ; await delay(50)) {
    const { journal } = await status(url);
    if (journal.segments === 0) {
      assert.equal(journal.quarantined, count);
      return;
    }
    assert.ok(performance.now() < deadline, `it still waits: ${JSON.stringify(journal)}`);
  }
}

/** A run of what came late is listed, with all its spans. */
async function assertListed({ url }: TaleaProcess, { last }: NumberedSenders): Promise<void> {
  const { runs } = (await (await fetch(`${url}/api/v1/runs?limit=500`)).json()) as { runs: Run[] };
  const run = runs.find(({ id }) => id === last?.traceId);
  assert.equal(run?.spanCount, SPANS_PER_TRACE);
}

/**
 * Moves the frames that wait into the quarantine, beside one of a table that this version does not have and one that is
 * damaged. Returns the tables of those that moved.
 */
function setAllAside(journal: string): number[] {
  const quarantine = join(journal, "quarantine");
  mkdirSync(quarantine, { recursive: true });
  const tables: number[] = [];
  const put = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(quarantine, `${name}.frame`), bytes);
    writeFileSync(join(quarantine, `${name}.txt`), "the store said no\n");
  };
  for (const name of readdirSync(journal).filter((file) => file.endsWith(".seg"))) {
    const bytes = readFileSync(join(journal, name));
    for (const frame of scanSegment(bytes).frames) {
      const { at, blockBytes, table } = frame;
      put(`${name.slice(0, -4)}-${at}`, bytes.subarray(at, at + FRAME_HEADER_BYTES + blockBytes));
      if (tables.push(table) > 1) continue;
      const block = Buffer.from("of a later version");
      const header = encodeHeader({ ...frame, table: UNKNOWN_TABLE, block }, crc32c(block));
      put(`${name.slice(0, -4)}-${bytes.length}`, Buffer.concat([header, block]));
    }
    rmSync(join(journal, name));
  }
  put("0000000000000099-0", Buffer.from("damaged"));
  return tables;
}
