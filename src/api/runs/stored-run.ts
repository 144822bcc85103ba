import { present } from "../../base/present.ts";
import { formatInstant } from "../../base/time.ts";
import { costShape, figuresField } from "../../jobs/runs/present.ts";
import type { Run } from "../../model/shapes.ts";
import { type StoredRun, storedStatus } from "../../store/queries/runs.ts";

const NS_PER_MS = 1e6;

/** A settled run in the shape of the API. */
export function presentStoredRun(row: StoredRun): Run {
  const number = (name: string) => Number(row[name]);
  const text = (name: string) => row[name] as string;
  const list = (name: string) => [...(row[name] as string[])];
  const known = (name: string) => (Number.isNaN(number(name)) ? undefined : number(name));
  const startedNs = BigInt(row["started_at"] as bigint);
  return {
    id: text("run_id"),
    name: text("name"),
    status: storedStatus(row),
    startedAt: formatInstant(startedNs),
    endedAt: formatInstant(startedNs + BigInt(number("duration_ns"))),
    durationMs: number("duration_ns") / NS_PER_MS,
    service: text("service"),
    ...present({ session: text("session"), user: text("user") }),
    tags: list("tags"),
    agents: list("agents"),
    models: list("models"),
    spanCount: number("span_count"),
    eventCount: number("event_count"),
    errorCount: number("error_count"),
    tokens: {
      input: number("tokens_input"),
      output: number("tokens_output"),
      cacheRead: number("tokens_cache_read"),
      cacheWrite: number("tokens_cache_write"),
      reasoning: number("tokens_reasoning"),
    },
    cost: costShape(number("cost_nano"), number("priced") === 1, number("unpriced_calls")),
    llmCalls: number("llm_calls"),
    toolCalls: number("tool_calls"),
    messageCount: number("message_count"),
    agentic: number("agentic") === 1,
    traces: list("traces"),
    ...figuresField({
      utilization: known("utilization"),
      communicationShareOfTime: known("communication_time"),
      communicationShareOfTokens: known("communication_tokens"),
      criticalPathMs: known("critical_path_ms"),
      concurrency: known("concurrency"),
    }),
  };
}
