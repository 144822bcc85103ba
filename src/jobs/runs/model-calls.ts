import type { RunAnalysis } from "../../analysis/run-analysis.ts";
import { NONE, type RunColumns } from "../../model/run-columns.ts";
import type { Tokens } from "../../model/shapes.ts";

/** A model call whose tokens and cost count, with what is needed to price it again. */
export interface ModelCall {
  readonly spanId: string;
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  /** When it began, nanoseconds since 1970. */
  readonly atNs: bigint;
  readonly tokens: Tokens;
  /** Nano-USD as recorded; undefined when nobody knew the price. */
  readonly costNano: number | undefined;
  /** Who priced it; empty when another record told the cost. */
  readonly source: string;
}

/** The calls of a run that count, in order of time. */
export function modelCalls(columns: RunColumns, { rows, agents }: RunAnalysis): ModelCall[] {
  const calls: ModelCall[] = [];
  for (let row = 0; row < columns.count; row++) {
    if (rows.counted[row] !== 1) continue;
    const agent = rows.agent[row] as number;
    const source = columns.texts.text(columns.costSource[row] as number);
    const cost = rows.costNano[row] as number;
    const isPriced = rows.unpriced[row] !== 1 && (cost > 0 || source !== "");
    calls.push({
      spanId: columns.spanIds[row] as string,
      agent: agent === NONE ? "" : (agents[agent]?.name ?? ""),
      provider: columns.texts.text(columns.provider[row] as number),
      model: columns.texts.text(columns.model[row] as number),
      atNs: columns.t0Ns + BigInt(Math.round(columns.start[row] as number)),
      tokens: {
        input: rows.tokensInput[row] as number,
        output: rows.tokensOutput[row] as number,
        cacheRead: rows.tokensCacheRead[row] as number,
        cacheWrite: rows.tokensCacheWrite[row] as number,
        reasoning: rows.tokensReasoning[row] as number,
      },
      costNano: isPriced ? cost : undefined,
      source: isPriced ? source : "",
    });
  }
  return calls.sort((a, b) => (a.atNs < b.atNs ? -1 : a.atNs > b.atNs ? 1 : 0));
}
