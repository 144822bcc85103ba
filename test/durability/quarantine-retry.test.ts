// What the store refused for good is tried again when somebody says so: frames that lie in the quarantine, as after a
// version that could not load them.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FRAME_HEADER_BYTES, scanSegment } from "../../src/journal/frame.ts";
import type { Run } from "../../src/model/shapes.ts";
import { traceRequest } from "../cli/otlp-file.ts";
import { runCli } from "../cli/run-cli.ts";
import { status, untilStored } from "../support/all-there.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const SPANS = 5;

test("talea doctor --retry has the store take frames that were set aside, once, and leaves what cannot be read", async () => {
  await using talea = await TaleaProcess.start();
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(traceRequest(SPANS));
  const { status: code } = await fetch(`${talea.url}/v1/traces`, { method: "POST", headers, body });
  assert.equal(code, 200);
  await talea.kill();
  const frames = setAllAside(join(talea.dataDirectory, "journal"));
  assert.ok(frames > 0, "nothing waited in the journal");
  await talea.restart();
  assert.equal((await status(talea.url)).journal.quarantined, frames + 1);
  assert.equal((await status(talea.url)).stored.spans, 0);

  const first = await runCli(["doctor", "--retry", "--url", talea.url]);
  assert.match(first.stderr, new RegExp(`${frames} frames? waits? for the store again; 1 cannot be read`));
  await untilStored(talea);
  const again = await runCli(["doctor", "--retry", "--url", talea.url]);
  assert.match(again.stderr, /^0 frames wait for the store again; 1 cannot be read/);
  const { runs } = (await (await fetch(`${talea.url}/api/v1/runs?since=-3650d&all=true`)).json()) as { runs: Run[] };
  assert.deepEqual(
    runs.map(({ spanCount }) => spanCount),
    [SPANS],
  );
  assert.equal((await status(talea.url)).journal.quarantined, 1);
});

/** Moves the frames that wait into the quarantine, beside one that is damaged. */
function setAllAside(journal: string): number {
  const quarantine = join(journal, "quarantine");
  mkdirSync(quarantine, { recursive: true });
  let count = 0;
  for (const name of readdirSync(journal).filter((file) => file.endsWith(".seg"))) {
    const bytes = readFileSync(join(journal, name));
    for (const { at, blockBytes } of scanSegment(bytes).frames) {
      const path = join(quarantine, `${name.slice(0, -4)}-${at}`);
      writeFileSync(`${path}.frame`, bytes.subarray(at, at + FRAME_HEADER_BYTES + blockBytes));
      writeFileSync(`${path}.txt`, "the store said no\n");
      count++;
    }
    rmSync(join(journal, name));
  }
  writeFileSync(join(quarantine, "0000000000000099-0.frame"), "damaged");
  return count;
}
