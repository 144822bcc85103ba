// R6: instrumentations that lose the parents of spans (OpenLLMetry for LangChain.js) make each span a trace of its own.
// Traces of one span each are grouped by time: what ran inside a workflow's interval, by the same service, library and
// session, is part of that workflow's run. A guess: written by the settling job only, and weaker than anything said.
//
//   workflow  ├──────────────────────────────┤     run of the group: this trace
//   workflow     ├─────────┤                       inside: a member, and no group of its own
//   llm             ├───┤                          inside
//   llm                                        ├┤  outside: a run of its own

import { getOrMake } from "./get-or-make.ts";

export interface LoneTrace {
  readonly traceId: string;
  readonly service: string;
  readonly scope: string;
  /** Empty when none is stated. */
  readonly session: string;
  readonly start: number;
  readonly end: number;
  /** Whether its span is a run or an agent, which others may lie in. */
  readonly contains: boolean;
}

/** The run (a trace's id) of each trace that lies in another. */
export function groupTraces(traces: readonly LoneTrace[]): Map<string, string> {
  const groups = new Map<string, LoneTrace[]>();
  for (const trace of traces) {
    getOrMake(groups, [trace.service, trace.scope, trace.session].join("\n"), () => []).push(trace);
  }
  const runs = new Map<string, string>();
  for (const group of groups.values()) {
    // The longer of two that start together comes first: it is the one around.
    group.sort((a, b) => a.start - b.start || b.end - a.end || (a.traceId < b.traceId ? -1 : 1));
    let around: LoneTrace | undefined;
    for (const trace of group) {
      if (around !== undefined && trace.end <= around.end) runs.set(trace.traceId, around.traceId);
      else if (trace.contains) around = trace;
    }
  }
  return runs;
}
