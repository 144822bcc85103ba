// How fast the fleet's figures answer over a month: a million settled runs of 25 kinds by 200 agents, written to the
// settled tables as settling writes them (by SQL, which takes two minutes instead of an hour); and ten million points,
// sent over OTLP. Then how fast a backlog is settled beside an ingest.

import { setTimeout as sleep } from "node:timers/promises";
import { StoreClient } from "../src/store/client.ts";
import { engineRunning } from "../test/support/engine-of.ts";
import type { MeasuredTalea } from "./measured-process.ts";

const MONTH_S = 30 * 86_400;
const NAMES = 25;
const AGENTS_PER_NAME = 8;
const CHUNKS = 10;

/** SQL of the row `number`: what the run is called, and its k-th agent. */
const name = `(sipHash64(number, 3) % ${NAMES})`;
const agent = (k: string) =>
  `concat('agent ', toString(${name} * ${AGENTS_PER_NAME} + (sipHash64(number, 4) + ${k}) % ${AGENTS_PER_NAME}))`;
const service = `concat('service ', toString(${name} % 3))`;
const runName = `concat('kind ', toString(${name}))`;
/** A long-tailed time around some milliseconds. */
const longTailed = (seed: number, medianMs: number) =>
  `toInt16(greatest(-100, round((log2(${medianMs}) + (sipHash64(number, ${seed}, a) % 1000 + sipHash64(number, ${seed + 1}, a) % 1000 - 1000) / 500) * 32)))`;

/** Writes a month of settled runs that ended before now. */
export async function writeSettledRuns(talea: MeasuredTalea, runs: number): Promise<void> {
  const { socketPath } = await engineRunning(talea.pid);
  const store = new StoreClient({ kind: "embedded", socketPath });
  const fromS = Math.floor(Date.now() / 1000) - MONTH_S;
  const startS = `(${fromS} + intDiv(number * ${MONTH_S}, ${runs}))`;
  const start = `fromUnixTimestamp64Milli(toInt64(${startS} * 1000 + sipHash64(number, 11) % 1000), 'UTC')`;
  const duration = `toUInt64(5e9 + (sipHash64(number, 1) % 1000 + sipHash64(number, 2) % 1000) * 3e7)`;
  const row = `'default' AS project, toDateTime(${startS}, 'UTC') AS received, lower(hex(sipHash128(number))) AS run_id, 1 AS n, 1 AS sign`;
  const write = async (table: string, columns: Readonly<Record<string, string>>, copies = 1) => {
    const names = ["project", "received", "run_id", "n", "sign", ...Object.keys(columns)];
    const values = Object.entries(columns).map(([column, value]) => `${value} AS ${column}_`);
    for (let chunk = 0; chunk < CHUNKS; chunk++) {
      await store.command(
        `INSERT INTO ${table} (${names.join(", ")}) SELECT ${row}, ${values.join(", ")} ` +
          `FROM numbers(${(chunk * runs) / CHUNKS}, ${runs / CHUNKS}) ARRAY JOIN range(${copies}) AS a`,
        { max_partitions_per_insert_block: "1000" },
      );
    }
  };
  const tokens = (input: string) => ({ tokens_input: input, tokens_output: "200", cost_nano: "1500000", priced: "1" });
  await write("runs", {
    ...{ through_offset: "number", started_at: start, ended_at: `addNanoseconds(${start}, ${duration})` },
    ...{ duration_ns: duration, status: "if(sipHash64(number, 5) % 20 = 0, 'failed', 'completed')", name: runName },
    ...{ service, agents: `[${agent("0")}, ${agent("1")}, ${agent("2")}]`, models: "['m']", span_count: "10" },
    ...{ ...tokens("1000 + sipHash64(number, 6) % 3000"), llm_calls: "4", tool_calls: "3", message_count: "4" },
    ...{ agentic: "1", weight: "1", utilization: "0.5", communication_time: "0.1", communication_tokens: "0.2" },
    ...{ critical_path_ms: "3000", concurrency: "1.2", tasks: "3" },
  });
  await write(
    "run_agents",
    {
      ...{
        started_at: start,
        ended_at: `addNanoseconds(${start}, ${duration})`,
        agent: agent("a"),
        services: `[${service}]`,
      },
      ...{ span_count: "3", tasks: "1", task_errors: "sipHash64(number, 7, a) % 30 = 0", ...tokens("800") },
      ...{ llm_calls: "1", tool_calls: "1", messages_sent: "1", messages_received: "1" },
      ...{ completion_indexes: `[${longTailed(20, 8000)}]`, completion_counts: "[1]", completion_max_ms: "15000" },
    },
    3,
  );
  await write(
    "run_edges",
    {
      ...{ ended_at: `addNanoseconds(${start}, ${duration})`, from_agent: agent("a"), to_agent: agent("a + 1") },
      ...{ messages: "2", delegates: "1", replies: "1", bytes: "500", tokens: "100", cost_nano: "1000" },
      ...{ transit_indexes: `[toInt16(intDiv(${longTailed(30, 50)}, 4))]`, transit_counts: "[2]" },
    },
    2,
  );
  await write(
    "agent_minutes",
    {
      ...{ minute: `toStartOfMinute(toDateTime(${startS}, 'UTC'))`, agent: agent("a"), run_name: runName, service },
      ...{ llm_ns: "4000000000", tool_ns: "2000000000", working_ns: "1000000000", waiting_ns: "5000000000" },
      ...{ human_ns: "0", idle_ns: "3000000000", present_ns: "15000000000" },
    },
    3,
  );
  await write(
    "run_calls",
    {
      ...{ ended_at: `addNanoseconds(${start}, ${duration})`, kind: "if(a % 2 = 0, 'llm', 'tool')", agent: agent("a") },
      ...{
        name: `if(a % 2 = 0, concat('model ', toString(sipHash64(number, 9, a) % 5)), concat('tool ', toString(${name} * 4 + a)))`,
      },
      ...{ run_name: runName, service, weight: "1", calls: "2", errors: "0", ...tokens("400") },
      ...{ duration_indexes: `[${longTailed(40, 900)}]`, duration_counts: "[2]" },
    },
    3,
  );
  await store.close();
}

