// The errors of a run, counted so that runs can be added up: by what kind of error it is, who failed, and at what.

import type { RunColumns } from "../model/run-columns.ts";
import { KIND } from "./codes.ts";
import { isSwallowed, topOfError } from "./errors.ts";
import { getOrMake } from "./get-or-make.ts";
import type { RunAnalysis, RunErrorGroup } from "./run-analysis.ts";

/** Errors of one kind that one agent met at one thing. */
export interface ErrorOccurrences {
  readonly group: Pick<RunErrorGroup, "fingerprint" | "type" | "message">;
  /** Its name, or empty: work of nobody. */
  readonly agent: string;
  readonly service: string;
  /** Index into SPAN_KINDS. */
  readonly kind: number;
  /** The model, the tool, or else the name of the span. */
  readonly name: string;
  /** Spans that failed so, and how many of them are where an error began. */
  spans: number;
  origins: number;
  /** Of the origins: the span around the last one that the error went up to did not fail. */
  swallowed: number;
  /** Ends of the first and the last of the spans, nanoseconds after t0. */
  firstAt: number;
  lastAt: number;
  /** The last span to start of those where an error began, else of all; and whether that error was swallowed. */
  example: number;
  isExampleSwallowed: boolean;
}

/** In order of their first span. */
export function errorOccurrences(
  columns: RunColumns,
  { rows, agents, errors, summary }: Pick<RunAnalysis, "rows" | "agents" | "errors" | "summary">,
): ErrorOccurrences[] {
  const found = new Map<string, ErrorOccurrences>();
  for (const group of errors) {
    const origins = new Set(group.origins);
    for (const row of group.rows) {
      const agent = agents[rows.agent[row] as number]?.name ?? "";
      const service = columns.texts.text(columns.service[row] as number) || summary.service;
      const kind = rows.kind[row] as number;
      const name = nameOf(columns, kind, row);
      const at = columns.end[row] as number;
      const occurrences = getOrMake(found, [group.fingerprint, agent, service, kind, name].join("\0"), () => ({
        ...{ group, agent, service, kind, name, spans: 0, origins: 0, swallowed: 0 },
        ...{ firstAt: at, lastAt: at, example: row, isExampleSwallowed: false },
      }));
      addRow(
        occurrences,
        row,
        at,
        origins.has(row) ? { isSwallowed: isSwallowed(rows, topOfError(rows, row)) } : undefined,
      );
    }
  }
  return [...found.values()];
}

/** `origin`: the error began with this row. */
function addRow(
  occurrences: ErrorOccurrences,
  row: number,
  at: number,
  origin: { readonly isSwallowed: boolean } | undefined,
): void {
  occurrences.spans++;
  occurrences.firstAt = Math.min(occurrences.firstAt, at);
  occurrences.lastAt = Math.max(occurrences.lastAt, at);
  if (origin !== undefined || occurrences.origins === 0) occurrences.example = row;
  if (origin === undefined) return;
  occurrences.origins++;
  if (origin.isSwallowed) occurrences.swallowed++;
  occurrences.isExampleSwallowed = origin.isSwallowed;
}

function nameOf(columns: RunColumns, kind: number, row: number): string {
  const called = kind === KIND.llm ? columns.model[row] : kind === KIND.tool ? columns.tool[row] : 0;
  return columns.texts.text(called as number) || columns.texts.text(columns.name[row] as number);
}
