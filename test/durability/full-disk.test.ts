// A disk without room: a small tmpfs that a ballast file fills to the last byte, and that is emptied again.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { assertAllThere } from "../support/all-there.ts";
import { NumberedSenders } from "../support/numbered-senders.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const DISK_MB = 256;
const CHUNK_BYTES = 64 * 1024;
const WHILE_FULL_MS = 4_000;
const RECOVERS_WITHIN_MS = 20_000;

const canMount = process.platform === "linux" && process.getuid?.() === 0;

test("on a full disk senders are told to come back, and nothing acknowledged is lost", {
  skip: canMount ? false : "mounting a small disk needs root on Linux",
}, async () => {
  const mount = mkdtempSync(join(tmpdir(), "talea-small-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", mount]);
  try {
    await fillAndEmpty(mount);
  } finally {
    execFileSync("umount", ["--lazy", mount]);
    rmSync(mount, { recursive: true, force: true });
  }
});

async function fillAndEmpty(mount: string): Promise<void> {
  await using talea = await TaleaProcess.start({ dataDirectory: join(mount, "data") });
  const senders = new NumberedSenders(() => talea.url);
  try {
    await delay(1_000);
    const ballast = join(mount, "ballast");
    fill(ballast);
    const before = senders.failures;
    const answer = await untilRefused(talea.url);
    assert.ok(Number(answer.headers.get("retry-after")) > 0, "a refusal says when to come back");
    await delay(WHILE_FULL_MS);
    fill(ballast);
    assert.ok(senders.failures > before);
    assert.equal((await fetch(`${talea.url}/healthz`)).status, 200);
    rmSync(ballast);
    await untilAcknowledged(senders);
  } finally {
    await senders.stop();
  }
  assert.deepEqual(senders.refusals, []);
  await assertAllThere(talea, senders, "after the disk had room again");
  await talea.stop();
}

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, "a");
  try {
    for (let size = CHUNK_BYTES; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}

async function untilRefused(url: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  for (const deadline = performance.now() + RECOVERS_WITHIN_MS; performance.now() < deadline; await delay(20)) {
    const body = JSON.stringify({ runId: "full", type: "log", message: "x".repeat(CHUNK_BYTES) });
    const answer = await fetch(`${url}/api/v1/events`, { method: "POST", headers, body });
    await answer.arrayBuffer();
    if (answer.status === 503) return answer;
  }
  throw new Error("Nothing was refused on a full disk");
}

async function untilAcknowledged({ acknowledged }: NumberedSenders): Promise<void> {
  const before = acknowledged.spans.size;
  for (const deadline = performance.now() + RECOVERS_WITHIN_MS; performance.now() < deadline; await delay(50)) {
    if (acknowledged.spans.size > before) return;
  }
  throw new Error("Nothing was taken in after there was room again");
}
