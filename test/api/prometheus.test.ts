// What scrapers are told: Prometheus' text format to the letter, and the figures of runs that have ended.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { exposition, type Family } from "../../src/api/prometheus/exposition.ts";
import { SettledFigures } from "../../src/api/prometheus/settled-figures.ts";
import type { Agent, Run, Status } from "../../src/model/shapes.ts";
import { StoreClient } from "../../src/store/client.ts";
import { engineRunning } from "../support/engine-of.ts";
import { lintPrometheusText, readPrometheusText } from "../support/prometheus-text.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { failure, hex, sendSpans, settled } from "./send-spans.ts";

let talea: TaleaHere;
/** An agent with a name that has to be escaped. */
const ODD_AGENT = 'odd "agent" \\ of lines';

before(async () => {
  talea = await startTaleaHere(["--quiet", "300"]);
  await talea.load("strands-js/multi-agent.otlp.json");
  await sendSpans(talea, { traceId: hex(16), durationMs: 2_000, attributes: { "gen_ai.agent.name": ODD_AGENT } });
});
after(() => talea.close());

interface Scraped {
  readonly types: ReadonlyMap<string, string>;
  /** By the series as it stands: `name{label="value"}`. */
  readonly values: ReadonlyMap<string, number>;
}

/** Reads a scrape, which has to be right by the format and by promtool's rules. */
function parse(text: string): Scraped {
  assert.deepEqual(lintPrometheusText(text), []);
  const { families } = readPrometheusText(text);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const values = lines.map((line) => {
    const at = line.lastIndexOf(" ");
    const series = line.slice(0, at);
    return [series.endsWith("}") ? series : `${series}{}`, Number(line.slice(at + 1))] as const;
  });
  return { types: new Map(families.map(({ name, type }) => [name, type])), values: new Map(values) };
}

async function scrape(): Promise<Scraped> {
  const answer = await fetch(`${talea.talea.url}/metrics`);
  assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return parse(await answer.text());
}

/** Scrapes until the figures of runs, which are a few seconds old, count what is settled. */
async function scrapeSettled(runs: number): Promise<Scraped> {
  for (let tries = 0; ; tries++) {
    const scraped = await scrape();
    const count = [...scraped.values].reduce((sum, [key, n]) => sum + (key.startsWith("talea_runs_total") ? n : 0), 0);
    if (count >= runs) return scraped;
    assert.ok(tries < 100, `${count} of ${runs} runs`);
    await sleep(300);
  }
}

test("the figures of ended runs are counters, and the same as those of the API", async () => {
  const first = await scrape();
  await settled(talea);
  const { runs } = await talea.get<{ runs: Run[] }>("/api/v1/runs?since=2026-11-01T00:00:00Z&all=true");
  const { agents } = await talea.get<{ agents: Agent[] }>("/api/v1/agents?since=2026-11-01T00:00:00Z");
  const { types, values } = await scrapeSettled(runs.length);
  for (const [status, alike] of Map.groupBy(runs, (run) => run.status)) {
    assert.equal(values.get(`talea_runs_total{status="${status}"}`), alike.length, status);
  }
  const boss = runs.find(({ name }) => name === "invoke_agent boss") as Run;
  const labels = 'name="invoke_agent boss",status="completed"';
  assert.equal(values.get(`talea_run_duration_seconds_count{${labels}}`), 1);
  assert.ok(Math.abs((values.get(`talea_run_duration_seconds_sum{${labels}}`) ?? 0) - boss.durationMs / 1e3) < 1e-9);
  const bucket = (le: string) => values.get(`talea_run_duration_seconds_bucket{${labels},le="${le}"}`);
  assert.deepEqual(["0.1", "0.25", "3600", "+Inf"].map(bucket), [0, 1, 1, 1]);
  for (const { name, busyMs, waitingMs, idleMs, presentMs } of agents) {
    const label = `{agent="${name.replace(/[\\"]/g, "\\$&")}"}`;
    for (const [state, ms] of Object.entries({ busy: busyMs, waiting: waitingMs, idle: idleMs, present: presentMs })) {
      const seconds = values.get(`talea_agent_${state}_seconds_total${label}`) ?? Number.NaN;
      assert.ok(Math.abs(seconds - ms / 1000) < 1e-9, `${name} ${state}`);
    }
  }
  assert.ok(agents.some(({ name }) => name === ODD_AGENT));
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  const both = (name: string) =>
    ["completed", "failed"].map((status) => values.get(`${name}{status="${status}"}`) ?? 0);
  assert.equal(
    values.get("talea_communication_messages_total{}"),
    sum(({ messageCount }) => messageCount),
  );
  assert.ok((values.get("talea_communication_tokens_total{}") ?? 0) > 0);
  const [completed = 0, failed = 0] = both("talea_llm_calls_total");
  assert.equal(
    completed + failed,
    sum(({ llmCalls }) => llmCalls),
  );
  assert.ok((both("talea_tool_calls_total")[1] ?? 0) >= 1, "the failing tool");
  for (const [name, type] of types) if (name.endsWith("_total")) assert.equal(type, "counter", name);
  for (const [key, value] of first.values) {
    const name = key.split("{")[0] ?? "";
    if (first.types.get(name) === "counter") assert.ok((values.get(key) ?? 0) >= value, `${key} does not fall`);
  }
});

