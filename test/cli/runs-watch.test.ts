import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Run } from "../../src/model/shapes.ts";
import { TaleaProcess } from "../support/talea-process.ts";
import { LiveCli } from "./live-cli.ts";
import { traceRequest } from "./otlp-file.ts";
import { deadUrl, runCli } from "./run-cli.ts";

const headers = { "content-type": "application/json" };

async function post(url: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
}

/** Events of a run of agents, sent as they happen. */
function tell(url: string, runId: string, type: string, agentId = ""): Promise<void> {
  return post(url, "/api/v1/events", [{ runId, type, ...(agentId === "" ? {} : { agentId }) }]);
}

const cells = (line: string | undefined) => (line ?? "").split(/ {2,}/);

test("runs come in, change and end as lines of a pipe, also after the server was killed and started again", async () => {
  await using server = await TaleaProcess.start();
  const { url } = server;
  await post(url, "/v1/traces", traceRequest(2, { startMs: Date.now() - 60_000 }));
  await using cli = new LiveCli(["runs", "--watch", "--url", url]);
  await cli.until("the list", () => cli.lines.length >= 2);
  assert.match(cli.lines[0] ?? "", /^STATUS +STARTED +TOOK +AGENTS +NAME/);
  assert.match(cli.lines[1] ?? "", /clerk/);
  const rowOf = (run: string, status: string) =>
    cli.until(`${run} ${status}`, () =>
      cli.lines.some((line) => line.startsWith(status) && cells(line).at(-1) === run),
    );
  await tell(url, "job-1", "run.started");
  await tell(url, "job-1", "agent.started", "ada");
  await rowOf("job-1", "running");
  await tell(url, "job-2", "run.started");
  await rowOf("job-2", "running");
  await tell(url, "job-1", "agent.completed", "ada");
  await tell(url, "job-1", "run.failed");
  await rowOf("job-1", "failed");
  await server.kill();
  await cli.until("it says that the server is lost", () => cli.stderr.includes(`Lost ${url}`));
  await server.restart(["--port", new URL(url).port]);
  await cli.until("it says that the server is back", () => cli.stderr.includes(`${url} is back.`));
  await tell(url, "job-2", "run.completed");
  await rowOf("job-2", "completed");
  await delay(1500);
  assert.equal(new Set(cli.lines).size, cli.lines.length, cli.stdout);
  assert.equal(cli.lines.filter((line) => line.startsWith("STATUS")).length, 1);
  assert.equal(await cli.end("SIGINT"), 0);
});

test("--status and --agent narrow what comes in too, and --json has a run a line", async () => {
  await using server = await TaleaProcess.start();
  const { url } = server;
  const args = ["runs", "--watch", "--json", "--url", url];
  await using failed = new LiveCli([...args, "--status", "failed"]);
  await using ofAda = new LiveCli([...args, "--agent", "ada"]);
  await delay(2000);
  for (const [runId, agent, end] of [
    ["a", "ada", "run.completed"],
    ["b", "bob", "run.failed"],
  ] as const) {
    await tell(url, runId, "run.started");
    await tell(url, runId, "agent.started", agent);
    await tell(url, runId, end);
  }
  const runsOf = (cli: LiveCli) => cli.lines.map((line) => JSON.parse(line) as Run);
  await failed.until("b", () => runsOf(failed).length > 0);
  await ofAda.until("a", () => runsOf(ofAda).some(({ status }) => status === "completed"));
  assert.deepEqual(new Set(runsOf(failed).map(({ id, status }) => `${id} ${status}`)), new Set(["b failed"]));
  assert.deepEqual(new Set(runsOf(ofAda).map(({ id }) => id)), new Set(["a"]));
});

test("a server that is not there is not waited for", async () => {
  const url = await deadUrl();
  const { code, stderr } = await runCli(["runs", "--watch", "--url", url]);
  assert.equal(code, 1);
  assert.match(stderr, /^No server answers at/);
});
