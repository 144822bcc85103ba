import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { traceRequest } from "./otlp-file.ts";
import { deadUrl, runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "talea-doctor-"));
let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere();
  await talea.post("/v1/traces", traceRequest(3));
});
after(async () => {
  await talea.close();
  rmSync(folder, { recursive: true });
});

const nowhere = await deadUrl();

test("a healthy server and its data directory have no problem", async () => {
  const { url, dataDirectory } = talea.talea;
  const { code, stdout } = await runCli(["doctor", "--url", url, "--data", dataDirectory], { cwd: folder });
  assert.equal(code, 0, stdout);
  for (const about of ["machine", "server", "clock", "engine", "store", "journal", "data", "disk"]) {
    assert.match(stdout, new RegExp(`^ok +${about} `, "m"));
  }
  assert.match(stdout, /in use by process \d+/);
  assert.match(stdout, /All is well\.\n$/);
});

test("without a server the exit code is 1 and the findings say how to start one", async () => {
  const { code, stdout } = await runCli(["doctor", "--json", "--url", nowhere], { cwd: folder });
  assert.equal(code, 1);
  const { findings, problems } = JSON.parse(stdout) as {
    findings: { about: string; message: string }[];
    problems: number;
  };
  assert.equal(problems, 1);
  assert.match(findings.find(({ about }) => about === "server")?.message ?? "", /talea serve/);
});

test("frames in quarantine are listed with their reasons, and what waits in the journal is counted", async () => {
  const data = join(folder, "stopped");
  mkdirSync(join(data, "journal", "quarantine"), { recursive: true, mode: 0o700 });
  writeFileSync(join(data, "journal", "quarantine", "0000000000000001-40.frame"), "damaged");
  writeFileSync(join(data, "journal", "quarantine", "0000000000000001-40.txt"), "spans: Code 33: cannot read\n");
  writeFileSync(join(data, "journal", "0000000000000001.seg"), "");
  chmodSync(data, 0o700);
  const { code, stdout } = await runCli(["doctor", "--url", nowhere, "--data", data]);
  assert.equal(code, 1);
  assert.match(stdout, /no server runs on it/);
  assert.match(stdout, /Nothing waits in the journal/);
  assert.match(stdout, /PROBLEM +quarantine +1 frames were set aside/);
  assert.match(stdout, /0000000000000001-40\.frame: 7 B: spans: Code 33: cannot read/);
  assert.match(stdout, /talea doctor --retry/);
});

test("a data directory that others may read is a problem with its cure", async () => {
  const data = join(folder, "open");
  mkdirSync(data, { mode: 0o755 });
  const { stdout } = await runCli(["doctor", "--url", nowhere, "--data", data]);
  assert.match(stdout, /Other users of this machine can read[^\n]*\n +→ chmod 700 /);
});

test("a data directory that is not there is a problem when it was named", async () => {
  const { stdout } = await runCli(["doctor", "--url", nowhere, "--data", join(folder, "none")]);
  assert.match(stdout, /PROBLEM +data +There is no .*none/);
});

test("something else on the port is told apart from Talea", async () => {
  const squatter = createServer((socket) => socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno"));
  await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
  const address = squatter.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { code, stdout } = await runCli(["doctor", "--url", `127.0.0.1:${port}`], { cwd: folder });
  squatter.close();
  assert.equal(code, 1);
  assert.match(stdout, /not like Talea: is something else listening there\?/);
});