test("it tells how the server itself does", async () => {
  const { values } = await scrape();
  const { acknowledged, stored, journal } = await talea.get<Status>("/api/v1/status");
  for (const record of ["spans", "events", "points"] as const) {
    assert.equal(values.get(`talea_ingest_accepted_total{record="${record}"}`), acknowledged[record]);
    assert.equal(values.get(`talea_stored_total{record="${record}"}`), stored[record]);
  }
  assert.equal(values.get("talea_journal_quarantined{}"), journal.quarantined);
  assert.equal(values.get('talea_engine_state{state="ready"}'), 1);
  assert.equal(values.get('talea_engine_state{state="restarting"}'), 0);
  for (const name of ["rejected_total", "duplicates_total"]) assert.equal(values.get(`talea_ingest_${name}{}`), 0);
  for (const name of ["process_resident_memory_bytes", "process_cpu_seconds_total", "talea_uptime_seconds"]) {
    assert.ok((values.get(`${name}{}`) ?? 0) > 0, name);
  }
  assert.ok((values.get('talea_event_loop_delay_seconds{stat="p99"}') ?? -1) >= 0);
  const journaled = ["talea_journal_segments{}", "talea_journal_bytes{}", "talea_engine_restarts_total{}"];
  for (const key of journaled) assert.ok(values.has(key), key);
});

test("two scrapes at one moment have the same families and samples in the same order", async () => {
  const shape = async () =>
    (await (await fetch(`${talea.talea.url}/metrics`)).text()).split("\n").map((line) => line.replace(/ [^ ]*$/, ""));
  assert.deepEqual(await shape(), await shape());
});

test("a scraper needs a key that reads, where there is a key", async () => {
  const guarded = await startTaleaHere(["--key", "s3cret"]);
  try {
    const ask = (headers: Record<string, string>) => fetch(`${guarded.talea.url}/metrics`, { headers });
    assert.deepEqual(await failure(await ask({})), [401, "key_missing"]);
    assert.deepEqual(await failure(await ask({ authorization: "Bearer other" })), [401, "key_wrong"]);
    const answer = await ask({ authorization: "Bearer s3cret" });
    assert.equal(answer.status, 200);
    parse(await answer.text());
  } finally {
    await guarded.close();
  }
});

test("labels and help are escaped, samples sorted, and infinities spelled as the format has them", () => {
  const families: Family[] = [
    {
      ...{ name: "a_total", help: "One \\ two\nlines", type: "counter" },
      samples: [
        { labels: { x: 'b"\n\\' }, value: Number.POSITIVE_INFINITY },
        { labels: { x: "a" }, value: 0.5 },
      ],
    },
    {
      ...{ name: "h", help: "A histogram", type: "histogram", bounds: [0.5, 1] },
      samples: [{ labels: { s: "x" }, atMost: [1, 2], count: 3, sum: 4.5 }],
    },
  ];
  assert.equal(
    exposition(families),
    [
      "# HELP a_total One \\\\ two\\nlines",
      "# TYPE a_total counter",
      'a_total{x="a"} 0.5',
      'a_total{x="b\\"\\n\\\\"} +Inf',
      "# HELP h A histogram",
      "# TYPE h histogram",
      'h_bucket{s="x",le="0.5"} 1',
      'h_bucket{s="x",le="1"} 2',
      'h_bucket{s="x",le="+Inf"} 3',
      'h_sum{s="x"} 4.5',
      'h_count{s="x"} 3',
      "",
    ].join("\n"),
  );
});

