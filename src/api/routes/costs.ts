import { Type } from "typebox";
import { present } from "../../base/present.ts";
import { formatInstant, msFromNs } from "../../base/time.ts";
import { type CallCost, PRICE_TABLE, type Pricing } from "../../ingest/pricing.ts";
import type { ModelCall } from "../../jobs/runs/model-calls.ts";
import { costShape } from "../../jobs/runs/present.ts";
import { Costs, RunCosts } from "../../model/cost-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { CALL_SUMS } from "../../model/roll-ups.ts";
import type { Cost, Tokens } from "../../model/shapes.ts";
import type { StoreClient } from "../../store/client.ts";
import { type CostSums, costSums, costsOfRuns } from "../../store/queries/costs.ts";
import { rollUpSums } from "../../store/queries/roll-up-sums.ts";
import { findRun, runParams } from "../find-run.ts";
import { readWindow, type TimeWindow, windowParameters } from "../query-values.ts";
import { type Route, route } from "../route.ts";

/** What costs are told apart by, and the column of the calls' sums that has it; sessions and users are told by runs. */
const COLUMNS = { model: "name", agent: "agent", name: "run_name", service: "service" } as const;
type By = keyof typeof COLUMNS | "session" | "user";
const BY: readonly By[] = ["model", "agent", "name", "service", "session", "user"];

const NANO_PER_USD = 1e9;

const costs = route({
  url: "/api/v1/costs",
  summary: "What model calls cost over a window, by model, agent, run name, service, session or user",
  description:
    "Of the runs that ended in the window and are settled; prices as they were when the calls were taken in.",
  tag: "Analysis",
  query: Type.Object({
    ...windowParameters,
    by: Type.Optional(Type.Unsafe<By>({ type: "string", enum: [...BY], default: "model" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSizeMax, default: LIMITS.pageSize })),
  }),
  answer: Costs,
  handle: async ({ parts, project, query }) => {
    const { by = "model", limit = LIMITS.pageSize } = query;
    const window = readWindow(query, parts.clock.nowMs());
    const [groups, all] = await Promise.all([
      groupCosts(parts.store, project, by, window),
      groupCosts(parts.store, project, "all", window),
    ]);
    const total = all[0] ?? costSums("", () => 0);
    return {
      by,
      costs: groups.slice(0, limit).map((sums) => ({
        group: sums.group,
        ...presentSums(sums),
        ...(total.costNano > 0 ? { share: sums.costNano / total.costNano } : {}),
      })),
      total: presentSums(total),
      prices: pricesInUse(parts.pricing),
      ...(groups.length > limit ? { truncated: true } : {}),
    };
  },
});

const SUMS = [
  ...["calls", "cost_nano", "priced", "unpriced_calls"],
  ...["tokens_input", "tokens_output", "tokens_cache_read", "tokens_cache_write", "tokens_reasoning"],
];

async function groupCosts(
  store: StoreClient,
  project: string,
  by: By | "all",
  window: TimeWindow,
): Promise<CostSums[]> {
  if (by === "session" || by === "user") return costsOfRuns(store, project, by, window, LIMITS.pageSizeMax + 1);
  const groupBy = by === "all" ? [] : [COLUMNS[by]];
  const question = { ...window, groupBy, filter: { kind: ["llm"] } };
  const rows = await rollUpSums(store, project, CALL_SUMS, question, { sums: SUMS });
  return rows
    .map(({ group, sums }) => costSums(String(group[0] ?? ""), (name) => sums[name] ?? 0))
    .sort((a, b) => b.costNano - a.costNano || (a.group < b.group ? -1 : 1));
}

function presentSums({ costNano, priced, unpricedCalls, tokens, calls }: CostSums) {
  return { cost: costShape(costNano, priced > 0, unpricedCalls), tokens: { ...tokens }, calls };
}

const runCosts = route({
  url: "/api/v1/runs/:id/costs",
  summary: "What each model call of a run cost, by which price, and what it would cost by the prices of now",
  tag: "Analysis",
  params: runParams,
  query: Type.Object({
    prices: Type.Optional(
      Type.Unsafe<"recorded" | "current">({
        type: "string",
        enum: ["recorded", "current"],
        default: "recorded",
        description: "`current`: computed anew from the tokens; a cost that the sender reported stays",
      }),
    ),
  }),
  answer: RunCosts,
  errors: ["run_not_found"],
  handle: async (call) => {
    const { pricing } = call.parts;
    const { prices = "recorded" } = call.query;
    const calls = (await (await findRun(call)).ask("modelCalls")).map((one) => priceCall(one, pricing, prices));
    return {
      prices,
      calls: calls.slice(0, LIMITS.pageSizeMax).map(presentCall),
      byModel: costsBy(calls, ({ model }) => model),
      byAgent: costsBy(calls, ({ agent }) => agent),
      cost: sumOf(calls),
      pricesInUse: pricesInUse(pricing),
      ...present({ truncated: Math.max(0, calls.length - LIMITS.pageSizeMax) || undefined }),
    };
  },
});

interface PricedCall extends ModelCall {
  readonly parts: CallCost["parts"] | undefined;
}

/** A call by its recorded price, or priced anew. What the sender said that it cost is not for us to correct. */
function priceCall(call: ModelCall, pricing: Pricing, prices: "recorded" | "current"): PricedCall {
  const isReported = call.source === "reported" || (call.costNano !== undefined && call.source === "");
  const again = pricing.cost(call.provider, call.model, call.tokens, msFromNs(call.atNs));
  if (prices === "current" && !isReported) {
    return { ...call, costNano: again?.nano, source: again?.source ?? "", parts: again?.parts };
  }
  // The parts are those of the recorded price only where that has not changed since.
  const isSame = again !== undefined && again.nano === call.costNano;
  return { ...call, source: call.source || (isReported ? "reported" : ""), parts: isSame ? again.parts : undefined };
}

function presentCall({ spanId, agent, provider, model, atNs, tokens, costNano, source, parts }: PricedCall) {
  const usd = (nano: number) => nano / NANO_PER_USD;
  const [input = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0] = (parts ?? []).map(usd);
  return {
    ...{ spanId, provider, model, at: formatInstant(atNs), tokens: tokens satisfies Tokens },
    ...present({
      agent: agent === "" ? undefined : agent,
      usd: costNano === undefined ? undefined : usd(costNano),
      parts: parts === undefined ? undefined : { input, cacheRead, cacheWrite, output, reasoning },
      source: costNano === undefined ? undefined : source,
    }),
  };
}

function costsBy(calls: readonly PricedCall[], of: (call: PricedCall) => string): Record<string, Cost> {
  const groups = [...Map.groupBy(calls, of)].map(([name, those]) => [name, sumOf(those)] as const);
  return Object.fromEntries(groups.sort(([, a], [, b]) => (b.usd ?? 0) - (a.usd ?? 0)));
}

function sumOf(calls: readonly PricedCall[]): Cost {
  const priced = calls.filter(({ costNano }) => costNano !== undefined);
  const nano = priced.reduce((sum, { costNano = 0 }) => sum + costNano, 0);
  return costShape(nano, priced.length > 0, calls.length - priced.length);
}

function pricesInUse({ overrideCount }: Pricing) {
  return { table: PRICE_TABLE, overrides: overrideCount };
}

/** Money: over the fleet, and call by call. */
export const COST_ROUTES: readonly Route[] = [costs, runCosts];
