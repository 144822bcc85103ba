// A disk without room, in two ways that are both real: a small tmpfs that a ballast file fills to the last byte, which
// needs root to be mounted; and a server whose files may not grow (RLIMIT_FSIZE), which anybody can set on Linux. Both
// are tried where both can be.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { status as grpcStatus } from "@grpc/grpc-js";
import { GrpcClient } from "../ingest/exchange.ts";
import { bodyOf, requestWith } from "../ingest/requests.ts";
import { assertAllThere } from "../support/all-there.ts";
import { NumberedSenders } from "../support/numbered-senders.ts";
import { TaleaProcess } from "../support/talea-process.ts";

const DISK_MB = 256;
const CHUNK_BYTES = 64 * 1024;
/** Less than a segment has, more than a group: writes end in the middle, and the next file takes some again. */
const TIGHT_BYTES = 20_000;
const TIGHT_MS = 1_500;
const WHILE_FULL_MS = 3_000;
const RECOVERS_WITHIN_MS = 20_000;

/** Takes the room, and gives it back. */
interface Shortage {
  fill(): void;
  empty(): void;
}

const isLinux = process.platform === "linux";

test("on a full disk senders are told to come back, and nothing acknowledged is lost", {
  skip: isLinux && process.getuid?.() === 0 ? false : "mounting a small disk needs root on Linux",
}, async () => {
  const mount = mkdtempSync(join(tmpdir(), "talea-small-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", mount]);
  const ballast = join(mount, "ballast");
  try {
    await using talea = await TaleaProcess.start({ dataDirectory: join(mount, "data") });
    const shortage = { fill: () => fillWith(ballast), empty: () => rmSync(ballast) };
    await goThrough(talea, () => undefined, shortage);
  } finally {
    execFileSync("umount", ["--lazy", mount]);
    rmSync(mount, { recursive: true, force: true });
  }
});

test("when the journal's files cannot grow senders are told to come back, and nothing acknowledged is lost", {
  skip: isLinux ? false : "limiting the files of a running process needs Linux",
}, async () => {
  await using talea = await TaleaProcess.start();
  // The soft limit of the server alone: its engine has its own, and writes on.
  const limit = (bytes: number | string) =>
    execFileSync("prlimit", ["--pid", String(talea.pid), `--fsize=${bytes}:unlimited`]);
  const shortage = { fill: () => limit(1), empty: () => limit("unlimited") };
  await goThrough(talea, () => limit(TIGHT_BYTES), shortage);
});

async function goThrough(talea: TaleaProcess, tighten: () => void, { fill, empty }: Shortage): Promise<void> {
  const senders = new NumberedSenders(() => talea.url);
  try {
    await untilAcknowledged(senders);
    tighten();
    await delay(TIGHT_MS);
    fill();
    const before = senders.failures;
    const answer = await untilRefused(talea.url);
    assert.ok(Number(answer.headers.get("retry-after")) > 0, "a refusal says when to come back");
    await assertGrpcRefused(talea.grpcAddress);
    await delay(WHILE_FULL_MS);
    fill();
    assert.ok(senders.failures > before);
    assert.equal((await fetch(`${talea.url}/healthz`)).status, 200);
    empty();
    await untilAcknowledged(senders);
  } finally {
    await senders.stop();
  }
  assert.deepEqual(senders.refusals, []);
  await assertAllThere(talea, senders, "after the disk had room again");
  await talea.kill();
  await talea.restart();
  await assertAllThere(talea, senders, "after a kill behind it");
  await talea.stop();
}

/** Writes until nothing more fits. */
function fillWith(path: string): void {
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

async function assertGrpcRefused(address: string): Promise<void> {
  using client = new GrpcClient(address);
  for (const deadline = performance.now() + RECOVERS_WITHIN_MS; performance.now() < deadline; await delay(20)) {
    const answer = await client.export("logs", bodyOf("logs", requestWith("logs", 100)));
    if (answer.code === grpcStatus.OK) continue;
    assert.equal(answer.code, grpcStatus.UNAVAILABLE, answer.details);
    assert.ok((answer.status?.retryDelayS ?? 0) >= 1, "RetryInfo says when to come back");
    return;
  }
  throw new Error("Nothing was refused over gRPC on a full disk");
}

async function untilAcknowledged({ acknowledged }: NumberedSenders): Promise<void> {
  const before = acknowledged.spans.size;
  for (const deadline = performance.now() + RECOVERS_WITHIN_MS; performance.now() < deadline; await delay(50)) {
    if (acknowledged.spans.size > before) return;
  }
  throw new Error("Nothing was taken in");
}