test("the rules find what is wrong with a scrape", () => {
  const histogram = (...lines: string[]) => ["# HELP took_seconds H", "# TYPE took_seconds histogram", ...lines];
  const whole = [
    'took_seconds_bucket{le="1"} 2',
    'took_seconds_bucket{le="+Inf"} 3',
    "took_seconds_sum 4",
    "took_seconds_count 3",
  ];
  const wrong: readonly (readonly [lines: readonly string[], expected: RegExp])[] = [
    [["# HELP a_total A", "# TYPE a_total counter", "a_total 1 1700000000000"], /a time of its own/],
    [["# HELP a_total A", "# TYPE a_total counter", "a_total 1", "a_total 2"], /is there twice/],
    [
      ["# HELP a_total A", "# TYPE a_total counter", 'a_total{x="1",y="2"} 1', 'a_total{y="2",x="1"} 1'],
      /is there twice/,
    ],
    [["# HELP a_total A", "# TYPE a_total counter", 'a_total{x="1",x="2"} 1'], /a label twice/],
    [["# HELP a_total A", "# TYPE a_total counter", 'a_total{x-y="1"} 1'], /no name of a label/],
    [["# HELP a_total A", "# TYPE a_total counter", 'a_total{__x="1"} 1'], /no name of a label/],
    [["# HELP a_total A", "# TYPE a_total counter", 'a_total{x="a\nb"} 1'], /not a (?:sample|list)/],
    [["# HELP a_total A", "# TYPE a_total counter", "a_total many"], /not a sample/],
    [["# HELP a_total A\\x", "# TYPE a_total counter", "a_total 1"], /not escaped/],
    [["# HELP a_total A", "# TYPE a_total number", "a_total 1"], /no type/],
    [["# HELP a:b A", "# TYPE a:b gauge", "a:b 1"], /colons/],
    [["# HELP a_bucket A", "# TYPE a_bucket gauge", "a_bucket 1"], /ends in _bucket/],
    [["# HELP a_total A", "# TYPE a_total counter", "b_total 1"], /outside its family/],
    [
      ["# HELP a_total A", "# TYPE a_total counter", "a_total 1", "# HELP a_total A", "# TYPE a_total counter"],
      /more than once/,
    ],
    [["# TYPE a_total counter", "a_total 1"], /no help/],
    [["# HELP a A", "# TYPE a counter", "a 1"], /ends in _total/],
    [["# HELP a_total A", "# TYPE a_total gauge", "a_total 1"], /only a counter/],
    [["# HELP a_ms A", "# TYPE a_ms gauge", "a_ms 1"], /abbreviated unit/],
    [["# HELP a_milliseconds A", "# TYPE a_milliseconds gauge", "a_milliseconds 1"], /no base unit/],
    [["# HELP a_minutes A", "# TYPE a_minutes gauge", "a_minutes 1"], /no base unit/],
    [["# HELP aB A", "# TYPE aB gauge", "aB 1"], /snake case/],
    [["# HELP a A", "# TYPE a gauge", 'a{spanId="x"} 1'], /snake case/],
    [["# HELP a_gauge A", "# TYPE a_gauge gauge", "a_gauge 1"], /its type in its name/],
    [["# HELP a A", "# TYPE a gauge", 'a{quantile="0.5"} 1'], /only a summary/],
    [["# HELP a A", "# TYPE a gauge", 'a{le="1"} 1'], /only a histogram/],
    [["# HELP a_count A", "# TYPE a_count gauge", "a_count 1"], /_sum and _count/],
    [histogram(...whole.toSpliced(0, 2, whole[1] as string, whole[0] as string)), /do not ascend/],
    [histogram(...whole.with(0, 'took_seconds_bucket{le="1"} 5')), /buckets fall/],
    [histogram(...whole.toSpliced(1, 1)), /not \+Inf/],
    [histogram(...whole.with(3, "took_seconds_count 4")), /count is not/],
    [histogram(...whole.toSpliced(2, 1)), /no sum/],
  ];
  for (const [lines, expected] of wrong) assert.match(lintPrometheusText(`${lines.join("\n")}\n`).join("; "), expected);
  assert.match(lintPrometheusText("# HELP a A\n# TYPE a gauge\na 1").join(), /does not end/);
  assert.deepEqual(lintPrometheusText(`${histogram(...whole).join("\n")}\n`), []);
});

test("beyond two hundred agents the rest is one", async () => {
  const spans = Array.from({ length: 230 }, (_, i) => ({
    traceId: hex(16),
    attributes: { "gen_ai.agent.name": `agent ${i}` },
  }));
  const before = (await talea.get<{ runs: Run[] }>("/api/v1/runs?since=2026-11-01T00:00:00Z&limit=1000&all=true")).runs;
  await sendSpans(talea, ...spans);
  await settled(talea);
  const { values } = await scrapeSettled(before.length + spans.length);
  const agents = [...values.keys()].filter((key) => key.startsWith("talea_agent_present_seconds_total"));
  assert.equal(agents.length, 201);
  const present = agents.reduce((sum, key) => sum + (values.get(key) ?? 0), 0);
  const { agents: all } = await talea.get<{ agents: Agent[] }>("/api/v1/agents?since=2026-11-01T00:00:00Z");
  assert.ok(Math.abs(present - all.reduce((sum, { presentMs }) => sum + presentMs / 1000, 0)) < 1e-6);
  assert.ok((values.get('talea_agent_present_seconds_total{agent="other"}') ?? 0) > 0);
});

test("a counter does not fall when a run is deleted, and goes on where it was", async () => {
  const store = new StoreClient({ kind: "embedded", socketPath: (await engineRunning(process.pid)).socketPath });
  try {
    const figures = new SettledFigures(store, { nowMs: () => 0 });
    const counted = async () => (await figures.totals()).runs.reduce((sum, { count }) => sum + count, 0);
    const before = await counted();
    const { runs } = await talea.get<{ runs: Run[] }>(
      "/api/v1/runs?since=2026-11-01T00:00:00Z&name=invoke_agent%20boss",
    );
    const answer = await fetch(`${talea.talea.url}/api/v1/runs/${runs[0]?.id}`, { method: "DELETE" });
    assert.equal(answer.status, 200);
    const afresh = new SettledFigures(store, { nowMs: () => 0 });
    const left = (await afresh.totals()).runs.reduce((sum, { count }) => sum + count, 0);
    assert.deepEqual([await counted(), left], [before, before - 1]);
  } finally {
    await store.close();
  }
});
