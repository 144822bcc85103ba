// Tokens and cost of each span, with what other records said merged in. Order of strength for a cost: the span's own
// report, a log record's, the price table (never added up).

import type { FactField } from "../model/draft.ts";
import type { RunColumns } from "../model/run-columns.ts";
import { factNumber, type RowFacts } from "./facts.ts";
import type { TokenSums } from "./run-analysis.ts";

/** One entry per row. Input includes cached tokens, output includes reasoning. */
export interface Usage {
  readonly input: Float64Array;
  readonly output: Float64Array;
  readonly cacheRead: Float64Array;
  readonly cacheWrite: Float64Array;
  readonly reasoning: Float64Array;
  /** Nano-USD. */
  readonly cost: Float64Array;
  /** Of the cost: for input. */
  readonly costInput: Float64Array;
  /** Whether the cost is known. */
  readonly priced: Uint8Array;
}

const FACTS = [
  ["tokensInput", "input"],
  ["tokensOutput", "output"],
  ["tokensCacheRead", "cacheRead"],
  ["tokensCacheWrite", "cacheWrite"],
  ["tokensReasoning", "reasoning"],
] as const satisfies readonly (readonly [FactField, keyof TokenSums])[];

const REPORTED = "reported";
const NANO_PER_USD = 1e9;

export function mergedUsage(columns: RunColumns, facts: RowFacts): Usage {
  const usage: Usage = {
    input: columns.tokensInput.slice(),
    output: columns.tokensOutput.slice(),
    cacheRead: columns.tokensCacheRead.slice(),
    cacheWrite: columns.tokensCacheWrite.slice(),
    reasoning: columns.tokensReasoning.slice(),
    cost: columns.costNano.slice(),
    costInput: columns.costInputNano.slice(),
    priced: new Uint8Array(columns.count),
  };
  for (let row = 0; row < columns.count; row++) usage.priced[row] = columns.costSource[row] === 0 ? 0 : 1;
  for (const row of facts.keys()) {
    for (const [field, target] of FACTS) {
      if (usage[target][row] === 0) usage[target][row] = factNumber(facts, row, field) ?? 0;
    }
    if (columns.texts.text(columns.costSource[row] as number) !== REPORTED) applyReportedCost(usage, facts, row);
  }
  return usage;
}

/** A cost from a record replaces the price table's; the table's split into input and output is kept. */
function applyReportedCost(usage: Usage, facts: RowFacts, row: number): void {
  const usd = factNumber(facts, row, "costUsd");
  if (usd === undefined) return;
  const cost = Math.round(usd * NANO_PER_USD);
  const table = usage.cost[row] as number;
  usage.costInput[row] = table > 0 ? Math.round((cost * (usage.costInput[row] as number)) / table) : 0;
  usage.cost[row] = cost;
  usage.priced[row] = 1;
}

export function hasUsage(usage: Usage, row: number): boolean {
  return (usage.input[row] as number) > 0 || (usage.output[row] as number) > 0 || (usage.cost[row] as number) > 0;
}

/** How many of a row's counts say something: of two reports of one call the fuller is the better one. */
export function usageFieldCount(usage: Usage, row: number): number {
  let fields = usage.priced[row] as number;
  for (const [, field] of FACTS) if ((usage[field][row] as number) > 0) fields++;
  return fields;
}

export function noTokens(): TokenSums {
  return { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
}

export function addTokens(sums: TokenSums, usage: Usage, row: number): void {
  sums.input += usage.input[row] as number;
  sums.output += usage.output[row] as number;
  sums.cacheRead += usage.cacheRead[row] as number;
  sums.cacheWrite += usage.cacheWrite[row] as number;
  sums.reasoning += usage.reasoning[row] as number;
}
