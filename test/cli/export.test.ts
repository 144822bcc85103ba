import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { ExportedRun, RunDetail } from "../../src/cli/export/fetch-run.ts";
import type { Run } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "talea-export-"));
let talea: TaleaHere;
let other: TaleaHere;
let ids: string[];

before(async () => {
  [talea, other] = await Promise.all([startTaleaHere(), startTaleaHere()]);
  await talea.load("vercel-ai-sdk/ai-v7-otel-genai-multi-agent.otlp.json");
  await talea.load("openai-agents-js/openinference-bridge.otlp.json");
  const { runs } = await talea.get<{ runs: Run[] }>("/api/v1/runs?since=-3650d&status=completed");
  ids = runs.map(({ id }) => id);
});
after(async () => {
  await Promise.all([talea.close(), other.close()]);
  rmSync(folder, { recursive: true });
});

test("as JSON a run is one line with its spans, events and messages", async () => {
  const { code, stdout } = await runCli(["export", ...ids, "--full", "--url", talea.talea.url]);
  assert.equal(code, 0);
  const exported = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ExportedRun);
  assert.deepEqual(
    exported.map(({ run }) => run.id),
    ids,
  );
  for (const { run, spans, events, messages } of exported) {
    assert.equal(spans.length, run.spanCount);
    assert.ok(events.length >= spans.length);
    assert.equal(messages.filter(({ kind }) => kind !== "input" && kind !== "output").length, run.messageCount);
    assert.ok(spans.every(({ attributes }) => attributes !== undefined));
  }
});

test("as OTLP a run can be imported elsewhere and is the same run there", async () => {
  const file = join(folder, "runs.ndjson");
  const exported = await runCli(["export", ...ids, "--format", "otlp", "--output", file, "--url", talea.talea.url]);
  assert.deepEqual([exported.code, exported.stdout], [0, ""]);
  assert.ok(readFileSync(file, "utf8").length > 1000);
  assert.equal((await runCli(["import", file, "--url", other.talea.url])).code, 0);
  for (const id of ids) {
    const [here, there] = await Promise.all(
      [talea, other].map((server) => server.get<RunDetail>(`/api/v1/runs/${id}`)),
    );
    assert.deepEqual(essence(there as RunDetail), essence(here as RunDetail));
  }
});

function essence(run: RunDetail): object {
  const { name, status, startedAt, durationMs, spanCount, errorCount, tokens, cost, llmCalls, toolCalls, edges } = run;
  const agents = run.agentDetails.map((agent) => [agent.name, agent.tasks, agent.tokens]);
  return {
    ...{ name, status, startedAt, durationMs, spanCount, errorCount, tokens, cost, llmCalls, toolCalls, agents },
    edges: edges.map(({ from, to, kinds, bytes }) => ({ from, to, kinds, bytes })),
  };
}

test("a run that is not there, a format that is none and a file that cannot be written are said so", async () => {
  const earlier = join(folder, "earlier.ndjson");
  writeFileSync(earlier, "kept");
  const missing = await runCli(["export", "nobody", "--output", earlier, "--url", talea.talea.url]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^No run has or had this id/);
  assert.equal(readFileSync(earlier, "utf8"), "kept");
  const output = join(folder, "none", "run.json");
  const unwritable = await runCli(["export", ...ids, "--output", output, "--url", talea.talea.url]);
  assert.equal(unwritable.code, 1);
  assert.match(unwritable.stderr, /run\.json cannot be written: ENOENT/);
  const format = await runCli(["export", ...ids, "--format", "csv", "--url", talea.talea.url]);
  assert.equal(format.code, 2);
  assert.match(format.stderr, /--format must be json or otlp/);
});
