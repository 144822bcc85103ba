// Who starts a second Talea on the same data is told where the first one is; what a killed one left is no hindrance.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { runCli } from "../cli/run-cli.ts";
import { status } from "../support/all-there.ts";
import { engineRunning } from "../support/engine-of.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const STARTED_MS = 30_000;
const GONE_WITHIN_MS = 10_000;

test("a second serve on the same data is refused with the address of the first, which goes on", async () => {
  await using talea = await TaleaProcess.start();
  const flags = ["--data", talea.dataDirectory, "--port", "0", "--grpc-port", "0"];
  const { code, stdout, stderr } = await runCli(["serve", ...flags], { timeoutMs: STARTED_MS });
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.ok(stderr.includes(`in use by another Talea (pid ${talea.pid}, ${talea.url})`), stderr);
  assert.match(stderr, /Stop that one, or start this one with another --data\.\n$/);
  const { ready, engine } = await status(talea.url);
  assert.deepEqual([ready, engine.restarts], [true, 0]);
});

test("an engine that outlives its killed parent does not hold up the next start, and is gone then", async () => {
  await using talea = await TaleaProcess.start();
  const orphan = await engineRunning(talea.pid);
  // Stopped, it does not notice that its parent is gone.
  process.kill(orphan.pid, "SIGSTOP");
  await talea.kill();
  assert.equal(isRunning(orphan.pid), true);
  await talea.restart();
  for (const deadline = performance.now() + GONE_WITHIN_MS; isRunning(orphan.pid); await delay(20)) {
    assert.ok(performance.now() < deadline, "the orphan is still there");
  }
  assert.equal((await status(talea.url)).ready, true);
});

/** Whether there is such a process, besides one that ended and was not asked for its end. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
