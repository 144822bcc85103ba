// A run's spans as the columns that the timeline draws (the Skeleton of model/shapes.ts): milliseconds, one table of
// texts, and for each span only what is seen without selecting it.

import { formatInstant } from "../base/time.ts";
import { NONE, type RunColumns, TextTable } from "../model/run-columns.ts";
import type { Skeleton } from "../model/shapes.ts";
import { SPAN_KINDS, SPAN_STATUSES, SPAN_TRAITS } from "../model/vocabulary.ts";
import type { RunAnalysis } from "./run-analysis.ts";

const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;

/** Without an analysis kinds and agents are as sent, own times are whole durations, and `resolved` is false. */
export function skeletonOf(runId: string, columns: RunColumns, analysis: RunAnalysis | undefined): Skeleton {
  const { count, start, end, parent } = columns;
  const rows = analysis?.rows;
  const strings = new TextTable();
  const duration = (row: number) =>
    end[row] === Number.POSITIVE_INFINITY ? -1 : ((end[row] as number) - (start[row] as number)) / NS_PER_MS;
  const column = <T>(read: (row: number) => T): T[] => {
    const values = new Array<T>(count);
    for (let row = 0; row < count; row++) values[row] = read(row);
    return values;
  };
  const counted = (values: Float64Array) => column((row) => (rows?.counted[row] === 0 ? 0 : (values[row] as number)));
  return {
    ...{ runId, t0: formatInstant(columns.t0Ns), count, resolved: analysis !== undefined },
    ...{ kinds: [...SPAN_KINDS], statuses: [...SPAN_STATUSES] },
    columns: {
      id: [...columns.spanIds],
      parent: column((row) => acyclicParent(parent, row)),
      start: column((row) => (start[row] as number) / NS_PER_MS),
      duration: column(duration),
      own: column((row) => (rows === undefined ? Math.max(0, duration(row)) : (rows.own[row] as number) / NS_PER_MS)),
      kind: Array.from(rows?.kind ?? columns.kind),
      name: column((row) => strings.indexOf(columns.texts.text(columns.name[row] as number))),
      agent: column((row) => agentText(columns, analysis, strings, row)),
      status: Array.from(rows?.status ?? columns.status),
      tokensIn: counted(rows?.tokensInput ?? columns.tokensInput),
      tokensOut: counted(rows?.tokensOutput ?? columns.tokensOutput),
      cost: counted(rows?.costNano ?? columns.costNano).map((nano) => nano / NANO_PER_USD),
      traits: column((row) => traitsOf(columns, rows?.hidden, row)),
    },
    strings: strings.texts,
  };
}

/** Parents stand before their children; where spans name each other in a ring the first of them is a root. */
function acyclicParent(parent: Int32Array, row: number): number {
  const above = parent[row] as number;
  return above < row ? above : NONE;
}

function agentText(columns: RunColumns, analysis: RunAnalysis | undefined, strings: TextTable, row: number): number {
  if (analysis === undefined) {
    const own = columns.agent[row] as number;
    return own === 0 ? NONE : strings.indexOf(columns.texts.text(own));
  }
  const agent = analysis.agents[analysis.rows.agent[row] as number];
  return agent === undefined ? NONE : strings.indexOf(agent.name);
}

/** As sent, but for what is hidden: that is known only after the whole run was looked at. */
function traitsOf(columns: RunColumns, hidden: Uint8Array | undefined, row: number): number {
  const sent = columns.traits[row] as number;
  if (hidden === undefined) return sent;
  return hidden[row] ? sent | SPAN_TRAITS.hidden : sent & ~SPAN_TRAITS.hidden;
}