const POINTS_PER_REQUEST = 20_000;
const SERIES = 50;

/** Sends gauge points of one metric over the last hours. */
export async function sendPoints(talea: MeasuredTalea, metric: string, points: number, hours: number): Promise<void> {
  const nowMs = Date.now();
  for (let sent = 0; sent < points; sent += POINTS_PER_REQUEST) {
    const dataPoints = Array.from({ length: Math.min(POINTS_PER_REQUEST, points - sent) }, (_, i) => {
      const number = sent + i;
      const atMs = Math.floor(nowMs - (hours * 3_600_000 * (points - number)) / points);
      return {
        timeUnixNano: `${atMs}000000`,
        asDouble: 100 + 50 * Math.sin(number / 1000) + (number % 97),
        attributes: [{ key: "shard", value: { stringValue: `${number % SERIES}` } }],
      };
    });
    const body = {
      resourceMetrics: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "bench" } }] },
          scopeMetrics: [{ metrics: [{ name: metric, unit: "ms", gauge: { dataPoints } }] }],
        },
      ],
    };
    for (;;) {
      const answer = await fetch(`${talea.url}/v1/metrics`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      await answer.arrayBuffer();
      if (answer.status === 200) break;
      if (answer.status !== 503) throw new Error(`/v1/metrics: ${answer.status}`);
      await sleep(1000);
    }
  }
  for (;;) {
    const { acknowledged, stored } = await talea.status();
    if (stored.points >= acknowledged.points) return;
    await sleep(250);
  }
}

/** How many runs wait to be settled, second by second while `under` goes on. */
export async function watchSettling<T>(
  talea: MeasuredTalea,
  under: Promise<T>,
): Promise<{ readonly atMs: number; readonly unsettled: number }[]> {
  const seen: { atMs: number; unsettled: number }[] = [];
  let isOver = false;
  void under.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const { unsettled } = await talea.status();
    seen.push({ atMs: performance.now(), unsettled });
    await sleep(1000);
  }
  return seen;
}
