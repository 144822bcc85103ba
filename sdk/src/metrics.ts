import { type Context, context, isSpanContextValid, trace } from "@opentelemetry/api";
import { quietly } from "./quietly.ts";
import { agentIn, runIdIn } from "./run-context.ts";
import { currentClient } from "./shared-client.ts";

export interface MetricOptions {
  /** UCUM: `s`, `By`, `{request}`, … */
  readonly unit?: string | undefined;
  /** Labels: few different values each. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** The agent that it is about; the one whose callback is running without it. */
  readonly agentId?: string | undefined;
  readonly runId?: string | undefined;
  readonly time?: Date | undefined;
}

/** Records one measured value of a metric. A value that is no finite number is counted as dropped. Never throws. */
export function recordMetric(name: string, value: number, options: MetricOptions = {}): void {
  quietly(() => {
    const client = currentClient();
    if (!Number.isFinite(value)) {
      client.drop("invalid");
      return;
    }
    client.points.add({ json: JSON.stringify(point(name, value, options, context.active())), resource: "", scope: "" });
  }, undefined);
}

function point(name: string, value: number, options: MetricOptions, at: Context): object {
  const ids = trace.getSpanContext(at);
  return {
    ...{ name, value, unit: options.unit, attributes: options.attributes },
    time: (options.time ?? new Date()).toISOString(),
    agentId: options.agentId ?? agentIn(at)?.name,
    runId: options.runId ?? runIdIn(at),
    ...(ids === undefined || !isSpanContextValid(ids) ? {} : { traceId: ids.traceId, spanId: ids.spanId }),
  };
}

export interface SummaryOptions {
  readonly name?: string | undefined;
  /** RFC 3339, or `-1h`, `-7d`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Labels to group by. */
  readonly by?: readonly string[] | undefined;
}

export interface MetricsSummary {
  readonly metrics: readonly MetricFigures[];
  /** Why there are none, when the server did not answer. */
  readonly error?: string;
}

/** Figures of one metric or of one group of it; which are there depends on its kind. */
export interface MetricFigures {
  readonly name: string;
  readonly kind: string;
  readonly unit?: string;
  readonly group: Readonly<Record<string, string>>;
  readonly count?: number;
  readonly sum?: number;
  readonly avg?: number;
  readonly min?: number;
  readonly max?: number;
  readonly last?: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
}

/** Asks Talea for figures of metrics. Never rejects: without an answer `error` says why. */
export async function getMetricsSummary(options: SummaryOptions = {}): Promise<MetricsSummary> {
  const query = quietly(() => queryOf(options), undefined);
  if (query === undefined) return { metrics: [], error: "options that cannot be read" };
  const client = quietly(currentClient, undefined);
  const answer = await client?.sender.get(`/api/v1/metrics/summary?${query}`);
  if (answer?.status !== 200) return { metrics: [], error: `${answer?.status ?? 0} ${answer?.text ?? ""}`.trim() };
  return quietly(() => JSON.parse(answer.text) as MetricsSummary, { metrics: [], error: "the answer is no JSON" });
}

function queryOf({ name, since, until, by }: SummaryOptions): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ name, since, until, by: by?.join(",") })) {
    if (value !== undefined) query.set(key, value);
  }
  return query.toString();
}
