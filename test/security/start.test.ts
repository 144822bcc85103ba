// What Talea does with its machine: it listens to this machine only unless there is a key, and keeps its data to its user.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { TaleaProcess } from "../support/talea-process.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** Starts `talea serve`, which is expected to refuse; the directory is for its data. */
async function refused(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ readonly code: number | null; readonly said: string; readonly madeData: boolean }> {
  const directory = mkdtempSync(join(tmpdir(), "talea-start-"));
  const flags = ["serve", "--data", join(directory, "data"), "--port", "0", "--grpc-port", "0", ...args];
  const child = spawn(process.execPath, [MAIN, ...flags], {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      // It listens: that must not happen, and the test ends by its words.
      if (text.includes("Talea is ready")) child.kill();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const madeData = existsSync(join(directory, "data"));
  rmSync(directory, { recursive: true, force: true });
  return { code, said, madeData };
}

test("without a key it refuses to listen to other machines, in words that say what to do, and touches nothing", async () => {
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "localhost.example"]) {
    const { code, said, madeData } = await refused(["--host", host]);
    assert.notEqual(code, 0, host);
    assert.doesNotMatch(said, /Talea is ready/, host);
    assert.match(said, /TALEA_KEY/, host);
    assert.match(said, /--key-file/, host);
    assert.match(said, /Authorization: Bearer/, host);
    assert.doesNotMatch(said, /^\s+at /m, "no stack");
    assert.equal(madeData, false);
  }
});

test("a key file that cannot be read or is empty is refused in words", async () => {
  const directory = mkdtempSync(join(tmpdir(), "talea-start-"));
  writeFileSync(join(directory, "empty"), "\n");
  for (const file of ["missing", "empty"]) {
    const { code, said } = await refused(["--host", "0.0.0.0", "--key-file", join(directory, file)]);
    assert.notEqual(code, 0);
    assert.match(said, /--key-file/);
    assert.doesNotMatch(said, /Talea is ready|^\s+at /m);
  }
  rmSync(directory, { recursive: true });
});

test("with a key it listens to other machines, warns of plain HTTP, and keeps the key out of its log", async () => {
  await using talea = await TaleaProcess.start({
    args: ["--host", "0.0.0.0"],
    environment: { TALEA_KEY: "s3cret-key" },
  });
  const { port } = new URL(talea.url);
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === "IPv4" && !one.internal)?.address;
  for (const host of ["127.0.0.1", ...(outside === undefined ? [] : [outside])]) {
    const ask = (headers: Record<string, string>) => fetch(`http://${host}:${port}/api/v1/status`, { headers });
    assert.equal((await ask({})).status, 401, host);
    assert.equal((await ask({ authorization: "Bearer s3cret-key" })).status, 200, host);
  }
  assert.match(talea.log, /unencrypted/);
  assert.doesNotMatch(talea.log, /s3cret-key/);
});

test("the data directory and what is in it are its user's alone", async () => {
  const umask = process.umask(0o000);
  try {
    await using talea = await TaleaProcess.start();
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    assert.equal(mode(talea.dataDirectory), "700");
    assert.ok(readdirSync(talea.dataDirectory).includes("journal"));
    await talea.stop();
    // A directory that was open before is closed again.
    chmodSync(talea.dataDirectory, 0o755);
    await talea.restart();
    assert.equal(mode(talea.dataDirectory), "700");
  } finally {
    process.umask(umask);
  }
});
