// The shapes of what model calls cost: over the fleet, and call by call of one run.

import { type Static, Type } from "typebox";
import { Cost, Tokens } from "./shapes.ts";

/** Which prices hold for calls from now on. */
const PricesInUse = Type.Object({
  table: Type.String({ description: "The price table and its version" }),
  overrides: Type.Integer({ description: "Rows of the operator's own price file, which go before the table" }),
});

export const Costs = Type.Object(
  {
    by: Type.String(),
    costs: Type.Array(
      Type.Object({
        group: Type.String({ description: "The value of `by`; empty: none was given" }),
        cost: Cost,
        share: Type.Optional(Type.Number({ description: "Of all cost that is known, 0…1" })),
        tokens: Tokens,
        calls: Type.Integer({ description: "Model calls" }),
      }),
      { description: "The dearest first" },
    ),
    total: Type.Object({ cost: Cost, tokens: Tokens, calls: Type.Integer() }),
    prices: PricesInUse,
    truncated: Type.Optional(Type.Boolean({ description: "true: there are more groups" })),
  },
  { $id: "Costs" },
);
export type Costs = Static<typeof Costs>;

/** US dollars by class of token; together the call's cost. */
const CostParts = Type.Object({
  input: Type.Number({ description: "Of input that no cache had" }),
  cacheRead: Type.Number(),
  cacheWrite: Type.Number(),
  output: Type.Number({ description: "Of output that is no reasoning" }),
  reasoning: Type.Number(),
});

export const RunCosts = Type.Object(
  {
    prices: Type.String({ description: "`recorded`: as priced when the calls were taken in; `current`: as of now" }),
    calls: Type.Array(
      Type.Object({
        spanId: Type.String(),
        agent: Type.Optional(Type.String()),
        provider: Type.String(),
        model: Type.String(),
        at: Type.String({ format: "date-time" }),
        tokens: Tokens,
        usd: Type.Optional(Type.Number({ description: "Absent: nobody knows the model's price" })),
        parts: Type.Optional(CostParts),
        source: Type.Optional(
          Type.String({ description: "`reported` by the sender, `custom` from the price file, or the price table" }),
        ),
      }),
      { description: "In order of time" },
    ),
    byModel: Type.Record(Type.String(), Cost),
    byAgent: Type.Record(Type.String(), Cost),
    cost: Cost,
    pricesInUse: PricesInUse,
    truncated: Type.Optional(Type.Integer({ description: "Calls that are in the sums and not in the list" })),
  },
  { $id: "RunCosts" },
);
export type RunCosts = Static<typeof RunCosts>;
