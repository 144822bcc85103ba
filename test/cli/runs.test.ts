import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { traceRequest } from "./otlp-file.ts";
import { runCli } from "./run-cli.ts";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
  for (let i = 0; i < 3; i++) await talea.post("/v1/traces", traceRequest(i + 1, { startMs: Date.now() - 60_000 * i }));
  await talea.load("openai-agents-js/openinference-bridge.otlp.json");
  await delay(500);
});
after(() => talea.close());

test("runs are lines of aligned columns, the newest first, without colours in a pipe", async () => {
  const { code, stdout, stderr } = await runCli(["runs", "--since", "1h", "--url", talea.talea.url]);
  assert.deepEqual([code, stderr], [0, ""]);
  const [head = "", ...lines] = stdout.trimEnd().split("\n");
  assert.match(head, /^STATUS +STARTED +TOOK +AGENTS +NAME +SPANS +ERRORS +TOKENS +COST +RUN$/);
  assert.equal(lines.length, 3);
  for (const line of lines) assert.equal(line.indexOf("clerk"), head.indexOf("AGENTS"));
  assert.deepEqual(
    lines.map((line) => line.slice(0, head.indexOf("RUN")).trimEnd().split(/ +/).at(-1)),
    ["1", "2", "3"].map(() => "0"),
  );
  assert.ok(!stdout.includes("\u001b"));
});

test("--json is for programs, --since looks further back, --limit and --agent narrow", async () => {
  const url = talea.talea.url;
  const { stdout } = await runCli(["runs", "--json", "--limit", "2", "--url", url]);
  const { runs } = JSON.parse(stdout) as { runs: { spanCount: number; agents: string[] }[] };
  assert.deepEqual(
    runs.map(({ spanCount, agents }) => ({ spanCount, agents })),
    [1, 2].map((spanCount) => ({ spanCount, agents: ["clerk"] })),
  );
  const old = await runCli(["runs", "--since", "3650d", "--agent", "Triage Agent", "--url", url]);
  assert.match(old.stdout, /Triage Agent, Weather Agent, Summarizer/);
  assert.ok(!old.stdout.includes("clerk"));
});

test("when there is nothing to list, the way to something is said", async () => {
  const { code, stdout, stderr } = await runCli(["runs", "--status", "cancelled", "--url", talea.talea.url]);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.match(stderr, /No runs since 24h.*--since 30d/);
});

test("a status that no run can have is refused with those that there are", async () => {
  const { code, stderr } = await runCli(["runs", "--status", "done", "--url", talea.talea.url]);
  assert.equal(code, 2);
  assert.match(stderr, /--status must be one of running, completed, failed, cancelled, stalled, not done/);
});
