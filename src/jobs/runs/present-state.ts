import type { RunAnalysis } from "../../analysis/run-analysis.ts";
import type { RunStateAt } from "../../analysis/state-at.ts";
import { present } from "../../base/present.ts";
import type { RunColumns } from "../../model/run-columns.ts";
import type { RunState } from "../../model/shapes.ts";
import type { LiveAgent } from "../../model/stream.ts";
import { SPAN_KINDS } from "../../model/vocabulary.ts";
import { costShape, instantAt, tokensShape } from "./present.ts";

/** What each agent of a run does at an instant. */
export function presentLiveAgents({ summary }: RunAnalysis, state: RunState): LiveAgent[] {
  const spans = new Map(state.openSpans.map(({ id, kind, name, startedAt }) => [id, { id, kind, name, startedAt }]));
  return state.agents.map(({ openSpans, ...agent }) => ({
    ...{ runId: summary.id, runName: summary.name },
    ...agent,
    openSpans: openSpans.flatMap((id) => spans.get(id) ?? []),
  }));
}

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
