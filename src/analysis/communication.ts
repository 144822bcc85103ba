// What agents spend on talking to each other. Time: the transfers on the critical path. Tokens, always an estimate from
// the lengths of texts:
//
//   read(call)    = input tokens  × length of other agents' words in the call's input ÷ length of its whole input
//   written(call) = output tokens × length of its messages to others ÷ length of its whole output
//
// Every call counts: a text that is sent again with each turn is read again with each turn. Other agents' words are told
// by the hash of the stored part: what another agent's call wrote, or the content of a message to this agent; never the
// user's. Money likewise, with the call's own price of input and output. Where content was not captured, or the calls
// that it went through say neither tokens nor price, the figures are absent; with a single agent they are 0.

import type { PartLengths } from "../model/run-columns.ts";
import { KIND } from "./codes.ts";
import { addSpent, estimateSpending, type Spent } from "./communication-estimate.ts";
import { getOrMake } from "./get-or-make.ts";
import { type FoundMessage, isBetweenAgents } from "./messages.ts";
import { quantile } from "./quantile.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { RunCommunication, RunEdge, RunMessage } from "./run-analysis.ts";
import { hasUsage } from "./usage.ts";

interface EdgeSums extends Spent {
  readonly from: string;
  readonly to: string;
  readonly kinds: Map<string, number>;
  readonly transits: number[];
  count: number;
  bytes: number | undefined;
}

export interface CommunicationResult {
  readonly communication: Omit<RunCommunication, "shareOfTime">;
  readonly messages: RunMessage[];
}

export function measureCommunication(
  run: ResolvedRun,
  found: readonly FoundMessage[],
  lengths: PartLengths | undefined,
): CommunicationResult {
  const allPriced = areAllPriced(run);
  const edges = new Edges();
  for (const message of found) if (isBetweenAgents(message)) edges.count(message);
  const estimate = lengths === undefined ? undefined : estimateSpending(run, found, lengths);
  for (const { from, to, spent } of estimate?.edges ?? []) addSpent(edges.of(from, to), spent);
  const messages = found.map(({ parts: _, ...message }, i) => {
    const spent = estimate?.messages.get(i);
    return {
      ...message,
      tokens: spent && Math.round(spent.tokens),
      costNano: spent && knownCost(spent, allPriced),
    };
  });
  const all = spentOnCalls(run);
  const isKnown = estimate !== undefined && all.tokens > 0;
  return {
    messages,
    communication: { ...shares(run, estimate?.total, all, allPriced), edges: edges.all(isKnown, allPriced) },
  };
}

/** What all calls together used. */
function spentOnCalls({ columns, kind, usage }: ResolvedRun): Spent {
  const all: Spent = { tokens: 0, costNano: 0 };
  for (let row = 0; row < columns.count; row++) {
    if (kind[row] !== KIND.llm) continue;
    all.tokens += (usage.input[row] as number) + (usage.output[row] as number);
    all.costNano += usage.cost[row] as number;
  }
  return all;
}

/** What came to nothing may be a price that nobody knows: then it is not 0. */
function knownCost({ costNano }: Spent, allPriced: boolean): number | undefined {
  return costNano > 0 || allPriced ? Math.round(costNano) : undefined;
}

/** Whether every call that used tokens has a price. */
function areAllPriced({ columns, kind, usage }: ResolvedRun): boolean {
  for (let row = 0; row < columns.count; row++) {
    if (kind[row] === KIND.llm && hasUsage(usage, row) && !usage.priced[row]) return false;
  }
  return true;
}

function shares(
  run: ResolvedRun,
  spent: Spent | undefined,
  all: Spent,
  allPriced: boolean,
): Pick<RunCommunication, "shareOfTokens" | "shareOfCost" | "tokens" | "costNano"> {
  if (run.attribution.names.length < 2) return { shareOfTokens: 0, shareOfCost: 0, tokens: 0, costNano: 0 };
  const tokens = all.tokens > 0 ? spent?.tokens : undefined;
  const isPriced = all.costNano > 0 && spent !== undefined && (spent.costNano > 0 || allPriced);
  const costNano = isPriced ? spent.costNano : undefined;
  return {
    shareOfTokens: tokens === undefined ? undefined : tokens / all.tokens,
    shareOfCost: costNano === undefined ? undefined : costNano / all.costNano,
    tokens,
    costNano,
  };
}

/** Sums per ordered pair of agents. */
class Edges {
  readonly #sums = new Map<string, EdgeSums>();

  of(from: string, to: string): EdgeSums {
    return getOrMake(this.#sums, `${from}\n${to}`, () => ({
      ...{ from, to, kinds: new Map<string, number>(), transits: [] },
      ...{ count: 0, bytes: undefined, tokens: 0, costNano: 0 },
    }));
  }

  count({ from, to, kind, bytes, transit }: FoundMessage): void {
    const edge = this.of(from, to);
    edge.count++;
    edge.kinds.set(kind, (edge.kinds.get(kind) ?? 0) + 1);
    if (bytes !== undefined) edge.bytes = (edge.bytes ?? 0) + bytes;
    if (transit !== undefined) edge.transits.push(transit);
  }

  all(isEstimated: boolean, allPriced: boolean): RunEdge[] {
    return [...this.#sums.values()].map((sums) => {
      const { from, to, count, kinds, bytes, transits, tokens } = sums;
      // Nothing spent on messages that nobody saw is no finding.
      const known = isEstimated && (tokens > 0 || bytes !== undefined);
      transits.sort((a, b) => a - b);
      return {
        ...{ from, to, count, kinds: Object.fromEntries(kinds), bytes, transits },
        tokens: known ? Math.round(tokens) : undefined,
        costNano: known ? knownCost(sums, allPriced) : undefined,
        transitP50: quantile(transits, 0.5),
        transitP95: quantile(transits, 0.95),
      };
    });
  }
}
