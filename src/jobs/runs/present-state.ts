import type { RunAnalysis } from "../../analysis/run-analysis.ts";
import type { RunStateAt } from "../../analysis/state-at.ts";
import type { RunColumns } from "../../model/run-columns.ts";
import type { RunState } from "../../model/shapes.ts";
import { SPAN_KINDS } from "../../model/vocabulary.ts";
import { costShape, instantAt, present, tokensShape } from "./present.ts";

/** The state of a run at an instant, in the shape of the API. */
export function presentState(columns: RunColumns, { rows, agents }: RunAnalysis, state: RunStateAt): RunState {
  const { t0Ns, spanIds, texts } = columns;
  const { tokens, costNano, priced, unpricedCalls, ...counts } = state.counters;
  return {
    at: instantAt(t0Ns, state.at),
    agents: state.agents.map((agent) => ({
      name: agent.name,
      state: agent.state,
      since: instantAt(t0Ns, agent.since),
      openSpans: agent.openSpans.map((row) => spanIds[row] as string),
      ...present({ lastChange: agent.lastChange }),
    })),
    openSpans: state.openSpans.map((row) => ({
      id: spanIds[row] as string,
      kind: SPAN_KINDS[rows.kind[row] as number] as RunState["openSpans"][number]["kind"],
      name: texts.text(columns.name[row] as number),
      ...present({ agent: agents[rows.agent[row] as number]?.name }),
      startedAt: instantAt(t0Ns, columns.start[row] as number),
    })),
    counters: { ...counts, tokens: tokensShape(tokens), cost: costShape(costNano, priced, unpricedCalls) },
  };
}
