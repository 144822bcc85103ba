import type { KeyMetrics } from "../../model/key-metrics-shapes.ts";

/** The calls of one model or tool over a window. */
export interface CallGroup {
  readonly name: string;
  readonly calls: number;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly errorRate: number | undefined;
  readonly tokens: number | undefined;
  readonly usd: number | undefined;
}

const MIN_MS = 60_000;

/** By model or tool, those with most calls first. */
export function callGroups({ since, until, groups }: KeyMetrics): readonly CallGroup[] {
  const minutes = (Date.parse(until) - Date.parse(since)) / MIN_MS;
  return groups
    .filter(({ group = "" }) => group !== "")
    .map(({ group = "", metrics }) => {
      const of = (name: string) => metrics.find((metric) => metric.name === name);
      const { parts: completion = {} } = of("task_completion_time") ?? {};
      const { parts: rates = {} } = of("throughput") ?? {};
      const total = (part: string) => (rates[part] === undefined ? undefined : (rates[part] as number) * minutes);
      const tokens = total("tokensPerMin");
      return {
        name: group,
        calls: Math.round(total("llmCallsPerMin") ?? total("toolCallsPerMin") ?? 0),
        p50: completion["p50"],
        p90: completion["p90"],
        errorRate: of("error_rate")?.value,
        tokens: tokens === undefined ? undefined : Math.round(tokens),
        usd: total("usdPerMin"),
      };
    })
    .sort((a, b) => b.calls - a.calls);
}
