import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Run, Status } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { requestOf, traceRequest } from "./otlp-file.ts";
import { type CliEnd, type CliOptions, runCli } from "./run-cli.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "talea-import-"));
let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
});
after(async () => {
  await talea.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function importFiles(paths: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
  return runCli(["import", ...paths, "--url", talea.talea.url], options);
}

async function acknowledged(): Promise<Status["acknowledged"]> {
  return (await talea.get<Status>("/api/v1/status")).acknowledged;
}

test("traces, logs and metrics are told by their content", async () => {
  const captures = [
    "mastra/mastra1-otel-multi-agent.otlp.json",
    "otel-genai-instrumentation-openai-js/default.logs.otlp.json",
    "otel-genai-instrumentation-openai-js/default.metrics.otlp.json",
  ].map((name) => join(FIXTURES, name));
  const before = await acknowledged();
  const { code, stdout, stderr } = await importFiles(captures);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /took 35 spans, 13 log records, 2 metrics from 3 files \(111 kB\)/);
  const now = await acknowledged();
  assert.equal(now.spans - before.spans, 35);
  assert.ok(now.points > before.points);
});

test("one request a line, compressed or not, from a file or from standard input, is the same", async () => {
  const lines = () => [1, 2, 3].map((count) => JSON.stringify(traceRequest(count))).join("\n");
  const piped = async function* () {
    yield lines();
  };
  const ends = await Promise.all([
    importFiles([file("plain.ndjson", lines())]),
    importFiles([file("a.gz", gzipSync(lines()))]),
    importFiles([file("b.zst", zstdCompressSync(lines()))]),
    importFiles(["-"], { input: piped() }),
  ]);
  for (const { code, stdout } of ends) {
    assert.equal(code, 0);
    assert.match(stdout, /took 6 spans from 1 file/);
  }
});

test("a request over many lines and a list of requests are read like one a line", async () => {
  const pretty = JSON.stringify(traceRequest(4), undefined, 2);
  const list = JSON.stringify([traceRequest(2), traceRequest(3)], undefined, 1);
  const { code, stdout } = await importFiles([file("pretty.json", pretty), file("list.json", list)]);
  assert.equal(code, 0);
  assert.match(stdout, /took 9 spans from 2 files/);
});

test("a broken line costs that line, says where it is, and ends with 1", async () => {
  const lines = [traceRequest(2), traceRequest(3)].map((request) => JSON.stringify(request));
  const path = file("broken.ndjson", [lines[0], '{"resourceSpans": [{"resource"', lines[1], '{"runs": []}'].join("\n"));
  const { code, stdout } = await importFiles([path]);
  assert.equal(code, 1);
  assert.match(stdout, /took 5 spans/);
  assert.match(stdout, /Rejected: 2\./);
  assert.match(stdout, /broken\.ndjson, line 2: /);
  assert.match(stdout, /line 4: it has no resourceSpans, resourceLogs or resourceMetrics/);
});

test("a file that holds no JSON is refused, and an empty one is nothing", async () => {
  const text = await importFiles([file("notes.txt", "hello world\n")]);
  assert.equal(text.code, 1);
  assert.match(text.stdout, /1 × .*notes\.txt, object 1: .*"hello world" is not valid JSON/);
  const empty = await importFiles([file("empty.ndjson", "")]);
  assert.deepEqual([empty.code, /took nothing from 1 file/.test(empty.stdout)], [0, true]);
});

test("items that the server rejects are counted with its reasons", async () => {
  const path = file("future.json", JSON.stringify(traceRequest(2, { startMs: Date.parse("2100-01-01T00:00:00Z") })));
  const { code, stdout } = await importFiles([path]);
  assert.equal(code, 1);
  assert.match(stdout, /took nothing from 1 file/);
  assert.match(stdout, /Rejected: 2\.\n {2}2 × [^\d]/);
});

test("one item that makes a whole request unreadable is found, and the others are taken", async () => {
  const good = traceRequest(40) as { resourceSpans: [{ scopeSpans: [{ spans: object[] }] }] };
  const { spans } = good.resourceSpans[0].scopeSpans[0];
  const bad = { ...spans[7], attributes: "none" };
  const path = file("bad-item.json", JSON.stringify(requestOf([...spans.slice(0, 7), bad, ...spans.slice(8)])));
  const { code, stdout } = await importFiles([path]);
  assert.equal(code, 1);
  assert.match(stdout, /took 39 spans/);
  assert.match(stdout, /1 × .*attributes must be an array/);
});

test("an old capture stays, and the way to its runs is said", async () => {
  const startMs = Date.now() - 400 * 86_400_000;
  const day = new Date(startMs).toISOString().slice(0, 10);
  const { code, stdout } = await importFiles([file("old.json", JSON.stringify(traceRequest(2, { startMs })))]);
  assert.equal(code, 0);
  const command = /talea (runs --since \S+)/.exec(stdout)?.[1] ?? "";
  assert.ok(stdout.includes(`It goes back to ${day}`) && command.includes(day), stdout);
  const { runs } = await talea.get<{ runs: Run[] }>(`/api/v1/runs?since=${command.split(" ").at(-1)}`);
  assert.ok(runs.some(({ startedAt }) => startedAt.startsWith(day)));
});

test("a file that is not there, or cut off while it is compressed, is said so", async () => {
  const missing = await importFiles([join(folder, "missing.json")]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /missing\.json: does not exist/);
  const whole = gzipSync(JSON.stringify(traceRequest(500)));
  const cut = await importFiles([file("cut.gz", whole.subarray(0, whole.length / 2))]);
  assert.equal(cut.code, 1);
  assert.match(cut.stderr, /cut\.gz cannot be decompressed/);
});

test("a long file goes in requests of at most 4 MB, with little memory", async () => {
  const bodies: number[] = [];
  const sink = createServer((request, response) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on("end", () => {
      bodies.push(size);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
  const line = `${JSON.stringify(traceRequest(100, { textBytes: 10_000 }))}\n`;
  const lines = async function* () {
    for (let i = 0; i < 60; i++) yield line;
  };
  const { code, stdout } = await runCli(
    ["import", "-", "--url", `http://127.0.0.1:${(sink.address() as AddressInfo).port}`],
    { input: lines(), environment: { NODE_OPTIONS: "--max-old-space-size=48" } },
  );
  sink.close();
  assert.equal(code, 0);
  assert.match(stdout, /took 6,000 spans from 1 file \(6\d\.\d MB\)/);
  assert.ok(bodies.length >= 15 && bodies.every((size) => size <= 4.2 * 1024 * 1024), String(Math.max(...bodies)));
});

test("what a file says about a run is what the run shows", async () => {
  const path = join(FIXTURES, "vercel-ai-sdk/ai-v7-otel-genai-multi-agent.otlp.json");
  const expected = JSON.parse(readFileSync(join(FIXTURES, "EXPECTED-TOTALS.json"), "utf8")) as Record<string, unknown>;
  assert.ok("vercel-ai-sdk/ai-v7-otel-genai-multi-agent.otlp.json" in expected);
  assert.equal((await importFiles([path])).code, 0);
  const { runs } = await talea.get<{ runs: Run[] }>("/api/v1/runs?since=-3650d&agent=supervisor");
  assert.ok(runs.some(({ agents }) => agents.includes("researcher")));
});
